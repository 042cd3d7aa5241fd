// Makes a filter of the lists of metrics and devices above the results. The state is in the
// address, so Back works and a link can be sent. Without this file the lists are ways by links.
const picks = document.querySelector(".picks");
const bodies = [...document.querySelectorAll(".board tbody")];
const form = document.createElement("form");
form.className = "pick";
const status = document.createElement("output");

for (const list of picks ? picks.querySelectorAll("details[data-key]") : []) {
  const select = Object.assign(document.createElement("select"), { name: list.dataset.key, className: "field" });
  select.add(new Option(picks.dataset.all, ""));
  for (const item of list.querySelectorAll("li")) {
    const depth = item.closest("ul").parentNode.closest("li") ? "\u2003" : "";
    const [name, count] = item.querySelector(".leader").children;
    select.add(new Option(`${depth}${name.textContent} (${count.textContent})`, item.dataset.key));
  }
  const label = document.createElement("label");
  label.append(list.querySelector("summary").textContent, select);
  form.append(label);
  list.hidden = true;
}

function show() {
  const wanted = new URLSearchParams(location.search);
  for (const select of form.querySelectorAll("select")) select.value = wanted.get(select.name) || "";
  const { metric, hardware } = Object.fromEntries(new FormData(form));
  let shown = 0, total = 0;
  for (const body of bodies) {
    for (const row of body.rows) {
      row.hidden = !!((metric && body.id !== "on-" + metric) || (hardware && !row.dataset.on.split(" ").includes(hardware)));
      total += 1;
      shown += !row.hidden;
    }
  }
  for (const part of document.querySelectorAll(".row.wide")) part.hidden = !part.querySelector("tbody tr:not([hidden])");
  status.value = picks.dataset.shown.replace("{shown}", shown).replace("{total}", total);
}

if (form.children.length && bodies.length) {
  form.append(status);
  picks.firstElementChild.prepend(form);
  form.addEventListener("change", () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    history.pushState(null, "", "?" + new URLSearchParams(chosen));
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", show);
  show();
}
