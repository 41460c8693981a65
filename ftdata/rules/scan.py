"""A quick look at the messages of a conversation, which finds those that deserve a careful one.

Most messages are plain: nothing that a rule over messages, calls or the order of turns could find is in them. A test
holds that: where the quick look finds nothing, no rule does.
"""

from __future__ import annotations

from typing import Any

from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.formats.targets import MAX_ID, MAX_MESSAGES
from ftdata.rules.toolbox import Toolbox


class Scan:
    """What a quick look found.

    Attributes:
        odd: Numbers of the messages to look at with care.
        turns: Whether the order of turns, or calls and results, deserve a careful look.
        answer: The text of the last trained answer that is plain text.
        texts: The texts of messages that are plain, and of tools' results.
        thin: Whether one of them is short, or begins with no letter or digit.
    """

    __slots__ = ("answer", "odd", "texts", "thin", "turns")

    def __init__(self) -> None:
        self.odd: list[int] = []
        self.turns = False
        self.answer: str | None = None
        self.texts: list[str] = []
        self.thin = False


def scan(turns: list[Any], box: Toolbox, kind: str) -> Scan:
    """Look at all messages once."""
    found = Scan()
    instructions = "developer" if kind == "reinforcement" else "system"
    waiting: set[str] | None = None  # ids of calls whose results are to come
    asked = trained = False
    called, role = 0, None
    ids: set[str] | None = None
    for index, turn in enumerate(turns):
        before, role, plain = role, None, False
        if type(turn) is dict:
            role, content, size = turn.get("role"), turn.get("content"), len(turn)
            if role == "tool":
                _answered(turn.get("tool_call_id"), waiting, found)
                if size != 3 or type(content) is not str or type(turn.get("tool_call_id")) is not str:
                    found.odd.append(index)
                else:
                    found.texts.append(content)
                continue
            if role == "user" or role == instructions:
                plain = size == 2 and type(content) is str
                asked = asked or role == "user"
                found.turns = found.turns or (role == "system" and index > 0)
            elif role == "assistant":
                found.turns = found.turns or before == "assistant"
                plain, learned = _assistant(turn, content, size, box, found.texts)
                if learned:
                    trained = True
                    if type(content) is str:
                        found.answer = content
        if waiting:
            found.turns = True
        waiting = None
        if not plain:
            found.odd.append(index)
        elif type(content) is str:
            found.texts.append(content)
            if len(content) < 12 or not content[0].isalnum():
                found.thin = True
        if role == "assistant" and "tool_calls" in turn:
            waiting, called, ids = _waiting(turn["tool_calls"], ids, found)
    found.turns = found.turns or len(turns) > MAX_MESSAGES or bool(waiting and len(waiting) != called)
    if kind == "chat":
        found.turns = found.turns or not (trained and asked) or role != "assistant"
    elif kind == "reinforcement":
        found.turns = found.turns or not asked or role != "user"
    return found


def _assistant(turn: dict[str, Any], content: Any, size: int, box: Toolbox, texts: list[str]) -> tuple[bool, bool]:
    """Whether a message is plain, and whether it is trained; the arguments of plain calls are texts."""
    if size == 2 and type(content) is str:
        return True, True
    weight = turn.get("weight", 1)
    whole = type(weight) is int and (weight == 0 or weight == 1)
    size -= "weight" in turn
    if "tool_calls" not in turn:
        return whole and size == 2 and type(content) is str, weight != 0
    calls = turn["tool_calls"]
    size -= "content" in turn
    fits = size == 2 and (content is None or type(content) is str) and type(calls) is list and len(calls) > 0
    if fits and whole:
        for call in calls:
            if not plain_call(call, box):
                return False, weight != 0
            texts.append(call["function"]["arguments"])
        return True, weight != 0
    return False, weight != 0


def plain_call(call: Any, box: Toolbox) -> bool:
    """Whether a call is of a declared function, with arguments that its schema allows."""
    try:
        function, known_as = call["function"], call["id"]
        name, arguments = function["name"], function["arguments"]
        if len(call) != 3 or call["type"] != "function" or type(known_as) is not str or len(function) != 2:
            return False
        known = box.functions[name]
        if not known.plain or not 0 < len(known_as) <= MAX_ID or type(arguments) is not str:
            return False
        value = decode(arguments.encode())
    except (TypeError, KeyError, RowError, UnicodeEncodeError):
        return False
    if type(value) is not dict or not (known.names is None or known.names.issuperset(value)):
        return False
    return known.validator is None or known.validator.is_valid(value)


def _answered(given: Any, waiting: set[str] | None, found: Scan) -> None:
    """Note a call's result."""
    if waiting and type(given) is str and given in waiting:
        waiting.discard(given)
    else:
        found.turns = True


def _waiting(calls: Any, ids: set[str] | None, found: Scan) -> tuple[set[str], int, set[str]]:
    """The ids of calls, their number, and all ids so far."""
    mine = {
        call["id"]
        for call in (calls if type(calls) is list else ())
        if type(call) is dict and type(call.get("id")) is str
    }
    number = len(calls) if type(calls) is list else 0
    if len(mine) != number or (ids and not ids.isdisjoint(mine)):
        found.turns = True
    return mine, number, mine | ids if ids else set(mine)
