// Without this script the links lead to the site's own origin, not to the mirror or onion being read.
// The site's root on this host: an IPFS folder, or the folder of the origin where the address begins with it, or "/".
(() => {
  const origin = document.currentScript.parentNode.dataset.origin;
  if (!location.protocol.startsWith("http")) return;

  const ipfs = /^\/ip[fn]s\/[^/]+/.exec(location.pathname);
  const folder = new URL(origin, location.origin).pathname.replace(/\/$/, "");
  const root = ipfs ? ipfs[0] : location.pathname.startsWith(folder + "/") ? folder : "";

  document.querySelectorAll("a[href]").forEach((link) => {
    const href = link.getAttribute("href");
    if (href.startsWith(origin + "/")) link.href = root + href.slice(origin.length);
  });
})();
