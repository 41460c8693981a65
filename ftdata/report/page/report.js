"use strict";
/* The report of a dataset: its sections, and its examples to be searched and opened. */
(async () => {
  const {el, number, conversation, speaker, pretty} = ftdataShow;
  const {bars, histogram, lines} = ftdataCharts;
  const t = speaker();
  const report = await ftdataShow.data("report");
  const examples = (await ftdataShow.data("examples")) || [];
  const renderings = await ftdataShow.data("renderings");
  const about = (count) => (report.counted.share > 1 ? "≈ " : "") + number(count);
  const name = (path) => String(path).replace(/^.*[\\/](?=.)/, "");
  const single = report.files.length === 1;
  const line = (place) => /:(\d+)$/.exec(place)[1];
  const short = (place) => (single ? t("r.line", {n: line(place)}) : name(place));
  const index = new Map();
  examples.forEach((one, at) => { const place = `${one.path}:${one.line}`; if (!index.has(place)) index.set(place, at); });
  const unknown = () => el("span", {class: "soft", title: t("r.unknown")}, el("span", {"aria-hidden": "true"}, "–"), el("span", {class: "visually-hidden"}, t("r.unknown")));
  const usd = (value) => (value === null || value === undefined ? unknown()
    : "$" + value.toLocaleString(document.documentElement.lang, {minimumFractionDigits: 2, maximumFractionDigits: value < 0.1 ? 4 : 2}));
  const bytes = (value) => (value === null || value === undefined ? "" : value < 1e6 ? (value / 1e3).toFixed(1) + " kB" : (value / 1e6).toFixed(1) + " MB");

  // -- pieces ---------------------------------------------------------------------------------------------------

  /** The place of an example: a button that opens it, where it is on this page. */
  function placed(place) {
    const at = index.get(place);
    if (at === undefined) return el("code", {class: "soft"}, short(place));
    return el("button", {type: "button", class: "link place", title: place, on: {click: () => explorer.open(at, true)}}, short(place));
  }

  /** A table; heads that begin with < stand above texts, the others above numbers. */
  function table(heads, rows, caption) {
    const words = heads.map((head) => head.replace(/^</, ""));
    const kind = (at) => (at === 0 || heads[at].startsWith("<") ? "" : "number");
    return el("table", {class: "figures"}, el("caption", {class: "visually-hidden"}, caption),
      el("thead", {}, el("tr", {}, words.map((head, at) => el("th", {scope: "col", class: kind(at)}, head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, at) =>
        el(at ? "td" : "th", at ? {class: kind(at), "data-label": words[at]} : {scope: "row"}, cell))))));
  }

  const sections = [];
  function section(id, ...children) {
    const kept = children.flat().filter(Boolean);
    if (!kept.length) return;
    sections.push([id, el("section", {id, "aria-labelledby": "h-" + id}, el("h2", {id: "h-" + id}, t("r." + id)), kept)]);
  }

  const part = (title, ...children) => el("div", {class: "part"}, el("h3", {}, title), children);

  function tile(label, value, ...more) {
    return el("li", {class: "tile"}, el("p", {class: "label"}, label), el("p", {class: "value"}, value), more.length ? el("p", {class: "soft"}, more) : null);
  }

  // -- sections --------------------------------------------------------------------------------------------------

  function overview() {
    const tokens = report.lengths.tokens, trained = report.lengths.trained;
    const levels = ["error", "warning", "info"].filter((level) => report.levels[level])
      .map((level) => el("span", {class: "badge " + level}, `${number(report.levels[level])} ${t("severity." + level)}`));
    const priced = report.places.filter((one) => one.usd !== null).sort((one, other) => one.usd - other.usd);
    return el("ul", {class: "tiles"},
      tile(t("r.examples.count"), number(report.examples), Object.entries(report.kinds).map(([kind, count]) =>
        `${t("kind." + kind)}${Object.keys(report.kinds).length > 1 ? " " + number(count) : ""}`).join(", ")),
      tokens ? tile(t("r.tokens"), about(tokens.sum), t("r.trained.share", {share: Math.round(100 * trained.sum / (tokens.sum || 1))})) : null,
      tokens ? tile(t("r.longest"), number(tokens.max), t("r.median", {n: number(tokens.median)})) : null,
      tile(t("r.findings.count"), number(Object.values(report.levels).reduce((sum, one) => sum + one, 0)), levels.length ? levels : t("r.clean")),
      priced.length ? tile(t("r.cost"), usd(priced[0].usd), t("r.cost.at", {place: priced[0].about, epochs: report.epochs})) : null);
  }

  function sources() {
    const files = table([t("r.file"), "<" + t("r.container"), t("r.examples.count"), t("r.size")],
      report.files.map((file) => [el("span", {title: file.path}, name(file.path)), file.container, about(file.examples), bytes(file.bytes)]), t("r.source"));
    const made = report.manifest;
    if (!made) return [files, el("p", {class: "soft"}, t("r.manifest.none"))];
    if (made.unread) return [files, el("p", {class: "soft"}, made.unread)];
    return [files, part(t("r.manifest"),
      el("p", {}, t("r.manifest.by", {version: made.ftdata}), " ", el("span", {class: "badge " + (made.as_made ? "is-trained" : "warning")}, t(made.as_made ? "r.manifest.same" : "r.manifest.changed"))),
      table([t("r.input"), t("r.rows"), t("r.size"), "<SHA-256"], made.inputs.map((one) => [name(one.path), one.rows === null ? "" : number(one.rows), bytes(one.bytes),
        el("code", {}, (one.sha256 || "").slice(0, 12))]), t("r.manifest")),
      made.steps && made.steps.length ? el("p", {}, el("span", {class: "label"}, t("r.steps")), " ", made.steps.join(" → ")) : null,
      made.recipe ? el("details", {class: "keys"}, el("summary", {}, t("r.recipe")), el("pre", {class: "json"}, pretty(made.recipe))) : null)];
  }

  /** The account as bars; what steps dropped in their order, where that is known. */
  function funnel(account, steps) {
    const order = (step) => { const at = (steps || []).indexOf(step); return at < 0 ? 99 : at; };
    const nested = (reasons, tone) => Object.entries(reasons).sort((one, other) => order(one[0]) - order(other[0])).flatMap(([step, all]) => Object.entries(all).map(([reason, count]) =>
      ({label: `${step}: ${reason}`, count, tone, sign: "− "})));
    const flat = (counts, sign, word) => Object.entries(counts).map(([step, count]) => ({label: `${step}: ${word}`, count, sign}));
    const rows = [{label: t("r.read"), count: account.read}, ...flat(account.added, "+ ", t("r.added")), ...nested(account.dropped, "dropped"),
      ...nested(account.rejected, "rejected"), ...flat(account.merged, "− ", t("r.merged")), {label: t("r.written"), count: account.written, tone: "kept"}];
    return bars(rows, {caption: t("r.funnel")});
  }

  function funnels() {
    const made = report.manifest && report.manifest.account;
    const here = Object.keys(report.account.dropped).length + Object.keys(report.account.rejected).length + Object.keys(report.account.merged).length;
    return [made ? part(t("r.funnel.made"), funnel(made, report.manifest.steps)) : null,
      made && !here ? null : part(t("r.funnel.here"), funnel(report.account))];
  }

  function findings() {
    if (!report.rules.length) return [el("p", {class: "good"}, t("r.clean.for", {target: report.target, rows: number(report.rows)}))];
    return [el("p", {class: "soft"}, t("r.checked", {target: report.target, method: report.method, rows: number(report.rows)})),
      report.rules.map((rule, at) => el("details", {class: "rule-of " + rule.severity, open: at === 0},
        el("summary", {}, el("span", {class: "badge " + rule.severity}, t("severity." + rule.severity)), " ", el("span", {class: "title"}, rule.title), " ",
          el("code", {class: "soft"}, rule.rule), el("span", {class: "count"}, number(rule.count))),
        el("p", {}, rule.why), el("p", {}, el("strong", {}, t("r.todo")), " ", rule.fix),
        el("ul", {class: "places"}, rule.findings.map((one) => el("li", {}, one.place ? placed(one.place) : el("span", {class: "label"}, one.file ? name(one.file) : t("r.whole")),
          " ", el("span", {dir: "auto"}, one.twin ? one.message.replace(one.twin, "").trim() : one.message), one.twin ? [" ", placed(one.twin)] : null,
          one.json_path && one.json_path !== "$" ? el("code", {class: "soft"}, " " + one.json_path) : null))),
        rule.count > rule.findings.length ? el("p", {class: "soft"}, t("r.more", {n: number(rule.count - rule.findings.length)})) : null,
        examples.some((one) => (one.findings || []).some((found) => found.rule === rule.rule))
          ? el("p", {}, el("button", {type: "button", class: "no-print", on: {click: () => explorer.filter({finding: rule.rule})}}, t("r.show"))) : null))];
  }

  function classes() {
    const all = report.classes;
    if (!all) return [];
    const before = all.before !== null;
    return [el("p", {class: "soft"}, t(before ? "r.classes.before" : "r.classes.now", {n: number(all.distinct), before: before ? number(all.before) : ""})),
      bars(all.top.map((one) => ({label: one.value || t("empty"), count: one.count, before: one.before, act: () => explorer.filter({label: one.value})})),
        {caption: t("r.classes"), total: report.examples, heads: before ? [t("r.class"), t("r.now.before")] : undefined})];
  }

  function lengths() {
    const {tokens} = report.lengths;
    if (!tokens) return [];
    const limits = new Map();
    for (const one of report.places) if (one.limit) limits.set(one.limit, [...(limits.get(one.limit) || []), one.place]);
    const marks = [...limits].map(([value]) => ({value, label: ftdataCharts.short(value)}));
    const row = (key) => {
      const of = report.lengths[key];
      return of ? [t("r.length." + key), ...["min", "p5", "median", "mean", "p95", "max"].map((figure) => number(of[figure])), about(of.sum)] : null;
    };
    const notes = [report.counted.share > 1 ? t("r.estimate", {share: report.counted.share, n: number(report.counted.examples)}) : null,
      ...Object.keys(report.counted.estimated), ...Object.entries(report.counted.uncounted).map(([why, count]) => `${number(count)} × ${why}`)].filter(Boolean);
    return [el("p", {class: "soft"}, t("r.tokenizer", {name: report.counted.tokenizer}), notes.length ? " · " + notes.join(" · ") : ""),
      part(t("r.length.tokens"), histogram(tokens.bins, marks, t("r.histogram", {least: number(tokens.min), most: number(tokens.max), median: number(tokens.median)})),
        limits.size ? el("p", {class: "soft"}, t("r.limits"), " ", [...limits].sort((one, other) => one[0] - other[0]).map(([value, places]) => `${number(value)} ${places.join(", ")}`).join(" · ")) : null),
      table([t("r.perexample"), t("r.min"), "p5", t("r.med"), t("r.mean"), "p95", t("r.max"), t("r.sum")], ["tokens", "prompt", "trained", "messages"].map(row).filter(Boolean), t("r.lengths")),
      report.lengths.messages ? part(t("r.length.messages"), histogram(report.lengths.messages.bins, [], t("r.length.messages"), true)) : null,
      part(t("r.roles"), bars(Object.entries(report.roles).map(([role, count]) => ({label: t("role." + role), count})), {caption: t("r.roles")}))];
  }

  function tools() {
    if (!report.tools.length) return [];
    const never = report.tools.filter((one) => !one.called);
    const rows = report.tools.map((one) => [el("code", {}, one.name), number(one.defined), one.called ? number(one.called) : el("span", {class: "badge warning"}, t("r.never"))]);
    const heads = [t("r.function"), t("r.defined"), t("r.called")], first = rows.length > 16 ? 12 : rows.length;
    return [table(heads, rows.slice(0, first), t("r.tools")),
      rows.length > first ? el("details", {}, el("summary", {}, t("r.more", {n: number(rows.length - first)})), table(heads, rows.slice(first, 500), t("r.tools"))) : null,
      never.length ? el("p", {}, t("r.never.count", {n: number(never.length), of: number(report.tools.length)})) : null];
  }

  function savings() {
    const saved = report.savings;
    if (!saved) return [];
    return [el("p", {class: "soft"}, t("r.savings.of", {n: about(saved.definitions), model: saved.model, place: saved.place, epochs: report.epochs})),
      table([t("r.trick"), t("r.saves"), t("r.ofall"), t("r.cost")], saved.ways.map((way) => [el("code", {}, way.command), about(way.tokens),
        (100 * way.tokens / (report.lengths.tokens.sum || 1)).toFixed(1) + "%", usd(way.usd)]), t("r.savings"))];
  }

  function words() {
    const systems = report.systems, scripts = Object.entries(report.scripts);
    return [systems.distinct || systems.without ? part(t("r.systems"),
      el("p", {class: "soft"}, t("r.systems.count", {n: (systems.at_least ? "≥ " : "") + number(systems.distinct), without: about(systems.without)})),
      bars(systems.top.slice(0, 12).map((one) => ({label: one.value, count: one.count})), {caption: t("r.systems")})) : null,
      scripts.length ? part(t("r.scripts"), bars(scripts.map(([script, count]) => ({label: script, count})), {caption: t("r.scripts"), total: report.examples})) : null];
  }

  function twins() {
    const found = report.rules.find((rule) => rule.rule === "duplicate-example");
    const clash = report.conflicts;
    const pairs = report.leakage;
    return [
      part(t("r.duplicates"), found ? [el("p", {}, t("r.duplicates.count", {n: number(found.count)})),
        el("ul", {class: "places"}, found.findings.filter((one) => one.twin).map((one) => el("li", {}, placed(one.place), " = ", placed(one.twin))))] : el("p", {class: "soft"}, t("r.none"))),
      part(t("r.conflicts"), clash.prompts ? [el("p", {}, t("r.conflicts.count", {n: number(clash.prompts), examples: number(clash.examples)})),
        el("ul", {class: "places"}, clash.first.map((one) => el("li", {}, one.places.map((place) => [placed(place), " "]), el("span", {class: "soft"}, t("r.answers.count", {n: number(one.answers), examples: number(one.examples)})))))]
        : el("p", {class: "soft"}, t("r.none"))),
      pairs.length ? part(t("r.leakage"), pairs.map((pair) => [
        el("p", {}, el("strong", {}, `${name(pair.one)} ↔ ${name(pair.other)}`), " ", pair.prompts + pair.examples
          ? t("r.leakage.count", {examples: number(pair.examples), prompts: number(pair.prompts), of: number(pair.of)}) : el("span", {class: "good"}, t("r.leakage.none"))),
        pair.first.length ? el("ul", {class: "places"}, pair.first.map((one) => el("li", {}, placed(one.places[0]), one.same ? " = " : " ≈ ", placed(one.places[1])))) : null])) : null];
  }

  function places() {
    if (!report.places.length) return [];
    return [el("p", {class: "soft"}, t("r.places.of", {epochs: report.epochs})),
      table([t("r.place"), "<" + t("r.model"), t("r.limit"), t("r.over"), t("r.billable"), t("r.training"), "<" + t("r.jobs")], report.places.map((one) => [one.about, one.model,
        one.limit ? number(one.limit) : unknown(), one.over === null ? unknown() : one.over ? el("span", {class: "badge warning"}, number(one.over)) : "0",
        (one.exact ? "" : "≈ ") + number(one.tokens), one.usd === null && one.per_hour ? t("r.perhour", {usd: usd(one.per_hour)}) : usd(one.usd), one.jobs]), t("r.places")),
      report.advice.length ? el("ul", {class: "advice"}, report.advice.map((one) => el("li", {}, one))) : null];
  }

  function metrics() {
    if (!report.metrics) return [];
    const runs = report.metrics.runs.map((run) => [run.name, run.best ? run.best.metric : "", run.best ? number(run.best.step) : "", run.best ? run.best.value.toPrecision(4) : ""]);
    return [table([t("r.run"), "<" + t("r.bestby"), t("r.step"), t("r.value")], runs, t("r.metrics")), report.metrics.charts.map(lines)];
  }

  // -- examples ---------------------------------------------------------------------------------------------------

  class Explorer {
    constructor() {
      this.at = -1;
      this.texts = [];
      this.search = el("input", {type: "search", id: "search", placeholder: t("r.search"), "aria-label": t("r.search"), autocomplete: "off", spellcheck: "false"});
      const counts = (values) => [...values.reduce((all, one) => all.set(one, (all.get(one) || 0) + 1), new Map())].sort((one, other) => other[1] - one[1]);
      this.finding = this.select("r.filter.finding", counts(examples.flatMap((one) => [...new Set((one.findings || []).map((found) => found.rule))])));
      this.label = this.select("r.filter.class", report.classes ? counts(examples.map((one) => one.class).filter(Boolean)) : []);
      this.role = this.select("r.filter.role", counts(examples.flatMap((one) => [...roles(one)])), (role) => t("role." + role));
      this.kind = this.select("r.filter.kind", counts(examples.map((one) => ftdataShow.kindOf(one.example))), (kind) => t("kind." + kind));
      this.file = this.select("r.filter.file", counts(examples.map((one) => one.path)), name);
      this.said = el("p", {class: "soft", role: "status"});
      this.list = el("ol", {class: "picks"});
      this.view = el("div", {class: "viewer", role: "region", "aria-label": t("r.opened")});
      const again = () => this.refresh();
      for (const one of [this.finding, this.label, this.role, this.kind, this.file]) one.addEventListener("change", again);
      let waiting = 0;
      this.search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(again, 120); });
      this.buttons = examples.map((one, at) => this.pick(one, at));
      document.addEventListener("keydown", (event) => this.key(event));
      window.addEventListener("hashchange", () => this.routed());
    }

    select(label, values, word) {
      const made = el("select", {"aria-label": t(label), hidden: values.length < 2 && label !== "r.filter.finding"}, el("option", {value: ""}, t(label)),
        label === "r.filter.finding" && values.length ? [el("option", {value: "*"}, t("r.any")), el("option", {value: "-"}, t("r.without"))] : null,
        values.map(([value, count]) => el("option", {value}, `${word ? word(value) : value} (${number(count)})`)));
      if (!values.length) made.hidden = true;
      return made;
    }

    element() {
      return [el("div", {class: "controls no-print", role: "search"}, this.search, this.finding, this.label, this.role, this.kind, this.file), this.said,
        el("div", {class: "explorer"}, el("div", {class: "list no-print"}, this.list, el("p", {class: "soft keys-hint"}, t("r.keys"))), this.view)];
    }

    pick(one, at) {
      const worst = ["error", "warning", "info"].find((level) => (one.findings || []).some((found) => found.severity === level));
      return el("li", {}, el("button", {type: "button", class: "pick", on: {click: () => this.open(at, matchMedia("(max-width: 60rem)").matches)}},
        el("span", {class: "where"}, short(`${one.path}:${one.line}`)), worst ? el("span", {class: "badge " + worst}, number(one.findings.length)) : null,
        one.class && report.classes ? el("span", {class: "badge"}, one.class) : null,
        el("span", {class: "preview", dir: "auto"}, preview(one.example))));
    }

    matches(one, at, asked) {
      const rules = (one.findings || []).map((found) => found.rule);
      if (this.finding.value === "*" ? !rules.length : this.finding.value === "-" ? rules.length : this.finding.value && !rules.includes(this.finding.value)) return false;
      if (this.label.value && one.class !== this.label.value) return false;
      if (this.role.value && !roles(one).has(this.role.value)) return false;
      if (this.kind.value && ftdataShow.kindOf(one.example) !== this.kind.value) return false;
      if (this.file.value && one.path !== this.file.value) return false;
      if (!asked.length) return true;
      const text = (this.texts[at] ??= `${one.path}:${one.line} ${strings(one.example).join(" ")}`.toLowerCase());
      return asked.every((word) => text.includes(word));
    }

    refresh() {
      const asked = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      this.found = examples.map((one, at) => at).filter((at) => this.matches(examples[at], at, asked));
      this.list.replaceChildren(...this.found.map((at) => this.buttons[at]));
      this.said.textContent = t("r.found", {n: number(this.found.length), shown: number(examples.length), all: number(report.examples)});
      if (!this.found.includes(this.at)) this.open(this.found.length ? this.found[0] : -1, false);
      else this.highlight();
    }

    open(at, go) {
      this.at = at;
      this.buttons.forEach((one, number) => one.firstChild.setAttribute("aria-current", String(number === at)));
      const one = examples[at];
      if (!one) { this.view.replaceChildren(el("p", {class: "soft"}, t("r.nothing"))); return; }
      if (go && !this.found.includes(at)) { this.clear(); this.refresh(); return this.open(at, go); }
      const place = `${one.path}:${one.line}`;
      const rendered = renderings && renderings[place];
      const spans = rendered && rendered.renderings ? rendered.renderings.map(expanded) : [];
      const json = el("details", {class: "keys json no-print"}, el("summary", {}, t("json")));
      json.addEventListener("toggle", () => { if (json.open && json.childElementCount === 1) json.append(el("pre", {class: "json"}, pretty(one.example))); });
      this.view.replaceChildren(
        el("div", {class: "viewed"}, el("h3", {tabindex: "-1"}, name(place)), one.broken ? el("span", {class: "badge error"}, t("r.broken")) : null,
          el("span", {class: "turners no-print"}, el("button", {type: "button", "aria-label": t("r.previous"), on: {click: () => this.step(-1)}}, "‹"), " ",
            el("button", {type: "button", "aria-label": t("r.next"), on: {click: () => this.step(1)}}, "›"))),
        rendered && rendered.refused ? el("p", {class: "finding error"}, t("r.refused"), " ", rendered.refused) : "",
        conversation(one.example, {findings: one.findings, cut: one.cut, spans}), json);
      this.highlight();
      const button = this.buttons[at].firstChild;
      if (this.list.contains(button)) {
        const box = this.list.parentElement;
        if (box.scrollHeight > box.clientHeight) box.scrollTop = button.offsetTop - box.clientHeight / 3;
      }
      if (go) {
        history.replaceState(null, "", "#example=" + encodeURIComponent(place));
        const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
        (matchMedia("(max-width: 60rem)").matches ? this.view : document.getElementById("examples")).scrollIntoView({behavior: smooth});
        this.view.querySelector("h3").focus({preventScroll: true});
      }
    }

    step(by) {
      const next = this.found[this.found.indexOf(this.at) + by];
      if (next !== undefined) this.open(next, false);
    }

    clear() {
      for (const one of [this.search, this.finding, this.label, this.role, this.kind, this.file]) one.value = "";
    }

    filter({finding, label}) {
      this.clear();
      if (finding) this.finding.value = finding;
      if (label && [...this.label.options].some((one) => one.value === label)) this.label.value = label;
      else if (label) this.search.value = label;
      this.refresh();
      if (this.found.length) this.open(this.found[0], false);
      document.getElementById("examples").scrollIntoView();
      this.search.focus({preventScroll: true});
    }

    key(event) {
      const typing = event.target.closest("input, select, textarea");
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && event.target === this.search) { this.search.value = ""; this.refresh(); }
      if (typing) return;
      const act = {"/": () => { this.search.focus(); this.search.scrollIntoView({block: "nearest"}); }, j: () => this.step(1), k: () => this.step(-1)}[event.key];
      if (act) { event.preventDefault(); act(); }
    }

    highlight() {
      if (!window.CSS || !CSS.highlights) return;
      CSS.highlights.delete("found");
      const asked = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (!asked.length) return;
      const ranges = [], walker = document.createTreeWalker(this.view, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() && ranges.length < 500) {
        const text = walker.currentNode.data.toLowerCase();
        for (const word of asked) {
          for (let at = text.indexOf(word); at >= 0 && ranges.length < 500; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, Math.min(at + word.length, walker.currentNode.length));
            ranges.push(range);
          }
        }
      }
      CSS.highlights.set("found", new Highlight(...ranges));
    }

    routed() {
      const asked = /^#example=(.*)$/.exec(location.hash);
      const at = asked ? index.get(decodeURIComponent(asked[1])) : undefined;
      if (at !== undefined) this.open(at, true);
    }
  }

  function turns(example) {
    if (!example || typeof example !== "object") return [];
    const held = [example.messages, example.input && example.input.messages, example.preferred_output, example.non_preferred_output];
    return held.filter(Array.isArray).flat().filter((one) => one && typeof one === "object");
  }

  function roles(one) {
    return new Set(turns(one.example).map((turn) => String(turn.role)));
  }

  function said(content) {
    if (typeof content === "string") return content;
    return Array.isArray(content) ? content.map((part) => (part && typeof part.text === "string" ? part.text : "")).join(" ") : "";
  }

  function preview(example) {
    if (typeof example === "string") return example.slice(0, 160);
    const first = turns(example).find((turn) => turn.role === "user") || turns(example)[0];
    const text = first ? said(first.content) : example && typeof example.prompt === "string" ? example.prompt : JSON.stringify(example);
    return text.trim().slice(0, 160) || "—";
  }

  function strings(value) {
    if (typeof value === "string") return value.startsWith("data:image/") ? [] : [value];
    if (Array.isArray(value)) return value.flatMap(strings);
    return value && typeof value === "object" ? Object.entries(value).flatMap(([key, one]) => [key, ...strings(one)]) : [String(value)];
  }

  /** A rendering with its segments: texts in one list, and runs of untrained and trained ones by turns. */
  function expanded(made) {
    const segments = [];
    made.runs.forEach((count, at) => { for (let left = count; left > 0; left -= 1) segments.push({text: made.texts[segments.length], trained: at % 2 === 1}); });
    return {...made, segments};
  }

  // -- the page -----------------------------------------------------------------------------------------------------

  const explorer = new Explorer();
  section("overview", overview());
  section("source", sources());
  section("funnel", funnels());
  section("findings", findings());
  section("classes", classes());
  section("lengths", lengths());
  section("tools", tools());
  section("savings", savings());
  section("words", words());
  section("twins", twins());
  section("places", places());
  section("metrics", metrics());
  if (examples.length) section("examples", explorer.element());
  const page = document.getElementById("page");
  document.querySelector("[data-t=skip]").textContent = t("r.skip");
  page.append(
    el("header", {class: "top"}, el("div", {}, el("h1", {}, report.title),
      el("p", {class: "soft"}, t("r.subtitle", {examples: number(report.examples), target: report.target, method: report.method}))),
      el("div", {class: "actions no-print"}, el("button", {type: "button", on: {click: () => print()}}, t("r.print")), ftdataShow.themes())),
    el("nav", {class: "contents no-print", "aria-label": t("r.contents")}, el("ul", {}, sections.map(([id]) => el("li", {}, el("a", {href: "#" + id}, t("r." + id)))))),
    el("main", {id: "main", tabindex: "-1"}, sections.map(([, made]) => made)));
  if (examples.length) { explorer.refresh(); explorer.routed(); }

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open]):not(.json)")];
    for (const one of closed) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of closed) one.open = false; });

  const links = new Map([...document.querySelectorAll(".contents a")].map((one) => [one.hash.slice(1), one]));
  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) for (const [id, link] of links) link.setAttribute("aria-current", String(id === one.target.id));
  }, {rootMargin: "-10% 0px -80% 0px"});
  for (const [, one] of sections) watch.observe(one);
  document.body.dataset.ready = "yes";
})();
