"""Text files of dialogues: where one ends and the next begins."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftdata
from ftdata.engines.plan import Rejected
from ftdata.errors import InputError
from ftdata.files.source import Source, open_source

Found = list[tuple[int, str]]


def cut(source: Source) -> Found:
    return [(origin.line, row["text"]) for origin, row in source.rows() if isinstance(row, dict)]


def read(path: Path, text: str, **options: str) -> Found:
    path.write_bytes(text.encode())
    return cut(open_source([path], **options))  # type: ignore[arg-type] # only options that are text


A, B = "User: a\nAssistant: b", "User: c\nAssistant: d"
CUTS: dict[str, tuple[str, Found]] = {
    "one": (A, [(1, A)]),
    "empty lines around it": (f"\n\n{A}\n\n", [(3, A)]),
    "a rule": (f"{A}\n\n---\n\n{B}\n", [(1, A), (4, f"---\n\n{B}")]),
    "stars": (f"{A}\n* * *\n{B}", [(1, A), (3, f"* * *\n{B}")]),
    "a heading": (f"# Conversation 1\n{A}\n# Conversation 2\n{B}", [(1, f"# Conversation 1\n{A}"),
                                                                    (4, f"# Conversation 2\n{B}")]),
    "a rule and a heading": (f"{A}\n---\n## Trip to Oslo\n{B}", [(1, A), (3, f"---\n## Trip to Oslo\n{B}")]),
    "a form feed": (f"{A}\n\f\n{B}", [(1, A), (4, B)]),
    "a form feed before the name": (f"{A}\n\f{B}", [(1, A), (3, f"\f{B}")]),
    "the next system's turn": (f"System: s\n{A}\nSystem: s\n{B}", [(1, f"System: s\n{A}"), (4, f"System: s\n{B}")]),
    "a rule before the system": (f"{A}\n---\nSystem: s\n{B}", [(1, A), (3, f"---\nSystem: s\n{B}")]),
    "Windows": (f"{A}\n---\n{B}".replace("\n", "\r\n"), [(1, A), (3, f"---\n{B}")]),
    "front matter": (f"---\ntitle: x\n---\n{A}", [(1, f"---\ntitle: x\n---\n{A}")]),
    "a rule within a turn": (f"{A}\n---\nmore", [(1, f"{A}\n---\nmore")]),
    "a system's second word": (f"User: u\nSystem: s\n{A}", [(1, f"User: u\nSystem: s\n{A}")]),
    "rules between turns": (f"User: a\n---\nAssistant: b\n---\n{B}", [(1, f"User: a\n---\nAssistant: b\n---\n{B}")]),
    "a rule within code": (f"{A}\n```\n---\n{B}\n```", [(1, f"{A}\n```\n---\n{B}\n```")]),
    "code that never ends": (f"{A}\n```py\n---\n{B}", [(1, f"{A}\n```py"), (4, f"---\n{B}")]),
    "two that never end": (f"{A}\n```py\n~~~\n---\n{B}", [(1, f"{A}\n```py\n~~~"), (5, f"---\n{B}")]),
    "nobody has answered": (f"User: a\n---\n{B}", [(1, "User: a"), (2, f"---\n{B}")]),
    "a byte order mark": (f"\ufeff{A}", [(1, A)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), CUTS.values(), ids=CUTS.keys())
@pytest.mark.parametrize("extension", [".txt", ".md"])
def test_dialogues_end_where_the_next_begins(tmp_path: Path, extension: str, text: str, found: Found) -> None:
    assert read(tmp_path / f"chat{extension}", text) == found


def test_a_pattern_may_say_what_stands_between(tmp_path: Path) -> None:
    text = f"{A}\n---\n{B}\n%% 2 %%\n{A}"
    assert read(tmp_path / "a.txt", text, between="^%%") == [(1, f"{A}\n---\n{B}"), (7, A)]
    with pytest.raises(InputError, match="the pattern between dialogues is invalid"):
        read(tmp_path / "a.txt", text, between="(")


@pytest.mark.parametrize("size", [1, 20, 64, 1000])
def test_lines_are_told_however_large_the_blocks(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n---\n".join([A] * 20))
    source = open_source([path])
    found, before = [], 0
    for block in source.blocks(size):
        reader = source.read(block)
        found += [before + reader.line_of(number) for number, _, _ in reader]
        before += reader.lines
    assert found == [1, *range(3, 60, 3)]


def test_what_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(f"{A}\n---\n".encode() + b"User: \xff\nAssistant: b")
    rejects: list[Rejected] = []
    made = list(ftdata.read(path).examples(on_reject=rejects.append))
    assert len(made) == 1
    assert [(reject.origin.line, reject.error.message) for reject in rejects] == [(3, "is not UTF-8")]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Nothing here.\n", "Alice=user,Bob=assistant"),
        ("Ann: a\nEve: b\nAnn: c\nEve: d\n", "Ann=user,Eve=assistant"),
        ("[1:02] Ann: a\n[1:02] Eve: b\n[1:03] Ann: c\n[1:04] Eve: d\n", "Ann=user,Eve=assistant"),
    ],
)
def test_a_text_without_a_dialogue(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(InputError, match=r"is plain text .*nothing says what its lines are") as caught:
        read(tmp_path / "a.txt", text)
    assert hint in caught.value.hint


def test_a_folder_s_notes_are_not_data(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# About\n")
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n')
    assert cut(open_source([tmp_path])) == [(1, "x")]


def test_a_stream_that_is_said_to_be_a_dialogue(tmp_path: Path) -> None:
    path = tmp_path / "log.gz.unknown"
    path.write_text(A)
    assert cut(open_source([path], format="dialogue")) == [(1, A)]


@pytest.mark.parametrize("text", ['{"text": "x"}\n', '[{"text": "x"}]', '{\n  "text": "x"\n}'])
def test_json_is_json_whatever_the_file_is_called(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text)
    assert cut(open_source([path], format="dialogue"))[0][1] == "x"


def test_a_record_may_be_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("User: a\nAssistant: " + "b\n" * 2000)
    with pytest.raises(InputError, match="a record is larger than 1,000 bytes"):
        cut(open_source([path], max_record=1000))
