// What a reader can do on every page: change the colours, copy, mark papers, use the keyboard, and
// open the search. Texts come from the page, in its language; content goes in as text only.
"use strict";

(() => {
  const { store, theme, nextTheme } = window.carrel;
  const root = new URL("..", document.currentScript.src).href;
  const place = `carrel:${new URL(root).pathname}:`; // lists of one host share its storage
  const said = document.getElementById("said");
  const texts = said.dataset;
  const byId = (id) => document.getElementById(id);
  let silence;

  function say(text) {
    said.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => (said.textContent = ""), 2500);
  }

  function make(name, values, ...children) {
    const element = Object.assign(document.createElement(name), values);
    element.append(...children);
    return element;
  }

  // A page of the list, with its addresses made whole, so that parts of it can be shown elsewhere.
  async function fetchPage(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status}: ${url}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["href", "src", "action", "data-index"]) {
      for (const element of page.querySelectorAll(`[${name}]`)) {
        element.setAttribute(name, new URL(element.getAttribute(name), answer.url).href);
      }
    }
    return page;
  }

  // Colours
  const switcher = byId("theme");
  function nameTheme() {
    switcher.title = switcher.dataset[theme()];
    switcher.setAttribute("aria-label", switcher.title);
  }
  function changeTheme() {
    nextTheme();
    nameTheme();
    say(switcher.title);
  }
  nameTheme();

  // Copying
  async function copy(button) {
    const source = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      say(texts.copied);
    } catch {
      for (let at = source; (at = at.parentElement?.closest("details")); ) at.open = true;
      source.focus();
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      say(texts.selected);
    }
  }

  // Marks: the reader's own, kept in this browser and sent nowhere
  const FORMAT = "carrel-marks";
  const KINDS = ["to-read", "read", "starred"];
  const marked = new Map(); // id of a paper → its marks
  const tools = byId("mark-tools");
  const marksOf = (id) => marked.get(id) ?? [];
  const encodeMarks = () => JSON.stringify({ format: FORMAT, marks: Object.fromEntries(marked) });

  function decodeMarks(text) {
    const { format, marks } = JSON.parse(text);
    if (format !== FORMAT) throw new Error(format);
    return Object.entries(marks).map(([id, kinds]) => [id, KINDS.filter((kind) => kinds.includes(kind))]);
  }
  function showMarks() {
    dress(document);
    document.dispatchEvent(new Event("carrel:marks"));
  }
  function loadMarks() {
    marked.clear();
    try {
      for (const [id, kinds] of decodeMarks(store(`${place}marks`))) marked.set(id, kinds);
    } catch {} // nothing yet, or nothing of ours
  }
  // A file says all of the papers that it names, and nothing of others.
  function importMarks(text) {
    const found = decodeMarks(text);
    for (const [id, kinds] of found) marked.set(id, kinds);
    store(`${place}marks`, encodeMarks());
    showMarks();
    return found.length;
  }
  function toggleMark(id, kind) {
    const kinds = new Set(marksOf(id));
    if (!kinds.delete(kind)) {
      if (kind !== "starred") kinds.delete("read"), kinds.delete("to-read");
      kinds.add(kind);
    }
    if (kinds.size) marked.set(id, [...kinds]);
    else marked.delete(id);
    store(`${place}marks`, encodeMarks());
    showMarks();
  }
  function dress(part) {
    for (const paper of tools ? part.querySelectorAll("[data-paper]") : []) {
      if (!paper.querySelector(".marks")) {
        const fresh = tools.content.cloneNode(true);
        const title = paper.querySelector("h1, h3").textContent;
        for (const button of fresh.querySelectorAll("button")) {
          button.setAttribute("aria-label", `${button.textContent}: ${title}`);
        }
        const links = paper.querySelector(".links") ?? make("ul", { className: "links" });
        if (!links.parentNode) (paper.querySelector(".head > div > div") ?? paper).append(links);
        links.append(fresh);
      }
      for (const button of paper.querySelectorAll(".marks button")) {
        button.setAttribute("aria-pressed", marksOf(paper.dataset.paper).includes(button.value));
      }
    }
  }
  loadMarks();
  dress(document);
  addEventListener("storage", () => {
    loadMarks();
    showMarks();
  });

  // Dialogs
  function openDialog(title, ...children) {
    const close = make("button", { className: "button plain", textContent: texts.close });
    const head = make("h2", { textContent: title, id: "dialog-title" });
    const dialog = make("dialog", { className: "dialog" }, head, close, ...children);
    document.querySelector("dialog")?.remove();
    dialog.setAttribute("aria-labelledby", head.id);
    close.onclick = () => dialog.close();
    dialog.onclick = ({ target }) => void (target === dialog && dialog.close()); // its backdrop
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  }

  // What is typed while the rest comes is not lost.
  function openSearch() {
    const link = byId("search-open");
    const field = byId(link ? "search-q" : "filter-q");
    if (field?.checkVisibility()) return field.focus();
    if (!link) return (location.href = `${root}papers/`);
    const title = link.dataset.title;
    const first = make("input", { className: "field", type: "search", name: "q", ariaLabel: title });
    openDialog(title, make("form", { action: link.href }, first)).classList.add("search-dialog");
    first.focus();
    const onload = () => window.carrel.openSearch(link.href, first);
    if (window.carrel.openSearch) onload();
    else document.head.append(make("script", { src: `${root}assets/search.js`, onload }));
  }

  // The keyboard
  const WAYS = {
    h: "", p: "papers/", t: "topics/", d: "hardware/", o: "organizations/", m: "matrix/",
    r: "results/", a: "archive/", f: "feeds/",
  };
  const switchboard = byId("keys");
  let last = null;
  let isOn = store("carrel:keys") !== "off";
  let waiting = 0; // until when a letter after g is a jump

  const current = () => document.activeElement.closest(".card, .hit") ?? (last?.isConnected ? last : null);
  const linkOf = (entry) => entry.querySelector("h3 a, a");

  function move(step) {
    const all = [...document.querySelectorAll("main .card, main .hit")];
    const shown = all.filter((entry) => entry.getClientRects().length);
    let at = shown.indexOf(current());
    if (at >= 0) at += step;
    else at = Math.max(0, shown.findIndex((entry) => entry.getBoundingClientRect().top >= 0));
    if (!shown[at]) return;
    last = shown[at];
    linkOf(last).focus({ preventScroll: true });
    last.scrollIntoView({ block: "nearest" });
  }
  function cite() {
    const entry = current();
    const button = (entry ?? document).querySelector("[data-copy]");
    if (button) button.click();
    else if (entry) location.href = `${linkOf(entry).href}#cite`;
  }
  function mark(star) {
    const paper = current() ?? document.querySelector("article[data-paper]:not(.card)");
    if (!paper?.dataset.paper || !tools) return;
    const id = paper.dataset.paper;
    const kind = star ? "starred" : /read/.test(marksOf(id)) ? "read" : "to-read";
    toggleMark(id, kind);
    const { textContent } = tools.content.querySelector(`[value="${kind}"]`);
    say(marksOf(id).includes(kind) ? textContent : tools.dataset.none);
  }
  function jump(key) {
    const url = root + (WAYS[key] ?? "?");
    for (const way of document.querySelectorAll(".top a, .bottom a")) {
      if (way.href.replace("index.html", "") === url) return way.click();
    }
  }
  function help() {
    const list = make("dl", { className: "keys" });
    for (const line of switchboard.dataset.list.trim().split("\n")) {
      const [keys, meaning] = line.split(" — ");
      const names = keys.split(" ").map((key) => make("kbd", { textContent: key }));
      list.append(make("div", {}, make("dt", {}, ...names), make("dd", { textContent: meaning })));
    }
    const box = make("input", { type: "checkbox", checked: isOn });
    box.onchange = () => store("carrel:keys", (isOn = box.checked) ? "on" : "off");
    const label = make("label", { className: "switch" }, box, ` ${switchboard.dataset.switch}`);
    openDialog(switchboard.textContent, list, label);
  }
  const COMMANDS = {
    "?": help,
    "/": openSearch,
    j: () => move(1),
    k: () => move(-1),
    o: () => current() && linkOf(current()).click(),
    c: cite,
    t: changeTheme,
    x: () => mark(false),
    s: () => mark(true),
    f: () => byId("filter-q")?.focus(),
    g: () => (waiting = Date.now() + 1500),
  };
  const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || !isOn || event.target.closest?.(WRITES)) return;
    if (document.querySelector("dialog[open]")) return;
    const jumps = Date.now() < waiting;
    waiting = 0;
    const command = jumps ? () => jump(event.key) : Object.hasOwn(COMMANDS, event.key) && COMMANDS[event.key];
    if (!command) return;
    event.preventDefault();
    command();
  });

  addEventListener("click", (event) => {
    const button = event.target.closest?.("button, #search-open");
    if (!button) return;
    if (button === switcher) changeTheme();
    else if (button === switchboard) help();
    else if (button.dataset.copy) copy(button);
    else if (button.closest(".marks")) {
      toggleMark(button.closest("[data-paper]").dataset.paper, button.value);
    } else if (button.id === "search-open" && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      openSearch();
    }
  });
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;

  Object.assign(window.carrel, { root, say, make, fetchPage, openDialog, dress, marksOf, encodeMarks, importMarks });
})();
