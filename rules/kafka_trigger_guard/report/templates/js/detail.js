// All that is known of one trigger: its findings with their fixes, its paths hop by hop, its cost.

const LONG = 180; // characters, beyond which a fact may scroll

const shown = (style, content) => make("span", { class: style }, content);

function sheetOf(trigger, printed = false) {
  return make("div", { class: "sheet" },
    trigger.flag ? make("p", { class: "flag wide" }, shown("mark", "⚠"), " ", trigger.flag) : null,
    make("section", {}, make("h3", {}, "Findings"), findingsOf(trigger), trigger.shape.remedies.map((remedy) => remedyOf(trigger, remedy))),
    make("section", {}, make("h3", {}, "Trigger"), factsOf(trigger)),
    trigger.cost ? make("section", { class: "wide" }, make("h3", {}, "Cost"), make("p", { class: "text cost-facts" }, trigger.cost.sentence)) : null,
    trigger.shape.places ? trigger.shape.places.map((place, number) => pathsOf(trigger, place, number, printed)) : null);
}

function factsOf(trigger) {
  const { shape } = trigger;
  const ids = (list) => list.map((each) => trigger.filled(each)).join(" ");
  const facts = [
    ["UUID", trigger.uuid, "id"], ["Function", trigger.functionArn, "id"], ["State", shape.state, "text"],
    ["Mode", shape.mode, "text"], ["Source", shape.type, "text"], ["", trigger.source, "id"],
    ["Topics", trigger.topics.join(", "), "text"], ["Last result", trigger.last, "text"],
    ["VPC", trigger.filled(shape.vpc), "id"], ["Subnets", ids(shape.subnets), "id"], ["Groups", ids(shape.groups), "id"],
  ];
  const list = make("dl", { class: "facts" });
  for (const [title, content, style] of facts) {
    if (content) list.append(make("dt", {}, title || "Brokers or ARN"), make("dd", { class: style, tabindex: content.length > LONG ? 0 : null }, content));
  }
  return list;
}

function findingsOf(trigger) {
  const ranked = [...trigger.shape.findings].sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  return make("ul", { class: "findings" }, ranked.map((finding) => findingOf(trigger, finding)));
}

function findingOf(trigger, finding) {
  const bad = BAD.includes(finding.verdict);
  const head = make("p", { class: "head" }, short(finding.rule), " ", make("code", {}, finding.reason),
    make("span", { class: bad ? "" : "unseen" }, ` ${WORDS[finding.verdict].toLowerCase()}`));
  const said = sentence(trigger.filled(finding.text), finding.reason);
  return make("li", { class: bad ? "bad" : "well" },
    make("span", { class: `mark ${finding.verdict}`, "aria-hidden": "true" }, MARKS[finding.verdict]),
    make("div", {}, head, bad ? make("p", { class: "text" }, said) : null, bad ? fixOf(trigger, finding) : null));
}

// An annotation without its reason code, begun with a capital letter unless with a name.
function sentence(annotation, reason) {
  const said = annotation.replace(`${reason}: `, "");
  return /^[a-z]+ /.test(said) ? said[0].toUpperCase() + said.slice(1) : said;
}

function fixOf(trigger, finding) {
  const rule = data.rules[finding.rule].name;
  const where = ["--region", trigger.region];
  if (!finding.document) {
    return data.paths || trigger.functionArn === trigger.uuid ? null : make("div", { class: "fix" }, commandOf("Look", ["kafka-trigger-guard", "explain", trigger.uuid, ...where]));
  }
  const partition = trigger.functionArn.split(":")[1] || "aws";
  const role = `arn:${partition}:iam::${trigger.account}:role/${finding.document}`;
  const parameters = { EventSourceMappingId: [trigger.uuid], Rule: [rule], AutomationAssumeRole: [role] };
  const start = ["aws", "ssm", "start-automation-execution", ...where, "--document-name", finding.document, "--parameters", JSON.stringify(parameters)];
  return make("div", { class: "fix" },
    commandOf("Repair: shows the plan first", ["kafka-trigger-guard", "remediate", trigger.uuid, "--rule", rule, ...where]),
    commandOf(`The same by Systems Manager, in account ${trigger.account}`, start));
}

