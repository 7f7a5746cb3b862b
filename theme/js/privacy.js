// Without this script the page says what may be kept, but can neither show nor wipe it.
// It touches the one key of this site's own folder, never a neighbour's.
(() => {
  const state = document.currentScript.previousElementSibling;
  const words = state.dataset;
  const key = "until:" + new URL(words.root, location).pathname.replace(/[^/]*$/, "");
  let kept;

  try {
    kept = localStorage.getItem(key);
  } catch (closed) {
    return;
  }
  if (kept === null) {
    state.textContent = words.none;
    return;
  }

  const date = new Date(kept);
  const shape = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  const shown = +date ? date.toLocaleDateString(state.parentNode.lang, shape) : kept;
  state.textContent = words.kept.replace("{date}", shown);

  const wipe = document.createElement("button");
  wipe.textContent = words.wipe;
  wipe.onclick = () => {
    localStorage.removeItem(key);
    wipe.remove();
    state.textContent = words.wiped;
    state.focus();
  };
  state.after(wipe);
})();
