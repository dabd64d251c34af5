// The table of triggers: a page of rows at a time, each of which opens.

const MOST_PROBLEMS = 3;
let matching = [];

function columnHead(column) {
  const sorted = view.sort === column.key;
  const order = sorted ? (view.down ? "descending" : "ascending") : "none";
  const button = make("button", { type: "button", "data-sort": column.key }, column.title);
  button.addEventListener("click", () => sortBy(column.key));
  return make("th", { scope: "col", class: `of-${column.key}`, "aria-sort": order }, button);
}

function sortBy(key) {
  view.down = view.sort === key ? !view.down : false;
  view.sort = key;
  view.page = 1;
  refresh(`sorted by ${COLUMNS.find((column) => column.key === key).title}, ${view.down ? "descending" : "ascending"}`);
  document.querySelector(`[data-sort="${key}"]`).focus();
}

function cells(trigger) {
  const { shape } = trigger;
  const problems = trigger.bad.slice(0, MOST_PROBLEMS).map((finding) => make("li", { class: finding.verdict },
    make("span", { class: "mark", "aria-hidden": "true" }, MARKS[finding.verdict]), " ", shown("rule", short(finding.rule)), " ", make("code", {}, finding.reason)));
  const more = trigger.bad.length - problems.length;
  if (more) problems.push(make("li", { class: "second" }, `and ${more} more`));
  if (trigger.flag) problems.push(make("li", { class: "flagged" }, shown("mark", "⚠"), " Lambda reports a connection error"));
  const made = [
    make("td", { class: "account" }, shown("clamp one", trigger.account)),
    make("td", { class: "region" }, shown("clamp one", trigger.region)),
    make("td", { class: "source" }, shown("clamp one", shape.type || "–"), make("span", { class: "clamp one second id" }, trigger.source)),
    make("td", { class: "problems" }, problems.length ? make("ul", {}, problems) : shown("second", "nothing")),
  ];
  return data.costs ? [...made, costCell(trigger.cost)] : made;
}

function costCell(cost) {
  const told = cost ? [cost.brief, make("span", { class: "second clamp one" }, cost.second)] : "–";
  return make("td", { class: "cost number" }, told);
}

function nameCell(trigger) {
  const facts = [trigger.shape.mode, trigger.shape.state].filter(Boolean).join(", ");
  return make("th", { scope: "row", class: "of-name" }, make("span", { class: "name clamp" }, trigger.name),
    make("span", { class: "second clamp one" }, facts || trigger.uuid));
}

function rowOf(trigger) {
  const open = view.open.includes(trigger.number);
  const toggle = make("button", { type: "button", class: "plain toggle", "aria-expanded": String(open), "aria-controls": open ? `detail-${trigger.number}` : null },
    make("span", { class: "mark", "aria-hidden": "true" }, MARKS[trigger.worst]), WORDS[trigger.worst],
    make("span", { class: "unseen" }, ` details of ${trigger.name.slice(0, 100)}`));
  const row = make("tr", { class: open ? "trigger open" : "trigger", "data-number": trigger.number },
    make("td", { class: trigger.worst }, toggle), nameCell(trigger), ...cells(trigger));
  return open ? [row, detailRow(trigger)] : [row];
}

function detailRow(trigger) {
  const label = `Details of ${trigger.name.slice(0, 100)}`;
  return make("tr", { class: "detail", id: `detail-${trigger.number}` },
    make("td", { colspan: COLUMNS.length }, make("div", { role: "region", "aria-label": label }, sheetOf(trigger))));
}

function toggle(row) {
  const number = Number(row.dataset.number), button = row.querySelector(".toggle");
  const open = !view.open.includes(number);
  view.open = open ? [...view.open, number] : view.open.filter((each) => each !== number);
  row.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
  if (open) {
    row.after(detailRow(triggers[number]));
    button.setAttribute("aria-controls", `detail-${number}`);
  } else {
    row.nextElementSibling.remove();
    button.removeAttribute("aria-controls");
  }
  toAddress();
}

function showRows() {
  const pages = Math.max(1, Math.ceil(matching.length / view.size));
  view.page = Math.min(view.page, pages);
  const first = (view.page - 1) * view.size;
  const rows = matching.slice(first, first + view.size).flatMap(rowOf);
  const empty = make("tr", {}, make("td", { class: "empty", colspan: COLUMNS.length }, triggers.length ? "No trigger matches. Reset the filters to see all." : "No Kafka trigger: there is nothing to judge."));
  found("columns").replaceChildren(...COLUMNS.map(columnHead));
  found("rows").replaceChildren(...(rows.length ? rows : [empty]));
  showPages(pages, first);
}

function showPages(pages, first) {
  const turn = (title, page, allowed) => {
    const button = make("button", { type: "button", "data-turn": title, disabled: !allowed }, title);
    button.addEventListener("click", () => turnTo(page, title));
    return button;
  };
  const size = make("select", { id: "size" }, SIZES.map((each) => make("option", { value: each, selected: each === view.size }, String(each))));
  size.addEventListener("change", () => { view.size = Number(size.value); view.page = 1; refresh(); found("size").focus(); });
  const last = Math.min(first + view.size, matching.length);
  const where = matching.length ? `${(first + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ${matching.length.toLocaleString("en")}` : "";
  found("pages").hidden = matching.length <= SIZES[0] && view.size >= matching.length;
  found("pages").replaceChildren(make("span", {}, where), make("label", {}, "Rows a page ", size),
    turn("First", 1, view.page > 1), turn("Previous", view.page - 1, view.page > 1), turn("Next", view.page + 1, view.page < pages), turn("Last", pages, view.page < pages));
}

function turnTo(page, title) {
  view.page = page;
  refresh(`page ${page}`);
  const again = document.querySelector(`[data-turn="${title}"]`);
  (again.disabled ? document.querySelector("[data-turn]:not(:disabled)") : again)?.focus();
}

function refresh(said = "") {
  matching = chosen();
  showRows();
  toAddress();
  const of = matching.length === triggers.length ? counted(triggers.length, "trigger", "triggers") : `${matching.length.toLocaleString("en")} of ${counted(triggers.length, "trigger", "triggers")} match`;
  found("matches").textContent = said ? `${of}, ${said}` : of;
}
