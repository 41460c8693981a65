"""A quick look at the messages of a conversation, which finds those that deserve a careful one.

Most messages are plain: nothing that a rule over messages, calls or the order of turns could find is in them. A test
holds that: where the quick look finds nothing, no rule does. What it collects on its way is handed on, so that plain
messages are walked over once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.example.content import arguments_of
from ftdata.formats.targets import MAX_ID, MAX_MESSAGES

if TYPE_CHECKING:
    from ftdata.rules.toolbox import Toolbox


class Scan:
    """What a quick look found.

    Attributes:
        roles: The role of each message.
        contents: The content of each.
        links: Calls, as (number of the message, call, value of its arguments), and the ids that results give; where
            messages are odd, not all of them.
        odd: Numbers of the messages to look at with care.
        turns: Whether the order of turns, or calls and results, deserve a careful look.
        answer: The text of the last trained answer that is plain text.
        texts: The texts of messages that are plain, and of tools' results.
        thin: Whether one of them is short, or begins with no letter or digit.
    """

    __slots__ = ("answer", "contents", "links", "odd", "roles", "texts", "thin", "turns")

    def __init__(self) -> None:
        self.roles: list[Any] = []
        self.contents: list[Any] = []
        self.links: list[Any] = []
        self.odd: list[int] = []
        self.turns = False
        self.answer: str | None = None
        self.texts: list[str] = []
        self.thin = False


def scan(turns: list[Any], box: Toolbox, kind: str) -> Scan:
    """Look at all messages once."""
    found = Scan()
    roles, contents, texts, strange = found.roles, found.contents, found.texts, False
    instructions = "developer" if kind == "reinforcement" else "system"
    waiting = ids = _NONE  # ids of calls whose results are to come, and of all calls so far
    role, called, asked, trained = None, 0, False, False
    for index, turn in enumerate(turns):
        before = role
        if type(turn) is not dict:
            turn = _NOTHING
        role, content, size = turn.get("role"), turn.get("content"), len(turn)
        roles.append(role)
        contents.append(content)
        if role == "tool":
            strange = _answered(turn, size, waiting, found, index) or strange
            continue
        strange, waiting = strange or bool(waiting), _NONE
        plain = size == 2 and type(content) is str
        if role == "user":
            asked = True
        elif role == "assistant":
            strange, learned = strange or before == "assistant", True
            if not plain:
                plain, learned = _assistant(turn, content, size, box, found)
                if "tool_calls" in turn:
                    waiting, called = _waiting(turn["tool_calls"])
                    strange = strange or len(waiting) != called or not ids.isdisjoint(waiting)
                    ids = ids | waiting
            if learned:
                trained = True
                if type(content) is str:
                    found.answer = content
        elif role == instructions:
            strange = strange or (index > 0 and role == "system")
        else:
            plain = False
        if not plain:
            found.odd.append(index)
        elif type(content) is str:
            texts.append(content)
            if len(content) < 12 or not content[0].isalnum():
                found.thin = True
    strange = strange or len(turns) > MAX_MESSAGES or bool(waiting and len(waiting) != called)
    found.turns = strange or not _in_order(kind, role, asked, trained)
    return found


_NONE: set[str] = set()
_NOTHING: dict[str, Any] = {}


def _in_order(kind: str, last: Any, asked: bool, trained: bool) -> bool:
    """Whether those have spoken who should, and who should be the last."""
    if kind == "chat":
        return asked and trained and bool(last == "assistant")
    return kind != "reinforcement" or (asked and bool(last == "user"))


def _assistant(turn: dict[str, Any], content: Any, size: int, box: Toolbox, found: Scan) -> tuple[bool, bool]:
    """Whether a message is plain, and whether it is trained; the arguments of plain calls are texts."""
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
            value = _arguments(call, box)
            if value is None:
                return False, weight != 0
            found.texts.append(call["function"]["arguments"])
            found.links.append((len(found.roles) - 1, call, value))
        return True, weight != 0
    return False, weight != 0


def _arguments(call: Any, box: Toolbox) -> dict[str, Any] | None:
    """The arguments of a call that is plain: one of a declared function, whose schema allows them."""
    try:
        function, known_as = call["function"], call["id"]
        name, arguments = function["name"], function["arguments"]
        if len(call) != 3 or call["type"] != "function" or type(known_as) is not str or len(function) != 2:
            return None
        known = box.functions[name]
        if not known.plain or not 0 < len(known_as) <= MAX_ID or type(arguments) is not str:
            return None
        value = arguments_of(arguments)
    except (TypeError, KeyError, RowError, UnicodeEncodeError):
        return None
    if type(value) is not dict or not (known.names is None or known.names.issuperset(value)):
        return None
    return value if known.validator is None or known.validator.is_valid(value) else None


def _answered(turn: dict[str, Any], size: int, waiting: set[str], found: Scan, index: int) -> bool:
    """Look at a call's result; whether it is strange: of no call before it."""
    given, content = turn.get("tool_call_id"), turn.get("content")
    if size != 3 or type(content) is not str or type(given) is not str:
        found.odd.append(index)
    else:
        found.texts.append(content)
        found.links.append(given)
    if waiting and type(given) is str and given in waiting:
        waiting.discard(given)
        return False
    return True


def _waiting(calls: Any) -> tuple[set[str], int]:
    """The ids of calls, and their number."""
    if type(calls) is not list:
        return set(), 0
    return {call["id"] for call in calls if type(call) is dict and type(call.get("id")) is str}, len(calls)
