"""A command as a recipe: what ``--as-recipe`` prints, and what a manifest says of the command that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

import click

from ftdata.cli.declared import SAID, Invocation
from ftdata.dataset import Dataset, read
from ftdata.dataset.composed import MARKS, of_data
from ftdata.dataset.reading import usable_beside
from ftdata.dataset.rowed import ROWS
from ftdata.errors import UsageError, option
from ftdata.files.opening import stem
from ftdata.manifest import Provenance, provenance
from ftdata.marks import dump
from ftdata.recipe import Recipe
from ftdata.recipe.keys import PRUNING, key_of, outputs, sources, splitting, steps
from ftdata.recipe.variables import escaped
from ftdata.steps.split.asked import part, parts_of
from ftdata.verbs import Option, declared

Says = dict[str, Any]


def as_recipe(call: Invocation) -> Says:
    """The command as a recipe, as JSON values.

    Raises:
        UsageError: If it writes nothing, or something that no recipe says.
    """
    made = _COMMANDS.get(call.verb.name, _changed)(call)
    Recipe(made)  # what cannot be meant is refused here as the command would
    names = {"inputs", *_OF_COMMANDS.get(call.verb.name, ()), *_OF_ALL}
    known = (
        {one.name for one in call.verb}
        | call.rowing.keys()
        | {str(param.name) for param in call.ctx.command.params if _is_shared(param)}
    )
    for name in sorted(call.said - names - known):
        raise UsageError(f"{option(name)} works only on the command line, not in a recipe", hint="Remove it.")
    return made


@contextmanager
def noted(call: Invocation) -> Iterator[None]:
    """Let a manifest that is written inside say how the command is said in a recipe, if it can be."""
    try:
        says = as_recipe(call)
    except UsageError:
        yield
        return
    token = provenance.set(Provenance(says, Recipe(says).files))
    try:
        yield
    finally:
        provenance.reset(token)


def text_of(says: Says, command: str) -> str:
    """A recipe as YAML."""
    return f"# ftdata {command} --as-recipe; saved as recipe.yaml, this runs as: ftdata run\n{dump(says)}"


_OF_ALL = (PRUNING, "as_recipe", "dry_run", "manifest", "force", "workers", "engine", "json", "quiet", "output")
"""Options that say how a run goes, not what it does."""


def _is_shared(param: click.Parameter) -> bool:
    return getattr(param, "section", "") in ("Input", "Output")


# -- the commands -----------------------------------------------------------------------------------------------------


def _changed(call: Invocation) -> Says:
    """Of a command that changes examples."""
    return {"read": _read(call, call.inputs), "steps": [_step(call)], "write": _write(call)}


def _converted(call: Invocation) -> Says:
    from ftdata.cli.convert import format_of

    if call["to"] == "completion" and any(name in call.values for name in MARKS):
        return _remarked(call)
    return {"read": _read(call, call.inputs, _values(call, call.verb)), "write": _write(call, to=format_of(call))}


def _remarked(call: Invocation) -> Says:
    """Of what becomes prompts and completions with other marks: the last step makes them, perhaps of such again."""
    marks = {name: call.values[name] for name in MARKS if name in call.values}
    own = {name: one for name, one in call.values.items() if name not in marks}
    data = read(list(call.inputs), **call.reading)
    steps: list[Any] = []
    if of_data(data, call.values, call["to"], call.said):
        chats = declared(Dataset.completion_to_chat)
        for name in sorted(own.keys() - {one.name for one in chats}):
            raise UsageError(
                f"{option(name)} cannot be combined with other marks in a recipe", hint="Write two of them."
            )
        steps, own = [{"completion-to-chat": _said(call, chats, own)}], {}
    steps.append({"to-completion": _said(call, declared(Dataset.to_completion), marks)})
    return {"read": _read(call, call.inputs, _said(call, call.verb, own)), "steps": steps, "write": _write(call)}


def _distilled(call: Invocation) -> Says:
    from ftdata.cli.distill import format_of

    return {**_changed(call), "write": _write(call, to=format_of(call))}


def _graded(call: Invocation) -> Says:
    return {**_changed(call), "write": _write(call, to=call["to"] or "ftdata")}


def _split(call: Invocation) -> Says:
    from ftdata.cli.split import sizes_of

    sizes = sizes_of(call["into"])
    names = _names(sizes)
    write = _write(call, path="")
    into = {names[path]: "rest" if size is None else _number(size) for path, size in sizes.items()}
    return {
        "read": _read(call, call.inputs),
        "steps": [_step(call, into=into)],
        "branches": {name: {"write": {**write, "path": escaped(path)}} for path, name in names.items()},
    }


def _names(sizes: Mapping[str, str | None]) -> dict[str, str]:
    """Names for the parts that go to these paths: short ones, if they tell them apart and change nothing."""
    short = {path: stem(path) for path in sizes}
    whole = parts_of([part(path, size) for path, size in sizes.items()])
    if len(set(short.values())) == len(short):
        named = parts_of([part(short[path], size) for path, size in sizes.items()])
        if named.rest == whole.rest:  # which part takes the rest may depend on what they are called
            return short
    return {path: path for path in sizes}


def _number(size: str) -> Any:
    try:
        return int(size) if size.isdecimal() else float(size)
    except ValueError:
        return size


def _overlapped(call: Invocation) -> Says:
    from ftdata.cli.overlap import swapped

    _require(call, "remove_from")
    one, other = call["one"], call["other"]
    paths = (other, one) if swapped(one, other, call) else (one, other)
    return {"read": _read(call, paths[:1]), "steps": [_step(call, other=escaped(paths[1]))], "write": _write(call)}


def _resolved(call: Invocation) -> Says:
    _require(call, "resolve")
    return {**_changed(call), "steps": [_step(call, resolve=escaped(call["resolve"]))]}


def _applied(call: Invocation) -> Says:
    *edits, file = call["files"]
    step = _step(call, edits=list(map(escaped, edits)))
    return {"read": _read(call, [file]), "steps": [step], "write": _write(call)}


def _balanced(call: Invocation) -> Says:
    _require(call, "how")
    return _changed(call)


def _mixed(call: Invocation) -> Says:
    from ftdata.cli.mix import source_of

    read = []
    for path, share in map(source_of, call["source"]):
        own = usable_beside([path], call.reading)
        read.append({**_read(call, [path], reading=own), "share": share})
    return {"read": read, "mix": _values(call, call.verb), "write": _write(call)}


def _sampled(call: Invocation) -> Says:
    if not call["ladder"]:
        return _changed(call)
    from ftdata.cli.sample import rungs

    write, branches = _write(call), {}
    for percent, path in rungs(call):
        step = _step(call, share=f"{percent}%")
        branches[f"{percent}%"] = {"steps": [step], "write": {**write, "path": escaped(path)}}
    return {"read": _read(call, call.inputs), "branches": branches}


_COMMANDS: Mapping[str, Callable[[Invocation], Says]] = {
    "apply": _applied,
    "balance": _balanced,
    "conflicts": _resolved,
    "convert": _converted,
    "distill": _distilled,
    "grade": _graded,
    "mix": _mixed,
    "overlap": _overlapped,
    "sample": _sampled,
    "split": _split,
}
"""By verb: what it is as a recipe, where that is more than a step."""

_OF_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "apply": ("files",),
    "conflicts": ("resolve",),
    "mix": ("source",),
    "overlap": ("one", "other", "remove_from"),
    "sample": ("ladder",),
    "split": ("into",),
}
"""By verb: the options of the command alone that a recipe says in its own way."""


def _require(call: Invocation, name: str) -> None:
    if call[name] is None:
        raise UsageError(
            "a recipe must write something, and this command only reports", hint=f"Add {option(name)} and -o."
        )


# -- their pieces -----------------------------------------------------------------------------------------------------


def _read(
    call: Invocation,
    paths: Iterable[str],
    more: Mapping[str, Any] | None = None,
    reading: Mapping[str, Any] | None = None,
) -> Says:
    files = [escaped(path) for path in paths]
    given = call.reading if reading is None else reading
    return {
        "files": files[0] if len(files) == 1 else files,
        **_said(call, ROWS, call.rowing),
        **(more or {}),
        **_said(call, sources().options.values(), given),
    }


def _write(call: Invocation, *, path: str | None = None, to: str | None = None) -> Says:
    output = call.writing.get("path") if path is None else path
    if output is None:
        raise UsageError("a recipe must write something", hint="Add -o OUT.jsonl.")
    given = {**call.writing, **({"format": to} if to else {})}
    if call.options.get(PRUNING):
        given[PRUNING] = call[PRUNING]
    more = _said(call, outputs().options.values(), given)
    return {**more, "path": escaped(str(output))}


def _step(call: Invocation, **more: Any) -> Any:
    if call.verb.name not in steps() and call.verb.name != "split":
        raise UsageError(f"{call.verb.name} works only on the command line, not in a recipe")
    keys = splitting() if call.verb.name == "split" else steps()[call.verb.name].keys
    own = {one.name for one in keys.options.values()}
    for name in call.values:
        if name not in own:
            raise UsageError(f"{option(name)} works only on the command line, not in a recipe", hint="Remove it.")
    said = {**more, **_values(call, keys.options.values())}
    return {call.verb.name: said} if said else call.verb.name


def _values(call: Invocation, options: Iterable[Option]) -> Says:
    return _said(call, options, call.values)


def _said(call: Invocation, options: Iterable[Option], values: Mapping[str, Any]) -> Says:
    """Options as a recipe says them, by key."""
    templates: Mapping[str, str] = call.ctx.meta.get(SAID, {})
    return {
        key_of(one): _plain(templates[one.name] if one.name in templates else values[one.name])
        for one in options
        if one.name in values
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it, in whose texts nothing is a variable."""
    if isinstance(value, str | PurePath):
        return escaped(str(value))
    if isinstance(value, Mapping):
        return {escaped(str(key)): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
