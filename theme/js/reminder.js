// Without this script the message cannot be put off. It keeps one day (YYYY-MM-DD), under a key of this site's own folder.
(() => {
  const line = document.currentScript.previousElementSibling;
  const aside = line.parentNode;
  const words = aside.dataset;
  const key = "until:" + new URL(words.root, location).pathname.replace(/[^/]*$/, "");
  const now = new Date();

  const add = (to, tag, text) => {
    const made = to.appendChild(document.createElement(tag));
    made.textContent = text;
    return made;
  };

  // The reader's own calendar day, so many months and days from today.
  const day = (months, days) =>
    new Date(Date.UTC(now.getFullYear(), now.getMonth() + months, now.getDate() + days)).toJSON().slice(0, 10);

  const putOff = (until) => {
    const year = until.startsWith(now.getFullYear()) ? undefined : "numeric";
    const date = new Date(until + "T00:00").toLocaleDateString(aside.lang, { day: "numeric", month: "long", year });
    // A Russian date with its year ends in a full stop of its own.
    line.textContent = words.off.replace("{date}", date).replace("..", ".") + " ";
    add(line, "button", words.undo).onclick = () => {
      localStorage.removeItem(key);
      line.textContent = "";
      delete words.until;
      aside.focus();
    };
    words.until = until;
  };

  try {
    const until = localStorage.getItem(key);
    const date = new Date(until);
    const isDay = +date && date.toJSON().slice(0, 10) === until;
    if (isDay && until > day(0, 0) && until <= day(12, 0)) putOff(until);
    else localStorage.removeItem(key);
  } catch {
    return;
  }

  addEventListener("DOMContentLoaded", () => {
    const later = add(aside.lastElementChild, "p", words.later + " ");
    const offer = (text, months, days) => {
      add(later, "button", text).onclick = () => {
        try {
          localStorage.setItem(key, day(months, days));
        } catch {
          return later.remove();
        }
        putOff(day(months, days));
        line.focus();
      };
    };
    offer(words.week, 0, 7);
    offer(words.month, 1, 0);
    offer(words.year, 12, 0);
    add(later, "small", words.keeps);
  });
})();
