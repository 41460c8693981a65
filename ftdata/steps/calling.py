"""Tools: repair calls and definitions: style, ids, arguments and results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, fields
from ftdata.codec import canonical, decode
from ftdata.errors import RowError, UsageError
from ftdata.example.parts import answers, calls, kind_of, text_of, tools
from ftdata.findings import Drop
from ftdata.formats.calling import to_functions, to_tools
from ftdata.steps.editing import Turn, definitions_in, each_list, each_turn, mapped, turn_lists, with_holder
from ftdata.verbs.types import Style, Undeclared

if TYPE_CHECKING:
    from ftdata.example.words import Example


@dataclass(frozen=True)
class Tools:
    """Puts calls and definitions right, in the order of the fields. It takes every kind of example.

    Attributes:
        style: ``tools`` and ``tool_calls``, or the deprecated ``functions`` and ``function_call``.
        undeclared: Calls of functions without a definition: one is added, or they go, with their results.
        ids: Whether calls get new ids: unique in the example and of nine letters and digits, which all services take.
        arguments: Whether arguments are written canonically: keys sorted, no white space.
        shorten_results: Characters that a result may have; 0 for any number.
    """

    style: Style | None = None
    undeclared: Undeclared | None = None
    ids: bool = False
    arguments: bool = False
    shorten_results: int = 0
    name: ClassVar[str] = "tools"

    def __post_init__(self) -> None:
        if not any(getattr(self, field.name) for field in fields(self)):
            raise UsageError("say what shall be done: style, undeclared, ids, arguments or shorten_results")
        if self.style not in (None, "tools", "functions") or self.undeclared not in (None, "define", "drop"):
            raise UsageError("style is tools or functions, undeclared is define or drop")
        if self.shorten_results < 0 or 0 < self.shorten_results < SHORTEST:
            raise UsageError(f"a result may have no fewer than {SHORTEST} characters")

    def __call__(self, example: Example) -> Example | Drop:
        """The example, put right.

        Raises:
            RowError: If several calls at once, or calls among other tools, cannot be in the style of functions.
        """
        return self.counting(Counter())(example)

    def _styled(self, example: Example, changes: Counter[str]) -> Example:
        if self.style == "tools":
            return to_tools(example, changes)
        return to_functions(example, changes, changes, parallel="refuse")

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting what is put right."""

        def put_right(example: Example) -> Example | Drop:
            if self.style is not None:
                example = self._styled(example, changes)
            if self.undeclared == "define":
                example = _defined(example, changes)
            elif self.undeclared == "drop":
                left = _declared_only(example, changes)
                if isinstance(left, Drop):
                    return left
                example = left
            if self.ids:
                example = _with_ids(example, changes)
            if self.arguments:
                example = each_turn(example, lambda turn: each_call(turn, lambda call: _canonical(call, changes)))
            if self.shorten_results:
                example = each_turn(example, lambda turn: _shortened(turn, self.shorten_results, changes))
            return example

        return put_right


