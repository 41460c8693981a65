"""Preference lines and lines for reinforcement, of OpenAI's shape."""

from __future__ import annotations

from typing import Any

from tests.differential.traps.rows import (
    CONTENTS,
    MISSING,
    Row,
    calling,
    changed,
    chat,
    image,
    result,
    said,
    system,
    text,
    tool,
    user,
)

PAIR: Row = {
    "input": {"messages": [user()]},
    "preferred_output": [said()],
    "non_preferred_output": [said("No idea.")],
}

_SIDES: dict[str, Any] = {
    "missing": MISSING, "null": None, "empty": [], "text": "It is on its way.", "an object": said(), "two": [said(), said("And more.")],
    "of the user": [user("q")], "of texts": ["It is on its way."], "with a weight": [said(weight=1)], "with a call": [calling()],
    "a call and its result": [calling(), result(), said()], "no role": [{"content": "a"}], "messages": {"messages": [said()]},
    "with thoughts": [said(reasoning_content="I look.")], "of the system": [system()], "with a name": [said(name="ann")],
}  # fmt: skip

_INPUTS: dict[str, Any] = {
    "missing": MISSING, "null": None, "a list": [user()], "text": "Where is my parcel?", "empty": {}, "no messages": {"messages": []},
    "messages null": {"messages": None}, "ends with the assistant": {"messages": [user(), said()]}, "begins with the system": {"messages": [system(), user()]},
    "system alone": {"messages": [system()]}, "several turns": {"messages": [user(), said(), user("And now?")]}, "tools": {"messages": [user()], "tools": [tool()]},
    "no tools": {"messages": [user()], "tools": [], "parallel_tool_calls": True}, "a key more": {"messages": [user()], "id": 1}, "two users": {"messages": [user(), user()]},
    "a picture": {"messages": [user([text(), image()])]}, "parts": {"messages": [user([text()])]}, "developer": {"messages": [{"role": "developer", "content": "d"}, user()]},
    "ends with a result": {"messages": [user(), calling(), result()], "tools": [tool()]}, "weights": {"messages": [user(), said(weight=0), user("And?")]},
}  # fmt: skip


def _pairs() -> dict[str, Row]:
    made = {"pair": PAIR, "pair: the same on both sides": {**PAIR, "non_preferred_output": [said()]}}
    for name, value in _SIDES.items():
        made[f"preferred: {name}"] = changed(PAIR, ("preferred_output",), value)
        made[f"non-preferred: {name}"] = changed(PAIR, ("non_preferred_output",), value)
    for name, value in _INPUTS.items():
        made[f"input: {name}"] = changed(PAIR, ("input",), value)
    for name, value in CONTENTS.items():
        made[f"content of the preferred: {name}"] = changed(PAIR, ("preferred_output",), [said(value)])
        made[f"content of the input: {name}"] = changed(PAIR, ("input", "messages"), [user(value)])
    made["pair: a key more"] = {**PAIR, "id": 1}
    made["pair: metadata"] = {**PAIR, "metadata": {"a": 1}}
    made["pair: keys of old"] = {
        "input": PAIR["input"],
        "preferred_completion": [said()],
        "non_preferred_completion": [said("No.")],
    }
    made["pair: chosen and rejected"] = {"prompt": [user()], "chosen": [said()], "rejected": [said("No.")]}
    made["pair: tools beside input"] = {**PAIR, "tools": [tool()]}
    return made


PAIRS = _pairs()

GRADED: dict[str, Row] = {
    "graded": chat({"role": "developer", "content": "Be brief."}, user(), answer="42"),
    "graded: no key": chat(user("Who?")), "graded: a system": chat(system(), user(), answer="42"),
    "graded: ends with the assistant": chat(user(), said(), answer="42"), "graded: an object": chat(user(), answer={"a": 1}),
    "graded: a number": chat(user(), answer=42), "graded: tools": chat(user(), tools=[tool()], answer="42"),
    "graded: messages empty": {"messages": [], "answer": "42"}, "graded: content null": chat(user(None), answer="42"),
    "graded: content a number": chat(user(3), answer="42"), "graded: a picture": chat(user([text(), image()]), answer="42"),
    "graded: role of old": chat({"role": "human", "content": "q"}, answer="42"), "graded: a call": chat(user(), calling(), result(), user(), tools=[tool()], answer="4"),
}  # fmt: skip
