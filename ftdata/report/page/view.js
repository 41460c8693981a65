"use strict";
/* The page of `ftdata view`: asks its own server for rows, shows them, and keeps what is decided until it is saved. */
(async () => {
  const {el, number} = ftdataShow, t = ftdataShow.speaker();
  const about = await ftdataShow.data("view");
  const PAGE = 50, HEIGHT = 84, WINDOW = 150000, KEPT = 120;
  const $ = (id) => document.getElementById(id);
  const edits = new ftdataEdits.Edits();

  const state = {filters: {}, status: {found: 0, done: false}, pages: new Map(), asked: new Set(), base: 0, at: -1,
    row: null, twin: null, by: "line", editing: false, round: 0, stop: null};

  // -- asking the server ----------------------------------------------------------------------------------------------

  async function ask(what, values, signal) {
    const answer = await fetch("api/" + what, {method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify({lang: about.lang, ...values}), signal});
    const told = ftdataShow.read(await answer.text());
    if (!answer.ok) throw Object.assign(new Error([told.error, told.hint].filter(Boolean).join(". ")), {code: answer.status});
    return told;
  }

  /** Follow what is known of a list, while more of it is found. */
  async function follow(filters, signal) {
    const answer = await fetch("api/news", {method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify({lang: about.lang, filters}), signal});
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line && !signal.aborted) known(JSON.parse(line));
    }
  }

  function lost(error) {
    if (error.name === "AbortError") return;
    say(error instanceof TypeError ? t("v.gone") : error.message, true);
  }

  function say(text, bad) {
    const box = $("said");
    box.textContent = text;
    box.className = bad ? "bad" : "";
    box.hidden = !text;
    clearTimeout(say.timer);
    if (text && !bad) say.timer = setTimeout(() => { box.hidden = true; }, 4000);
  }

  // -- filters --------------------------------------------------------------------------------------------------------

  function filtersOf() {
    const found = {};
    for (const name of ["search", "where", "rule", "label"]) if ($(name).value.trim()) found[name] = $(name).value;
    return found;
  }

  async function filter() {
    const filters = filtersOf();
    if (state.stop && JSON.stringify(filters) === JSON.stringify(state.filters)) return;
    if (state.stop) state.stop.abort();
    const stop = new AbortController();
    Object.assign(state, {filters, stop, pages: new Map(), asked: new Set(), base: 0, at: -1, row: null, round: state.round + 1,
      status: {found: 0, done: false}});
    $("clear").hidden = !Object.keys(filters).length;
    $("where").removeAttribute("aria-invalid");
    say("");
    try {
      const told = await ask("list", {filters}, stop.signal);
      $("command").textContent = told.command;
      $("line").hidden = !told.command;
      known(told);
      $("list").scrollTop = 0;
      drawList();
      follow(filters, stop.signal).catch(lost);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (filters.where) $("where").setAttribute("aria-invalid", "true");
      known({found: 0, done: true, read: 0, size: 0});
      state.round += 1;
      drawList();
      lost(error);
    }
  }

  function known(status) {
    const before = state.status;
    state.status = status;
    if (status.error) say(status.error, true);
    const share = status.size ? Math.min(1, status.read / status.size) : 1;
    const filtered = Object.keys(state.filters).length > 0;
    const about = !status.done && share > 0 && share < 1 && status.found ? Math.round(status.found / share) : 0;
    const parts = [many(filtered ? "v.matches" : "v.rows", status.found)];
    if (about) parts.push(t("v.about", {n: number(Number(about.toPrecision(2)))}));
    if (!status.done) parts.push(t("v.read", {share: Math.floor(share * 100)}));
    if (filtered && status.rejected) parts.push(many("v.rejected", status.rejected));
    $("count").textContent = parts.join(" · ");
    $("bar").value = share;
    $("bar").hidden = status.done;
    $("all").hidden = status.done || filtered;
    if (status.found !== before.found || status.done !== before.done) drawList();
    if (state.at < 0 && status.found && matchMedia("(min-width: 60rem)").matches) open(0);
    if (status.done && !status.found) showRow();
  }

  /** Words with a number: of one they may be others. */
  const many = (key, n) => t(n === 1 ? key + ".1" : key, {n: number(n)});

  async function copy() {
    const text = $("command").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren($("command"));
      document.execCommand("copy");
    }
    say(t("v.copied"));
  }

  // -- the list -------------------------------------------------------------------------------------------------------

  const count = () => Math.max(0, Math.min(WINDOW, state.status.found - state.base));

  function drawList() {
    const list = $("list"), rows = count();
    $("space").style.height = rows * HEIGHT + "px";
    $("windows").hidden = state.status.found <= WINDOW;
    $("window").textContent = t("v.window", {from: number(state.base + 1), to: number(state.base + rows)});
    $("before").disabled = state.base === 0;
    $("after").disabled = state.base + rows >= state.status.found;
    $("nothing").hidden = !(state.status.done && !state.status.found);
    const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 4);
    const last = Math.min(rows, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 4);
    const have = new Map([...list.querySelectorAll("[role=option]")].map((one) => [one.id, one]));
    for (let index = first; index < last; index++) {
      const at = state.base + index, row = rowAt(at);
      const id = `row-${state.round}-${at}`, mark = row ? "full" : "empty";
      const old = have.get(id);
      have.delete(id);
      if (old && old.dataset.mark === mark) continue;
      const made = item(at, row, id, mark);
      made.style.top = index * HEIGHT + "px";
      if (old) old.replaceWith(made);
      else list.append(made);
    }
    for (const one of have.values()) one.remove();
    const chosen = $(`row-${state.round}-${state.at}`);
    if (chosen) list.setAttribute("aria-activedescendant", chosen.id);
    else list.removeAttribute("aria-activedescendant");
  }

  function rowAt(at) {
    const page = Math.floor(at / PAGE);
    if (!state.pages.has(page)) load(page);
    const rows = state.pages.get(page);
    return rows && rows[at % PAGE];
  }

  /** Let all rows be found, not only as many as are looked at. */
  function countAll() {
    $("all").hidden = true;
    ask("rows", {filters: state.filters, start: 0, count: 1, all: true}, state.stop.signal).catch(lost);
  }

  async function load(page) {
    if (state.asked.has(page)) return;
    const round = state.round;
    state.asked.add(page);
    try {
      const told = await ask("rows", {filters: state.filters, start: page * PAGE, count: PAGE}, state.stop.signal);
      if (round !== state.round) return;
      state.pages.set(page, told.rows);
      for (const old of [...state.pages.keys()].slice(0, -KEPT)) state.pages.delete(old);
      // A page that is not full yet is asked for again when more is found.
      if (told.rows.length < PAGE && !told.done) setTimeout(() => { if (round === state.round) { state.asked.delete(page); load(page); } }, 400);
      drawList();
    } catch (error) {
      lost(error);
    } finally {
      if (round === state.round && (state.pages.get(page) || []).length === PAGE) state.asked.delete(page);
    }
  }

  function item(at, row, id, mark) {
    const made = el("div", {role: "option", id, class: "item", "data-mark": mark, "data-at": at, "aria-selected": String(at === state.at),
      "aria-posinset": at + 1, "aria-setsize": state.status.done ? state.status.found : -1, on: {click: () => open(at, true)}});
    if (!row) {
      made.append(el("p", {class: "soft"}, "…"));
      return made;
    }
    const edit = edits.of((row.ids || [])[0]);
    made.classList.toggle("dropped", edit.keep === false);
    made.append(el("p", {class: "line"}, el("span", {class: "place"}, t("v.line", {n: number(row.line)})),
      row.class ? el("span", {class: "badge"}, row.class) : null,
      row.findings.length ? worst(row.findings) : null, marks(edit)),
      el("p", {class: "asked", dir: "auto"}, row.asked || t("empty")),
      el("p", {class: row.broken ? "broken" : "answer", dir: "auto"}, row.broken || row.answer || (row.calls || []).map((one) => one + "()").join(", ")));
    return made;
  }

  function worst(findings) {
    const level = ["error", "warning", "info"].find((one) => findings.some(([severity]) => severity === one)) || "info";
    return el("span", {class: "badge " + level, title: findings.map(([, rule]) => rule).filter(Boolean).join(", ")},
      t("v.findings", {n: findings.length}));
  }

  function marks(edit) {
    return [edit.keep === false ? el("span", {class: "badge is-against"}, t("v.dropped")) : null,
      edit.values ? el("span", {class: "badge is-edited"}, t("v.edited")) : null,
      edit.score !== undefined ? el("span", {class: "badge is-edited"}, "★ " + edit.score) : null,
      edit.label || edit.note ? el("span", {class: "badge is-edited"}, edit.label || t("v.noted")) : null];
  }

  function redraw() {
    for (const one of $("list").querySelectorAll("[role=option]")) one.dataset.mark = "old";
    drawList();
  }

  function move(by) {
    const at = state.at + by;
    if (at >= 0 && at < state.status.found) open(at);
  }

  function scrollTo(at) {
    const list = $("list");
    if (at < state.base || at >= state.base + WINDOW) state.base = Math.floor(at / WINDOW) * WINDOW;
    const top = (at - state.base) * HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
  }

  async function go(at) {
    if (at >= state.status.found && !state.status.done) {
      say(t("v.counting"));
      while (at >= state.status.found && !state.status.done) {
        const told = await ask("rows", {filters: state.filters, start: at, count: 1}, state.stop.signal);
        state.status = {...state.status, found: told.found, done: told.done};
      }
      say("");
    }
    drawList();
    open(Math.max(0, Math.min(at, state.status.found - 1)));
  }

  // -- one row --------------------------------------------------------------------------------------------------------

  async function open(at, tapped) {
    const round = state.round;
    state.at = at;
    state.editing = false;
    scrollTo(at);
    redraw();
    if (tapped) document.body.dataset.pane = "row";
    try {
      const row = await ask("row", {filters: state.filters, at}, state.stop.signal);
      if (round !== state.round || state.at !== at) return;
      state.row = row;
      state.twin = null;
      showRow();
      if (about.files.length > 1) await openTwin();
    } catch (error) {
      lost(error);
    }
  }

  async function openTwin() {
    const row = state.row, shown = row.examples[0];
    const twin = await ask("twin", state.by === "id" && shown ? {id: shown.id} : {line: row.line}, state.stop.signal);
    if (row !== state.row) return;
    state.twin = twin;
    showRow();
  }

  function showRow() {
    const pane = $("row"), row = state.row, top = pane.scrollTop;
    const fresh = pane.dataset.at !== `${state.round}-${state.at}`;
    pane.dataset.at = `${state.round}-${state.at}`;
    if (!row || row.gone) {
      pane.replaceChildren(el("p", {class: "empty soft"}, t(state.status.done && !state.status.found ? "v.nothing" : "v.choose")));
      return;
    }
    const shown = row.examples[0];
    pane.replaceChildren(head(row), shown ? decisions(shown) : "", el("div", {class: about.files.length > 1 ? "sides" : ""},
      side(row, true), about.files.length > 1 ? side(state.twin, false) : ""));
    pane.scrollTop = fresh ? 0 : top;
  }

  function head(row) {
    const shown = row.examples[0];
    return el("div", {class: "head"},
      el("button", {type: "button", class: "back", on: {click: back}}, "← " + t("v.list")),
      el("h2", {}, el("span", {class: "soft"}, row.path.split("/").pop() + ":"), number(row.line)),
      el("div", {class: "tools-of-row"},
        el("button", {type: "button", id: "previous", "aria-label": t("v.previous"), title: "k", on: {click: () => move(-1)}}, "↑"),
        el("button", {type: "button", id: "next", "aria-label": t("v.next"), title: "j", on: {click: () => move(1)}}, "↓"),
        shown ? el("button", {type: "button", id: "edit", "aria-pressed": String(state.editing), title: "e", on: {click: toggleEditing}}, t("v.edit")) : null));
  }

  function back() {
    document.body.dataset.pane = "list";
    $("list").focus();
  }

  function decisions(shown) {
    const edit = edits.of(shown.id), dropped = edit.keep === false;
    const scores = [1, 2, 3, 4, 5].map((score) => el("button", {type: "button", class: "score", "data-score": score,
      "aria-pressed": String(edit.score === score), title: String(score), on: {click: () => rate(score)}}, String(score)));
    const field = (name, hint) => el("label", {class: "field"}, el("span", {class: "label"}, t("v." + name)),
      el("input", {type: "text", id: name === "label" ? "its-label" : name, value: edit[name] || "", placeholder: t(hint), autocomplete: "off",
        on: {input: (event) => {
          // The field stays as it is: who goes from one to the next must not lose it.
          edits.set(shown, {[name]: event.target.value.trim() || undefined});
          redraw();
          refresh();
        }}}));
    return el("div", {class: "decisions", role: "group", "aria-label": t("v.decisions")},
      el("button", {type: "button", id: "drop", class: dropped ? "is-dropped" : "", "aria-pressed": String(dropped), title: "d",
        on: {click: drop}}, t(dropped ? "v.undrop" : "v.drop")),
      el("div", {class: "scores", role: "group", "aria-label": t("v.score")}, el("span", {class: "label"}, t("v.score")), scores),
      field("label", "v.label.hint"), field("note", "v.note.hint"));
  }

  function side(row, ours) {
    if (!row) return el("section", {class: "side-of-file"}, el("p", {class: "soft"}, t("v.loading")));
    const title = about.files.length > 1 ? el("h3", {class: "names"}, about.files[ours ? 0 : 1].name,
      row.line && !ours ? ":" + number(row.line) : "", ours ? null : matching()) : null;
    if (row.gone) return el("section", {class: "side-of-file"}, title, el("p", {class: "soft"}, t(state.by === "id" ? "v.untwinned.id" : "v.untwinned.line")));
    const told = row.refused ? el("p", {class: "finding warning"}, t("r.refused") + " " + row.refused) : null;
    if (!row.examples.length) {
      const value = row.raw && typeof row.raw === "object" ? ftdataShow.conversation(row.raw, {findings: row.findings})
        : [el("ul", {class: "findings"}, row.findings.map((one) => ftdataShow.finding(one))), el("pre", {class: "raw", dir: "auto"}, String(row.raw ?? ""))];
      const plain = about.files[ours ? 0 : 1].table;
      return el("section", {class: "side-of-file"}, title, plain || row.refused ? null : el("p", {class: "finding error"}, row.broken), told, value);
    }
    const other = ours ? state.twin : state.row;
    return el("section", {class: "side-of-file"}, title, told, row.examples.map((shown, index) => one(row, shown, index, ours, other)));
  }

  function matching() {
    const choice = el("select", {id: "by", "aria-label": t("v.by"), on: {change: (event) => {
      state.by = event.target.value;
      openTwin().catch(lost);
    }}}, ["line", "id"].map((name) => el("option", {value: name, selected: state.by === name}, t("v.by." + name))));
    return [" ", choice];
  }

  function one(row, shown, index, ours, other) {
    const edit = ours ? edits.of(shown.id) : {};
    const example = ftdataEdits.applied(shown.example, edit.values);
    const twin = other && other.examples && other.examples[index] && other.examples[index].example;
    const stale = edit.was && edit.was !== shown.was ? el("p", {class: "finding warning"}, t("v.stale")) : null;
    const made = ftdataShow.conversation(example, {
      findings: index === 0 ? row.findings : [], spans: index === 0 ? row.spans : [],
      text: (path, text) => (ours && state.editing ? editor(shown, example, path) : marked(text)),
      decorate: (element, message, path) => decorate(element, message, path, {shown, edit, twin, ours}),
    });
    if (edit.keep === false) made.classList.add("dropped");
    return [stale, made];
  }

  function decorate(element, message, path, {shown, edit, twin, ours}) {
    const changed = Object.keys(edit.values || {}).filter((one) => one.startsWith(path + "."));
    const who = element.querySelector(".who");
    if (twin && JSON.stringify(ftdataEdits.get(twin, path)) !== JSON.stringify(message)) element.classList.add("differs");
    if (changed.length) {
      element.classList.add("edited");
      who.append(el("button", {type: "button", class: "undo", on: {click: () => {
        for (const one of changed) edits.write(shown, one, ftdataEdits.get(shown.example, one) ?? null);
        decided();
      }}}, t("v.undo")));
    }
    if (ours && state.editing && message.role === "assistant" && path.startsWith("$.messages")) {
      const trained = message.weight !== 0;
      who.append(el("button", {type: "button", class: "train", "aria-pressed": String(trained), on: {click: () => {
        const before = ftdataEdits.get(shown.example, path + ".weight");
        edits.write(shown, path + ".weight", trained ? 0 : before === 0 ? null : before ?? null);
        decided();
      }}}, t("v.train")));
    }
  }

  /** A text with what was searched for marked; nothing where it is not there. */
  function marked(text) {
    const wanted = (state.filters.search || "").toLowerCase();
    if (!wanted) return null;
    const low = text.toLowerCase();
    if (low.length !== text.length || !low.includes(wanted)) return null;
    const made = document.createDocumentFragment();
    let end = 0;
    for (let at = low.indexOf(wanted), most = 500; at >= 0 && most; at = low.indexOf(wanted, end), most--) {
      ftdataShow.append(made, [text.slice(end, at), el("mark", {}, text.slice(at, at + wanted.length))]);
      end = at + wanted.length;
    }
    ftdataShow.append(made, [text.slice(end)]);
    return made;
  }

  /** A field in place of a text that can be edited. */
  function editor(shown, example, given) {
    const [path, thought] = given.split("#");
    const real = [path, path + ".text", path + ".function.arguments", path + ".arguments", path + ".custom.input"]
      .find((one) => typeof ftdataEdits.get(example, one) === "string");
    if (!real) return null;
    const value = ftdataEdits.get(example, real);
    if (thought && real === path && path.endsWith(".content") && ftdataShow.parted(value)[1]) return el("span", {class: "soft"}, t("v.below"));
    const json = real.endsWith(".arguments");
    const area = el("textarea", {class: "editor" + (json ? " json" : ""), "data-path": real, "aria-label": real, spellcheck: "true", rows: 1, on: {
      input: () => { grow(area); edits.write(shown, real, area.value); area.classList.toggle("invalid", json && !valid(area.value)); redraw(); refresh(); },
      change: () => { if (json && !valid(area.value)) say(t("arguments.broken"), true); },
    }});
    area.value = value;
    requestAnimationFrame(() => grow(area));
    return area;
  }

  const valid = (text) => { try { JSON.parse(text); return true; } catch { return false; } };

  function grow(area) {
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  }

  function toggleEditing() {
    if (!state.row || !state.row.examples.length) return;
    state.editing = !state.editing;
    showRow();
    const first = state.editing && ($("row").querySelector(".role-assistant textarea") || $("row").querySelector("textarea"));
    if (first) first.focus();
    else $("edit").focus();
  }

  // -- deciding and saving --------------------------------------------------------------------------------------------

  const current = () => state.row && state.row.examples && state.row.examples[0];

  function decide(changes) {
    const shown = current();
    if (!shown) return;
    edits.set(shown, changes);
    decided();
  }

  function decided() {
    const active = document.activeElement, id = active && active.id, score = active && active.dataset.score;
    showRow();
    const again = id ? $(id) : score ? document.querySelector(`[data-score="${score}"]`) : null;
    if (again) again.focus();
    redraw();
    refresh();
  }

  const drop = () => decide({keep: edits.of(current()?.id).keep === false ? undefined : false});
  const rate = (score) => decide({score: edits.of(current()?.id).score === score ? undefined : score});

  function refresh() {
    const n = edits.edits.size, dirty = edits.dirty;
    $("save").disabled = !dirty;
    $("save").textContent = t(dirty ? "v.save" : "v.saved.button");
    $("changes").textContent = n ? t("v.edits", {n: number(n)}) : "";
    document.title = (dirty ? "● " : "") + document.title.replace(/^● /, "");
  }

  async function save() {
    if (!edits.dirty) return;
    const text = edits.text();
    try {
      const told = await ask("save", {edits: edits.list(), mark: edits.mark});
      edits.mark = told.mark;
      edits.saved = text;
      refresh();
      say(many("v.saved", told.count) + " " + told.path);
      // Scores, labels and notes go into the metadata, which ftdata's own format keeps.
      const said = edits.list().some((one) => one.score !== undefined || one.label || one.note);
      $("how").textContent = about.apply + (said ? " --to ftdata" : "");
      $("applied").hidden = !told.count;
    } catch (error) {
      say(error.code === 409 ? t("v.conflict", {path: about.edits}) : t("v.unsaved") + " " + (error instanceof TypeError ? t("v.gone") : error.message), true);
    }
  }

  // -- the page -------------------------------------------------------------------------------------------------------

  const KEYS = [["j", "k", "v.key.move"], ["e", "v.key.edit"], ["d", "v.key.drop"], ["1", "5", "v.key.score"], ["l", "v.key.label"],
    ["n", "v.key.note"], ["/", "v.key.search"], ["f", "v.key.where"], ["c", "v.key.copy"], ["s", "v.key.save"], ["Esc", "v.key.leave"], ["?", "v.key.help"]];

  function field(name, about) {
    return el("label", {class: "field f-" + name}, el("span", {class: "label"}, t("v.f." + name)),
      el("input", {type: name === "search" ? "search" : "text", id: name, placeholder: t("v.f." + name + ".hint"), autocomplete: "off", spellcheck: "false", ...about}));
  }

  function build() {
    const names = about.files.map((one) => one.name).join(" ↔ "), other = about.langs.find((one) => one !== about.lang);
    const files = el("div", {class: "title"}, el("h1", {title: about.files.map((one) => one.path).join(" ↔ ")}, names),
      el("p", {class: "soft", id: "count", role: "status"}, ""), el("progress", {id: "bar", max: 1, value: 0, "aria-label": t("v.progress")}),
      el("button", {type: "button", id: "all", class: "small", hidden: true, on: {click: countAll}}, t("v.all")));
    const actions = el("div", {class: "actions"}, el("span", {class: "soft", id: "changes"}),
      el("button", {type: "button", id: "save", disabled: true, title: "s", on: {click: save}}, t("v.saved.button")),
      el("a", {class: "button", id: "lang", href: "?lang=" + other, hreflang: other}, t("v.lang." + other)), ftdataShow.themes(),
      el("button", {type: "button", id: "help", "aria-label": t("v.keys"), title: "?", on: {click: () => $("keys").showModal()}}, "?"));
    const form = el("form", {class: "filters", role: "search", "aria-label": t("v.filters"), on: {submit: (event) => { event.preventDefault(); filter(); }}},
      field("search"), field("where"), choice("rule"), choice("label"),
      el("button", {type: "submit", class: "visually-hidden"}, t("v.apply")),
      el("button", {type: "button", id: "clear", hidden: true, on: {click: clear}}, t("v.clear")));
    if (about.files[0].table) for (const one of form.querySelectorAll("input, select, button")) one.disabled = true;
    const command = el("div", {class: "command", id: "line", hidden: true}, el("code", {id: "command", tabindex: "0", role: "textbox", "aria-readonly": "true", "aria-label": t("v.command")}),
      el("button", {type: "button", id: "copy", class: "small", title: "c", on: {click: copy}}, t("v.copy")));
    const list = el("div", {id: "list", role: "listbox", tabindex: "0", "aria-label": t("v.list"), on: {scroll: drawList, keydown: inList}}, el("div", {id: "space", role: "none"}));
    const windows = el("div", {id: "windows", hidden: true},
      el("button", {type: "button", id: "before", class: "small", on: {click: () => turn(-WINDOW)}}, "←"), el("span", {id: "window", class: "soft"}),
      el("button", {type: "button", id: "after", class: "small", on: {click: () => turn(WINDOW)}}, "→"));
    const jump = el("form", {class: "jump", on: {submit: (event) => { event.preventDefault(); const n = Number($("jump").value); if (n >= 1) go(n - 1).catch(lost); }}},
      el("label", {for: "jump", class: "label"}, t("v.jump")), el("input", {type: "text", inputmode: "numeric", id: "jump", size: "8", autocomplete: "off"}));
    const dialog = el("dialog", {id: "keys", "aria-labelledby": "keys-title"}, el("h2", {id: "keys-title"}, t("v.keys")),
      el("dl", {}, KEYS.map((keys) => [el("dt", {}, keys.slice(0, -1).map((key) => [el("kbd", {}, key), " "])), el("dd", {}, t(keys[keys.length - 1]))])),
      el("button", {type: "button", on: {click: () => $("keys").close()}}, t("v.close")));
    $("app").replaceChildren(el("a", {class: "skip", href: "#row"}, t("v.skip")),
      el("header", {}, el("div", {class: "bar"}, files, actions), form, command, about.files[0].table ? el("p", {class: "finding info table"}, t("v.table") + " ", el("code", {}, "ftdata look " + about.files[0].path)) : null),
      el("main", {}, el("nav", {class: "rows", "aria-label": t("v.list")}, list, el("p", {id: "nothing", class: "empty soft", hidden: true}, t("v.nothing")), el("div", {class: "below"}, windows, jump)),
        el("section", {id: "row", tabindex: "-1", "aria-label": t("v.row")})),
      el("p", {id: "said", role: "alert", hidden: true}),
      el("p", {id: "applied", class: "no-print", hidden: true}, t("v.apply.how") + " ", el("code", {id: "how"}, about.apply), " ",
        el("button", {type: "button", class: "small", "aria-label": t("v.close"), on: {click: () => { $("applied").hidden = true; }}}, "×")), dialog);
    document.body.dataset.pane = "list";
  }

  function choice(name) {
    return el("label", {class: "field f-" + name}, el("span", {class: "label"}, t("v.f." + name)),
      el("select", {id: name, on: {change: filter}}, el("option", {value: ""}, t("v.f." + name + ".any"))));
  }

  async function choices() {
    if (about.files[0].table) return;
    const found = await ask("choices", {});
    const rule = $("rule"), label = $("label");
    const group = (title, options) => (options.length ? el("optgroup", {label: title}, options) : null);
    ftdataShow.append(rule, [group(t("v.choices.found", {n: number(found.sampled)}), found.rules.map(([slug, n]) => el("option", {value: slug}, `${slug} (${number(n)})`))),
      group(t("v.choices.others"), found.others.map((slug) => el("option", {value: slug}, slug)))]);
    ftdataShow.append(label, [group(t("v.choices.found", {n: number(found.sampled)}), found.classes.map(([name, n]) => el("option", {value: name}, `${name} (${number(n)})`)))]);
    $("label").disabled = !found.classes.length;
  }

  function clear() {
    for (const name of ["search", "where", "rule", "label"]) $(name).value = "";
    filter();
    $("search").focus();
  }

  function turn(by) {
    state.base = Math.max(0, state.base + by);
    $("list").scrollTop = 0;
    redraw();
  }

  function inList(event) {
    const by = {ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8}[event.key];
    if (by) { event.preventDefault(); move(Math.max(-state.at, Math.min(by, state.status.found - 1 - state.at))); }
    else if (event.key === "Home") { event.preventDefault(); open(0); }
    else if (event.key === "End") { event.preventDefault(); open(state.status.found - 1); }
    else if (event.key === "Enter") { document.body.dataset.pane = "row"; $("row").focus(); }
  }

  const ACTS = {
    j: () => move(1), k: () => move(-1), e: toggleEditing, d: drop, c: copy, s: save,
    l: () => $("its-label") && $("its-label").focus(), n: () => $("note") && $("note").focus(),
    "/": () => $("search").focus(), f: () => $("where").focus(), "?": () => $("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape") {
      if (typing) event.preventDefault(); // a browser would empty the search
      if (state.editing && !(typing && typing.closest("form"))) toggleEditing();
      else if (typing) typing.blur();
      else back();
      return;
    }
    if (typing) return;
    const act = ACTS[event.key] || (/^[1-5]$/.test(event.key) ? () => rate(Number(event.key)) : null);
    if (act) { event.preventDefault(); act(); }
  });
  addEventListener("beforeunload", (event) => { if (edits.dirty) event.preventDefault(); });
  addEventListener("resize", () => drawList());

  build();
  let typed;
  $("search").addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(filter, 450); });
  $("where").addEventListener("change", filter);
  try {
    const loaded = await ask("load", {});
    edits.load(loaded.edits, loaded.mark);
    refresh();
  } catch (error) {
    lost(error);
  }
  await filter();
  choices().catch(lost);
})();
