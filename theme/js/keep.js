// Without this script nothing can be kept: the page says what that needs.
// A browser is asked whether it takes our worker only when the reader wants to keep something.
(() => {
  const desk = document.currentScript.parentNode;
  const words = desk.dataset;
  const controls = desk.querySelector("[role=status] + div");
  const [story, issue] = controls.querySelectorAll("button");
  const root = new URL(".", new URL(words.root, location)).href;
  const asked = /^#(\d{4}\/\d\d\/[\w-]+\.html)$/.exec(location.hash);

  // The issue is the front page and the stories on it, at most fifty.
  const keep = async (first, most) => {
    const all = [first];
    let n = 0;
    controls.hidden = true;
    try {
      desk.say(words.working, 1, 1);
      await navigator.serviceWorker.register(root + "worker.js", { scope: root });
    } catch (refused) {
      return desk.say(words.refused);
    }
    try {
      for (; n < all.length; n += 1) {
        desk.say(words.working, n + 1, all.length);
        const stories = await desk.copy(all[n]);
        if (!n) all.push(...stories.slice(0, most));
      }
      for (const path of words.always.split(" ")) await desk.copy(root + path);
    } catch (failed) {
      // What came stays, and the line says how much did not.
    }
    await desk.show();
    desk.say(n < all.length ? words.some : words.done, n, all.length);
  };

  story.parentNode.hidden = !asked;
  if (asked) story.lastElementChild.textContent = asked[1];
  story.onclick = () => keep(root + asked[1], 0);
  issue.onclick = () => keep(root + "index.html", 50);
})();
