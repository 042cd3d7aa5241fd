// The filter of the whole list. The entries are taken from the pages of the list and put back when
// nothing is asked any more; none is built here. The state stands in the address, under the names
// of the facets: ?topics=a&topics=b&hardware=c&q=words&sort=title. Within a facet one choice is
// enough, and all facets have to agree.
"use strict";

(() => {
  const { say, make, fetchPage, dress, encodeMarks, importMarks, marksOf } = window.carrel;
  const byId = (id) => document.getElementById(id);
  const form = byId("filter");
  const texts = form.dataset;
  const field = byId("filter-q");
  const sorting = byId("filter-sort");
  const fold = byId("filter-fold");
  const list = byId("whole-list");
  const shown = byId("filter-shown");
  const chosenList = byId("filter-chosen");
  const foundList = byId("filter-found");
  const more = byId("filter-more");
  const STEP = 50; // entries shown at once
  const FEW = 8; // choices of a facet that are shown unasked

  let state = readAddress();
  let papers = []; // newest first
  let facets = []; // {name, all: choices, group: element, open, bit}
  const choices = []; // {number, facet, value, title, under, words, count, total}
  const choiceOf = new Map(); // "facet value" → choice
  let limit = STEP;
  let run = 0; // an answer that comes late is dropped
  let typing = false; // whether the address in the history is one of half a word

  // Letters and digits are parted, so that "4090" finds RTX4090 and "h100" finds H 100.
  const fold_ = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ").replace(/(\p{L})(?=\p{N})|(\p{N})(?=\p{L})/gu, "$& ").trim();

  // State and address
  function readAddress() {
    const query = new URLSearchParams(location.search);
    return {
      q: query.get("q") ?? "",
      sort: query.get("sort") ?? "newest",
      chosen: new Set([...query].filter(([key]) => key !== "q" && key !== "sort").map((pair) => pair.join(" "))),
    };
  }
  function writeAddress(replace) {
    const query = new URLSearchParams();
    for (const key of state.chosen) query.append(...split(key));
    if (state.q) query.set("q", state.q);
    if (state.sort !== "newest") query.set("sort", state.sort);
    const url = `${location.pathname}${query.size ? `?${query}` : ""}`;
    history[replace ? "replaceState" : "pushState"](null, "", url);
  }
  function split(key) {
    const at = key.indexOf(" ");
    return [key.slice(0, at), key.slice(at + 1)];
  }
  function change(replace = false) {
    typing = replace === "typing";
    writeAddress(replace);
    limit = STEP;
    update();
  }

  // The data
  function take(data) {
    for (const group of form.querySelectorAll(".facet")) {
      facets.push({ name: group.dataset.facet, group, all: [], open: false, bit: 1 << facets.length });
    }
    const byName = new Map(facets.map((facet) => [facet.name, facet]));
    const terms = [];
    for (const [name, rows] of data.terms) {
      for (const [id, title, parent, aliases] of rows) {
        terms.push({ name, id, parent, title, words: ` ${fold_([title, ...aliases].join(" "))}` });
      }
    }
    for (const term of terms) {
      term.line = [];
      for (let at = term; at; at = terms[at.parent]) term.line.push(at);
      const [self, ...above] = term.line.filter((each) => each.id);
      if (self === term && byName.has(term.name)) {
        term.choice = add(byName.get(term.name), term.id, term.title);
        term.above = above[0];
      }
    }
    for (const term of terms) if (term.choice && term.above) term.choice.under = term.above.choice;
    for (const facet of facets) {
      for (const label of facet.group.querySelectorAll("[data-value]")) {
        add(facet, label.dataset.value, label.textContent);
      }
    }
    const years = [...new Set(data.papers.map((row) => row[3].slice(0, 4)))].filter(Boolean).sort().reverse();
    for (const year of years) add(byName.get("year"), year, year);
    papers = data.papers.map(([id, slug, title, date, comments, has, status, own, words], at) => {
      const lines = new Set(own.flatMap((number) => terms[number].line));
      const falls = [...lines].map((term) => term.choice).filter(Boolean);
      const fixed = [["year", date.slice(0, 4)], has & 1 && ["has", "code"], has & 2 && ["has", "results"], ["status", status]];
      for (const pair of fixed) {
        const choice = pair && choiceOf.get(pair.join(" "));
        if (choice) falls.push(choice);
      }
      for (const choice of falls) choice.total++;
      return { at, id, slug: slug || id, title, comments, falls, fixed: falls.length, lines, words, folded: "" };
    });
    takeMarks();
    for (const facet of facets) draw(facet);
  }
  function add(facet, value, title) {
    const choice = { number: choices.length, facet, value, title, under: null, count: 0, total: 0 };
    choices.push(choice);
    facet.all.push(choice);
    choiceOf.set(`${facet.name} ${value}`, choice);
    return choice;
  }
  function takeMarks() {
    for (const paper of papers) {
      paper.falls.length = paper.fixed;
      for (const mark of marksOf(paper.id)) paper.falls.push(choiceOf.get(`mark ${mark}`));
    }
  }

  // The choices of a facet: those with most papers, the others when they are asked for
  function draw(facet) {
    const ranked = [...facet.all];
    if (facet.group.dataset.order !== "fixed") {
      ranked.sort((a, b) => b.total - a.total || a.title.localeCompare(b.title));
    }
    const below = new Map();
    for (const choice of ranked) {
      if (choice.total || facet.name === "mark") below.set(choice.under, [...(below.get(choice.under) ?? []), choice]);
    }
    const rows = (under, level) => (below.get(under) ?? []).map((choice) => row(choice, level));
    const row = (choice, level) => {
      const key = `${facet.name} ${choice.value}`;
      choice.box = make("input", { type: "checkbox", checked: state.chosen.has(key) });
      choice.box.onchange = () => toggle(key, choice.box.checked);
      choice.tally = make("span", { className: "tally" });
      choice.label = make("label", {}, choice.box, make("span", { textContent: choice.title }), choice.tally);
      choice.row = make("li", {}, choice.label);
      const children = below.get(choice);
      if (children) {
        const inner = make("ul", { hidden: true });
        const button = make("button", { type: "button", className: "unfold" });
        button.setAttribute("aria-label", texts.under.replace("{term}", choice.title));
        choice.unfold = (open) => {
          if (open && !inner.firstChild) inner.append(...rows(choice, level + 1)), count();
          inner.hidden = !open;
          button.setAttribute("aria-expanded", open);
        };
        button.onclick = () => choice.unfold(inner.hidden);
        choice.unfold(false);
        choice.row.append(button, inner);
      }
      return choice.row;
    };
    const top = below.get(null) ?? [];
    facet.group.hidden = !top.length;
    const wanted = facet.open || top.length <= FEW + 2 ? top : top.filter((each, n) => n < FEW || isChosen(each));
    const body = facet.group.querySelector("ul");
    body.replaceChildren(...wanted.map((choice) => row(choice, 0)));
    if (wanted.length < top.length) {
      const button = make("button", { type: "button", className: "button plain", textContent: texts.all.replace("{number}", top.length) });
      button.onclick = () => {
        facet.open = true;
        draw(facet);
        count();
        top[wanted.length].box.focus();
      };
      body.append(make("li", {}, button));
    }
    for (const choice of facet.all) if (isChosen(choice)) reveal(choice);
  }
  const isChosen = (choice) => state.chosen.has(`${choice.facet.name} ${choice.value}`);
  function reveal(choice) {
    choice.facet.group.open = true;
    const line = [];
    for (let at = choice.under; at; at = at.under) line.unshift(at);
    for (const each of line) each.unfold?.(true);
  }
  function toggle(key, on) {
    if (on) state.chosen.add(key);
    else state.chosen.delete(key);
    change();
  }

  // Which papers, and how many would be with one choice more: a paper counts for a facet when all
  // other facets and the words agree on it.
  function search() {
    const wanted = new Uint8Array(choices.length);
    let asked = 0;
    for (const key of state.chosen) {
      const choice = choiceOf.get(key);
      if (choice) {
        wanted[choice.number] = 1;
        asked |= choice.facet.bit;
      }
    }
    const words = state.q.split(/\s+/).map(fold_).filter(Boolean).map((word) => ` ${word}`);
    for (const choice of choices) choice.count = 0;
    const found = [];
    for (const paper of papers) {
      if (words.length && !matches(paper, words)) continue;
      let met = 0;
      for (const choice of paper.falls) if (wanted[choice.number]) met |= choice.facet.bit;
      const missing = asked & ~met;
      if (!missing) found.push(paper);
      if (missing & (missing - 1)) continue; // two facets and more
      for (const choice of paper.falls) if (!missing || choice.facet.bit === missing) choice.count++;
    }
    return found;
  }
  function matches(paper, words) {
    paper.folded ||= ` ${fold_(`${paper.title} ${paper.words}`)}`;
    return words.every((word) => {
      if (paper.folded.includes(word)) return true;
      for (const term of paper.lines) if (term.words.includes(word)) return true;
      return false;
    });
  }
  const ORDERS = {
    oldest: (a, b) => b.at - a.at,
    discussed: (a, b) => b.comments - a.comments || a.at - b.at,
    title: (a, b) => a.rank - b.rank,
  };
  function sort(found) {
    if (state.sort === "title" && papers[0] && !("rank" in papers[0])) {
      const { compare } = new Intl.Collator(document.documentElement.lang);
      [...papers].sort((a, b) => compare(a.title, b.title)).forEach((paper, rank) => (paper.rank = rank));
    }
    return ORDERS[state.sort] ? found.sort(ORDERS[state.sort]) : found;
  }

  // Entries, from this page and, when they are needed, from the older ones
  const entries = new Map(); // slug → element
  const homes = []; // [list, its entries]
  const pages = new Map(); // address → promise
  function collect(part, keep) {
    for (const home of part.querySelectorAll(".entries")) {
      if (keep) homes.push([home, [...home.children]]);
      for (const entry of home.children) {
        const link = entry.querySelector("h3 a");
        entries.set(new URL(link.href, location.href).pathname.split("/").at(-2), document.adoptNode(entry));
      }
    }
  }
  collect(list, true);
  for (const [home, own] of homes) home.append(...own);
  const older = list.querySelector('.pager [rel="next"]')?.href;
  const first = entries.size;
  async function entryOf(paper) {
    const slug = encodeURIComponent(paper.slug);
    const known = () => entries.get(slug) ?? entries.get(paper.slug);
    if (!known() && older) {
      const last = Number(older.match(/(\d+)\/[^/]*$/)[1]);
      const size = (papers.length - first) / last;
      const number = last - Math.floor((paper.at - first) / size);
      const url = older.replace(/\d+(\/[^/]*)$/, `${number}$1`);
      if (!pages.has(url)) pages.set(url, fetchPage(url).then((page) => collect(page, false)));
      await pages.get(url);
      if (known()) dress(known());
    }
    return known();
  }

  async function update() {
    const mine = ++run;
    const plain = !state.q && !state.chosen.size && state.sort === "newest";
    const found = sort(search());
    count();
    drawChosen();
    field.value === state.q || (field.value = state.q);
    sorting.value = state.sort;
    shown.textContent = plain ? "" : texts.shown.replace("{shown}", found.length);
    if (plain) return putBack();
    const slice = found.slice(0, limit);
    let nodes = slice.map((paper) => entries.get(paper.slug));
    if (!nodes.every(Boolean)) {
      try {
        nodes = (await Promise.all(slice.map(entryOf))).filter(Boolean);
      } catch {
        return say(texts.failed);
      }
      if (mine !== run) return;
    }
    foundList.replaceChildren(...nodes);
    more.hidden = found.length <= limit;
    list.hidden = true;
    foundList.parentElement.hidden = false;
  }
  function putBack() {
    for (const [home, own] of homes) home.append(...own);
    list.hidden = false;
    foundList.parentElement.hidden = true;
  }
  function count() {
    for (const { box, tally, label, count } of choices) {
      if (!box) continue;
      if (tally.textContent !== `${count}`) tally.textContent = count;
      label.classList.toggle("none", !count && !box.checked);
    }
  }
  function drawChosen() {
    const chips = [...state.chosen].map((key) => {
      const title = choiceOf.get(key)?.title ?? split(key)[1];
      return chip(title, () => toggle(key, false));
    });
    if (state.q) chips.push(chip(`“${state.q}”`, () => ((state.q = ""), change())));
    if (chips.length > 1) {
      const clear = make("button", { type: "button", className: "button plain", textContent: texts.clear });
      clear.onclick = () => ((state.q = ""), state.chosen.clear(), change());
      chips.push(make("li", {}, clear));
    }
    const before = [...chosenList.children].findIndex((item) => item.contains(document.activeElement));
    chosenList.replaceChildren(...chips);
    if (before >= 0) (chosenList.children[Math.min(before, chips.length - 1)]?.firstChild ?? field).focus();
    for (const { box, facet, value } of choices) if (box) box.checked = state.chosen.has(`${facet.name} ${value}`);
  }
  function chip(title, remove) {
    const button = make("button", { type: "button", className: "button", textContent: title });
    button.setAttribute("aria-label", texts.remove.replace("{title}", title));
    button.onclick = remove;
    return make("li", {}, button);
  }

  // What the reader does
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    state.q = field.value.trim() ? field.value : "";
    change(typing && "typing");
    typing = true;
  });
  field.addEventListener("change", () => (typing = false));
  sorting.addEventListener("change", () => ((state.sort = sorting.value), change()));
  more.addEventListener("click", () => {
    const before = limit;
    limit += STEP;
    update().then(() => foundList.children[before]?.querySelector("a").focus());
  });
  fold.addEventListener("click", () => {
    const open = fold.getAttribute("aria-expanded") !== "true";
    fold.setAttribute("aria-expanded", open);
    form.classList.toggle("open", open);
  });
  addEventListener("popstate", () => {
    state = readAddress();
    limit = STEP;
    typing = false;
    update();
  });
  document.addEventListener("carrel:marks", () => {
    takeMarks();
    update();
  });
  byId("marks-export").addEventListener("click", () => {
    const href = URL.createObjectURL(new Blob([encodeMarks()], { type: "application/json" }));
    make("a", { href, download: "reading-marks.json" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  });
  const file = byId("marks-file");
  byId("marks-import").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    try {
      say(texts.imported.replace("{number}", importMarks(await file.files[0].text())));
    } catch {
      say(texts.refused);
    }
    file.value = "";
  });

  fetch(form.dataset.source)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then((data) => {
      take(data);
      form.classList.add("ready");
      return update();
    })
    .catch(() => document.documentElement.classList.add("no-filter")); // a page read from disk
})();
