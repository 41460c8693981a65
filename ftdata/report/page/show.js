"use strict";
/* Shows examples. Data becomes text nodes and never markup: there is no innerHTML and no eval in this file. */
const ftdataShow = (() => {
  const FOLDED = 1600; // characters of a text from which it is folded
  const IMAGE = /^data:image\/(?:png|jpe?g|gif|webp|bmp|avif);base64,[A-Za-z0-9+/=\s]+$/i;
  const THOUGHT = /^\s*<(think|thinking|thought|reasoning)>([^]*?)<\/\1>\s*|^\s*<\|begin_of_thought\|>([^]*?)<\|end_of_thought\|>\s*/;
  const UNOPENED = /^([^]*?)(?:\n[ \t]*<\/think>\s*|<\/think>[ \t]*(?:\n\s*|$))/;
  const CHAT = new Set(["messages", "tools", "parallel_tool_calls", "functions", "metadata"]);
  const PAIR = ["preferred_output", "non_preferred_output"];
  const SAID = new Set(["role", "content", "name", "tool_calls", "function_call", "tool_call_id", "refusal",
    "reasoning_content", "thinking", "reasoning", "weight"]);

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const list = (value) => (Array.isArray(value) ? value : []);

  /** The value of a JSON text; a number that a double cannot hold keeps its digits. */
  function read(text) {
    if (typeof JSON.rawJSON !== "function") return JSON.parse(text);
    return JSON.parse(text, (key, value, context) =>
      typeof value === "number" && context && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source)
        ? JSON.rawJSON(context.source) : value);
  }

  /** A promise of the page's data of this name; undefined where it has none. */
  async function data(name) {
    const block = document.getElementById("data-" + name);
    if (!block) return undefined;
    if (block.type === "application/json") return read(block.textContent);
    const bytes = Uint8Array.from(atob(block.textContent), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return read(await new Response(stream).text());
  }

  const block = document.getElementById("data-strings");
  const words = block ? JSON.parse(block.textContent) : {};

  /** A function from keys to words, of these strings or the page's own: `t("weight", {n: 0})`. */
  function speaker(strings) {
    const known = strings || words;
    return (key, values) => {
      const text = Object.hasOwn(known, key) ? known[key] : key;
      return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text;
    };
  }

  const number = (value) => Number(value).toLocaleString(document.documentElement.lang || "en");

  /** A text as it is shown: control characters as their pictures. */
  const visible = (text) => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g,
    (char) => (char === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + char.charCodeAt(0))));

  /** An element: its attributes (`class`, `on` for listeners), then children: nodes, texts, nothing. */
  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
      else made.setAttribute(name, value === true ? "" : String(value));
    }
    append(made, children);
    return made;
  }

  function append(parent, children) {
    for (const child of children) {
      if (child === undefined || child === null || child === false || child === "") continue;
      if (Array.isArray(child)) append(parent, child);
      else parent.append(child instanceof Node ? child : document.createTextNode(visible(child)));
    }
  }

  /** JSON text on several lines, its numbers and strings as they are written; null where it is not JSON. */
  function indented(text) {
    try { JSON.parse(text); } catch { return null; }
    let made = "", depth = 0;
    const line = () => "\n" + "  ".repeat(depth);
    for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
      if (token === "{" || token === "[") { depth += 1; made += token + line(); }
      else if (token === "}" || token === "]") {
        depth -= 1;
        made = /[{[]\s*$/.test(made) ? made.trimEnd() + token : made + line() + token;
      }
      else if (token === ",") made += token + line();
      else made += token === ":" ? ": " : token;
    }
    return made;
  }

  /** What was thought before an answer, and the answer; no thought where none is marked. As ftdata.example.thoughts. */
  function parted(text) {
    const tagged = THOUGHT.exec(text);
    if (tagged) return [(tagged[2] ?? tagged[3]).trim(), text.slice(tagged[0].length)];
    const open = text.includes("</think>") && !text.includes("<think") ? UNOPENED.exec(text) : null;
    return open ? [open[1].trim(), text.slice(open[0].length)] : ["", text];
  }

  const pretty = (value) => (typeof value === "string" ? value : indented(JSON.stringify(value) ?? "null"));

  /** Which kind of example this is; `kto` for one whose answer is labelled. */
  function kindOf(example) {
    if (!isObject(example)) return "other";
    const turns = example.messages;
    if (Array.isArray(turns)) {
      const last = turns[turns.length - 1];
      if (isObject(last) && last.role === "assistant") {
        return isObject(example.metadata) && typeof example.metadata.kto_tag === "boolean" ? "kto" : "chat";
      }
      const extra = Object.keys(example).some((key) => !CHAT.has(key));
      return extra || turns.some((turn) => isObject(turn) && turn.role === "developer") ? "reinforcement" : "chat";
    }
    if ("prompt" in example && "completion" in example) return "completion";
    if (isObject(example.input) && PAIR.some((key) => key in example)) return "preference";
    return "other";
  }

  /** Whether training learns a message: the assistant's, unless its weight is 0. */
  const trains = (message) => message.role === "assistant" && message.weight !== 0;

  /** What is shown of one example, with what the asker wants of it. */
  class Shower {
    constructor(options) {
      this.options = options;
      this.t = speaker(options.i18n);
      this.findings = new Map();
      for (const one of options.findings || []) this.file(one);
      this.chosen = options.trained ? new Set(options.trained) : null;
    }

    /** File a finding by the message that it is about, or by nothing where it is about the example. */
    file(one) {
      const path = /^\$(?:\.input)?\.(?:messages|preferred_output|non_preferred_output)\[\d+\]|^\$\.(?:prompt|completion|tools|metadata)\b/
        .exec(one.json_path || "");
      const at = path ? path[0] : "";
      if (!this.findings.has(at)) this.findings.set(at, []);
      this.findings.get(at).push(one);
    }

    take(path) {
      const found = this.findings.get(path) || [];
      this.findings.delete(path);
      return found.length ? el("ul", {class: "findings"}, found.map((one) => finding(one, this.t))) : null;
    }

    text(text, path, classes) {
      const given = this.options.text ? this.options.text(path, text) : null;
      const inner = el("div", {class: "text " + (classes || ""), dir: "auto", "data-path": path}, given || text);
      const cut = this.options.cut && this.options.cut[path];
      const told = cut ? el("p", {class: "cut"}, this.t("cut", {n: number(cut)})) : null;
      if (text.length <= FOLDED) return [inner, told];
      inner.classList.add("folded");
      const label = () => (inner.classList.contains("folded") ? this.t("more", {n: number(text.length)}) : this.t("less"));
      const button = el("button", {type: "button", class: "fold", "aria-expanded": "false", on: {click: () => {
        const folded = inner.classList.toggle("folded");
        button.setAttribute("aria-expanded", String(!folded));
        button.textContent = label();
      }}}, label());
      return [inner, button, told];
    }

    /** A message's content: text with the thought before it, parts, images. */
    content(content, path, role) {
      if (content === undefined || content === null) return null;
      if (typeof content === "string") {
        if (content === "") return el("p", {class: "nothing"}, this.t("empty"));
        const [thought, said] = role === "assistant" ? parted(content) : ["", content];
        return thought ? [this.thought(thought, path), said ? this.text(said, path) : null] : this.text(content, path);
      }
      if (!Array.isArray(content)) return this.json(content);
      return content.map((part, index) => this.part(part, `${path}[${index}]`, index));
    }

    part(part, path, index) {
      if (!isObject(part)) return this.json(part);
      if (part.type === "text" || (part.type === undefined && typeof part.text === "string")) return this.text(String(part.text ?? ""), path);
      if (part.type === "refusal") return this.labelled("refusal", this.text(String(part.refusal ?? ""), path));
      if (part.type === "image_url") return this.image(part.image_url, index);
      return el("details", {class: "json"}, el("summary", {}, this.t("part.other", {type: String(part.type)})), this.json(part));
    }

    image(given, index) {
      const url = String(isObject(given) ? given.url : given);
      if (IMAGE.test(url)) {
        return el("figure", {class: "image"}, el("img", {src: url, alt: this.t("image.alt", {n: index + 1})}));
      }
      const left = /^data:/i.test(url);
      return el("p", {class: "image linked"}, el("span", {class: "badge"}, this.t(left ? "image.left" : "image.linked")), " ",
        el("code", {}, url.length > 200 ? url.slice(0, 200) + "…" : url));
    }

    thought(text, path) {
      return el("details", {class: "thought", open: text.length <= FOLDED}, el("summary", {}, this.t("reasoning")), this.text(text, path + "#thought"));
    }

    labelled(key, ...children) {
      return el("div", {class: "labelled " + key}, el("p", {class: "label"}, this.t(key)), children);
    }

    json(value) {
      return el("pre", {class: "json", dir: "ltr"}, pretty(value));
    }

    call(call, path) {
      const custom = isObject(call) && call.type === "custom";
      const made = isObject(call) ? (custom ? call.custom : call.function) || {} : {};
      const given = custom ? made.input : made.arguments;
      const text = typeof given === "string" ? given : given === undefined ? "" : JSON.stringify(given);
      const nice = custom ? text : indented(text);
      return el("section", {class: "call", "data-path": path},
        el("p", {class: "called"}, el("span", {class: "label"}, this.t("call")), " ", el("code", {class: "function"}, String(made.name ?? "?")),
          call.id ? el("span", {class: "id"}, " ", String(call.id)) : null),
        nice === null && text !== "" ? el("p", {class: "broken"}, this.t("arguments.broken")) : null,
        text === "" ? null : this.options.text && this.options.text(path, text)
          ? el("pre", {class: "json"}, this.options.text(path, text)) : el("pre", {class: "json", dir: "ltr"}, nice ?? text));
    }

    /** One message; `side` is what it is part of: context, preferred, rejected, or nothing. */
    message(message, path, side) {
      if (!isObject(message)) return el("li", {class: "turn"}, this.json(message));
      const role = String(message.role);
      const known = Object.hasOwn(words, "role." + role) || Object.hasOwn(this.options.i18n || {}, "role." + role);
      const trained = this.chosen ? this.chosen.has(path) : side !== "context" && side !== "rejected" && trains(message);
      const thought = [message.reasoning_content, message.thinking, message.reasoning].find((one) => typeof one === "string" && one.trim());
      const calls = list(message.tool_calls).map((call, index) => this.call(call, `${path}.tool_calls[${index}]`));
      if (isObject(message.function_call)) calls.push(this.call({function: message.function_call}, path + ".function_call"));
      const said = message.content === "" && calls.length ? null : this.content(message.content, path + ".content", role);
      const refused = typeof message.refusal === "string" && message.refusal ? this.labelled("refusal", this.text(message.refusal, path + ".refusal")) : null;
      const rest = Object.fromEntries(Object.entries(message).filter(([key, value]) => !SAID.has(key) && value !== null));
      const made = el("li", {class: `turn role-${/^[a-z]+$/.test(role) ? role : "other"}${trained ? " trained" : ""}${side === "rejected" ? " against" : ""}`,
        "data-path": path, "data-role": role},
        el("div", {class: "who"}, el("span", {class: "role"}, known ? this.t("role." + role) : role),
          message.name ? el("span", {class: "name"}, String(message.name)) : null,
          message.tool_call_id ? el("span", {class: "id"}, String(message.tool_call_id)) : null,
          this.mark(message, trained, side)),
        el("div", {class: "said"}, thought ? this.thought(thought.trim(), path + ".reasoning_content") : null, said, refused, calls,
          !said && !refused && !calls.length && !thought ? el("p", {class: "nothing"}, this.t("nothing")) : null,
          Object.keys(rest).length ? this.json(rest) : null),
        this.take(path));
      if (this.options.decorate) this.options.decorate(made, message, path);
      return made;
    }

    mark(message, trained, side) {
      if (trained) {
        const weight = message.weight !== undefined && message.weight !== null && message.weight !== 1 ? " · " + this.t("weight", {n: message.weight}) : "";
        return el("span", {class: "badge is-trained"}, this.t("trained") + weight);
      }
      if (message.role !== "assistant" || side === "rejected") return null;
      return el("span", {class: "badge is-untrained"}, this.t("untrained") + (message.weight === 0 ? " · " + this.t("weight", {n: 0}) : ""));
    }

    turns(messages, path, side) {
      return el("ol", {class: "turns"}, list(messages).map((one, index) => this.message(one, `${path}[${index}]`, side)));
    }

    tools(holder, path) {
      const defined = [...list(holder.tools).map((one) => (isObject(one) ? one.function || one.custom || one : {})), ...list(holder.functions)].filter(isObject);
      if (!defined.length) return null;
      const shown = defined.map((one) => el("li", {}, el("p", {class: "called"}, el("code", {class: "function"}, String(one.name ?? "?"))),
        one.description ? this.text(String(one.description), path) : null,
        one.parameters || one.format ? this.json(one.parameters || one.format) : el("p", {class: "nothing"}, this.t("tool.nothing"))));
      const names = defined.slice(0, 8).map((one) => String(one.name ?? "?")).join(", ") + (defined.length > 8 ? ", …" : "");
      return el("details", {class: "tools"}, el("summary", {}, `${this.t("tools")} (${number(defined.length)}) `, el("span", {class: "names"}, names)),
        el("ul", {}, shown), this.take("$.tools"));
    }

    /** Keys and their values, folded. */
    keys(values, title, open) {
      const entries = Object.entries(values);
      if (!entries.length) return null;
      return el("details", {class: "keys", open}, el("summary", {}, `${this.t(title)} (${number(entries.length)})`),
        el("dl", {}, entries.map(([key, value]) => [el("dt", {}, key), el("dd", {dir: "auto"}, isObject(value) || Array.isArray(value) ? this.json(value) : pretty(value))])));
    }

    body(example, kind) {
      if (kind === "other") return [this.json(example)];
      if (kind === "completion") {
        const turn = (key, trained) => el("li", {class: `turn role-${key}${trained ? " trained" : ""}`, "data-path": "$." + key, "data-role": key},
          el("div", {class: "who"}, el("span", {class: "role"}, this.t("role." + key)), trained ? el("span", {class: "badge is-trained"}, this.t("trained")) : null),
          el("div", {class: "said"}, this.text(String(example[key]), "$." + key)), this.take("$." + key));
        return [el("ol", {class: "turns"}, turn("prompt", false), turn("completion", true))];
      }
      if (kind === "preference") {
        const sides = [["preferred", PAIR[0]], ["rejected", PAIR[1]]].map(([name, key]) =>
          el("section", {class: "side " + name}, el("p", {class: "label"}, this.t(name)), this.turns(example[key], "$." + key, name)));
        return [this.tools(example.input, "$.input.tools"), this.turns(example.input.messages, "$.input.messages", "context"), el("div", {class: "pair"}, sides)];
      }
      return [this.tools(example, "$.tools"), this.turns(example.messages, "$.messages", kind === "reinforcement" ? "context" : "")];
    }

    rest(example, kind) {
      if (kind === "other") return [];
      const known = new Set(["messages", "tools", "functions", "metadata", "parallel_tool_calls", "prompt", "completion", "input", ...PAIR]);
      const more = Object.fromEntries(Object.entries(example).filter(([key]) => !known.has(key)));
      return [this.keys(more, kind === "reinforcement" ? "grader" : "further", kind === "reinforcement"),
        isObject(example.metadata) ? this.keys(example.metadata, "metadata", false) : null, this.take("$.metadata")];
    }
  }

  /** A finding as an item of a list. */
  function finding(one, t) {
    const say = t || speaker();
    const severity = ["error", "warning", "info"].includes(one.severity) ? one.severity : "info";
    return el("li", {class: "finding " + severity, "data-rule": one.rule},
      el("span", {class: "badge " + severity}, say("severity." + severity)), " ", el("code", {class: "rule"}, one.rule), " ",
      el("span", {class: "what"}, one.message), one.json_path && one.json_path !== "$" ? el("code", {class: "place"}, " ", one.json_path) : null,
      one.hint ? el("span", {class: "hint"}, " ", one.hint) : null);
  }

  /**
   * An example of any kind as an element.
   * Options: findings (as Finding.to_dict has them), spans (renderings as Rendering.to_dict has them), trained (paths
   * of the messages that train; by default the assistant's whose weight is not 0), i18n (strings), cut (characters
   * left out, by path), text(path, text) (a node in place of a text, or nothing), decorate(element, message, path).
   */
  function conversation(example, options) {
    const shower = new Shower(options || {});
    const kind = kindOf(example);
    const tag = kind === "kto" ? example.metadata.kto_tag : undefined;
    const body = shower.body(example, kind);
    const made = el("div", {class: "conversation", "data-kind": kind},
      kind === "kto" ? el("p", {class: "facts"}, el("span", {class: "badge " + (tag ? "is-trained" : "is-against")}, shower.t(tag ? "desirable" : "undesirable"))) : null,
      body, shower.rest(example, kind), list((options || {}).spans).map((one) => rendering(one, options)));
    // What is about no message that is shown stands above them.
    const others = [...shower.findings.values()].flat();
    if (others.length) made.prepend(el("ul", {class: "findings"}, others.map((one) => finding(one, shower.t))));
    return made;
  }

  /** What a chat template made of an example, token by token, and what it dropped. */
  function rendering(made, options) {
    const t = speaker((options || {}).i18n);
    const head = made.tokens ? t("rendered.tokens", {n: number(made.tokens), trained: number(made.trained)})
      : t("rendered.text", {n: number(made.segments.reduce((sum, one) => sum + one.text.length, 0))});
    const tokens = el("div", {class: "tokens" + (made.tokens ? " each" : ""), dir: "auto"}, made.segments.map((one) =>
      el("span", {class: one.trained ? "token trained" : "token", title: one.token ?? undefined}, one.text)));
    const drops = made.dropped.map((one) => el("li", {}, el("span", {class: "what"}, t("dropped." + one.what)), " ",
      el("code", {class: "place"}, one.path), " ", el("q", {}, one.text.length > 120 ? one.text.slice(0, 120) + "…" : one.text)));
    return el("details", {class: "rendering", open: true},
      el("summary", {}, t("rendered"), made.path === "$" ? "" : ` (${made.path})`, " ", el("span", {class: "names"}, `${head}; ${t(made.marked ? "rendered.marked" : "rendered.prefix")}`)),
      drops.length ? el("div", {class: "drops"}, el("p", {class: "label"}, t("dropped")), el("ul", {}, drops)) : null, tokens);
  }

  /** Changes word by word: `[["=", "same"], ["-", "old"], ["+", "new"]]` as a fragment with del and ins. */
  function changes(pieces) {
    const made = document.createDocumentFragment();
    const tags = {"-": "del", "+": "ins"};
    for (const [how, text] of pieces) append(made, [tags[how] ? el(tags[how], {}, text) : text]);
    return made;
  }

  /** A button that goes from the system's colours to light to dark. */
  function themes() {
    const t = speaker(), modes = ["auto", "light", "dark"];
    let at = 0;
    const said = el("span", {}, t("theme.auto"));
    return el("button", {type: "button", class: "theme", "aria-label": `${t("theme")}: ${t("theme.auto")}`, on: {click: (event) => {
      at = (at + 1) % modes.length;
      if (modes[at] === "auto") document.documentElement.removeAttribute("data-theme");
      else document.documentElement.setAttribute("data-theme", modes[at]);
      said.textContent = t("theme." + modes[at]);
      event.currentTarget.setAttribute("aria-label", `${t("theme")}: ${t("theme." + modes[at])}`);
    }}}, el("span", {class: "icon", "aria-hidden": "true"}, "◐"), " ", said);
  }

  return {words, read, data, parted, speaker, number, el, append, visible, indented, pretty, kindOf, trains, finding, conversation, rendering, changes, themes};
})();
