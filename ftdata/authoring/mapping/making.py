"""Whole examples of a mapping, compiled: chats, pairs, completions, and what stands beside the messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ftdata.authoring.columns import Row, empty_turn
from ftdata.authoring.mapping.reading import Read, Scope, structured
from ftdata.authoring.mapping.turns import Add, Draft, governed, messages
from ftdata.codec import decode, encode, member
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.formats.gate import gate

if TYPE_CHECKING:
    from ftdata.authoring.mapping.models import OneExample, Whole

Make = Callable[[Row], dict[str, Any]]


def maker(scope: Scope, whole: Whole) -> Callable[[Row], list[dict[str, Any]]]:
    """The function from a row to its examples.

    Raises:
        UsageError: If a column does not exist, or none is named.
    """
    place = "$" if whole.examples is None else "$.examples[{}]"
    adds = [_example(scope, one, place.format(index)) for index, one in enumerate(whole.parts())]
    if not scope.named:
        with scope.at("$"):
            raise UsageError("the mapping uses no column, so every example would be the same",
                             hint='Write the name of a column, or a template such as "{{ column }}".')  # fmt: skip

    def make(row: Row) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for add in adds:
            add(row, made)
        return made

    return make


def _example(scope: Scope, said: OneExample, place: str) -> Add:
    return governed(scope, said, place, lambda inner: _one(inner, said, place))


def _one(scope: Scope, said: OneExample, place: str) -> Add:
    if said.prompt is not None:
        make = _completion(scope, said, place)
    elif said.preferred is not None:
        make = _pair(scope, said, place)
    else:
        make = _chat(scope, said, place)
    extra, metadata = (carried(scope, getattr(said, key), f"{place}.{key}") for key in ("extra", "metadata"))

    def add(row: Row, made: list[dict[str, Any]]) -> None:
        example = make(row)
        example.update((key, read(row)) for key, read in extra)
        if metadata:
            example["metadata"] = {key: read(row) for key, read in metadata}
        gate(example)
        made.append(example)

    return add


def _chat(scope: Scope, said: OneExample, place: str) -> Make:
    add, beside = messages(scope, said.messages or (), f"{place}.messages"), _beside(scope, said, place)

    def make(row: Row) -> dict[str, Any]:
        draft = Draft()
        add(row, draft)
        if not draft.messages:
            raise RowError("every turn was skipped", json_path="$.messages")
        return {"messages": draft.messages, **beside(row)}

    return make


def _pair(scope: Scope, said: OneExample, place: str) -> Make:
    asked = messages(scope, said.messages or (), f"{place}.messages")
    beside = _beside(scope, said, place)
    better = _output(scope, said.preferred, f"{place}.preferred")
    worse = _output(scope, said.non_preferred, f"{place}.non_preferred")

    def make(row: Row) -> dict[str, Any]:
        draft = Draft("$.input.messages")
        asked(row, draft)
        outputs = {}
        for key, add in (("preferred_output", better), ("non_preferred_output", worse)):
            output = draft.after(f"$.{key}")
            add(row, output)
            if not output.messages:
                raise RowError("every turn was skipped", json_path=output.path)
            outputs[key] = output.messages
        return {"input": {"messages": draft.messages, **beside(row)}, **outputs}

    return make


def _output(scope: Scope, said: Any, place: str) -> Add:
    if not isinstance(said, str):
        return messages(scope, said, place)
    read, allow_empty = scope.text(said, place), scope.allow_empty
    source = said if said in scope.known else None

    def add(row: Row, draft: Draft) -> None:
        text = read(row)
        if not (allow_empty or text.strip()):
            error = empty_turn("assistant", source)
            error.json_path = f"{draft.path}[0]"
            raise error
        draft.messages.append({"role": "assistant", "content": text})

    return add


def _completion(scope: Scope, said: OneExample, place: str) -> Make:
    reads = [(key, scope.text(getattr(said, key), f"{place}.{key}")) for key in ("prompt", "completion")]

    def make(row: Row) -> dict[str, Any]:
        example = {key: read(row) for key, read in reads}
        for key, text in example.items():
            if not (scope.allow_empty or text.strip()):
                said_ = getattr(said, key)
                raise empty_turn(key, said_ if said_ in scope.known else None)
        return example

    return make


# -- beside the messages ---------------------------------------------------------------------------------------------


def _beside(scope: Scope, said: OneExample, place: str) -> Make:
    """The tools and how they may be called."""
    reads: list[tuple[str, Read]] = []
    for key in ("tools", "functions"):
        if (definitions := getattr(said, key)) is not None:
            reads.append((key, _definitions(scope, definitions, f"{place}.{key}")))
    if said.parallel_tool_calls is not None:
        reads.append(("parallel_tool_calls", _flag(scope, said.parallel_tool_calls, f"{place}.parallel_tool_calls")))
    if not reads:
        return lambda row: {}
    return lambda row: {key: value for key, read in reads if (value := read(row)) is not None}


def _definitions(scope: Scope, said: str | list[dict[str, Any]], place: str) -> Read:
    if isinstance(said, list):
        text = encode(said)  # decoded for each example, so that none shares what a step may change
        return lambda row: decode(text)
    read, name = scope.typed(said, place), place.rsplit(".", 1)[-1]

    def definitions(row: Row) -> list[Any] | None:
        try:
            found = structured(read(row), name)
        except RowError as error:
            error.json_path = f"$.{name}"
            raise
        if not found and not isinstance(found, int | float):
            return None
        if not isinstance(found, list):
            raise RowError(f"expected a list of definitions; got {shown(found)}", json_path=f"$.{name}")
        return found

    return definitions


def _flag(scope: Scope, said: bool | str, place: str) -> Read:
    if isinstance(said, bool):
        return lambda row: said
    read = scope.expression(said, place)

    def flag(row: Row) -> bool | None:
        value = structured(read(row), "parallel_tool_calls")
        if value is None or isinstance(value, bool):
            return value
        raise RowError(f"expected true or false; got {shown(value)}", json_path="$.parallel_tool_calls")

    return flag


def carried(scope: Scope, said: Any, place: str) -> list[tuple[str, Read]]:
    """The values of ``metadata`` or ``extra``: a list of columns, or key and value.

    Raises:
        UsageError: If there is no such column.
    """
    if not isinstance(said, dict):
        return [(name, _carried_column(scope, name, f"{place}[{index}]")) for index, name in enumerate(said or ())]
    return [
        (key, (scope.typed if isinstance(value, str) else scope.leaf)(value, member(place, key)))
        for key, value in said.items()
    ]


def _carried_column(scope: Scope, name: str, place: str) -> Read:
    if name not in scope.known:
        with scope.at(place):
            key = place.rsplit("[", 1)[0].rsplit(".", 1)[-1]
            raise UsageError(f"{key} names the column {shown(name)}, which the file does not have",
                             hint=did_you_mean(name, scope.known))  # fmt: skip
    return scope.typed(name, place)
