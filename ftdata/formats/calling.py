"""The deprecated ``functions`` and the ``tools`` that came after them, one into the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from ftdata.classes import dataclass, field
from ftdata.errors import RowError
from ftdata.example.parts import holder_of, kind_of, lists_in, text_of
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.definitions import bare
    from ftdata.formats.turns import Turns
else:
    bare = late(globals(), "ftdata.formats.definitions", "bare")
    Turns = late(globals(), "ftdata.formats.turns", "Turns")

Turn = dict[str, Any]

FUNCTIONS = "deprecated functions"
PARALLEL = "parallel calls"
MADE_TOOLS = "functions converted to tools"
MADE_MODERN = "calls and results converted to the tools form"
MADE_FUNCTIONS = "tools converted to functions"
MADE_OLD = "calls and results converted to the functions form"


def deprecated(example: Example) -> bool:
    """Whether something in it is in the deprecated style."""
    holder = holder_of(example)
    if "functions" in holder:
        return True
    for key in lists_in(example):
        if [turn for turn in example[key] if turn["role"] == "function" or "function_call" in turn]:
            return True
    return holder is not example and bool(holder) and deprecated(holder)


def check_calls(example: Example, format: str) -> None:
    """Refuse custom tools and their calls, for a format that has functions alone, and calls of other roles.

    Raises:
        RowError: If there is one; with the JSON path.
    """
    holder = holder_of(example)
    path = "$" if holder is example else "$.input"
    for index, tool in enumerate(holder.get("tools") or ()):
        if tool.get("type") == "custom":
            raise _no_place(format, "tools", f"{path}.tools[{index}]")
    for key in lists_in(example):
        for index, turn in enumerate(example[key]):
            if not turn.keys().isdisjoint(_CALLS):
                _check_turn(turn, format, f"$.{key}[{index}]")
    if holder is not example:
        for index, turn in enumerate(holder["messages"]):
            _check_turn(turn, format, f"$.input.messages[{index}]")


_CALLS = ("tool_calls", "function_call")


def _check_turn(turn: dict[str, Any], format: str, path: str) -> None:
    if turn["role"] != "assistant" and (turn.get("tool_calls") or turn.get("function_call")):
        raise RowError(f"{format} allows calls in assistant messages only; got some in {turn['role']}",
                       json_path=path)  # fmt: skip
    for number, call in enumerate(turn.get("tool_calls") or ()):
        if call.get("type") == "custom":
            raise _no_place(format, "calls", f"{path}.tool_calls[{number}]")


def _no_place(format: str, what: str, path: str) -> RowError:
    hint = "Write --to openai or ftdata, or make it a function with one string."
    return RowError(f"{format} supports {what} of functions only; got a custom one", hint=hint, json_path=path)


def to_tools(example: Example, changes: Counter[str] | None = None) -> Example:
    """The example with tools and calls that have ids; itself when nothing in it is deprecated.

    Args:
        example: Any.
        changes: Where to count what was changed.

    Raises:
        RowError: If a function's result stands before any call.
    """
    if not deprecated(example):
        return example
    counted = Counter[str]() if changes is None else changes
    holder = holder_of(example)
    if "functions" in holder:
        holder = _with_tools(holder, counted)
        example = holder if holder_of(example) is example else {**example, "input": holder}
    for place, turns in _turn_lists(example):
        example = _put(example, place, _called_by_id(turns, place, counted))
    return example


def _with_tools(holder: dict[str, Any], changes: Counter[str]) -> dict[str, Any]:
    given = holder.get("tools") or []
    wrapped = [{"type": "function", "function": function} for function in holder["functions"] or ()]
    changes[MADE_TOOLS] += len(wrapped)
    if not wrapped:
        return {key: value for key, value in holder.items() if key != "functions"}
    return _renamed({key: value for key, value in holder.items() if key != "tools" or not given},
                    "functions", "tools", [*given, *wrapped])  # fmt: skip


def _called_by_id(messages: list[Turn], place: str, changes: Counter[str]) -> list[Turn]:
    turns = Turns()
    for index, message in enumerate(messages):
        legacy = message.get("function_call")
        if legacy is not None:
            calls = turns.call([(legacy["name"], legacy["arguments"])])["tool_calls"]
            both = [*(message.get("tool_calls") or ()), *calls]
            turns.messages[-1] = _renamed(message, "function_call", "tool_calls", both)
        elif message["role"] == "function":
            turns.result(message.get("content") or "", f"$.{place}[{index}]", name=message.get("name"))
        elif "function_call" in message:
            turns.messages.append({k: v for k, v in message.items() if k != "function_call"})
        else:
            turns.messages.append(message)
            continue
        changes[MADE_MODERN] += 1
    return turns.messages


def to_functions(
    example: Example,
    lost: Counter[str],
    changes: Counter[str] | None = None,
    *,
    parallel: Literal["split", "refuse"] = "split",
) -> Example:
    """The example with functions in place of tools; itself where there are none.

    Args:
        example: Any.
        lost: Where to count what the deprecated form has no place for.
        changes: Where to count what was changed.
        parallel: Whether several calls of one message are written one after another, each before its result, or the
            row is refused.

    Raises:
        RowError: If a tool is custom, a result answers no call, or calls stand in parallel where that is refused.
    """
    if kind_of(example) == "completion":
        return example
    check_calls(example, "openai:functions")
    counted = Counter[str]() if changes is None else changes
    holder = holder_of(example)
    if "parallel_tool_calls" in holder:
        lost["parallel_tool_calls"] += 1
    if not holder.keys().isdisjoint(("tools", "parallel_tool_calls")):
        made = _with_functions(holder, counted)
        example = made if holder is example else {**example, "input": made}
    for place, turns in _turn_lists(example):
        old = _Old(place, parallel == "split", lost, counted)
        example = _put(example, place, old.written(turns))
    return example


def _with_functions(holder: dict[str, Any], changes: Counter[str]) -> dict[str, Any]:
    holder = {key: value for key, value in holder.items() if key != "parallel_tool_calls"}
    if "tools" not in holder:
        return holder
    functions = [*bare(holder["tools"] or []), *(holder.get("functions") or ())]
    changes[MADE_FUNCTIONS] += len(holder["tools"] or ()) or 1  # an empty list goes too
    if not functions:  # the deprecated key must hold at least one
        return {key: value for key, value in holder.items() if key not in ("tools", "functions")}
    return _renamed(
        {key: value for key, value in holder.items() if key != "functions"}, "tools", "functions", functions
    )


@dataclass(slots=True)
class _Old:
    """One list of messages on its way into the deprecated form."""

    place: str
    split: bool
    lost: Counter[str]
    changes: Counter[str]
    names: dict[Any, str] = field(default_factory=dict)
    made: list[Turn] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)

    def written(self, messages: list[Turn]) -> list[Turn]:
        for index, message in enumerate(messages):
            if message.get("tool_calls"):
                self._calls(messages, index)
            elif "tool_calls" in message:
                self.made.append({key: value for key, value in message.items() if key != "tool_calls"})
            elif message["role"] != "tool":
                self.made.append(message)
                continue
            elif index not in self.moved:
                self._result(message, index)
            self.changes[MADE_OLD] += 1
        return self.made

    def _calls(self, messages: list[Turn], index: int) -> None:
        calls = messages[index]["tool_calls"]
        if len(calls) > 1:
            if not self.split:
                raise RowError("several calls in one message cannot be written as deprecated functions",
                               hint="Keep the tools form.", json_path=f"$.{self.place}[{index}]")  # fmt: skip
            self.lost[PARALLEL] += 1
        for number, call in enumerate(calls):
            self.names[call.get("id")] = call["function"]["name"]
            self.made.append(_calling(messages[index], call["function"], first=number == 0))
            answer = _answer(messages, index, call.get("id")) if len(calls) > 1 else None
            if answer is not None:
                self._result(messages[answer], answer)
                self.moved.add(answer)

    def _result(self, result: Turn, index: int) -> None:
        name = self.names.get(result.get("tool_call_id"))
        if name is None:
            raise RowError("expected a call before this result, to name its function; got none",
                           json_path=f"$.{self.place}[{index}]")  # fmt: skip
        self.made.append({"role": "function", "name": name, "content": text_of(result["content"])})


def _calling(message: Turn, function: dict[str, Any], *, first: bool) -> Turn:
    """The message with one call; what it says stands beside the first."""
    made = _renamed(message, "tool_calls", "function_call", function)
    return {**made, "content": made.get("content") if first else None}


def _answer(messages: list[Turn], index: int, id: object) -> int | None:
    """Where the result of a call stands: among those that follow its message."""
    for at in range(index + 1, len(messages)):
        if messages[at]["role"] != "tool":
            return None
        if messages[at].get("tool_call_id") == id:
            return at
    return None


def _turn_lists(example: Example) -> Iterator[tuple[str, list[Turn]]]:
    holder = holder_of(example)
    if holder is not example and holder:
        yield "input.messages", holder["messages"]
    yield from ((key, example[key]) for key in lists_in(example))


def _put(example: Example, place: str, turns: list[Turn]) -> Example:
    """The example with these messages; the very same where they are."""
    if place == "input.messages":
        known = example["input"]["messages"]
        return example if _same(known, turns) else {**example, "input": {**example["input"], "messages": turns}}
    return example if _same(example[place], turns) else {**example, place: turns}


def _same(one: list[Turn], other: list[Turn]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _renamed(held: dict[str, Any], old: str, new: str, value: Any) -> dict[str, Any]:
    """The same with one key renamed, in its place, and its value."""
    return {new if key == old else key: value if key == old else kept for key, kept in held.items() if key != new}
