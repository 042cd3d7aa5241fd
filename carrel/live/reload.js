// The development server adds this script to every page on its way out. It is never written into
// a built site. It obeys the strictest policy that a theme may have: nothing inline, no eval.
"use strict";

(() => {
  const PLACE = "/.carrel/";
  let build = document.currentScript.dataset.build; // what this page was made by
  let stream = null;

  // A browser opens six connections to a host, and a stream takes one of them for as long as it
  // is open: only a page that somebody sees may have one. The others find out when they are shown.
  function listen() {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      stream = new EventSource(`${PLACE}events`);
      stream.onmessage = (message) => follow(JSON.parse(message.data));
    }
  }

  function follow(state) {
    show(state.problems);
    if (state.build === build) return;
    const known = state.before === build && state.changed.length > 0;
    const styled = known && state.changed.every((path) => path.endsWith(".css"));
    build = state.build;
    if (styled) restyle();
    else location.reload(); // the browser keeps the place that the page is scrolled to
  }

  // The new stylesheet stands beside the old one until it is there, so that nothing flickers.
  function restyle() {
    for (const old of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const address = new URL(old.href);
      if (address.origin !== location.origin || address.pathname.startsWith(PLACE)) continue;
      address.searchParams.set("build", build);
      const fresh = old.cloneNode();
      fresh.href = address.href;
      fresh.onload = fresh.onerror = () => old.remove();
      old.after(fresh);
    }
  }

  function show(problems) {
    const alone = document.querySelector("#carrel-problems.alone"); // there is no site behind it
    if (alone) {
      alone.querySelectorAll("pre").forEach((shown) => shown.remove());
      alone.append(...problems.map(quote));
      return;
    }
    document.getElementById("carrel-problems")?.remove();
    if (problems.length === 0) return;
    if (!document.querySelector(`link[href="${PLACE}reload.css"]`)) {
      document.head.append(make("link", { rel: "stylesheet", href: `${PLACE}reload.css` }));
    }
    const overlay = make("div", { id: "carrel-problems", role: "alert" });
    const close = make("button", { type: "button", textContent: "Close" });
    close.onclick = () => overlay.remove();
    const hint = make("p", { textContent: "The list cannot be built. The last good one stays:" });
    overlay.append(close, hint, ...problems.map(quote));
    document.body.append(overlay);
  }

  function quote(problem) {
    const [first, ...rest] = problem.split("\n");
    const shown = make("pre", {});
    shown.append(make("strong", { textContent: first }), ["", ...rest].join("\n"));
    return shown;
  }

  function make(name, values) {
    return Object.assign(document.createElement(name), values);
  }

  document.addEventListener("visibilitychange", listen);
  listen();
})();
