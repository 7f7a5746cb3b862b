// Without this script nothing can be kept, shown or removed: the page says what that needs.
// It shows what lies in the one cache of this site's own folder; an empty shelf leaves nothing behind.
(() => {
  const desk = document.currentScript.parentNode;
  const words = desk.dataset;
  const [state, controls] = desk.querySelectorAll("[role=status], [role=status] + div");
  const list = controls.querySelector("ul");
  const root = new URL(".", new URL(words.root, location)).href;
  const name = "kept:" + new URL(root).pathname;
  const always = words.always.split(" ").map((path) => root + path);
  const workers = navigator.serviceWorker;
  if (!location.protocol.startsWith("http") || !workers || !self.caches) return;

  const add = (to, tag, text) => {
    const made = to.appendChild(document.createElement(tag));
    made.textContent = text;
    return made;
  };

  desk.date = (day) =>
    new Date(day).toLocaleDateString(desk.lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

  desk.say = (text, n, all) => {
    state.textContent = text.replace("{n}", n).replace("{all}", all);
    state.focus();
  };

  const wipe = async () => {
    await caches.delete(name);
    const worker = await workers.getRegistration(root);
    if (worker && worker.scope === root) await worker.unregister();
  };

  const row = (page, address, remove) => {
    const title = page.querySelector("h1").textContent;
    const item = add(list, "li", "");
    add(item, "a", title).href = address;
    const line = add(item, "p", desk.date(page.querySelector("[data-kept]").dataset.kept) + " ");
    const button = add(line, "button", words.remove);
    button.setAttribute("aria-label", words.remove + ": " + title);
    button.onclick = remove;
  };

  desk.show = async () => {
    const cache = (await caches.has(name)) && (await caches.open(name));
    const kept = cache ? (await cache.keys()).filter((each) => !always.includes(each.url)) : [];
    list.textContent = "";
    for (const each of kept) {
      const text = await (await cache.match(each)).text();
      row(new DOMParser().parseFromString(text, "text/html"), each.url, async () => {
        await cache.delete(each);
        await desk.show();
        desk.say(words.removed);
      });
    }
    if (kept.length) return (controls.hidden = false);
    await wipe();
    add(list, "li", words.nothing);
    controls.hidden = false;
  };

  desk.show().then(() => (state.textContent = ""), () => {});
})();
