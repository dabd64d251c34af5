// What is shown, in which order and on which page; kept in the address so that a view can be passed on.

const SIZES = [25, 50, 100, 250];
const START = { text: "", verdicts: [], rule: "", account: "", region: "", flagged: false, sort: "status", down: false, page: 1, size: 50, open: [] };
const view = structuredClone(START);

const COLUMNS = [
  { key: "status", title: "Status", of: (t) => ORDER.indexOf(t.worst) },
  { key: "name", title: "Function", of: (t) => t.name.toLowerCase() },
  { key: "account", title: "Account", of: (t) => t.account },
  { key: "region", title: "Region", of: (t) => t.region },
  { key: "source", title: "Source", of: (t) => `${t.shape.type} ${t.source}` },
  { key: "problems", title: "What is wrong", of: (t) => (t.bad.length ? `0 ${9 - t.bad.length} ${t.bad.map((f) => f.reason)}` : "1") },
  ...(data.costs ? [{ key: "cost", title: "NAT a month", of: (t) => -t.nat }] : []),
];

function suits(trigger, terms) {
  const { verdicts, rule, account, region, flagged } = view;
  if (account && trigger.account !== account) return false;
  if (region && trigger.region !== region) return false;
  if (flagged && !trigger.flag) return false;
  const verdict = rule ? trigger.verdictOf(rule) : trigger.worst;
  if (!verdict || (verdicts.length && !verdicts.includes(verdict))) return false;
  return terms.every((term) => trigger.searched.includes(term));
}

function compared(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function chosen() {
  const terms = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const column = COLUMNS.find((each) => each.key === view.sort) || COLUMNS[0];
  const sign = view.down ? -1 : 1;
  return triggers
    .filter((trigger) => suits(trigger, terms))
    .map((trigger) => [column.of(trigger), trigger])
    .sort(([a, one], [b, other]) => sign * compared(a, b) || other.bad.length - one.bad.length || one.number - other.number)
    .map(([, trigger]) => trigger);
}

function toAddress() {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) {
    const text = Array.isArray(value) ? value.join(",") : String(value === true ? 1 : value || "");
    if (String(START[name]) !== String(value)) parts.set(name, text);
  }
  const address = `#${parts}`;
  if (address === (location.hash || "#")) return;
  try { history.replaceState(null, "", address); } catch { /* a preview may have no address of its own */ }
}

function fromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (parts.get(name) || "").split(",").filter(Boolean);
  const text = (name) => parts.get(name) || START[name];
  const number = (name, allowed) => (allowed(Number(parts.get(name))) ? Number(parts.get(name)) : START[name]);
  Object.assign(view, {
    text: text("text"), rule: text("rule"), account: text("account"), region: text("region"),
    verdicts: list("verdicts").filter((verdict) => ORDER.includes(verdict)),
    flagged: parts.get("flagged") === "1", down: parts.get("down") === "1",
    sort: COLUMNS.some((column) => column.key === parts.get("sort")) ? parts.get("sort") : START.sort,
    page: number("page", (page) => Number.isInteger(page) && page > 0),
    size: number("size", (size) => SIZES.includes(size)),
    open: list("open").map(Number).filter((each) => each in triggers),
  });
}
