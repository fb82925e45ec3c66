"use strict";
// The cases of the report: sort, search, filter, and the way from a number to its cases. Data become text, never markup.
(() => {
  const { rows, labels } = JSON.parse(document.getElementById("case-data").textContent);
  const PAGE = 200;
  const table = document.getElementById("case-table");
  const body = table.tBodies[0];
  const controls = document.getElementById("controls");
  const search = document.getElementById("search");
  const selects = [...controls.querySelectorAll("select")];
  const status = document.getElementById("count");
  const more = document.getElementById("more");
  const texts = rows.map((row) => row.shown.join(" ").toLowerCase());
  let pinned = {}; // what a number of the report asked for
  let order = { column: null, key: null, down: false };
  let shown = PAGE;

  const matches = (row, field, wanted) => {
    const value = row.is[field];
    return Array.isArray(value) ? value.includes(wanted) : value === wanted;
  };

  const chosen = () => {
    const wanted = { ...pinned };
    for (const select of selects) if (select.value) wanted[select.dataset.field] = select.value;
    const words = search.value.trim().toLowerCase();
    const fields = Object.entries(wanted);
    return rows.filter((row, i) => (!words || texts[i].includes(words)) && fields.every(([f, w]) => matches(row, f, w)));
  };

  const sorted = (found) => {
    if (order.column === null) return found;
    const value = (row) => row.sort[order.key] ?? row.shown[order.column];
    const compare = (a, b) => (typeof a === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang));
    return [...found].sort((a, b) => (order.down ? -1 : 1) * compare(value(a), value(b)));
  };

  const line = (row) => {
    const tr = document.createElement("tr");
    row.shown.forEach((text, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (!i) {
        cell.scope = "row";
        const details = document.createElement("details");
        const summary = document.createElement("summary");
        const why = document.createElement("p");
        summary.textContent = text;
        why.textContent = row.why;
        details.append(summary, why);
        cell.append(details);
      } else cell.textContent = text;
      tr.append(cell);
    });
    return tr;
  };

  const draw = () => {
    const found = sorted(chosen());
    body.replaceChildren(...found.slice(0, shown).map(line));
    const filter = Object.keys(pinned).length ? " " + labels.filtered : "";
    status.textContent = found.length
      ? labels.count.replace("{found}", found.length.toLocaleString("en")).replace("{all}", rows.length.toLocaleString("en")) + filter
      : labels.empty;
    more.hidden = found.length <= shown;
  };

  // The filters stand in the address, so that a view can be sent to somebody
  const PREFIX = "#filter:";
  const remember = () => {
    const asked = new URLSearchParams(pinned);
    for (const select of selects) if (select.value) asked.set(select.dataset.field, select.value);
    if (search.value.trim()) asked.set("search", search.value.trim());
    const words = asked.toString();
    if (words || location.hash.startsWith(PREFIX)) history.replaceState(null, "", words ? PREFIX + words : "#cases");
  };
  const recall = () => {
    if (!location.hash.startsWith(PREFIX)) return;
    pinned = {};
    for (const [field, value] of new URLSearchParams(location.hash.slice(PREFIX.length))) {
      const select = selects.find((each) => each.dataset.field === field && [...each.options].some((o) => o.value === value));
      if (field === "search") search.value = value;
      else if (select) select.value = value;
      else pinned[field] = value;
    }
  };

  const restart = () => { shown = PAGE; remember(); draw(); };

  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const column = Number(button.dataset.column);
    order = { column, key: button.dataset.key, down: order.column === column ? !order.down : false };
    for (const th of table.tHead.querySelectorAll("th")) th.setAttribute("aria-sort", "none");
    button.parentElement.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    restart();
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("input", restart);
  controls.addEventListener("reset", () => { pinned = {}; setTimeout(restart); });
  more.addEventListener("click", () => { shown += PAGE; draw(); });

  document.addEventListener("click", (event) => {
    const number = event.target.closest("button.to-cases");
    if (!number) return;
    controls.reset(); // its own restart, without a filter, is due first
    setTimeout(() => {
      pinned = Object.fromEntries(new URLSearchParams(number.dataset.filter));
      restart();
      document.getElementById("cases-title").focus();
    });
  });

  for (const number of document.querySelectorAll("[data-filter]")) number.disabled = false;
  controls.hidden = table.hidden = false;
  recall();
  draw();

  // On a phone the chapters are folded until they are asked for; a link into one opens it
  const folds = [...document.querySelectorAll("details.fold")];
  if (matchMedia("(max-width: 700px)").matches) for (const fold of folds) fold.open = false;
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const fold = link && document.getElementById(link.hash.slice(1))?.closest("details.fold");
    if (fold) fold.open = true;
  });
})();
