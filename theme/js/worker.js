// Without this script nothing that a reader keeps opens when the network fails.
// It answers only for whole pages, stores nothing, and waits eight seconds: ten kilobytes at ten kilobits a second.
(() => {
  const root = registration.scope;
  const name = "kept:" + new URL(root).pathname;

  // The address of the file, where a host drops its name or its end.
  const copyOf = (address) => {
    const file = new URL(address).pathname.replace(/\/$/, "/index.html").replace(/(\.html)?$/, ".html");
    return caches.match(new URL(file, root).href, { cacheName: name }).catch(() => {});
  };

  // A connection that is cut after some kilobytes neither ends nor fails.
  const whole = async (request) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 8000);
    const answer = await fetch(request, { signal: stop.signal });
    await answer.clone().text();
    clearTimeout(timer);
    if (answer.status > 499) throw answer;
    return answer;
  };

  const answer = async (request) => {
    const copy = await copyOf(request.url);
    try {
      return await (copy ? whole(request) : fetch(request));
    } catch (failed) {
      return copy || (await copyOf(root + "shelf.html")) || Response.error();
    }
  };

  addEventListener("install", () => skipWaiting());
  addEventListener("fetch", (event) => {
    const { method, mode } = event.request;
    if (method === "GET" && mode === "navigate") event.respondWith(answer(event.request));
  });
})();
