// Without this script the page says what may be kept, but can neither show nor wipe it.
// It touches what is this site's own folder's: one key, one cache, one worker; never a neighbour's.
(() => {
  const state = document.currentScript.previousElementSibling;
  const words = state.dataset;
  const root = new URL(".", new URL(words.root, location)).href;
  const folder = new URL(root).pathname;
  const key = "until:" + folder;
  const name = "kept:" + folder;
  const workers = location.protocol.startsWith("http") && self.caches && navigator.serviceWorker;

  const ours = async () => {
    const worker = await workers.getRegistration(root);
    return worker && worker.scope === root && worker;
  };

  const pages = async () => {
    if (!workers) return "";
    const found = await caches.has(name);
    const kept = found ? await (await caches.open(name)).keys() : [];
    return found || (await ours()) ? words.pages.replace("{n}", kept.length) : "";
  };

  const wipe = async () => {
    localStorage.removeItem(key);
    const worker = workers && (await caches.delete(name), await ours());
    if (worker) await worker.unregister();
    state.nextElementSibling.remove();
    state.textContent = words.wiped;
    state.focus();
  };

  const show = (text) => {
    state.textContent = text || words.none;
    if (!text || state.nextElementSibling.type === "submit") return;
    const button = document.createElement("button");
    button.textContent = words.wipe;
    button.onclick = wipe;
    state.after(button);
  };

  let date = "";
  try {
    const kept = localStorage.getItem(key);
    const shape = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    const shown = +new Date(kept) ? new Date(kept).toLocaleDateString(state.parentNode.lang, shape) : kept;
    if (kept !== null) date = words.kept.replace("{date}", shown);
  } catch (closed) {
    return;
  }
  show(date);
  pages().then((found) => found && show((date + " " + found).trim()), () => {});
})();
