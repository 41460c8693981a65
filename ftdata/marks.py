"""YAML, JSON and TOML that people write: what a file says, and the line and column of each place in it.

Of YAML's plain words only ``true``, ``false``, ``null``, decimal integers and numbers are anything but text: ``yes``,
``007``, ``12:30`` and ``2026-01-01`` mean what they say. A key that stands twice is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ftdata.codec import decode, member
from ftdata.errors import RecipeError, RowError, at, shown
from ftdata.lazily import pattern


class Spot(NamedTuple):
    """Where something stands in a file: line and column, from 1."""

    line: int
    column: int


Marks = dict[str, Spot]
"""Where each JSON path of a file stands: a member at its key, an item where it begins. Of YAML alone."""

_MOST = 100_000
"""Values that a file may have; aliases of aliases could fill memory."""

_QUOTES = 'A template stands in quotes: "{{ column }}".'
_HINTS = (
    ("{{", _QUOTES),
    ("${", 'A variable stands in quotes here: "${name}".'),
    ("@", 'Put it in quotes: "@file".'),
    ("\t", "Indent with spaces, not with tabs."),
)
"""What helps where the line that is not valid YAML holds this."""

_PLAIN = (
    ("bool", pattern(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    ("null", pattern(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    ("int", pattern(r"-?(?:0|[1-9][0-9]*)\Z"), "-0123456789"),
    ("float", pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z"), "-0123456789"),
)


def load(path: Path) -> tuple[Any, Marks]:
    """What a .json, .toml, .yaml or .yml file holds, and where each place in it stands.

    Raises:
        RecipeError: If it cannot be read, or is no such file.
    """
    with at(str(path)):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
        suffix = path.suffix.casefold()
        return _json(text) if suffix == ".json" else _toml(text) if suffix == ".toml" else parse(text)


def _json(text: str) -> tuple[Any, Marks]:
    try:
        return decode(text.encode()), {}
    except RowError as error:
        raise RecipeError(error.message, hint=error.hint, json_path=error.json_path) from None


def _toml(text: str) -> tuple[Any, Marks]:
    import tomllib

    try:
        return tomllib.loads(text), {}
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"not valid TOML: {error}") from None


def parse(text: str) -> tuple[Any, Marks]:
    """What a text of YAML says, and where each place in it stands.

    Raises:
        RecipeError: If it is not valid YAML, or says what has no place in JSON.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """YAML whose plain words are text wherever they can be."""

        yaml_implicit_resolvers = {}  # noqa: RUF012 - as PyYAML has it

    _add_plain(Loader)
    marks: Marks = {}
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", "") or str(error)
        line = mark.line + 1 if mark else None
        written = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
        hint = next((hint for sign, hint in _HINTS if sign in written), "")
        raise RecipeError(f"not valid YAML: {problem}", hint=hint, line=line) from None
    except RecursionError:
        raise RecipeError("too much nesting") from None
    return _built(node, "$", marks, ()), marks


def dump(says: Any) -> str:
    """The YAML of JSON values, which `parse` reads as the same; texts of several lines stand as blocks."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes what this or any other reader would take for more than text; items stand to the right of their key."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

        def ignore_aliases(self, data: Any) -> bool:
            return True

    _add_plain(Dumper)
    Dumper.add_representer(str, _text)
    return yaml.dump(says, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110, indent=2)


def _text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _add_plain(kind: Any) -> None:
    for name, shape, first in _PLAIN:
        kind.add_implicit_resolver(f"tag:yaml.org,2002:{name}", shape, list(first))


def _built(node: Any, path: str, marks: Marks, above: tuple[Any, ...]) -> Any:
    """The value of a YAML node."""
    import yaml

    if node is None:
        return None
    marks[path] = _mark(node)
    line = marks[path].line
    if len(marks) > _MOST:
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
            made[key] = _built(value_node, member(path, key), marks, (*above, node))
            marks[member(path, key)] = _mark(key_node)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, f"{path}[{index}]", marks, (*above, node)) for index, item in enumerate(node.value)]
    return _scalar(node, path)


def _mark(node: Any) -> Spot:
    return Spot(node.start_mark.line + 1, node.start_mark.column + 1)


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
