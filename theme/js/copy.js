// Without this script no copy of a page can be made, and nothing kept.
// A copy is the page without its appeal, with its pictures inside, a line that says what it is, and a policy of its own.
(() => {
  const desk = document.currentScript.parentNode;
  const words = desk.dataset;
  const root = new URL(".", new URL(words.root, location));

  // Twice, eight seconds each: a connection that was cut neither ends nor fails, and a new one may pass.
  const ask = async (address, as, again) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 8000);
    try {
      const answer = await fetch(address, { signal: stop.signal });
      if (!answer.ok) throw answer;
      return await answer[as]();
    } catch (failed) {
      if (again) return ask(address, as);
      throw failed;
    } finally {
      clearTimeout(timer);
    }
  };

  const carry = async (picture, address) => {
    const reader = new FileReader();
    const read = new Promise((done) => (reader.onload = done));
    reader.readAsDataURL(await ask(new URL(picture.getAttribute("src"), address), "blob"));
    await read;
    picture.src = reader.result;
  };

  // The shelf's own copy opens in place of any page that is not kept.
  const mark = (page, isShelf) => {
    const main = page.querySelector("main");
    const line = isShelf ? main.querySelector(".standfirst") : page.createElement("p");
    const day = new Date().toJSON().slice(0, 10);
    if (isShelf) {
      main.querySelector("h1").textContent = page.title = words.offline;
      main.querySelectorAll("[data-online]").forEach((each) => (each.hidden = true));
    } else (main.querySelector(".story__head") || main).prepend(line);
    line.textContent = isShelf ? words.sorry : words.notice.replace("{date}", desk.date(day)).replace("..", ".");
    line.className = isShelf ? "standfirst" : "note";
    line.dataset.kept = day;
  };

  desk.copy = async (address) => {
    const page = new DOMParser().parseFromString(await ask(address, "text", true), "text/html");
    const find = (what) => [...page.querySelectorAll(what)];
    if (!find("main article").length) throw address;
    find(".appeal, source").forEach((each) => each.remove());
    find("a[href]:not([href^='#'])").forEach((each) => (each.href = new URL(each.getAttribute("href"), address)));
    find("[data-root]").forEach((each) => (each.dataset.root = root.pathname + "index.html"));
    await Promise.all(find("img").map((each) => carry(each, address).catch(() => {})));
    mark(page, address === root + "shelf.html");
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": find("meta[http-equiv]")[0].content + "; frame-ancestors 'none'",
      "Referrer-Policy": "no-referrer",
    };
    const copy = new Response("<!doctype html>" + page.documentElement.outerHTML, { headers });
    await (await caches.open("kept:" + root.pathname)).put(address, copy);
    const next = find(".pager [rel=next]")[0];
    if (next) await desk.copy(next.href);
    return find(".card__headline a").map((each) => each.href);
  };
})();
