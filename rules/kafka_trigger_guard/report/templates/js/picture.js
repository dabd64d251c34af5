// The picture of a place: pollers on the left, what they must reach on the right, and every way between as a
// row of the AWS objects on it. The object that blocks a way is labelled; what lies beyond it is dotted.

const BOX = { width: 150, height: 44, gap: 16, end: 168, label: 18, between: 16, turn: 14, margin: 5 };
const MOST_WAYS = 40;
const PER_ROW = 6;
const LEAST_SCALE = 0.78;

function cut(text, length) {
  const characters = [...text];
  if (characters.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  return `${characters.slice(0, length - 1 - tail).join("")}…${characters.slice(characters.length - tail).join("")}`;
}

// The objects along a path in the order in which they first decide, each with the worst of its answers; the
// blocking one stands where it blocks.
function stationsOf(path) {
  const rank = ["deny", "unknown", "allow"];
  const stations = new Map();
  path.hops.forEach((hop, number) => {
    for (const stop of hop.via) {
      if (!stations.has(stop.object)) stations.set(stop.object, { hops: [{ ...stop, text: "" }], answer: "stop", blocking: false });
    }
    const key = hop.object || `${hop.kind} ${hop.text}`;
    const known = stations.get(key);
    const station = known && known.answer !== "stop" ? known : { hops: [], answer: "allow", blocking: false };
    station.hops.push(hop);
    if (rank.indexOf(hop.answer) < rank.indexOf(station.answer)) station.answer = hop.answer;
    if (number === path.blocking) {
      station.blocking = true;
      stations.delete(key);
    }
    stations.set(key, station);
  });
  return [...stations.values()];
}

function lanesOf(place) {
  const lanes = [];
  place.destinations.forEach((destination) => {
    const first = lanes.length;
    for (const way of destination.ways) {
      for (const path of way.paths) lanes.push({ destination, way, path, stations: stationsOf(path), first });
    }
  });
  return lanes;
}

function text(x, y, style, content) {
  return draw("text", { x, y, class: style }, content);
}

function stationBox(trigger, station, x, y, beyond) {
  const [hop] = station.hops;
  const what = (hop.what || hop.kind.replaceAll("-", " ")).replace(/^transit gateway (?=.)/, "TGW ");
  const [first, second] = hop.account ? [15, 28] : [18, 35];
  const told = station.hops.map((each) => `${each.back ? "← " : ""}${trigger.filled(each.text || `${what} ${each.object}`)}`).join("\n");
  const style = `hop ${station.answer}${beyond ? " beyond" : ""}`;
  const box = draw("g", { class: style }, draw("title", {}, told),
    draw("rect", { x, y, width: BOX.width, height: BOX.height, rx: 6 }),
    text(x + 9, y + first, "sign strong", ANSWER_MARKS[station.answer] || "→"),
    text(x + 24, y + first, "", cut(what, 19)),
    text(x + 9, y + second, "mono", cut(trigger.filled(hop.object || hop.text), 22)),
    hop.account ? text(x + 9, y + 40, "mono quiet", `in ${cut(trigger.filled(hop.account), 19)}`) : null);
  if (station.blocking) {
    const label = station.answer === "deny" ? "✗ blocked here" : "? in doubt here";
    const left = x + BOX.width - 110, top = y + BOX.height - 4;
    box.append(draw("rect", { class: "stop", x: left, y: top, width: 104, height: 17, rx: 8 }),
      text(left + 9, top + 12.5, "stop", label));
  }
  return box;
}

// A way takes as many rows as its objects need, joined by a line that turns back.
function laneOf(trigger, lane, from, to) {
  const subnets = lane.path.ends.flatMap((ends) => ends.subnets).length;
  const title = `${trigger.filled(lane.way.title)} · from ${counted(subnets, "subnet", "subnets")}`;
  const parts = [text(from + BOX.gap, lane.y - 6, "quiet", cut(title, 90))];
  let x = from, y = lane.y, shut = false;
  const line = (d) => parts.push(draw("path", { class: shut ? "shut" : "open", d }));
  lane.stations.forEach((station, number) => {
    const middle = y + BOX.height / 2;
    if (number && number % PER_ROW === 0) {
      line(`M${x} ${middle}h${BOX.gap / 2}v${(BOX.height + BOX.turn) / 2}H${from + BOX.gap / 2}v${(BOX.height + BOX.turn) / 2}h${BOX.gap / 2}`);
      x = from + BOX.gap;
      y += BOX.height + BOX.turn;
    } else {
      line(`M${x} ${middle}h${BOX.gap}`);
      x += BOX.gap;
    }
    parts.push(stationBox(trigger, station, x, y, shut));
    shut ||= ["deny", "unknown"].includes(station.answer);
    x += BOX.width;
  });
  const middle = y + BOX.height / 2;
  line(`M${x} ${middle}H${to - (shut ? 0 : 7)}`);
  if (!shut) parts.push(draw("path", { class: "tip", d: `M${to - 8} ${middle - 4}l8 4l-8 4z` }));
  return parts;
}

function pollerBox(trigger, place, y, height) {
  const { margin: x, end: width } = BOX;
  const room = Math.max(1, Math.floor((height - 76) / 15) - (place.groups.length ? 2 : 0));
  const lines = [["quiet", "in subnets"], ...listed(trigger, place.subnets, room)];
  if (place.groups.length) lines.push(["quiet", "carrying groups"], ...listed(trigger, place.groups, 2));
  const fitting = lines.slice(0, Math.max(0, Math.floor((height - 62) / 15)));
  return draw("g", { class: "hop end" },
    draw("title", {}, trigger.filled(`pollers in ${place.subnets.join(" ")} of ${place.vpc}, carrying ${place.groups.join(" ")}`)),
    draw("rect", { x, y, width, height, rx: 8 }),
    text(x + 10, y + 20, "strong", "Event pollers"),
    text(x + 10, y + 36, "quiet", trigger.shape.mode),
    text(x + 10, y + 52, "mono", cut(trigger.filled(place.vpc), 24)),
    fitting.map(([style, line], number) => text(x + 10, y + 70 + 15 * number, style, cut(line, 24))));
}

function listed(trigger, names, room) {
  const lines = names.slice(0, room).map((name) => ["mono", trigger.filled(name)]);
  if (names.length > room) lines[room - 1] = ["quiet", `and ${names.length - room + 1} more`];
  return lines;
}

function destinationBox(trigger, destination, x, y, height) {
  const brokers = destination.kind === "broker";
  const names = destination.names.map((name) => trigger.filled(name));
  const title = brokers ? counted(names.length, "broker", "brokers") : names.join(", ");
  const second = brokers ? names[0] : `TCP ${trigger.filled(destination.port)}, ${REACHED[destination.answer]}`;
  const top = y + height / 2 - (brokers && height > 60 ? 10 : 3);
  return draw("g", { class: `hop ${destination.answer}` }, draw("title", {}, names.join("\n")),
    draw("rect", { x, y, width: BOX.end, height, rx: 8 }),
    text(x + 10, top, "sign strong", ANSWER_MARKS[destination.answer]),
    text(x + 26, top, "strong", cut(title, 18)),
    text(x + 10, top + 16, brokers ? "mono" : "quiet", cut(second, 24)),
    brokers && height > 60 ? text(x + 10, top + 32, "quiet", REACHED[destination.answer]) : null);
}

// Gives each way its place from top to bottom; how high all of them are.
function stacked(lanes) {
  let y = BOX.margin;
  for (const lane of lanes) {
    const rows = Math.max(1, Math.ceil(lane.stations.length / PER_ROW));
    lane.y = y + BOX.label;
    lane.bottom = lane.y + rows * (BOX.height + BOX.turn) - BOX.turn;
    y = lane.bottom + BOX.between;
  }
  return y;
}

function pictureOf(trigger, place) {
  const all = lanesOf(place), lanes = all.slice(0, MOST_WAYS);
  const columns = Math.min(PER_ROW, Math.max(...lanes.map((lane) => lane.stations.length), 1));
  const from = BOX.margin + BOX.end, to = from + columns * (BOX.width + BOX.gap) + BOX.gap;
  const width = to + BOX.end + BOX.margin, height = Math.max(stacked(lanes), 164) + BOX.margin;
  const parts = [pollerBox(trigger, place, BOX.margin, height - 2 * BOX.margin)];
  lanes.forEach((lane, number) => {
    parts.push(...laneOf(trigger, lane, from, to));
    if (lane.first !== number) return;
    const last = lanes.findLast((other) => other.destination === lane.destination);
    parts.push(destinationBox(trigger, lane.destination, to, lane.y - 4, last.bottom - lane.y + 8));
  });
  const label = `Picture of the paths: ${place.destinations.map((each) => `${each.names.map((name) => trigger.filled(name)).join(", ")} ${REACHED[each.answer]}`).join("; ")}. The same is told in words below.`;
  const picture = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, parts);
  picture.style.minWidth = `${Math.round(width * LEAST_SCALE)}px`;
  const frame = make("div", { class: "picture", tabindex: 0, role: "group", "aria-label": `Picture of the paths of ${trigger.name}` }, picture);
  if (all.length > lanes.length) frame.append(make("p", { class: "note" }, `${all.length - lanes.length} more ways are told below.`));
  return frame;
}
