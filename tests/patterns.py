"""The compiled patterns of the package, and texts that are hard for them."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import re._constants as ops  # type: ignore[import-not-found] # typeshed has no stubs
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import Any

import ftdata
from ftdata.lazily import pattern

Pattern = re.Pattern[Any]
_SAMPLES = 4  # of each part of a pattern
_CATEGORIES = {ops.CATEGORY_DIGIT: "1", ops.CATEGORY_SPACE: " ", ops.CATEGORY_WORD: "a", ops.CATEGORY_NOT_SPACE: "a",
               ops.CATEGORY_NOT_WORD: "-", ops.CATEGORY_NOT_DIGIT: "a"}  # fmt: skip
_OTHERS = 'a1 -\n"<{[(.:,=~é漢'


def patterns() -> dict[str, tuple[Pattern, frozenset[str]]]:
    """Each by the name of what holds it, and the methods by which its module uses it."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(ftdata.__path__, "ftdata.")
        if not found.name.endswith("__main__")
    ]
    found: dict[str, Pattern] = {}
    uses: dict[str, set[str]] = {}
    names: dict[int, str] = {}
    for module in modules:
        used = _uses(module)
        for name, value in vars(module).items():
            for number, one in enumerate(_held(value, set())):
                place = names.setdefault(id(one), f"{module.__name__}.{name}#{number}")
                found[place] = one
                uses.setdefault(place, set()).update(used.get(name, used[""]))
    return {place: (pattern, frozenset(uses[place])) for place, pattern in found.items()}


def _uses(module: ModuleType) -> dict[str, set[str]]:
    """The methods that are called of each name of a module; under no name, those of whatever holds patterns."""
    if module.__file__ is None:
        return {"": set()}
    source = Path(module.__file__).read_text(encoding="utf-8")
    uses: dict[str, set[str]] = {"": set()}
    for name, method in re.findall(r"(\w*)\)?\.(match|fullmatch|search|finditer|findall|sub|subn|split)\(", source):
        if method == "split" and not name.isupper():
            continue  # of a text
        uses[""].add(method)
        uses.setdefault(name, set()).add(method)
    return uses


_COMPILED: dict[int, tuple[Any, Pattern]] = {}


def _compiled(late: Any) -> Pattern:
    """A pattern that is compiled when it is first used: the same each time that it is met."""
    return _COMPILED.setdefault(id(late), (late, re.compile(*late.given)))[1]


def _held(value: object, seen: set[int]) -> Iterator[Pattern]:
    """The patterns in a value, however deep."""
    if id(value) in seen or isinstance(value, str | bytes | int | float | ModuleType | type):
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
        return
    if type(value) is type(pattern("")):
        yield _compiled(value)
        return
    for part in _parts(value):
        yield from _held(part, seen)


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if isinstance(value, BuiltinMethodType | MethodType):
        return [value.__self__]
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        return [*cells, *(value.__defaults__ or ())]
    if dataclasses.is_dataclass(value):
        return [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    func = getattr(value, "func", None)  # functools.partial
    return [func, *getattr(value, "args", ())] if func is not None else []


def pumps(pattern: Pattern) -> list[str]:
    """Short texts that are hard for the pattern when they are repeated: what it repeats, and how it begins."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(text, pattern.flags & ~(re.UNICODE | re.ASCII))
    found: dict[str, None] = {}
    _walk(tree, [""], found)
    return [pump for pump in found if pump]


def _walk(tree: Any, before: list[str], found: dict[str, None]) -> list[str]:
    """Texts that a part of a pattern matches, after texts that what stands before it matches."""
    for op, argument in tree:
        samples = _sample(op, argument, before, found)
        before = [a + b for a, b in list(product(before, samples))[: _SAMPLES * 3]]
        found.update(dict.fromkeys(before))
    return before


def _sample(op: Any, argument: Any, before: list[str], found: dict[str, None]) -> list[str]:
    if op is ops.LITERAL:
        return [chr(argument)]
    if op is ops.NOT_LITERAL:
        return [char for char in _OTHERS if char != chr(argument)][:2]
    if op is ops.ANY:
        return ["a", " "]
    if op is ops.IN:
        return _members(argument)
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        low, high, inner = argument
        units = _walk(inner, [""], found)[:_SAMPLES]
        if high is ops.MAXREPEAT:
            found.update(dict.fromkeys(units))
            found.update({a + b: None for a in before[:_SAMPLES] for b in units})
        return [unit * max(low, 1) for unit in units] + ([""] if not low else [])
    if op is ops.SUBPATTERN:
        return _walk(argument[3], [""], found)[: _SAMPLES * 2]
    if op is ops.ATOMIC_GROUP:
        return _walk(argument, [""], found)[: _SAMPLES * 2]
    if op is ops.BRANCH:
        every = [_walk(branch, [""], found) for branch in argument[1]]
        return [text for branch in every for text in branch[:2]][: _SAMPLES * 3]
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        _walk(argument[1], before if argument[0] > 0 else [""], found)
    return [""]  # positions, and groups that are referred to


def _members(items: list[tuple[Any, Any]]) -> list[str]:
    """Some characters of a set, and of one that is negated some others."""
    negated = items[0][0] is ops.NEGATE
    chars: list[str] = []
    for op, value in items:
        if op is ops.LITERAL:
            chars.append(chr(value))
        elif op is ops.RANGE:
            chars.append(chr(value[0]))
        elif op is ops.CATEGORY:
            chars.append(_CATEGORIES.get(value, "a"))
    if not negated:
        return chars[:_SAMPLES]
    inside = re.compile("[" + "".join(map(re.escape, chars)) + "]") if chars else re.compile("(?!)")
    return [char for char in _OTHERS if not inside.match(char)][:2]
