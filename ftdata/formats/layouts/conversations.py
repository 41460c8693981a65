"""A conversation in whatever way a column holds it: turns as objects, pairs or texts, JSON text of them, one text."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, did_you_mean, shown
from ftdata.facts.columns import ANSWERED, ASKED, plain
from ftdata.formats import arguments, sharegpt, trl
from ftdata.formats.layouts import marks
from ftdata.formats.layouts.thoughts import split_off
from ftdata.formats.turns import Turns

Message = dict[str, Any]

SPEAKER = ("role", "from", "speaker", "author", "sender")
SAID = ("content", "value", "text", "message", "utterance", "system_prompt")
JSON_TEXT = "JSON text in columns read"
ALTERNATING = "texts of a list taken for user and assistant by turns"
LEFT = "further keys of turns left out"
SYSTEM_ANSWERS = "turns of the system behind the user's taken for the assistant's"
NUMBERED = "speakers told by numbers taken for user and assistant, the first who speaks for the user"

_ROLES = {**marks.SPEAKERS, "patient": "user", "doctor": "assistant", "support": "assistant", **sharegpt.ROLES}
_KEPT = frozenset(("role", "content", "tool_calls", "tool_call_id", "name", "weight", "reasoning_content", "thinking"))
_RICH = frozenset(("tool_calls", "tool_call_id", "thinking", "reasoning_content", "reasoning", "function_call"))
_PAIR = (frozenset((*ASKED, "human", "user")), frozenset((*ANSWERED, "assistant", "bot", "gpt")))


def is_conversation(value: object) -> bool:
    """Whether a value looks like turns: a list of them, JSON text of one, or a text with the marks of turns."""
    if type(value) is str:
        return _is_json(value) or marks.written_out(value)
    if type(value) is dict:
        turns = columns_of_turns(value)
        return are_turns(turns) if turns else is_conversation(value.get("messages"))
    return type(value) is list and bool(value) and are_turns(value)


def rows_of(value: Any) -> list[dict[str, Any]] | None:
    """The objects of an object of lists of one length, as Hugging Face's datasets have kept sequences of objects."""
    if type(value) is not dict or not value or not all(type(column) is list for column in value.values()):
        return None
    if len({len(column) for column in value.values()}) != 1:
        return None
    return [dict(zip(value, cells, strict=True)) for cells in zip(*value.values(), strict=True)]


def columns_of_turns(value: Any) -> list[dict[str, Any]] | None:
    """The same, where the objects say who speaks."""
    found = rows_of(value)
    return found if found and _speaker(found[0]) else None


def are_turns(value: list[Any]) -> bool:
    """Whether the items of a list are turns: objects that say who speaks, or a question with its answer; or pairs."""
    first = value[0]
    if type(first) is dict:
        return any(key in first for key in SPEAKER) or _asked_and_answered(first) is not None
    if type(first) is list:
        return [type(text) for text in first] == [str, str]
    return type(first) is str and len(value) > 1 and all(type(text) is str for text in value)


def are_pairs(value: object) -> bool:
    """Whether a value is a list of objects that are a question with its answer each."""
    return (
        type(value) is list
        and bool(value)
        and all(
            type(turn) is dict and _speaker(turn) is None and _asked_and_answered(turn) is not None for turn in value
        )
    )


def messages_of(value: Any, path: str, repaired: Counter[str]) -> list[Message]:
    """The messages of a conversation.

    Raises:
        RowError: If it is none, or a turn in it cannot be read; with the JSON path.
    """
    if type(value) is str:
        if not _is_json(value):
            return [split_off(message) for message in marks.turns_of(value, path, repaired)]
        value = arguments.read(value, path, repaired)
        repaired[JSON_TEXT] += 1
    value = columns_of_turns(value) or value
    if type(value) is dict and type(value.get("messages")) is list:
        value, path = value["messages"], f"{path}.messages"
    elif type(value) is dict and any(key in value for key in SPEAKER):
        value = [value]
    if type(value) is not list or not value:
        raise RowError(f"expected a list of turns; got {shown(value)}", json_path=path)
    return [split_off(message) for message in _messages(value, path, repaired)]


def _is_json(text: str) -> bool:
    """Whether a text is JSON (or Python's repr) of a list of objects, or of an object with messages."""
    start = text.lstrip()[:40].replace(" ", "").replace("\n", "")
    return start.startswith(("[{", "[[", '["', "['", '{"messages"', "{'messages'"))


