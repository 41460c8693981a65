"use strict";
/* What people decide about examples, by the ids of these, as `ftdata apply` reads it. */
const ftdataEdits = (() => {
  const STEP = /\.([^.[\]]+)|\[(\d+)\]/g;
  const steps = (path) => [...path.slice(1).matchAll(STEP)].map((one) => (one[1] === undefined ? Number(one[2]) : one[1]));

  /** The value at a path such as `$.messages[0].content`; undefined where there is none. */
  function get(value, path) {
    for (const step of steps(path)) {
      if (value === null || typeof value !== "object" || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
    return value;
  }

  function put(value, [step, ...rest], made) {
    const copy = Array.isArray(value) ? [...value] : {...value};
    if (!rest.length && made === null && !Array.isArray(copy)) delete copy[step];
    else copy[step] = rest.length ? put(value[step], rest, made) : made;
    return copy;
  }

  /** A copy of an example with new values by their paths; null removes a key. */
  function applied(example, values) {
    let made = example;
    for (const [path, value] of Object.entries(values || {})) made = put(made, steps(path), value);
    return made;
  }

  /** The edits of a file. */
  class Edits {
    constructor() {
      this.edits = new Map();
      this.mark = "";
      this.saved = "[]";
    }

    load(edits, mark) {
      this.edits = new Map(edits.map((one) => [one.id, one]));
      this.saved = this.text();
      this.mark = mark;
    }

    list() {
      return [...this.edits.values()];
    }

    text() {
      return JSON.stringify(this.list());
    }

    get dirty() {
      return this.text() !== this.saved;
    }

    of(id) {
      return this.edits.get(id) || {};
    }

    /** Decide something about an example: `shown` as the server gave it, and what changes; undefined takes it back. */
    set(shown, changes) {
      const edit = {id: shown.id, was: shown.was, ...this.edits.get(shown.id), ...changes};
      for (const [key, value] of Object.entries(edit)) {
        if (value === undefined || value === "" || (key === "values" && !Object.keys(value).length)) delete edit[key];
      }
      if (Object.keys(edit).some((key) => key !== "id" && key !== "was")) this.edits.set(shown.id, edit);
      else this.edits.delete(shown.id);
    }

    /** Write a new value at a path of an example; what stood there takes the edit back. */
    write(shown, path, value) {
      const values = {...this.of(shown.id).values};
      const before = get(shown.example, path);
      if (value === before || (value === null && before === undefined)) delete values[path];
      else values[path] = value;
      this.set(shown, {values});
    }
  }

  return {Edits, get, applied};
})();
