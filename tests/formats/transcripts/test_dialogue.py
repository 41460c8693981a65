"""Dialogues that are written as text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import RowError, UsageError
from ftdata.example.speakers import KNOWN, fenced, spoken
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts import dialogue
from tests import strategies
from tests.formats import example_of

Row = dict[str, Any]
DIALOGUE = FORMATS["dialogue"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/dialogue.jsonl").read_text().splitlines()]
SAID: list[Row] = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]

LINES: dict[str, tuple[str, str, str, str]] = {
    "plain": ("User: hi", "User", "hi", "plain"),
    "no space": ("User:hi", "User", "hi", "plain"),
    "indented": ("  User:  hi ", "User", "hi ", "plain"),
    "a line break of Markdown": ("**User**  ", "User", "", "marked"),
    "bold with the colon": ("**User:** hi", "User", "hi", "marked"),
    "bold before the colon": ("**User**: hi", "User", "hi", "marked"),
    "bold alone": ("**User**", "User", "", "marked"),
    "a heading": ("## User", "User", "", "heading"),
    "a bold heading with a colon": ("### **User:**", "User", "", "heading"),
    "a heading and what is said": ("### Human: hi", "Human", "hi", "heading"),
    "said": ("ChatGPT said:", "ChatGPT", "", "plain"),
    "said as a heading": ("##### You said:", "You", "", "heading"),
    "a time": ("[12:30] Alice: hi", "Alice", "hi", "stamped"),
    "a date and a time": ("[31.01.24, 12:30:05] Alice Smith: hi", "Alice Smith", "hi", "stamped"),
    "ISO": ("2024-01-31T12:30:05Z Alice: hi", "Alice", "hi", "stamped"),
    "a messenger's": ("31/01/2024, 12:30 - Alice: hi", "Alice", "hi", "stamped"),
    "a time behind": ("Alice (12:30 PM): hi", "Alice", "hi", "stamped"),
    "a number": ("Speaker 1: hi", "Speaker 1", "hi", "plain"),
}


@pytest.mark.parametrize(("line", "name", "said", "form"), LINES.values(), ids=LINES.keys())
def test_how_people_write_who_speaks(line: str, name: str, said: str, form: str) -> None:
    turn = spoken(line)
    assert turn
    assert (turn.name, turn.said, turn.form, turn.sure) == (name, said, form, line != "User:hi")


NOBODY = [
    "hi",
    "",
    "12:30",
    "- User: hi",
    "* User: hi",
    "1. User: hi",
    "a sentence of many words: hi",
    ": hi",
    "(User): hi",
]


@pytest.mark.parametrize("line", NOBODY)
def test_who_does_not_speak(line: str) -> None:
    assert spoken(line) is None


def test_a_link_is_no_speaker() -> None:
    turn = spoken("https://example.com")
    assert turn
    assert not turn.sure


def test_a_fence_that_is_never_closed_is_text() -> None:
    assert fenced(["a", "```py", "b", "```", "c"]) == [False, True, True, True, False]
    assert fenced(["```py", "b", "~~~", "c", "~~~~"]) == [False, False, True, True, True]
    assert fenced(["Assistant: ```py", "User: b", "```", "c"]) == [False, True, True, False]
    assert fenced(["````", "```", "````", "```py", "x"]) == [True, True, True, False, False]


FORMS = [
    "{}: {}",
    "**{}:** {}",
    "**{}**: {}",
    "## {}\n\n{}\n",
    "### {}\n{}",
    "[12:30] {}: {}",
    "{}:\n{}",
    "{} said:\n{}",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("names", [("User", "Assistant"), ("Human", "AI"), ("You", "ChatGPT"), ("CUSTOMER", "Agent")])
def test_a_dialogue_is_told_and_read(form: str, names: tuple[str, str]) -> None:
    row = {"text": "\n".join(form.format(name, turn["content"]) for name, turn in zip(names, SAID, strict=True))}
    assert detect([row], FORMATS).format is DIALOGUE
    assert example_of(DIALOGUE, row) == {"messages": SAID}


def test_rows_with_more_columns_keep_them() -> None:
    row = {"transcript": "User: Hi\nAssistant: Hello", "ticket": 7, "note": None}
    assert detect([row], FORMATS).format is FORMATS["layouts"]
    assert example_of(FORMATS["layouts"], row) == {"messages": SAID, "metadata": {"ticket": 7}}
    assert example_of(DIALOGUE, row) == {"messages": SAID, "metadata": {"ticket": 7}}


MADE: dict[str, tuple[str, list[str], dict[str, int]]] = {
    "several lines": ("User: a\n\n  b\nAssistant: c", ["a\n\n  b", "c"], {}),
    "code": ("User: a\nAssistant:\n```\nUser: x\n```", ["a", "```\nUser: x\n```"], {}),
    "times": ("[1:02] User: a\n[1:03] AI: b", ["a", "b"], {dialogue.STAMPS: 2}),
    "twice in a row": ("User: a\nUser: b\nAI: c", ["a\nb", "c"], {dialogue.JOINED: 1}),
    "rules": ("User: a\n\n---\nAI: c\n***\n", ["a", "c"], {dialogue.RULES: 2}),
    "a title": ("# Conversation 2\n\nUser: a\nAI: c", ["a", "c"], {}),
    "words before it": ("Exported today\nUser: a\nAI: c", ["a", "c"], {dialogue.BEFORE: 1}),
    "nothing said": ("User:\nUser: a\nAI: c", ["a", "c"], {dialogue.EMPTY: 1}),
    "no answer at last": ("User: a\nAI: c\nUser: d", ["a", "c"], {dialogue.UNANSWERED: 1}),
    "notes": ("User: a\nAI: c\nNote: x\nNote: y", ["a", "c\nNote: x\nNote: y"], {}),
    "a word once": ("User: a\nAI: c\nBergen: rain", ["a", "c\nBergen: rain"], {}),
    "times within a turn": ("User: a\nAI: c\n10:30 Museum: opens", ["a", "c\n10:30 Museum: opens"], {}),
}


@pytest.mark.parametrize(("text", "said", "counts"), MADE.values(), ids=MADE.keys())
def test_what_becomes_of_a_dialogue(text: str, said: list[str], counts: dict[str, int]) -> None:
    repaired: Counter[str] = Counter()
    assert [turn["content"] for turn in example_of(DIALOGUE, {"text": text}, repaired)["messages"]] == said
    assert repaired == counts


def test_names_mean_what_they_are_said_to() -> None:
    known = dialogue.with_roles(
        {"Alice": "user", "Bob B.": "assistant", "Carol": "drop", "Note": "text", "User": "text"}
    )
    repaired: Counter[str] = Counter()
    row = {"text": "alice: a\nCarol: x\nBob  B.: b\nNote: n\nNote: m\nUser: c"}
    assert example_of(known, row, repaired)["messages"] == [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b\nNote: n\nNote: m\nUser: c"},
    ]
    assert repaired == {'turns left out as asked: "Carol"': 1}


REFUSED: dict[str, tuple[str, str]] = {
    "nobody": ("hello there", "expected turns that begin with who speaks"),
    "strangers alone": ("Ann: a\nEve: b", '"Ann", "Eve" speak, and nobody said as whom'),
    "a third one": ("User: a\nAI: b\nEve: c\nEve: d", '"Eve" speaks, and nobody said as whom'),
    "a third one behind a time": ("[1:02] User: a\n[1:03] AI: b\n[1:04] Eve: c", '"Eve" speaks'),
    "a third heading": ("## User\na\n## AI\nb\n## Eve\nc\n## Eve\nd", '"Eve" speaks'),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_nobody_is_guessed(text: str, message: str) -> None:
    with pytest.raises(RowError) as caught:
        DIALOGUE.read({"text": text}, Counter())
    assert caught.value.message.startswith(message)
    assert "--role-map" in caught.value.hint
    assert caught.value.json_path == "$.text"


def test_without_an_answer_there_is_no_example() -> None:
    assert DIALOGUE.read({"text": "User: a"}, Counter()) == Drop("nobody answered")


def test_roles_that_cannot_be() -> None:
    with pytest.raises(UsageError, match='Did you mean "assistant"'):
        ftdata.read([{"text": "x"}], role_map={"Bob": "assisstant"})
    with pytest.raises(UsageError, match="role_map is for rows with turns and dialogues written as text"):
        ftdata.read([{"text": "x"}], format="openai", role_map={"Bob": "user"})


def test_rows_of_our_own() -> None:
    assert [type(DIALOGUE.read(row, Counter())) for row in ROWS] == [dict] * len(ROWS)


contents = strategies.texts.map(lambda text: text.replace("\r", " ").strip())
NAMES = {"system": "System", "user": "User", "assistant": "Assistant"}


@pytest.mark.parametrize("form", FORMS)
@given(said=st.lists(st.tuples(contents, contents), min_size=1, max_size=3), system=contents)
def test_a_written_conversation_comes_back(form: str, said: list[tuple[str, str]], system: str) -> None:
    messages = [{"role": "system", "content": system}] if system else []
    for asked, answered in said:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    lines = [line for turn in messages for line in turn["content"].split("\n")]
    assume(all(turn["content"] for turn in messages))
    # What looks like a name, a rule or a fence within a turn is another matter.
    assume(not any(":" in line or line.lstrip()[:1] in ("#", "*", "_", "-", "=", "`", "~") for line in lines))
    text = "\n".join(form.format(NAMES[turn["role"]], turn["content"]) for turn in messages)
    assert example_of(DIALOGUE, {"text": text})["messages"] == messages
    assert KNOWN.recognise(text.split("\n"))


@pytest.mark.parametrize("between", [None, "^==="])
def test_a_block_of_code_may_begin_behind_a_name(tmp_path: Path, between: str | None) -> None:
    path = tmp_path / "talks.md"
    rule = "---" if between is None else "==="
    talk = "**User:** Write it\n\n**Assistant:** ```\nUser: one\n\n---\n\nUser: two\n```\ndone\n"
    path.write_text(f"{talk}\n{rule}\n\n{talk}\n{rule}\n\nUser: ``` is what?\n\nAssistant: ```\nnever closed\n")
    found = list(ftdata.read(path, between=between))
    assert [len(example["messages"]) for example in found] == [2, 2, 2]
    assert found[0]["messages"][1]["content"] == "```\nUser: one\n\n---\n\nUser: two\n```\ndone"
    assert found[0] == found[1]


STAMPED: dict[str, tuple[str, str, str]] = {
    "[2024-01-01 10:00] Customer: Hi": ("Customer", "2024-01-01 10:00", "Hi"),
    "[12/31/23, 10:02:03\u202fPM] Ann Lee: hi": ("Ann Lee", "12/31/23, 10:02:03\u202fPM", "hi"),
    "\u200e[31.12.23, 22:02:03] Ann: hi": ("Ann", "31.12.23, 22:02:03", "hi"),
    "31/12/2023 à 22:02 - Ann: x": ("Ann", "31/12/2023 à 22:02", "x"),
    "31/12/23, 10:02 p. m. - Ann: q": ("Ann", "31/12/23, 10:02 p. m.", "q"),
    "2023/12/31 下午10:02 - 张三: 你好": ("张三", "2023/12/31 下午10:02", "你好"),
    "31.12.23, 22:05 - +49 170 1234567: hi": ("+49 170 1234567", "31.12.23, 22:05", "hi"),
    "31.12.23, 22:05 - Dr. A. B. C. Lee (Support): hi: you": (
        "Dr. A. B. C. Lee (Support)", "31.12.23, 22:05", "hi: you"),
    "张三 2024-01-01 10:00:00": ("张三", "2024-01-01 10:00:00", ""),
    "2024-01-01 10:00:00 张三": ("张三", "2024-01-01 10:00:00", ""),
    "Alice (12:30): hi": ("Alice", "12:30", "hi"),
}  # fmt: skip
"""Lines as WhatsApp in several languages, WeChat and help desks write them."""


@pytest.mark.parametrize("line", STAMPED)
def test_a_time_beside_a_name_is_told(line: str) -> None:
    turn = spoken(line)
    assert turn is not None
    assert (turn.name, turn.time, turn.said, turn.form) == (*STAMPED[line], "stamped")


@pytest.mark.parametrize("line", ["10:30 works for me", "31.12.23, 22:05 - Ann added Bob"])
def test_a_time_without_a_name_begins_no_turn(line: str) -> None:
    assert spoken(line) is None


def test_a_thread_is_read_whoever_speaks() -> None:
    text = (
        "31.12.23, 22:05 - Messages and calls are end-to-end encrypted.\n31.12.23, 22:05 - Bob: hi\nNote: there\n"
        "31.12.23, 22:06 - Ann added Eve\n31.12.23, 22:07 - Ann: hello"
    )
    repaired: Counter[str] = Counter()
    assert dialogue.thread_of(text, repaired) == [
        {"speaker": "Bob", "time": "31.12.23, 22:05", "text": "hi\nNote: there"},
        {"speaker": "Ann", "time": "31.12.23, 22:07", "text": "hello"},
    ]
    assert repaired == {dialogue.NOBODYS: 2}


@pytest.mark.parametrize("day", ["—— 2024-01-01 ——", "Monday, January 1, 2024", "2024年1月1日"])
def test_a_date_on_its_own_line_is_of_the_times_below(day: str) -> None:
    turns = dialogue.thread_of(f"{day}\n[10:02] Ann: hi\n[10:03] Bob: yo", Counter())
    assert [turn["text"] for turn in turns] == ["hi", "yo"]
    assert all(turn["time"].endswith(("10:02", "10:03")) and "2024" in turn["time"] for turn in turns)


@pytest.mark.parametrize("text", ["just text: with a colon\nand more", "See https://a.example: it works", "a\nb"])
def test_text_that_is_no_thread_has_no_turns(text: str) -> None:
    assert dialogue.thread_of(text, Counter()) == []


def test_names_that_come_again_speak_without_times() -> None:
    turns = dialogue.thread_of("Ann: hi\nBob: yo\nAnn: bye\nTotal: 5\nBob: ok", Counter())
    assert [(turn["speaker"], turn["text"]) for turn in turns] == [
        ("Ann", "hi"), ("Bob", "yo"), ("Ann", "bye\nTotal: 5"), ("Bob", "ok"),
    ]  # fmt: skip


def test_a_pattern_of_names_is_who_it_says() -> None:
    speaks = dialogue.with_roles({"Agent *": "assistant"})
    made = speaks.parse({"text": "[10:00] Customer: Hi\n[10:01] Agent Ann: Hello"}, Counter())
    assert isinstance(made, dict)
    assert [turn["role"] for turn in made["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(
    "written", ["31/12/2023 à 22:02 - {}: x", "31/12/23, 10:02 p. m. - {}: x", "[31.12.2023 um 22:02] {}: x"]
)
def test_times_of_threads_are_written_as_tables_have_them(written: str) -> None:
    from ftdata.facts.times import either_way

    turns = dialogue.thread_of("\n".join(written.format(name) for name in ("Ann", "Bob")), Counter())
    assert [str(either_way(turn["time"]))[:16] for turn in turns] == ["2023-12-31 22:02"] * 2


@pytest.mark.parametrize(
    "said", ["<Media omitted>", "\u200eimage omitted", "<Medien ausgeschlossen>", "[图片]", "This message was deleted"]
)
def test_what_stands_for_media_is_no_turn(said: str) -> None:
    repaired: Counter[str] = Counter()
    text = f"31.12.23, 22:05 - Bob: hi\n31.12.23, 22:06 - Ann: {said}\n31.12.23, 22:07 - Ann: yo"
    assert [turn["text"] for turn in dialogue.thread_of(text, repaired)] == ["hi", "yo"]
    assert repaired == {dialogue.MEDIA: 1}
