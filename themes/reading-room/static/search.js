// The full-text search, on its own page or in a dialog over any other. Pagefind, which made the
// index, reads it in a worker; how it looks is our own.
"use strict";

window.carrel.openSearch = async (url, first) => {
  const { fetchPage, search } = window.carrel;
  const page = await fetchPage(url).catch(() => null);
  if (!first.isConnected) return; // the dialog is closed by now
  if (!page) location.href = url; // pages read from disk may not fetch others
  else {
    const box = document.adoptNode(page.getElementById("search"));
    box.querySelector("input").value = first.value;
    first.form.replaceWith(box);
    search(box);
  }
};

window.carrel.search = (box) => {
  const { root, make } = window.carrel;
  const texts = box.dataset;
  const field = box.querySelector("input");
  const said = box.querySelector("[role=status]");
  const hits = box.querySelector(".hits");
  const ways = box.querySelector(".search-ways");
  const more = box.querySelector("button");
  const alone = !box.closest("dialog"); // on its own page the words stand in the address
  const STEP = 10;
  let engine;
  let run = 0; // an answer that comes late is dropped
  let results = [];

  // Excerpts come as HTML of the index's making: of that only the words and the marks are taken.
  // Dots stand where the text goes on.
  function excerpt(html, content) {
    const source = new DOMParser().parseFromString(html, "text/html").body;
    const words = source.textContent;
    const whole = content.replace(/\s+/g, " ").trim();
    const nodes = [...source.childNodes].map((node) =>
      node.nodeName === "MARK" ? make("mark", { textContent: node.textContent }) : node.textContent,
    );
    if (!whole.startsWith(words)) nodes.unshift("… ");
    if (!whole.endsWith(words)) nodes.push(" …");
    return make("p", { className: "excerpt" }, ...nodes);
  }

  async function show() {
    const mine = run;
    const shown = hits.children.length;
    const found = await Promise.all(results.slice(shown, shown + STEP).map((result) => result.data()));
    if (mine !== run) return;
    for (const { raw_url, url, meta, content, excerpt: html } of found) {
      const href = new URL((raw_url ?? url).replace(/^\//, ""), root).href;
      const link = make("a", { href, textContent: meta.title });
      const title = make(alone ? "h2" : "h3", {}, link);
      if (meta.kind) title.append(" ", make("span", { className: "label", textContent: meta.kind }));
      hits.append(make("li", { className: "hit" }, title, excerpt(html, content)));
    }
    more.hidden = hits.children.length >= results.length;
  }

  async function ask() {
    const mine = ++run;
    const words = field.value.trim();
    if (alone) history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
    if (!words) {
      results = [];
      hits.replaceChildren();
      said.textContent = "";
      more.hidden = true;
      return;
    }
    try {
      engine ??= import(new URL(texts.index, location.href).href);
      const answer = await (await engine).search(words);
      if (mine !== run) return;
      results = answer.results;
    } catch {
      ways.hidden = false; // no index, or a page read from disk
      return;
    }
    hits.replaceChildren();
    await show();
    if (mine !== run) return;
    const text = results.length ? texts.found.replace("{number}", results.length) : texts.none;
    said.textContent = text.replace("{words}", () => `“${words}”`);
  }

  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 80);
  });
  field.form.addEventListener("submit", (event) => {
    if (!alone) return; // to the search's own page, with the words
    event.preventDefault();
    ask();
  });
  more.addEventListener("click", async () => {
    const before = hits.children.length;
    await show();
    hits.children[before]?.querySelector("a").focus();
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [field, ...hits.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    stops[at + step]?.focus();
  });

  ways.hidden = true;
  if (alone) field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.focus();
  // Begun before the first word is typed, so that it is there when it is needed.
  engine = import(new URL(texts.index, location.href).href);
  engine.then(ask, () => (ways.hidden = false));
};

if (document.getElementById("search")) window.carrel.search(document.getElementById("search"));
