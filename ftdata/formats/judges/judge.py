"""A target's judge is its writer: what a format's `dump` would reject or change is no row of it as it lies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.codec import member
from ftdata.errors import RowError, shown
from ftdata.formats.refusing import Telling
from ftdata.formats.registry import Parsed, Refusal, Refusals, pass_on
from ftdata.formats.spared import ReadOn, is_new

if TYPE_CHECKING:
    from ftdata.example.words import Example

_CARRYING = frozenset(("content", "tool_calls", "tools", "functions", "function_call", "system"))
"""Keys that say something which is lost where they are left out; readers pass over others."""

_NOT_JSON = object()


def _every(row: dict[str, Any]) -> bool:
    return True


def _as_it_lies(row: dict[str, Any]) -> dict[str, Any]:
    return row


def _there(row: dict[str, Any], path: str) -> str:
    return path


@dataclass(frozen=True)
class Judge:
    """How rows of one shape are judged: they are read and written, and must be what is written.

    Attributes:
        parse: Makes the example of a row.
        dump: Writes it again, in the same shape.
        fits: Which rows are judged so.
        alone: Whether what is not an example is told here; else rules tell it.
        reshapes: Whether rows may lie in another shape than is written: then only what `dump` rejects is told.
        taken: Keys whose values may lie otherwise, or be absent.
        either: Keys whose value may be JSON text of what is written.
        json: Keys whose value must be JSON text, whatever is written.
        passed: Keys that are passed over, or taken as other text than is written, which is a warning; with what becomes
            of them.
        called: Other names of keys.
        values: Values of roles that are read as others.
        lies: The row in the words of the writer; None where the writer cannot judge it.
        place: From a place in the example to that in the row.
        needs: What must stand under a key, in words.
        texts: Keys that hold text or nothing, also where what stands there is passed over.
        closed: Keys in whose items no further keys may stand.
        filled: Keys that may be absent and not null.
    """

    parse: Callable[[dict[str, Any], Counter[str]], Parsed]
    dump: Callable[[Example, Counter[str]], dict[str, Any]]
    fits: Callable[[dict[str, Any]], bool] = _every
    alone: bool = True
    reshapes: bool = False
    taken: frozenset[str] = frozenset()
    either: frozenset[str] = frozenset()
    json: frozenset[str] = frozenset()
    passed: Mapping[str, str] = field(default_factory=dict, hash=False)
    called: Mapping[str, str] = field(default_factory=dict, hash=False)
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    lies: Callable[[dict[str, Any]], dict[str, Any] | None] = _as_it_lies
    place: Callable[[dict[str, Any], str], str] = _there
    needs: Mapping[str, str] = field(default_factory=dict, hash=False)
    texts: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()

    def refusals(self, row: dict[str, Any]) -> Refusals:
        """What the writer says of a row: all of it, each place once."""
        lying = self.lies(row)
        if lying is None:
            return
        reading, faults = ReadOn(self._example, lying), list[str]()
        for fault in reading.faults():
            if not self.alone:
                return
            faults.append(fault.json_path or "$")
            yield Refusal(self._in_row(row, faults[-1]), fault.message)
        example = reading.made
        if type(example) is not dict:
            return
        lost = Telling()
        written = yield from self._written(row, example, lost)
        if written is None or self.reshapes or written is lying:
            return
        for told in self._keys(lying, written, "$", lost):
            if is_new(told.path, faults):
                yield told._replace(path=self._in_row(row, told.path))

    def _in_row(self, row: dict[str, Any], path: str) -> str:
        """Where in the row what is at a place of the row in the writer's words."""
        return path if self.lies is _as_it_lies else self._placed(row, path)

    def _example(self, row: dict[str, Any]) -> Parsed:
        example = self.parse(row, Counter())
        pass_on(example)
        return example

    def _written(
        self, row: dict[str, Any], example: Example, lost: Telling
    ) -> Generator[Refusal, None, dict[str, Any] | None]:
        """What the writer makes of an example, and what it refuses; None where that is all that can be said."""
        try:
            written = self.dump(example, lost)
        except RowError as error:
            lost.refused.append(error)
            written = None
        for one in lost.refused:
            yield Refusal(self._placed(row, one.json_path), one.message)
        return written

    def _placed(self, row: dict[str, Any], path: str) -> str:
        return self.place(row, path) if path else "$"

    def _unlike(self, given: Any, written: Any, path: str, key: str, lost: Counter[str]) -> Iterator[Refusal]:
        if given is written:
            return
        if type(given) is dict and type(written) is dict:
            yield from self._keys(given, written, path, lost)
        elif type(given) is list and type(written) is list:
            yield from self._items(given, written, path, key, lost)
        elif not self._alike(given, written, key):
            yield self._refusal(path, key, written, given)

    def _alike(self, given: Any, written: Any, key: str) -> bool:
        if type(given) is str and self.values.get(given, given) == written:
            return True
        if key in self.either:
            return alike(given, written)
        return bool(given == written) and type(given) is type(written)

    def _items(
        self, given: list[Any], written: list[Any], path: str, key: str, lost: Counter[str]
    ) -> Iterator[Refusal]:
        if len(given) == len(written):
            for index, (old, new) in enumerate(zip(given, written, strict=True)):
                here = f"{path}[{index}]"
                if key in self.closed and type(old) is dict and type(new) is dict:
                    yield from (Refusal(member(here, name), "is not known here") for name in old if name not in new)
                yield from self._unlike(old, new, here, key, lost)
            return
        first = next((i for i, (a, b) in enumerate(zip(given, written, strict=False)) if a != b), len(written))
        why = ", ".join(name for name in lost if ":" not in name)
        yield Refusal(f"{path}[{first}]", f"expected {len(written)} of them; got {len(given)}" + (why and f" ({why})"))

    def _keys(self, given: dict[str, Any], written: dict[str, Any], path: str, lost: Counter[str]) -> Iterator[Refusal]:
        met: dict[str, str] = {}
        for key, value in given.items():
            name, here = key if key in written else self.called.get(key, key), member(path, key)
            if name in met:
                yield Refusal(here, f"both {met[name]} and {key}")
                continue
            met[name] = key
            if name in self.json and value and not _is_json(value):
                yield Refusal(here, f"expected JSON text; got {shown(value)}")
            elif name not in self.taken and name not in self.json:
                yield from self._key(name, value, written, here, lost)
        yield from self._absent(met, written, path)

    def _key(self, name: str, value: Any, written: dict[str, Any], here: str, lost: Counter[str]) -> Iterator[Refusal]:
        if value is None and name in self.filled:
            yield Refusal(here, f"expected {self.needs.get(name, name)}; got null")
        elif name in self.texts and name not in written and type(value) is not str and value is not None:
            yield Refusal(here, f"expected text; got {shown(value)}")
        elif name not in written:
            if name in self.passed:
                if not _says_nothing(value) and value != 1:
                    yield Refusal(here, self.passed[name], sure=False)
            elif name in _CARRYING and (not _says_nothing(value) or (name == "content" and value in ([], {}))):
                yield Refusal(here, self.needs.get(name, "is not supported here and would be lost"))
        elif (
            name in self.passed
            and type(value) is str
            and type(written[name]) is not str
            and alike(value, written[name])
        ):
            yield Refusal(here, self.passed[name], sure=False)
        else:
            yield from self._unlike(value, written[name], here, name, lost)

    def _absent(self, met: Mapping[str, str], written: dict[str, Any], path: str) -> Iterator[Refusal]:
        """What a writer adds, a reader asks for."""
        for key in written:
            if key not in met and key not in self.taken:
                yield Refusal(path, f"expected {self.needs.get(key, key)}; got none")

    def _refusal(self, path: str, key: str, written: Any, given: Any) -> Refusal:
        return Refusal(path, f"expected {self.needs.get(key) or shown(written)}; got {shown(given)}")


def _says_nothing(value: Any) -> bool:
    """Whether a value says nothing under any key; "[]" is what most rows of ShareGPT without tools have."""
    return (not value and value != 0) or (type(value) is str and value in ("[]", "{}", "null"))


def alike(given: Any, written: Any) -> bool:
    """Whether two values say the same, where either, or any value inside, may be JSON text of the other."""
    if type(given) is str and type(written) is str:
        one, other = _value(given), _value(written)
        return given == written or (one is not _NOT_JSON and other is not _NOT_JSON and alike(one, other))
    if type(given) is str:
        return _value(given) is not _NOT_JSON and alike(_value(given), written)
    if type(written) is str:
        return alike(written, given)
    if type(given) is dict and type(written) is dict:
        return given.keys() == written.keys() and all(alike(item, written[key]) for key, item in given.items())
    if type(given) is list and type(written) is list:
        return len(given) == len(written) and all(map(alike, given, written))
    return bool(given == written)


def _value(text: str) -> Any:
    """What a text is as JSON, if it is that of an object or a list."""
    if text[:1] not in "{[ \n" or not text:
        return _NOT_JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _is_json(value: Any) -> bool:
    return type(value) is str and _value(value) is not _NOT_JSON