// What accounts run or do; the commands come ready for a shell.
function remedyOf(trigger, remedy) {
  const does = remedy.commands.length ? "runs" : "must repair it";
  const title = `For ${remedy.rules.map(short).join(", ")}, account ${trigger.filled(remedy.account)} ${does}:`;
  const commands = remedy.commands.map((command) => lineOf("a command of that account", trigger.filled(command)));
  const advice = remedy.advice ? make("p", { class: "text" }, trigger.filled(remedy.advice)) : "";
  return make("div", { class: "remedy" }, make("h4", {}, title), make("p", { class: "second text" }, trigger.filled(remedy.why)), commands, advice);
}

// For a POSIX shell: whatever a name holds, it stays one word.
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function commandOf(title, words) {
  return make("div", {}, make("p", { class: "second" }, title), lineOf(title, words.map(quoted).join(" ")));
}

function lineOf(title, line) {
  const copy = make("button", { type: "button", "aria-label": `Copy: ${title}` }, "Copy");
  copy.addEventListener("click", () => copied(line, copy));
  return make("div", { class: "command" }, make("code", {}, line), copy);
}

async function copied(line, button) {
  try {
    await navigator.clipboard.writeText(line);
    button.textContent = "Copied";
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.previousSibling);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1600);
}

function pathsOf(trigger, place, number, printed) {
  const several = trigger.shape.places.length > 1;
  return make("section", { class: "wide" },
    make("h3", {}, several ? `Paths, place ${number + 1} of ${trigger.shape.places.length}` : "Paths"),
    several ? make("p", { class: "place-note" }, "AWS does not document from which of these places the pollers poll.") : null,
    place.note ? make("p", { class: "place-note" }, trigger.filled(place.note)) : null,
    place.destinations.length ? pictureOf(trigger, place) : null,
    place.destinations.map((destination) => destinationOf(trigger, destination, printed)));
}

function destinationOf(trigger, destination, printed) {
  const names = destination.names.map((name) => trigger.filled(name)).join(", ");
  const kind = destination.kind === "broker" ? (destination.names.length > 1 ? "brokers " : "broker ") : "";
  const port = destination.port ? ` on TCP ${trigger.filled(destination.port)}` : "";
  const shut = destination.answer !== "allow";
  const summary = make("summary", {}, make("span", { class: `mark ${destination.answer}`, "aria-hidden": "true" }, ANSWER_MARKS[destination.answer]),
    " ", shown("text", `${kind}${names}${port}: ${REACHED[destination.answer]}`));
  const told = () => destination.ways.flatMap((way) => way.paths.map((path) => pathOf(trigger, way, path)));
  const element = make("details", { class: "destination", open: shut }, summary, shut ? told() : null);
  if (!shut && !printed) element.addEventListener("toggle", () => element.append(...told()), { once: true });
  return element;
}

function pathOf(trigger, way, path) {
  const ends = path.ends.map((each) => `from ${each.subnets.join(" ")} to ${each.addresses.join(" ")}`);
  return make("div", { class: "path" },
    make("p", {}, shown("text", trigger.filled(way.title)), ": ", shown("text", trigger.filled(ends.join("; ")))),
    make("ol", { class: "hops" }, path.hops.map((hop, number) => hopOf(trigger, hop, number === path.blocking))));
}

function hopOf(trigger, hop, blocking) {
  const style = blocking ? (hop.answer === "deny" ? "blocking" : "doubted") : "";
  const here = blocking ? (hop.answer === "deny" ? "Blocked here: " : "In doubt here: ") : "";
  return make("li", { class: style },
    make("span", { class: `mark ${hop.answer}` }, make("span", { "aria-hidden": "true" }, ANSWER_MARKS[hop.answer]),
      make("span", { class: "unseen" }, { allow: "open", deny: "blocked", unknown: "not known" }[hop.answer])),
    shown("rule", short(hop.rule)),
    make("div", { class: "said" },
      make("p", { class: "text" }, blocking ? make("strong", {}, here) : null, hop.back ? "← on the way back: " : "", trigger.filled(hop.text)),
      hop.opening ? make("p", { class: "opening" }, "→ ", trigger.filled(hop.opening)) : null));
}
