from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import (
    SHOWN,
    FtdataError,
    InputError,
    MissingPackageError,
    OutputError,
    RecipeError,
    RowError,
    StepError,
    UnknownFormatError,
    UsageError,
    at,
    did_you_mean,
    place,
    printable,
    shown,
)
from ftdata.findings import RejectedRows, Tally

TREE: dict[type[FtdataError], type[Exception]] = {
    InputError: ValueError,
    RowError: InputError,
    UnknownFormatError: InputError,
    UsageError: ValueError,
    StepError: ValueError,
    RecipeError: ValueError,
    RejectedRows: ValueError,
    MissingPackageError: ImportError,
    OutputError: OSError,
}
PLAIN = (InputError, RowError, UnknownFormatError, UsageError, StepError, RecipeError, OutputError)


@pytest.mark.parametrize(("kind", "also"), TREE.items(), ids=lambda kind: kind.__name__)
def test_the_tree(kind: type[FtdataError], also: type[Exception]) -> None:
    assert issubclass(kind, FtdataError)
    assert issubclass(kind, also)


@pytest.mark.parametrize(
    ("path", "line", "json_path", "prefix"),
    [
        (None, None, "", ""),
        ("a.jsonl", None, "", "a.jsonl: "),
        ("a.jsonl", 143, "", "a.jsonl:143: "),
        ("a.jsonl", 143, "$.messages[2].role", "a.jsonl:143: $.messages[2].role: "),
        (None, 7, "", "line 7: "),
        (None, 7, "$.a", "line 7: $.a: "),
        (None, None, "$.a", "$.a: "),
    ],
)
def test_places(path: str | None, line: int | None, json_path: str, prefix: str) -> None:
    assert place(path, line, json_path) == prefix


@pytest.mark.parametrize(
    ("message", "hint", "text"),
    [
        ("is wrong", "", "a.csv:3: $.x: is wrong"),
        ("is wrong", "Mend it.", "a.csv:3: $.x: is wrong. Mend it."),
        ("is wrong.", "Mend it.", "a.csv:3: $.x: is wrong. Mend it."),
    ],
    ids=["no hint", "hint", "a full stop already"],
)
@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_messages(kind: type[FtdataError], message: str, hint: str, text: str) -> None:
    error = kind(message, hint=hint, path="a.csv", line=3, json_path="$.x")
    assert str(error) == text
    assert error.reason == text.removeprefix("a.csv:3: $.x: ")


def _errors() -> list[FtdataError]:
    plain: list[FtdataError] = [kind("m", hint="h", path="p", line=3, json_path="$.a") for kind in PLAIN]
    missing = MissingPackageError("reading .zst files", "zstandard", "zstd")
    missing.path, missing.line = "p.zst", 3
    tally = Tally(read=2, written=1)
    tally.rejected["read", "m"] += 1
    return [*plain, missing, RejectedRows("m", tally=tally, first=(RowError("r", line=2),), hint="h")]


@pytest.mark.parametrize("error", _errors(), ids=lambda error: type(error).__name__)
def test_errors_travel_between_processes(error: FtdataError) -> None:
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    for name in ("message", "hint", "path", "line", "json_path"):
        assert getattr(arrived, name) == getattr(error, name), name


def test_rejected_rows_carry_the_account_across() -> None:
    error = next(error for error in _errors() if isinstance(error, RejectedRows))
    arrived = pickle.loads(pickle.dumps(error))
    assert arrived.tally == error.tally
    assert [str(first) for first in arrived.first] == ["line 2: r"]


@pytest.mark.parametrize(
    ("extra", "install"), [("zstd", "pip install 'ftdata[zstd]'"), ("", "pip install zstandard")], ids=["extra", "none"]
)
def test_a_missing_package_says_how_to_install_it(extra: str, install: str) -> None:
    error = MissingPackageError("reading .zst files", "zstandard", extra)
    assert str(error) == f"reading .zst files needs the package zstandard. Install it: {install}"


def test_at_attaches_a_place() -> None:
    with pytest.raises(RowError) as caught, at("a.csv", 3):
        raise RowError("m", json_path="$.x")
    assert str(caught.value) == "a.csv:3: $.x: m"


def test_at_keeps_the_nearer_place() -> None:
    with pytest.raises(RowError) as caught, at("outer", 1), at("inner", 2):
        raise RowError("m")
    assert str(caught.value) == "inner:2: m"


def test_at_fills_in_what_is_missing() -> None:
    with pytest.raises(RowError) as caught, at("a.csv"), at(line=5):
        raise RowError("m")
    assert str(caught.value) == "a.csv:5: m"


def test_at_leaves_other_exceptions_alone() -> None:
    with pytest.raises(KeyError) as caught, at("a.csv", 3):
        raise KeyError("x")
    assert not hasattr(caught.value, "path")


_loop: list[object] = []
_loop.append(_loop)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("bot", '"bot"'),
        ("é\U0001f600", '"é\U0001f600"'),
        (None, "null"),
        (True, "true"),
        ({"a": [1]}, '{"a": [1]}'),
        ("\x1b[31m", '"\\u001b[31m"'),
        ("\x7f\x9b", '"\\x7f\\x9b"'),
        ("\u202e\u2028", '"\\u202e\\u2028"'),
        ("\ud800", '"\\ud800"'),
        ({1, }, "{1}"),
        (_loop, "[[...]]"),
        ("x" * 200, '"' + "x" * 78 + "…"),
    ],
    ids=ascii,
)  # fmt: skip
def test_data_in_messages(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.text())
def test_data_in_messages_is_short_and_speaks_to_no_terminal(text: str) -> None:
    assert len(shown(text)) <= SHOWN
    assert shown(text).isprintable()
    assert printable(text).isprintable()


@given(st.text().filter(str.isprintable))
def test_printable_text_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("word", "choices", "hint"),
    [
        ("opneai", ["openai", "ftdata"], 'Did you mean "openai"?'),
        ("USER", ["system", "user"], 'Did you mean "user"?'),
        ("x", ["system", "user"], "Choose from system, user."),
        ("x", [], ""),
        ("zz", [f"c{n}" for n in range(25)], "Choose from " + ", ".join(f"c{n}" for n in range(20)) + ", …."),
    ],
    ids=["near", "case", "far", "no choice", "many"],
)
def test_did_you_mean(word: str, choices: list[str], hint: str) -> None:
    assert did_you_mean(word, choices) == hint