def each_call(turn: Turn, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Turn:
    """The message with each of its calls (name and arguments) changed, in either style."""

    def outer(call: Any) -> Any:
        if type(call) is not dict or type(call.get("function")) is not dict:
            return call
        changed = change(call["function"])
        return call if changed is call["function"] else {**call, "function": changed}

    if type(turn.get("tool_calls")) is list:
        changed = mapped(turn["tool_calls"], outer)
        if changed is not turn["tool_calls"]:
            turn = {**turn, "tool_calls": changed}
    if type(turn.get("function_call")) is dict:
        legacy = change(turn["function_call"])
        if legacy is not turn["function_call"]:
            turn = {**turn, "function_call": legacy}
    return turn


def _canonical(call: dict[str, Any], changes: Counter[str]) -> dict[str, Any]:
    text = call["arguments"]
    try:
        same = canonical(decode(text.encode())).decode()
    except RowError:
        changes["arguments that are not JSON, left as they are"] += 1
        return call
    if same == text:
        return call
    changes["arguments written canonically"] += 1
    return {**call, "arguments": same}


SHORTEST = 40
"""Characters that a shortened result has at least: what is left out is told in it."""

_CUT = "… (10,000,000 characters left out)"


def _shortened(turn: Turn, limit: int, changes: Counter[str]) -> Turn:
    if turn["role"] not in ("tool", "function"):
        return turn
    text = text_of(turn.get("content"))
    if len(text) <= limit:
        return turn
    changes["results shortened"] += 1
    kept = limit - len(_CUT)
    # A shorter number leaves room for more of the text, but who counts would get another number: it stays unused.
    end = _CUT.replace("10,000,000", f"{len(text) - kept:,}")
    return {**turn, "content": text[:kept] + end}


# -- calls without a definition ---------------------------------------------------------------------------------------


def _undeclared(example: Example) -> list[str]:
    declared = {tool.get("name") for tool in tools(example)}
    called = (str(call.get("name")) for _, turns in turn_lists(example) for turn in turns for call in calls(turn))
    return [name for name in dict.fromkeys(called) if name not in declared]


def _defined(example: Example, changes: Counter[str]) -> Example:
    """The example with a definition for each function that is called."""
    missing = _undeclared(example)
    if not missing:
        return example
    changes["definitions added"] += len(missing)
    made = [{"name": name, "parameters": {"type": "object", "properties": {}}} for name in missing]
    holder = definitions_in(example)
    legacy = "functions" in holder or any("function_call" in turn for _, turns in turn_lists(example) for turn in turns)
    if legacy and not holder.get("tools"):
        return with_holder(example, {**holder, "functions": [*(holder.get("functions") or ()), *made]})
    wrapped = [{"type": "function", "function": function} for function in made]
    return with_holder(example, {**holder, "tools": [*(holder.get("tools") or ()), *wrapped]})


def _declared_only(example: Example, changes: Counter[str]) -> Example | Drop:
    """The example without calls of undeclared functions and without their results."""
    unknown = set(_undeclared(example))
    if not unknown:
        return example
    left = each_list(example, lambda turns: _without_calls(turns, unknown, changes))
    for _, turns in turn_lists(left):
        if not turns:
            return Drop("nothing is left but calls of undeclared functions")
    if kind_of(left) != "preference" and not answers(left):
        return Drop("nothing is left but calls of undeclared functions")
    return left


def _without_calls(turns: list[Turn], unknown: set[str], changes: Counter[str]) -> list[Turn]:
    kept: list[Turn] = []
    gone: set[Any] = set()  # ids of the calls that went and whose results go too
    skip = False  # a result in the deprecated style follows its call
    for turn in turns:
        if turn["role"] == "tool" and turn.get("tool_call_id") in gone:
            continue
        if turn["role"] == "function" and (skip or turn.get("name") in unknown):
            continue
        skip = False
        bad = [call for call in calls(turn) if str(call.get("name")) in unknown]
        if not bad:
            kept.append(turn)
            continue
        changes["calls of undeclared functions removed"] += len(bad)
        skip = "function_call" in turn
        gone.update(call.get("id") for call in turn.get("tool_calls") or () if call.get("function") in bad)
        turn = _without(turn, bad)
        if turn.get("tool_calls") or turn.get("function_call") or text_of(turn.get("content")) or turn.get("refusal"):
            kept.append(turn)
    return kept if len(kept) != len(turns) or any(a is not b for a, b in zip(kept, turns, strict=True)) else turns


def _without(turn: Turn, bad: list[dict[str, Any]]) -> Turn:
    left = dict(turn)
    if left.get("function_call") in bad:
        del left["function_call"]
    if "tool_calls" in left:
        left["tool_calls"] = [call for call in left["tool_calls"] or () if call.get("function") not in bad]
        if not left["tool_calls"]:
            del left["tool_calls"]
    return left


# -- ids ---------------------------------------------------------------------------------------------------------------


def _with_ids(example: Example, changes: Counter[str]) -> Example:
    """The example with an id of its own for each call, and results that name it."""
    number = 0

    def renamed(turns: list[Turn]) -> list[Turn]:
        waiting: dict[Any, list[str]] = {}  # old id: the new ids of its calls that have no result yet, in order

        def rename(turn: Turn) -> Turn:
            nonlocal number
            if turn["role"] == "tool":
                new = waiting.get(turn.get("tool_call_id"))
                if not new:
                    return turn  # a result without a call: that is for `ftdata check` to tell
                own = new.pop(0) if len(new) > 1 else new[0]
                return turn if own == turn.get("tool_call_id") else {**turn, "tool_call_id": own}
            if not turn.get("tool_calls"):
                return turn
            made = []
            for call in turn["tool_calls"]:
                made.append(call if call.get("id") == (own := f"call{number:05d}") else {**call, "id": own})
                number += 1
            fresh: dict[Any, list[str]] = {}
            for call, new_call in zip(turn["tool_calls"], made, strict=True):
                fresh.setdefault(call.get("id"), []).append(new_call["id"])
            waiting.update(fresh)  # a later call with the same id is the one that later results mean
            renewed = sum(call is not new for call, new in zip(turn["tool_calls"], made, strict=True))
            if not renewed:
                return turn
            changes["ids made unique and short"] += renewed
            return {**turn, "tool_calls": made}

        return mapped(turns, rename)

    return each_list(example, renamed)
