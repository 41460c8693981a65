"""``ftdata look``: what it says, and that the command that it proposes runs."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ftdata as library
from ftdata import assistant, user
from ftdata import chat as ftdata_chat
from tests.cli.running import ftdata, in_shell

ROOT = Path(__file__).parents[2]


def proposed(done_out: str) -> str:
    (line,) = [line.strip() for line in done_out.splitlines() if line.startswith("  ftdata convert ")]
    return line


def test_a_table(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_bytes((ROOT / "examples" / "tickets.csv").read_bytes())
    done = ftdata(tmp_path, "look", "tickets.csv")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:3] == [
        "tickets.csv: csv (by its name), UTF-8, comma-separated, names in the first line, 86,012 bytes",
        "no known format: a table of 7 columns",
        "360 rows, all of them",
    ]
    assert lines[4].split() == [
        "column",
        "likely",
        "filled",
        "distinct",
        "characters",
        "looks",
        "like",
        "most",
        "frequent",
    ]
    assert [line.split()[:4] for line in lines[5:12]] == [
        ["ticket_id", "id", "100%", "360"],
        ["customer_id", "group", "100%", "121"],
        ["created_at", "time", "100%", "360"],
        ["channel", "label", "100%", "4"],
        ["subject", "user", "100%", "188"],
        ["body", "user", "100%", "357"],
        ["queue", "label", "100%", "5"],
    ]
    assert '"billing" 150, "shipping" 90, "technical" 70' in lines[11]
    assert max(map(len, lines[:13])) <= 120


HEADER_NAMES = ["Order ID", 'it\'s; $HOME `x` "y"', "@body", "back\\nslash", "répon,se", "for"]


def table(columns: list[str], rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


QUESTIONS = ["Where is my parcel with the books?", "Why was I charged twice, please?", "How do I reset my password?"]


@pytest.mark.skipif(os.name == "nt", reason="the commands are quoted for a POSIX shell")
@pytest.mark.parametrize(
    "name, content, args, expected",
    [
        ("in.csv", table(["Frage n", "@x"], [[q, q[::-1]] for q in QUESTIONS]), [], "Where is my parcel"),
        ("a b's.csv", table(["it's; $HOME `x`", 'say "y"'], [[q, q[::-1]] for q in QUESTIONS]), [], "Where is"),
        ("-in.csv", table(["back\\nslash", "for"], [[q, q[::-1]] for q in QUESTIONS]), ["--", "./-in.csv"], "Where is"),
        ("in.csv", table(["subject", "message body", "Antwort"], [[q, q, q[::-1]] for q in QUESTIONS]), [], "Where is"),
        ("semi.csv", table(["text", "label"], [[q, "ab"[n % 2]] for n, q in enumerate(QUESTIONS)], ";"), [], "Where is"),
        ("tabs", table(["text", "label"], [[q, "ab"[n % 2]] for n, q in enumerate(QUESTIONS)], "\t"), [], "Where is"),
        ("no.csv", "".join(f"{'ab'[n % 2]},{q}\n" for n, q in enumerate(q.replace(",", "") for q in QUESTIONS)), [],
         "Where is"),
        ("in.json", json.dumps([{"question": q, "context": None, "answer": "x"} for q in QUESTIONS]), [], "Where is"),
        ("chat.jsonl", json.dumps(ftdata_chat(user("Where is?"), assistant("Here."))) * 3, [], "Where is"),
        ("ask.csv", table(["a", "b"], [[q, "1"] for q in QUESTIONS])[4:], ["ask.csv", "--columns", "a,b"], "Where is"),
        ("gb.csv", table(["question", "答案"], [[q, "请稍等"] for q in QUESTIONS]), ["gb.csv", "--encoding", "gb18030"],
         "Where is"),
        ("talk.csv", "chat,who,text,ts\n" + "".join(f"{n % 2},{['agent', 'customer'][n % 4 < 2]},hi {n},{n}\n"
                                                for n in range(8)), [], "hi"),
    ],
)  # fmt: skip
def test_the_proposed_command_runs(tmp_path: Path, name: str, content: str, args: list[str], expected: str) -> None:
    (tmp_path / name).write_bytes(content.encode("gb18030" if "gb18030" in args else "utf-8"))
    (tmp_path / "train.jsonl").write_text("taken\n")
    looked = ftdata(tmp_path, "look", *(args or [name]))
    assert looked.code == 0, looked.err
    done = in_shell(tmp_path, proposed(looked.out))
    assert (done.code, "written" in done.err) == (0, True), (looked.out, done.err)
    outputs = [path for path in tmp_path.glob("*.jsonl") if path.name not in ("train.jsonl", name)]
    assert len(outputs) == 1
    assert expected in outputs[0].read_text(encoding="utf-8")


def test_message_rows(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},c{n % 3},{['Bot', 'visitor'][n % 2]},text {n},2024-01-01T00:00:{59 - n:02}Z\n" for n in range(12)
    )
    (tmp_path / "talk.csv").write_text("message_id,conversation_id,speaker,text,sent_at\n" + rows)
    done = ftdata(tmp_path, "look", "talk.csv")
    assert proposed(done.out) == (
        "ftdata convert talk.csv -o train.jsonl --group-by conversation_id --order-by sent_at --role-column speaker "
        "--content-column text --role-map Bot=assistant,visitor=user"
    )


def test_headerless_tables_say_so(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "billing,I paid twice for the same thing\nbilling,Why was I charged again?\nshipping,Where is my parcel now?\n"
    )
    done = ftdata(tmp_path, "look", "in.csv")
    assert 'note: the first line may be data instead of column names: "billing" also stands in' in done.out
    assert "--columns label,text --user text --assistant label" in done.out


def test_chats(tmp_path: Path) -> None:
    call = library.tool_call("get_weather", city="Paris")
    weather = library.chat(
        library.system("Help."), library.user("Warm?"), library.assistant(tool_calls=[call]),
        library.tool_result(call, "21"), library.assistant("Yes.", weight=0), tools=[{"type": "function", "function": {"name": "get_weather"}}],
    )  # fmt: skip
    plain = {"messages": [library.user("\x1b[31m"), library.assistant("x" * 100)], "metadata": {"customer": 1}}
    lines = [json.dumps(row) for row in (weather, weather, plain, {"messages": [{"role": "ghost"}]})]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = ftdata(tmp_path, "look", "in.jsonl", "--json")
    facts = json.loads(done.out)
    assert facts["format"]["name"] == "ftdata"
    assert (facts["rows"], facts["all"], list(facts["rejected"].values())) == (3, True, [1])
    assert facts["first_reject"].startswith("in.jsonl:4: $.messages[0].role: expected one of")
    found = facts["examples"]
    assert found["kinds"] == {"chat": 3}
    assert found["roles"] == {"assistant": 5, "system": 2, "user": 3, "tool": 2}
    assert found["messages"] == {"min": 2, "median": 5, "max": 5}
    assert found["systems"]["top"] == [{"value": "Help.", "count": 2}]
    assert found["calls"]["top"] == found["tools"]["top"] == [{"value": "get_weather", "count": 2}]
    assert found["weights"] == {"none": 3, "0": 2}
    assert found["metadata"]["top"] == [{"value": "customer", "count": 1}]
    shown = ftdata(tmp_path, "look", "in.jsonl")
    assert "\x1b" not in shown.out + shown.err
    assert "x" * 80 not in shown.out
    assert "--to openai leaves it out" in shown.out


def test_only_the_first_rows(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(f'{{"a": {n}}}\n' for n in range(100)))
    done = ftdata(tmp_path, "look", "in.jsonl", "--rows", "10")
    assert "the first 10 rows (more were not looked at)" in done.out
    assert "100 rows, all of them" in ftdata(tmp_path, "look", "in.jsonl", "--rows", "100").out
    piped = ftdata(tmp_path, "look", "-", "--rows", "3", stdin=b'{"a": 1}\n' * 9)
    assert "the first 3 rows" in piped.out


@pytest.mark.parametrize(
    "args, code, words",
    [
        (("none.csv",), 3, "none.csv: cannot be read: No such file"),
        (("in.xyz",), 3, "is not a kind of file that ftdata reads"),
        (("in.csv", "--from", "opnai"), 2, 'Did you mean "openai"?'),
        ((), 2, "Missing argument 'FILE...'"),
    ],
)
def test_what_cannot_be_looked_at_is_said(tmp_path: Path, args: tuple[str, ...], code: int, words: str) -> None:
    (tmp_path / "in.xyz").write_text("abc")
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    done = ftdata(tmp_path, "look", *args)
    assert (done.code, "Traceback" in done.err) == (code, False)
    assert words in done.err


def test_in_python(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"question": q, "<b>": "x"} for q in QUESTIONS]
    look = library.read(rows).look()
    assert look.to_dict()["commands"] == ["data.to_chat(user='question', assistant='<b>')"]
    assert "<td>&lt;b&gt;</td>" in look._repr_html_()
    assert "<b>" not in look._repr_html_()
    look.to_dict()["columns"].clear()
    assert len(look.to_dict()["columns"]) == 2
    made = library.read(rows).to_chat(user="question", assistant="<b>").look()
    assert made.to_dict()["examples"]["answers"]["top"] == [{"value": "x", "count": 3}]
    path = tmp_path / "many.csv"
    path.write_text("a,b\n" + "".join(f"{n},{n % 7}\n" for n in range(20_000)))
    one, two = (library.read(path).look(workers=workers).to_dict() for workers in (1, 2))
    assert one == two
    assert one["columns"][0]["distinct"] == one["rows"] == 20_000


def test_on_a_terminal_it_is_a_table(tmp_path: Path) -> None:
    from rich.console import Console

    text = io.StringIO()
    long = [{"question": q, "[bold]answer": "[red]x"} for q in QUESTIONS]
    Console(file=text, width=60, force_terminal=True, highlight=False).print(library.read(long).look().rich())
    assert "[red]x" in text.getvalue()


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_breaks_no_command(tmp_path: Path) -> None:
    import pty

    (tmp_path / "in.csv").write_text(
        table(["a question with a long name " * 2, "an answer " * 5], [[q, q[::-1]] for q in QUESTIONS])
    )
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ftdata", "look", "in.csv"], cwd=tmp_path, stdout=follower,
        env={**os.environ, "COLUMNS": "60", "TERM": "xterm"},
    ) as process:  # fmt: skip
        assert process.wait(30) == 0
    os.close(follower)
    said = os.read(leader, 1 << 16).decode()
    os.close(leader)
    (line,) = [line for line in said.splitlines() if "ftdata convert" in line]
    assert line.strip().endswith("an answer an answer an answer an answer an answer'")


# -- doubts -----------------------------------------------------------------------------------------------------------


def looked(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return library.read(rows).look().to_dict()


def test_a_proposal_says_what_it_was_told_by() -> None:
    found = looked([{"subject": q, "queue": "ab"[n % 2]} for n, q in enumerate(QUESTIONS)])
    assert found["commands"] == ["data.to_chat(user='subject', assistant='queue')"]
    assert found["notes"][:2] == ['the user\'s turn: "subject" (its name)', 'the answer: "queue" (its name)']


def test_two_likely_readings_are_both_shown() -> None:
    found = looked([{"body": q, "kind": "ab"[n % 2], "level": "cd"[n % 2]} for n, q in enumerate(QUESTIONS * 4)])
    assert found["commands"] == [
        "data.to_chat(user='body', assistant='level')", "data.to_chat(user='body', assistant='kind')"
    ]  # fmt: skip
    assert "two readings are plausible; the first is more likely" in found["notes"]


NONSENSE: dict[str, dict[str, Any]] = {
    "counts": {"prompt": "q", "num_responses": 3, "source": "web"},
    "durations": {"Question": "q", "Dur": "1:30:00", "When": "1/2/2024 3:06 PM"},
    "scores": {"question": "q", "answer_score": 0.5, "id": 1},
    "ids": {"question": "q", "answer_id": "a1", "n": 3},
    "numbers of choices": {"question": "q", "choices": ["a", "b"], "answer": 7},
}


@pytest.mark.parametrize("row", NONSENSE.values(), ids=NONSENSE.keys())
def test_nothing_is_proposed_that_would_be_nonsense(row: dict[str, Any]) -> None:
    found = looked([{**row, next(iter(row)): q} for q in QUESTIONS])
    assert found["commands"] == []
    assert found["notes"][-1].startswith("cannot tell which column is the user's turn")


def test_what_would_be_rejected_is_said_with_the_proposal() -> None:
    rows = [{"subject": q, "queue": "" if n == 1 else "ab"[n % 2]} for n, q in enumerate(QUESTIONS)]
    assert 'of the first 3 rows, 1 rejected: the answer is empty (column "queue")' in looked(rows)["notes"]


def test_a_proposal_of_which_nothing_comes_is_not_made() -> None:
    rows = [{"chat": n % 2, "who": "agent", "text": "" if n else " ", "ts": n} for n in range(4)]
    assert looked(rows)["commands"] == []


TOLD: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "Chinese": (("标题", "分类"), ("user", "label")),
    "Japanese": (("本文", "カテゴリ"), ("user", "label")),
    "German": (("Betreff", "Abteilung"), ("user", "label")),
    "French": (("Sujet", "Catégorie"), ("user", "label")),
    "Spanish": (("Mensaje", "Categoría"), ("user", "label")),
}


@pytest.mark.parametrize(("names", "likely"), TOLD.values(), ids=TOLD.keys())
def test_headers_of_other_languages_are_known(names: tuple[str, str], likely: tuple[str, str]) -> None:
    found = looked([{names[0]: q, names[1]: "ab"[n % 2]} for n, q in enumerate(QUESTIONS)])
    assert tuple(column["likely"] for column in found["columns"]) == likely


@pytest.mark.parametrize(
    "words", [("客户", "客服"), ("顧客", "担当者"), ("Kunde", "Berater"), ("Usuario", "Asistente")]
)
def test_speakers_of_other_languages_are_known(words: tuple[str, str]) -> None:
    rows = [{"session_id": n // 4, "speaker": words[n % 2], "text": f"hi {n}", "turn": n} for n in range(8)]
    found = library.read(rows).look().to_dict()
    assert "role_map={" in found["commands"][0]
    assert "is a guess" not in str(found["notes"])


def test_what_rows_are_looked_at_with_stands_in_the_command(tmp_path: Path) -> None:
    rows = "".join(
        f"how do I do {n}?, like this {n} ,{'event' if n % 3 else 'faq'},{n if n % 2 else ''}\n" for n in range(20)
    )
    (tmp_path / "t.csv").write_text(f"question,Reply,kind,day\n{rows}", encoding="utf-8")
    asked = ["--rename", "Reply=answer", "--trim", "*", "--fill", "day", "--replace", "do=>make", "--set-column", "topic={{ kind }}!",
             "--where", "kind == 'faq'", "--where", "question"]  # fmt: skip
    command = json.loads(ftdata(tmp_path, "look", "t.csv", "--json", *asked).out)["commands"][0]
    words = shlex.split(command)[1:]
    assert words[-len(asked) :] == asked
    done = ftdata(tmp_path, *words)
    assert done.code == 0, done.err
    assert "13 by where" in done.err
