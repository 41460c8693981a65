"""Mapping files to checked models: YAML without its traps, and errors with the place.

Of YAML's plain words only ``true``, ``false``, ``null``, decimal integers and numbers are anything but text: ``yes``,
``007``, ``12:30`` and ``2026-01-01`` mean what they say. A key that stands twice is refused.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ftdata.codec import check_json, decode, member
from ftdata.errors import RecipeError, RowError, at, shown
from ftdata.formats.mapping.models import Whole

Lines = dict[str, int]
"""The line of each JSON path of a file."""

_MOST = 100_000
"""Values that a mapping's file may have; aliases of aliases could fill memory."""

_QUOTES = 'A template stands in quotes: "{{ column }}".'
_PLAIN = (
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    ("null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), "-0123456789"),
    ("float", re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z"), "-0123456789"),
)


def load(path: Path) -> tuple[Any, Lines]:
    """What a .json, .yaml or .yml file holds, and the line of each place in it.

    Raises:
        RecipeError: It cannot be read, or is no such file.
    """
    with at(str(path)):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"the file cannot be read: {error}") from None
        if path.suffix.casefold() != ".json":
            return _yaml(text)
        try:
            return decode(text.encode()), {}
        except RowError as error:
            raise RecipeError(error.message, hint=error.hint, json_path=error.json_path) from None


def _yaml(text: str) -> tuple[Any, Lines]:
    import yaml

    class Loader(yaml.SafeLoader):
        """YAML whose plain words are text wherever they can be."""

        yaml_implicit_resolvers = {}  # noqa: RUF012 - as PyYAML has it

    for kind, pattern, first in _PLAIN:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", pattern, list(first))
    lines: Lines = {}
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", "") or str(error)
        line = mark.line + 1 if mark else None
        written = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
        hint = _QUOTES if "{{" in written else 'Put it in quotes: "@file".' if "@" in written else ""
        raise RecipeError(f"not valid YAML: {problem}", hint=hint, line=line) from None
    except RecursionError:
        raise RecipeError("too much nesting") from None
    return _built(node, "$", lines, ()), lines


def _built(node: Any, path: str, lines: Lines, above: tuple[Any, ...]) -> Any:
    """The value of a YAML node."""
    import yaml

    if node is None:
        return None
    lines[path] = line = node.start_mark.line + 1
    if len(lines) > _MOST:
        raise RecipeError(f"more than {_MOST:,} values (do aliases hold aliases?)", line=line)
    if node in above:
        raise RecipeError("a YAML alias that holds itself", json_path=path, line=line)
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _key(key_node, path)
            if key in made:
                raise RecipeError(
                    f"the key {shown(key)} stands twice", json_path=path, line=key_node.start_mark.line + 1
                )
            made[key] = _built(value_node, member(path, key), lines, (*above, node))
            lines[member(path, key)] = key_node.start_mark.line + 1
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, f"{path}[{index}]", lines, (*above, node)) for index, item in enumerate(node.value)]
    return _scalar(node, path)


def _key(node: Any, path: str) -> str:
    line = node.start_mark.line + 1
    if not isinstance(node.value, str):
        # What stands in the text as {{ column }}, without quotes.
        raise RecipeError("a key must be text; got an object", hint=_QUOTES, json_path=path, line=line)
    if node.tag.rsplit(":", 1)[-1] in ("bool", "null", "float"):
        raise RecipeError(f"a key must be text; got {node.value or 'nothing'}", hint="Put it in quotes.",
                          json_path=path, line=line)  # fmt: skip
    return node.value


def _scalar(node: Any, path: str) -> Any:
    kind, text = node.tag.rsplit(":", 1)[-1], node.value
    if node.tag == "!" or kind == "str":
        return text
    if kind == "bool":
        return text.casefold() == "true"
    if kind == "null":
        return None
    try:
        if kind in ("int", "float"):
            return int(text) if kind == "int" else float(text)
    except ValueError:
        pass
    raise RecipeError(f"ftdata knows no YAML {node.tag} here", json_path=path, line=node.start_mark.line + 1)


def checked(says: Any, lines: Lines, path: str | None) -> Whole:
    """The mapping that this says.

    Raises:
        RecipeError: It says what cannot be meant; all of it at once, each with its place.
    """
    with at(path):
        try:
            check_json(says)
        except RowError as error:
            raise RecipeError(error.message, hint=error.hint, json_path=error.json_path) from None
        try:
            return Whole.model_validate(says)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            found = [_problem(says, problem, lines, path) for problem in problems]
        first, *others = found
        if others:
            first.message = "\n".join([first.reason, *map(str, others[:9])])
            first.hint = ""
        raise first


_MEANINGS = {
    "missing": "needs {field}",
    "list_type": "expected a list",
    "dict_type": "expected an object",
    "bool_type": "expected true or false",
    "too_short": "expected at least one",
}


def _problem(says: Any, problem: Any, lines: Lines, path: str | None) -> RecipeError:
    context = problem.get("ctx", {})
    place, value, missing = _place(says, problem["loc"])
    if "key" in context:
        place, value = member(place, str(context["key"])), None
    line = lines.get(place)
    if problem["type"] == "mapping":
        return RecipeError(context["message"], hint=context["hint"], path=path, line=line, json_path=place)
    message = _MEANINGS.get(problem["type"], problem["msg"]).format(field=missing)
    if problem["type"] != "missing":
        message += f"; got {shown(value)}"
    elif missing == "role":
        message = "a turn needs a role"
    return RecipeError(message[0].lower() + message[1:], path=path, line=line, json_path=place)


def _place(says: Any, loc: tuple[int | str, ...]) -> tuple[str, Any, str]:
    """The JSON path and value at pydantic's place, which also names members of unions; and what is missing there."""
    path, value, missing = "$", says, ""
    for step in loc:
        if isinstance(value, dict) and step in value:
            path, value, missing = member(path, str(step)), value[step], ""
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path, value, missing = f"{path}[{step}]", value[step], ""
        else:
            missing = str(step)
    return path, value, missing
