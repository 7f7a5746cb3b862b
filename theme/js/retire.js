// Without this script the worker of an earlier edition would go on, and what readers kept would stay.
// It takes that worker's place, wipes what lies in the cache of this site's own folder, and leaves.
(() => {
  const wipe = async () => {
    await caches.delete("kept:" + new URL(registration.scope).pathname);
    await registration.unregister();
  };

  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(wipe()));
})();
