// The filter of the whole list. Entries are taken from its pages, and put back when nothing is
// asked; none is built here. What is asked stands in the address, under the names of facets:
// ?topics=a&topics=b&hardware=c&q=words&sort=title. Of a facet one choice fits, of facets all.
"use strict";

(() => {
  const { say, make, fetchPage, dress, encodeMarks, importMarks, marksOf } = window.carrel;
  const ids = ["list", "q", "sort", "fold", "shown", "chosen", "found", "more", "save", "load", "file"];
  const [list, field, sorting, fold, shown, chips, found, more, save, load, file] = ids.map((id) =>
    document.getElementById(`filter-${id}`),
  );
  const form = document.getElementById("filter");
  const texts = form.dataset;
  const STEP = 50; // entries shown at once
  const FEW = 8; // choices of a facet shown unasked

  const choices = new Map(); // "facet value" → {pair, title, bit, group, under, total, count, …}
  let papers = []; // newest first
  let asked = readAddress();
  let limit = STEP;
  let run = 0; // an answer that comes late is dropped
  let typing = false; // whether the last step of the history is one of half a word

  // Letters and digits are parted, so that "4090" finds RTX4090 and "h100" finds H 100.
  const plain = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")
      .replace(/\p{L}(?=\p{N})|\p{N}(?=\p{L})/gu, "$& ").trim();

  function readAddress() {
    const query = new URLSearchParams(location.search);
    const q = query.get("q") ?? "";
    const sort = query.get("sort") ?? "newest";
    query.delete("q");
    query.delete("sort");
    return { q, sort, chosen: new Map([...query].map((pair) => [pair.join(" "), pair])) };
  }
  function change(replace) {
    const query = new URLSearchParams([...asked.chosen.values()]);
    if (asked.q) query.set("q", asked.q);
    if (asked.sort !== "newest") query.set("sort", asked.sort);
    const url = location.pathname + (`${query}` && `?${query}`);
    history[replace ? "replaceState" : "pushState"](null, "", url);
    typing = false;
    limit = STEP;
    update();
  }
  function toggle(key) {
    if (!asked.chosen.delete(key)) asked.chosen.set(key, choices.get(key).pair);
    change();
  }

  // The data, as choices and as papers that fall under them
  function take(data) {
    const facets = {};
    for (const [number, group] of form.querySelectorAll(".facet").entries()) {
      facets[group.dataset.facet] = { group, bit: 1 << number };
    }
    function add(name, value, title, order) {
      const pair = [name, value];
      const choice = { ...facets[name], pair, title, order, total: 0 };
      choices.set(pair.join(" "), choice);
      return choice;
    }
    const terms = data.terms.flatMap(([name, rows]) =>
      rows.map(([id, title, parent, aliases]) => ({
        words: ` ${plain([title, ...aliases].join(" "))}`,
        parent,
        choice: id && facets[name] && add(name, id, title, 0),
      })),
    );
    for (const term of terms) {
      term.line = [];
      for (let at = term; at; at = terms[at.parent]) term.line.push(at);
      if (term.choice) term.choice.under = term.line.slice(1).find((at) => at.choice)?.choice;
    }
    for (const item of form.querySelectorAll("[data-value]")) {
      add(item.closest(".facet").dataset.facet, item.dataset.value, item.textContent, choices.size);
      item.remove();
    }
    papers = data.papers.map(([id, slug, title, date, comments, has, status, own, words], at) => {
      const lines = new Set(own.flatMap((number) => terms[number].line));
      const year = date.slice(0, 4);
      const keys = [`year ${year}`, has & 1 && "has code", has & 2 && "has results", `status ${status}`];
      if (year && !choices.has(keys[0])) add("year", year, year, -year);
      const falls = [...[...lines].map((term) => term.choice), ...keys.map((key) => choices.get(key))];
      const under = falls.filter(Boolean);
      for (const choice of under) choice.total++;
      return { at, id, slug: slug || id, title, dated: !!year, comments, under, fixed: under.length, lines, words };
    });
    takeMarks();
    draw();
  }
  function takeMarks() {
    for (const paper of papers) {
      paper.under.length = paper.fixed;
      paper.under.push(...marksOf(paper.id).map((mark) => choices.get(`mark ${mark}`)));
    }
  }

  // Choices as rows: in the order given, or those with most papers first
  function draw() {
    const offered = [...choices].filter(([, { total, pair }]) => total || pair[0] === "mark");
    for (const [key, choice] of offered) {
      choice.box = make("input", { type: "checkbox", onchange: () => toggle(key) });
      choice.tally = make("span", { className: "tally" });
      const title = make("span", { textContent: choice.title });
      choice.label = make("label", {}, choice.box, title, " ", choice.tally);
      choice.row = make("li", {}, choice.label);
    }
    offered.sort(([, a], [, b]) => a.order - b.order || b.total - a.total || a.title.localeCompare(b.title));
    for (const [, { group, under, row }] of offered) {
      (under ? below(under) : group.querySelector("ul")).append(row);
      group.hidden = false;
    }
    for (const rows of form.querySelectorAll(".facet > ul")) {
      if (rows.children.length <= FEW + 2) continue;
      const text = texts.all.replace("{number}", rows.children.length);
      const button = control(text, () => {
        button.parentElement.remove();
        rows.classList.remove("cut");
        rows.children[FEW].querySelector("input").focus();
      });
      rows.classList.add("cut");
      rows.append(make("li", {}, button));
    }
  }
  function below(choice) {
    if (!choice.rows) {
      choice.rows = make("ul", {});
      const button = control("", () => choice.unfold(choice.rows.hidden), "unfold");
      button.setAttribute("aria-label", texts.under.replace("{term}", choice.title));
      choice.unfold = (open) => {
        choice.rows.hidden = !open;
        button.setAttribute("aria-expanded", open);
      };
      choice.unfold(false);
      choice.row.append(button, choice.rows);
    }
    return choice.rows;
  }
  const control = (textContent, onclick, className = "button plain") =>
    make("button", { type: "button", textContent, onclick, className });

  // Which papers fit, and how many would with one choice more: a paper counts for a facet when the
  // words and all other facets agree on it.
  function search() {
    let all = 0;
    for (const [key, choice] of choices) {
      choice.count = 0;
      choice.on = asked.chosen.has(key);
      if (choice.on) all |= choice.bit;
    }
    const words = asked.q.split(/\s+/).map(plain).filter(Boolean).map((word) => ` ${word}`);
    return papers.filter((paper) => {
      paper.plain ??= words.length ? ` ${plain(`${paper.title} ${paper.words}`)}` : null;
      for (const word of words) {
        if (paper.plain.includes(word)) continue;
        if (![...paper.lines].some((term) => term.words.includes(word))) return false;
      }
      let met = 0;
      for (const choice of paper.under) if (choice.on) met |= choice.bit;
      const missing = all & ~met;
      if (missing & (missing - 1)) return false; // two facets, or more
      for (const choice of paper.under) if (!missing || choice.bit === missing) choice.count++;
      return !missing;
    });
  }
  const { compare } = new Intl.Collator(document.documentElement.lang);
  const ORDERS = {
    oldest: (a, b) => b.dated - a.dated || b.at - a.at, // no date: last
    discussed: (a, b) => b.comments - a.comments,
    title: (a, b) => compare(a.title, b.title),
  };

  // Entries, from this page and the older ones
  const entries = new Map(); // slug → element
  const pages = {}; // address → promise
  function collect(part) {
    for (const entry of part.querySelectorAll(".entries > li")) {
      const { pathname } = new URL(entry.querySelector("h3 a").href);
      entries.set(decodeURIComponent(pathname.split("/").at(-2)), entry);
    }
  }
  collect(list);
  const { title } = found.parentElement.dataset;
  found.before(make("h2", { className: "unseen", textContent: title })); // entries are h3
  const homes = [...list.querySelectorAll(".entries")].map((home) => [home, [...home.children]]);
  const front = entries.size;
  const older = list.querySelector('.pager [rel="next"]')?.href;
  async function entryOf({ at, slug }) {
    if (!entries.has(slug) && older) {
      const last = older.match(/(\d+)\/[^/]*$/)[1];
      const number = last - Math.floor(((at - front) * last) / (papers.length - front));
      const url = older.replace(/\d+(?=\/[^/]*$)/, number);
      await (pages[url] ??= fetchPage(url).then(collect));
    }
    return entries.get(slug);
  }

  async function update() {
    const mine = ++run;
    const fitting = search();
    const order = ORDERS[asked.sort];
    if (order) fitting.sort(order);
    tell(fitting.length);
    const idle = !asked.q && !asked.chosen.size && !order;
    let nodes = [];
    if (!idle) {
      nodes = fitting.slice(0, limit).map(({ slug }) => entries.get(slug));
      if (!nodes.every(Boolean)) {
        try {
          nodes = await Promise.all(fitting.slice(0, limit).map(entryOf));
        } catch {
          return say(texts.failed);
        }
        if (mine !== run) return;
      }
      found.replaceChildren(...nodes);
      dress(found);
    } else if (list.hidden) {
      for (const [home, own] of homes) home.append(...own);
    }
    more.hidden = fitting.length <= limit;
    list.hidden = !idle;
    found.parentElement.hidden = idle;
  }
  function tell(number) {
    shown.textContent = texts.shown.replace("{shown}", number);
    if (field.value.trim() !== asked.q) field.value = asked.q;
    sorting.value = asked.sort;
    for (const { box, tally, label, count, on, group, under } of choices.values()) {
      if (!box) continue;
      if (on && !box.checked) {
        group.open = true;
        for (let at = under; at; at = at.under) at.unfold(true);
      }
      box.checked = on;
      if (tally.textContent !== `${count}`) tally.textContent = count;
      label.classList.toggle("none", !count && !on);
    }
    const held = chips.contains(document.activeElement);
    const removals = [...asked.chosen].map(([key, [, value]]) => [choices.get(key)?.title ?? value, () => toggle(key)]);
    if (asked.q) removals.push([`“${asked.q}”`, () => change((asked.q = ""))]);
    const buttons = removals.map(([title, remove]) => {
      const button = control(title, remove, "button");
      button.setAttribute("aria-label", texts.remove.replace("{title}", () => title));
      return button;
    });
    if (buttons.length > 1) {
      buttons.push(control(texts.clear, () => change(((asked.q = ""), asked.chosen.clear()))));
    }
    chips.replaceChildren(...buttons.map((button) => make("li", {}, button)));
    if (held) (buttons[0] ?? field).focus();
  }

  // What the reader does
  const when = (target, event, act) => target.addEventListener(event, act);
  when(form, "submit", (event) => event.preventDefault());
  when(field, "input", () => {
    asked.q = field.value.trim();
    change(typing);
    typing = true;
  });
  when(sorting, "change", () => change(void (asked.sort = sorting.value)));
  when(more, "click", async () => {
    const before = limit;
    limit += STEP;
    await update();
    found.children[before]?.querySelector("a").focus();
  });
  when(fold, "click", () => fold.setAttribute("aria-expanded", form.classList.toggle("open")));
  when(window, "popstate", () => {
    asked = readAddress();
    typing = false;
    limit = STEP;
    update();
  });
  when(document, "carrel:marks", () => {
    takeMarks();
    update();
  });
  when(save, "click", () => {
    const href = `data:application/json,${encodeURIComponent(encodeMarks())}`;
    make("a", { href, download: "reading-marks.json" }).click();
  });
  when(load, "click", () => file.click());
  when(file, "change", async () => {
    try {
      say(texts.imported.replace("{number}", importMarks(await file.files[0].text())));
    } catch {
      say(texts.refused);
    }
    file.value = "";
  });

  // A page that is read from disk may not fetch: then the list stays as it is.
  fetch(texts.source)
    .then((answer) => answer.json())
    .then((data) => update(take(data)), () => document.documentElement.classList.add("no-filter"));
})();
