// What the page does when it is opened, filtered, printed, and asked by keyboard.

const inputs = { text: "text", rule: "rule", account: "account", region: "region" };
let waiting = 0;

function showInputs() {
  for (const [name, id] of Object.entries(inputs)) found(id).value = view[name];
  for (const box of document.querySelectorAll("[name=verdict]")) box.checked = view.verdicts.includes(box.value);
  if (found("flagged")) found("flagged").checked = view.flagged;
}

function takeInputs() {
  for (const [name, id] of Object.entries(inputs)) view[name] = found(id).value;
  view.verdicts = [...document.querySelectorAll("[name=verdict]:checked")].map((box) => box.value);
  view.flagged = Boolean(found("flagged")?.checked);
  Object.assign(view, { page: 1, open: [] });
  refresh();
}

function only(changes) {
  Object.assign(view, structuredClone(START), { sort: view.sort, down: view.down, size: view.size }, changes);
  showInputs();
  refresh();
  found("triggers").scrollIntoView();
  found("triggers").focus({ preventScroll: true });
}

function filterBy(button) {
  const { filter, value, rule, account, region } = button.dataset;
  if (filter === "cause") only({ text: value, rule, account, region, verdicts: ["NON_COMPLIANT"] });
  else only({ [filter]: value });
}

function themed() {
  const kept = document.documentElement.dataset.theme;
  return kept || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function showTheme() {
  found("theme").setAttribute("aria-pressed", String(themed() === "dark"));
}

function keep(theme) {
  try { localStorage.setItem("kafka-trigger-guard-theme", theme); } catch { /* a page from a file may not keep it */ }
}

function kept() {
  try { return localStorage.getItem("kafka-trigger-guard-theme"); } catch { return null; }
}

function switchTheme() {
  const theme = themed() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  keep(theme);
  showTheme();
}

// On paper: every trigger that the filters let through, and all details of the red ones.
function preparePrint() {
  if (found("printed").hasChildNodes()) return; // told by two events
  const head = make("tr", {}, COLUMNS.map((column) => make("th", { scope: "col", class: `of-${column.key}` }, column.title)));
  const rows = matching.map((trigger) => make("tr", { class: "trigger" },
    make("td", { class: trigger.worst }, make("span", { class: "mark" }, MARKS[trigger.worst]), ` ${WORDS[trigger.worst]}`), nameCell(trigger), ...cells(trigger)));
  const red = matching.filter((trigger) => BAD.includes(trigger.worst) || trigger.flag);
  found("printed").replaceChildren(
    make("p", { class: "note" }, found("matches").textContent),
    make("table", {}, make("thead", {}, head), make("tbody", {}, rows)),
    ...red.map((trigger) => make("article", {}, make("h3", {}, make("span", { class: `mark ${trigger.worst}` }, MARKS[trigger.worst]), " ", shown("text", trigger.name)), sheetOf(trigger, true))));
}

function clearPrint() {
  found("printed").replaceChildren();
}

function byKey(event) {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    found("text").focus();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches(".toggle")) {
    const toggles = [...document.querySelectorAll(".toggle")];
    const next = toggles[toggles.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  }
  if (event.key === "Escape" && event.target.id === "text" && event.target.value) {
    event.target.value = "";
    takeInputs();
  }
}

function listen() {
  const form = document.querySelector(".filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => { if (event.target.id !== "text") takeInputs(); });
  found("text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(takeInputs, 60); });
  found("reset").addEventListener("click", () => { only({}); found("text").focus(); });
  found("theme").addEventListener("click", switchTheme);
  found("print").addEventListener("click", () => print());
  found("rows").addEventListener("click", (event) => {
    const row = event.target.closest("tr.trigger");
    if (row && (event.target.closest(".toggle") || !String(getSelection()))) toggle(row);
  });
  document.querySelectorAll("[data-filter]").forEach((button) => button.addEventListener("click", () => filterBy(button)));
  document.addEventListener("keydown", byKey);
  addEventListener("hashchange", () => { fromAddress(); showInputs(); refresh(); });
  addEventListener("beforeprint", preparePrint);
  addEventListener("afterprint", clearPrint);
  matchMedia("print").addEventListener("change", (event) => (event.matches ? preparePrint() : clearPrint()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
}

function start() {
  const theme = kept();
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  for (const element of document.querySelectorAll(".tools, #explorer")) element.hidden = false;
  showTheme();
  fromAddress();
  showInputs();
  listen();
  refresh();
}

start();
