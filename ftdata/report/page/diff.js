"use strict";
// The page of differences: what came, went and changed, word by word. Data is only ever text.
(async () => {
  const {el, speaker, number, data, changes, conversation, themes} = ftdataShow;
  const t = speaker();

  function table(title, shifts) {
    const names = Object.keys(shifts);
    if (!names.length) return null;
    const row = (name) => {
      const by = shifts[name].new - shifts[name].old;
      return el("tr", {}, el("th", {scope: "row"}, name), ...[shifts[name].old, shifts[name].new].map((one) => el("td", {}, number(one))),
        el("td", {class: by > 0 ? "more" : by < 0 ? "fewer" : ""}, by > 0 ? "+" + number(by) : number(by)));
    };
    const head = ["diff.old", "diff.new", "diff.by"].map((key) => el("th", {scope: "col"}, t(key)));
    return el("section", {class: "card"}, el("h2", {}, t(title)),
      el("table", {class: "shifts"}, el("thead", {}, el("tr", {}, el("td"), head)), el("tbody", {}, names.map(row))));
  }

  function counts(found) {
    return el("dl", {class: "counts"}, ["kept", "changed", "removed", "added"].map((name) =>
      el("div", {class: name}, el("dt", {}, t("diff." + name)), el("dd", {}, number(found[name])))));
  }

  function shown(one) {
    const places = [one.old, one.new].filter(Boolean).map((side) => side.place);
    const whole = one.new || one.old;
    const head = el("p", {class: "label"}, t("diff." + one.how), " · ", el("code", {}, places.join(" → ")),
      one.matched_by ? " · " + t("diff.matched." + one.matched_by) : "");
    if (!one.changes || !one.changes.length)
      return el("article", {class: "card difference is-" + one.how, "data-how": one.how}, head, conversation(whole.example));
    const lines = one.changes.map((change) => el("li", {}, el("code", {class: "place"}, change.path), el("p", {class: "words"}, changes(change.words))));
    const rest = el("details", {}, el("summary", {}, t("diff.whole")));
    rest.addEventListener("toggle", () => { if (rest.open && rest.children.length === 1) rest.append(conversation(whole.example)); });
    return el("article", {class: "card difference is-changed", "data-how": "changed"}, head, el("ul", {class: "changes"}, lines), rest);
  }

  const found = await data("diff");
  const articles = found.examples.map(shown);
  const status = el("p", {class: "soft", role: "status"});
  const tell = () => { status.textContent = t("diff.shown", {n: number(articles.filter((one) => !one.hidden).length), all: number(articles.length)}); };
  const search = el("input", {type: "search", "aria-label": t("diff.search"), placeholder: t("diff.search")});
  let chosen = "";
  const filter = () => {
    const words = search.value.toLowerCase();
    for (const one of articles) one.hidden = Boolean(chosen && one.dataset.how !== chosen) || !one.textContent.toLowerCase().includes(words);
    tell();
  };
  search.addEventListener("input", filter);
  const buttons = ["", "changed", "removed", "added"].map((how) => el("button", {type: "button", "aria-pressed": String(!how), "data-how": how, on: {click: (event) => {
    chosen = how;
    for (const one of buttons) one.setAttribute("aria-pressed", String(one === event.currentTarget));
    filter();
  }}}, t(how ? "diff." + how : "diff.all")));
  tell();
  const notes = [found.reordered && t("diff.reordered"), !found.compared_by_text && t("diff.uncompared")].filter(Boolean);
  document.getElementById("diff").append(
    el("header", {class: "head"}, el("h1", {}, document.title), themes()),
    counts(found), ...notes.map((text) => el("p", {class: "soft"}, text)),
    el("div", {class: "tables"}, [table("diff.classes", found.classes), table("diff.figures", found.figures), table("diff.findings", found.findings)].filter(Boolean)),
    articles.length ? el("div", {class: "bar", role: "search"}, el("div", {class: "buttons", role: "group", "aria-label": t("diff.show")}, buttons), search, status) : el("p", {}, t("diff.same")),
    ...articles);
})();