def _messages(value: list[Any], path: str, repaired: Counter[str]) -> list[Message]:
    kinds = {type(turn) for turn in value}
    if kinds == {str}:
        repaired[ALTERNATING] += 1
        return [{"role": "assistant" if index % 2 else "user", "content": text} for index, text in enumerate(value)]
    if kinds == {list}:
        return past(value, path)
    value = _named_speakers(value, repaired)
    flat: list[tuple[str, Message]] = []
    for index, turn in enumerate(value):
        here = f"{path}[{index}]"
        if type(turn) is not dict:
            raise RowError(f"expected a turn; got {shown(turn)}", json_path=here)
        pair = None if any(key in turn for key in SPEAKER) else _asked_and_answered(turn)
        if pair:
            flat += [(here, {"role": role, "content": _text(turn[key], f"{here}.{key}")})
                     for role, key in zip(("user", "assistant"), pair, strict=True)]  # fmt: skip
        else:
            flat.append((here, _spoken(turn, here, repaired)))
    if any(not _RICH.isdisjoint(turn) or type(turn["content"]) is not str for _, turn in flat):
        messages = trl.messages_of([_named(turn, here) for here, turn in flat], path)
        return [_without_nulls(message) for message in messages]
    turns = Turns()
    for index, (_, turn) in enumerate(flat):
        sharegpt.read(turns, [turn], path, repaired, start=index)
    return turns.messages


def _speaker(turn: Any) -> str | None:
    """The key of who speaks."""
    return next((key for key in SPEAKER if key in turn), None) if type(turn) is dict else None


def _named_speakers(turns: list[Any], repaired: Counter[str]) -> list[Any]:
    """Turns of two who are told by numbers, or are called user and system and speak in turn, as user and assistant.

    The second turn tells most conversations apart from these.
    """
    key = _speaker(turns[0])
    second = turns[1].get(key) if key and len(turns) > 1 and type(turns[1]) is dict else None
    if type(second) is not int and _role(second) != "system":
        return turns
    said = [turn.get(key) if type(turn) is dict else None for turn in turns]
    if type(second) is int:
        what, first, known = NUMBERED, said[0], {type(one) for one in said} == {int} and len(set(said)) == 2
    else:
        said = list(map(_role, said))
        what, first, known = SYSTEM_ANSWERS, "user", said == (["user", "system"] * len(said))[: len(said)]
    if not known:
        return turns
    repaired[what] += 1
    return [{**turn, key: "user" if one == first else "assistant"} for turn, one in zip(turns, said, strict=True)]


def _role(word: Any) -> str | None:
    return _ROLES.get(word.strip().lower()) if type(word) is str else None


def role_of(word: Any, path: str) -> str:
    """The role of a speaker; ``call`` where it is a turn of calls.

    Raises:
        RowError: If the name is unknown.
    """
    role = _role(word)
    if role is None:
        hint = did_you_mean(word, _ROLES) if type(word) is str else ""
        raise RowError(f"expected a known speaker; got {shown(word)}", hint=hint, json_path=path)
    return role


def _spoken(turn: Message, path: str, repaired: Counter[str]) -> Message:
    """A turn as role and content, whatever these are called in it."""
    speaker = _speaker(turn)
    named = [key for key in SAID if key in turn and key != speaker]
    said = next((key for key in named if turn[key] is not None), named[0] if named else None)
    rich = not _RICH.isdisjoint(turn)
    if speaker is None or (said is None and not rich):
        keys = ", ".join(map(shown, turn)) or "none"
        raise RowError(f"expected who speaks and what is said; got the keys {keys}", json_path=path)
    word = turn[speaker]
    role = role_of(word, f"{path}.{speaker}")
    made = {"role": word.strip().lower() if role == "call" else role, "content": turn.get(said) if said else None}
    if "reasoning" in turn and type(turn["reasoning"]) is str:
        made["reasoning_content"] = turn["reasoning"]
    made |= {
        key: item for key, item in turn.items() if key in _KEPT and key not in made and item is not None and item != []
    }
    if len(turn) > len(made) and any(turn[key] is not None for key in turn.keys() - made.keys() - {speaker, said}):
        repaired[LEFT] += 1
    for key in ("train", "loss"):
        if type(turn.get(key)) in (bool, int, float) and role == "assistant":
            made["weight"] = int(bool(turn[key]))
    return made


def _named(turn: Message, path: str) -> Message:
    if turn["content"] is None and not turn.get("tool_calls"):
        raise RowError("expected text; got null", json_path=path)
    if turn["role"] == "assistant" and "weight" in turn:
        return {**turn, "weight": int(bool(turn["weight"]))}
    return turn


def _without_nulls(message: Message) -> Message:
    return {key: item for key, item in message.items() if item is not None}


def past(history: Any, path: str) -> list[Message]:
    """The messages of pairs of a question and its answer.

    Raises:
        RowError: If one is no such pair.
    """
    messages: list[Message] = []
    for index, pair in enumerate(history if type(history) is list else [history]):
        if type(pair) is not list or [type(text) for text in pair] != [str, str]:
            raise RowError(f"expected a question and its answer; got {shown(pair)}", json_path=f"{path}[{index}]")
        messages += [{"role": "user", "content": pair[0]}, {"role": "assistant", "content": pair[1]}]
    return messages


def _asked_and_answered(turn: Message) -> tuple[str, str] | None:
    """The keys of a turn that is a question with its answer."""
    asked = [key for key in turn if plain(key) in _PAIR[0]]
    answered = [key for key in turn if plain(key) in _PAIR[1]]
    return (asked[0], answered[0]) if len(asked) == len(answered) == 1 and asked != answered else None


def _text(value: Any, path: str) -> str:
    if type(value) is not str:
        raise RowError(f"expected text; got {shown(value)}", json_path=path)
    return value
