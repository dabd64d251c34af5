// The triggers of this report. Details are stored once per shape; digits in a shape's texts are places in the
// list of its own words, and place 0 is the trigger's own name.

const data = JSON.parse(found("data").textContent);
const MARKS = { NON_COMPLIANT: "✗", UNKNOWN: "?", COMPLIANT: "✓", NOT_APPLICABLE: "·" };
const WORDS = { NON_COMPLIANT: "Non-compliant", UNKNOWN: "Unknown", COMPLIANT: "Compliant", NOT_APPLICABLE: "Not applicable" };
const ANSWER_MARKS = { deny: "✗", unknown: "?", allow: "✓" };
const REACHED = { deny: "not reached", unknown: "not known", allow: "reached" };
const BAD = ["NON_COMPLIANT", "UNKNOWN"];
const ORDER = Object.keys(MARKS);
const short = (rule) => data.rules[rule].name.replace("kafka-trigger-", "");

class Trigger {
  constructor(kept, number) {
    const [uuid, account, region, functionArn, topics, last, flag, detail, nat = 0, cost = -1] = kept;
    Object.assign(this, { number, uuid, account, region, functionArn, topics, last, flag, nat });
    const [shape, words] = data.details[detail];
    this.shape = data.shapes[shape];
    this.words = words;
    this.name = functionArn.split(":")[6] || functionArn || uuid;
    this.worst = this.shape.worst;
    this.bad = this.shape.findings
      .filter((finding) => BAD.includes(finding.verdict))
      .sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
    this.source = this.filled(this.shape.source);
    this.costPlace = cost;
  }

  filled(text, words = this.words) {
    return text.replace(/[0-9]+/g, (place) => (place === "0" ? this.uuid : data.words[words[place - 1]]));
  }

  // What it costs in words; null if its payload does not leave by NAT.
  get cost() {
    if (this.costPlace < 0) return null;
    const [shape, words] = data.details[this.costPlace];
    const told = Object.entries(data.shapes[shape]).map(([name, text]) => [name, this.filled(text, words)]);
    return Object.fromEntries(told);
  }

  // All that a search looks through, made when it is first asked for.
  get searched() {
    if (this.wanted === undefined) {
      const { shape } = this;
      const reasons = this.bad.map((finding) => `${finding.reason} ${data.rules[finding.rule].name}`);
      const own = [this.functionArn, this.uuid, this.account, this.region, ...this.topics, this.last];
      const network = [shape.state, shape.mode, shape.type, this.source, this.filled(shape.vpc), ...reasons];
      const words = this.words.map((word) => data.words[word]);
      this.wanted = [...own, ...network, ...words].join("\n").toLowerCase();
    }
    return this.wanted;
  }

  verdictOf(rule) {
    const finding = this.shape.findings.find((each) => data.rules[each.rule].name === rule);
    return finding === undefined ? "" : finding.verdict;
  }
}

const triggers = data.triggers.map((kept, number) => new Trigger(kept, number));
