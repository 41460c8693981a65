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
from ftdata.rules.quality.texts import is_thin

if TYPE_CHECKING:
    from ftdata.rules.toolbox import Toolbox


class Scan:
    """What a quick look found.

    Attributes:
        roles: The role of each message.
        contents: The content of each.
        links: Calls, as (number of the message, number of the call's id, name, value of its arguments), and for each
            result the number of the id that it gives, or the id; where messages are odd, not all of them.
        odd: Numbers of the messages to look at with care.
        turns: Whether the order of turns, or calls and results, deserve a careful look.
        answer: The text of the last trained answer that is plain text.
        texts: The texts of messages that are plain, and of tools' results.
        thin: Whether one of them says nothing, or is a word for it.
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
    numbers: dict[str, int] = {}  # by the ids of all calls so far
    waiting = _NONE  # ids of calls whose results are to come
    role, called, asked, trained = None, 0, False, False
    for index, turn in enumerate(turns):
        before = role
        if type(turn) is not dict:
            turn = _NOTHING
        role, content, size = turn.get("role"), turn.get("content"), len(turn)
        roles.append(role)
        contents.append(content)
        if role == "tool":
            strange = _answered(turn, size, waiting, found, numbers) or strange
            continue
        if waiting:
            strange, waiting = True, _NONE
        plain = size == 2 and type(content) is str
        if role == "user":
            asked = True
        elif role == "assistant":
            learned = True
            if not plain:
                plain, learned = _assistant(turn, content, size)
                if "tool_calls" in turn:
                    known = len(numbers)
                    plain, waiting, called = _called(turn["tool_calls"], box, found, numbers, plain)
                    strange = strange or len(numbers) != known + called
            strange, trained = strange or before == "assistant", trained or learned
            if learned and type(content) is str:
                found.answer = content
        elif role == instructions:
            strange = strange or (index > 0 and role == "system")
        else:
            plain = False
        if not plain:
            found.odd.append(index)
        elif type(content) is str:
            texts.append(content)
            if (len(content) < 12 or not content[0].isalnum()) and is_thin(content):
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


def _assistant(turn: dict[str, Any], content: Any, size: int) -> tuple[bool, bool]:
    """Whether a message is plain, its calls aside, and whether it is trained."""
    if "weight" in turn:
        weight, size = turn["weight"], size - 1
        whole, learned = type(weight) is int and (weight == 0 or weight == 1), weight != 0
    else:
        whole = learned = True
    if "tool_calls" not in turn:
        return whole and size == 2 and type(content) is str, learned
    fits = size == 2 + ("content" in turn) and (content is None or type(content) is str)
    return fits and whole, learned


def _called(calls: Any, box: Toolbox, found: Scan, numbers: dict[str, int], plain: bool) -> tuple[bool, set[str], int]:
    """Whether the calls of a plain message are so too; their ids, which are numbered; and how many there are."""
    if type(calls) is not list:
        return False, set(), 0
    if plain and calls and (ids := _plain_calls(calls, box, found, numbers)) is not None:
        return True, ids, len(calls)
    ids = {call["id"] for call in calls if type(call) is dict and type(call.get("id")) is str}
    for one in ids:
        numbers.setdefault(one, len(numbers))
    return False, ids, len(calls)


def _plain_calls(calls: list[Any], box: Toolbox, found: Scan, numbers: dict[str, int]) -> set[str] | None:
    """The ids of calls of declared functions whose schemas allow the arguments, which are texts; or else None."""
    functions, place, ids = box.functions, len(found.roles) - 1, set()
    try:
        for call in calls:
            function, known_as = call["function"], call["id"]
            name, arguments = function["name"], function["arguments"]
            if len(call) != 3 or call["type"] != "function" or type(known_as) is not str or len(function) != 2:
                return None
            known = functions[name]
            if not known.plain or not 0 < len(known_as) <= MAX_ID or type(arguments) is not str:
                return None
            value = arguments_of(arguments)
            if type(value) is not dict or not (known.names is None or known.names.issuperset(value)):
                return None
            if known.validator is not None and not known.validator.is_valid(value):
                return None
            ids.add(known_as)
            found.texts.append(arguments)
            found.links.append((place, numbers.setdefault(known_as, len(numbers)), name, value))
    except (TypeError, KeyError, RowError, UnicodeEncodeError):
        return None
    return ids


def _answered(turn: dict[str, Any], size: int, waiting: set[str], found: Scan, numbers: dict[str, int]) -> bool:
    """Look at a call's result; whether it is strange: of no call before it."""
    given, content = turn.get("tool_call_id"), found.contents[-1]
    if type(given) is not str:
        found.odd.append(len(found.roles) - 1)
        return True
    if size != 3 or type(content) is not str:
        found.odd.append(len(found.roles) - 1)
    else:
        found.texts.append(content)
        found.links.append(numbers.get(given, given))
    if given in waiting:
        waiting.discard(given)
        return False
    return True
