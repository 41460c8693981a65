"""Verbs are declared once: what the methods say is what commands take, show and refuse."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import click
import pytest

import ftdata as library
from ftdata import Dataset, UsageError, assistant, chat, user
from ftdata.asks import asked_by
from ftdata.cli import COMMANDS
from ftdata.cli.declared import option_of
from ftdata.codec import encode
from ftdata.dataset import read
from ftdata.dataset.mixing import mix
from ftdata.errors import option
from ftdata.verbs import Apart, Needs, OneOf, Verb, VerbPart, VerbParts, composed, declared, verb
from ftdata.verbs.conditions import check
from ftdata.verbs.kinds import KINDS, kind_of
from tests.cli.running import ftdata

DECLARED = {
    name: declared(function)
    for name, function in [
        *inspect.getmembers(Dataset, lambda one: hasattr(one, "__verb__")),
        ("read", read),
        ("mix", mix),
    ]
}
COMMANDED = sorted((DECLARED.keys() & COMMANDS.keys()) - {"verify"})
"""The command verifies files by their manifests; the method, answers."""

VALUES: dict[str, str] = {
    "EXPR": "answer", "TEMPLATE|@FILE": "Be kind.", "PATH": "p.yaml", "A,B": "a", "OLD=>NEW": "a=>b", "REGEX=>NEW": "a=>b", "N,N": "0",
    "N": "2", "X": "0.5", "T": "0.85", "P": "0.5", "TOKENS": "100", "SEED": "7", "NAME": "gpt-4.1-mini", "REGEX": "^a", "RULES.yaml": "r.yaml",
    "KIND=TEXT": "email=[{n}]", "CODE": "en", "CLASS=SHARE": "a=0.5", "EN,ZH": "en", "FILE": "f.txt", "RULE": "weight", "TEXT": "x",
    "min|median|max|N|P%": "min", "first|last|longest|best:EXPR": "last",
}  # fmt: skip
"""A value by its metavar."""
BASE: dict[str, list[str]] = {
    "balance": ["a.jsonl", "--by", "answer"],
    "mix": ["--source", "a.jsonl=1", "--source", "a.jsonl=1"],
    "overlap": ["a.jsonl", "b.jsonl"],
    "split": ["a.jsonl", "--into", "c.jsonl"],
}


def flag(one: Any) -> list[str]:
    """An option as it stands on a command line, with a value."""
    made = option_of(one)
    if made.is_flag:
        return [made.opts[0]]
    kind = one.kind
    return [made.opts[0], kind.choices[-1] if kind.choices else VALUES[kind.metavar]]


def needing() -> Iterator[tuple[str, str]]:
    for name in COMMANDED:
        for condition in DECLARED[name].conditions:
            if isinstance(condition, Needs):
                yield from ((name, one) for one in condition.options if one in known(name))


def apart() -> Iterator[tuple[str, str, str]]:
    for name in COMMANDED:
        for condition in DECLARED[name].conditions:
            if isinstance(condition, Apart):
                inside = [one for one in condition.options if one in known(name)]
                yield from ((name, inside[0], other) for other in inside[1:])


def known(name: str) -> set[str]:
    return {one.name for one in DECLARED[name]}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    rows = [chat(user(f"What is {n} and 1?"), assistant(str(n + 1))) for n in range(3)]
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(b"".join(encode(row) + b"\n" for row in rows))
    return tmp_path


@pytest.mark.parametrize("name", DECLARED)
def test_every_option_says_what_it_does(name: str) -> None:
    found = DECLARED[name]
    assert found.summary.endswith(".")
    for one in found:
        assert one.about, f"{name} {one.name}"
        assert one.help[0].isupper() or one.help.startswith("`"), one.help
        assert len(one.help) < 160, one.help


ARGUMENTS = {"apply": {"edits"}}
"""Options that the command takes as files."""


@pytest.mark.parametrize("name", COMMANDED)
def test_a_command_has_the_options_of_its_method_and_shows_them(name: str) -> None:
    command: click.Command = getattr(import_module(COMMANDS[name][0]), name)
    assert command.short_help == DECLARED[name].summary == COMMANDS[name][1]
    names = {param.name for param in command.params}
    assert known(name) - ARGUMENTS.get(name, set()) <= names
    shown = command.get_help(
        click.Context(command, info_name=name, max_content_width=110, help_option_names=["-h", "--help"])
    )
    for one in DECLARED[name]:
        assert one.name in ARGUMENTS.get(name, ()) or option_of(one).opts[0] in shown
    assert "--encoding" in shown.split("More options")[1], "the shared options are folded"
    assert len(shown.splitlines()) <= 50


@pytest.mark.parametrize(("name", "one"), list(needing()))
def test_an_option_outside_its_conditions_is_refused(here: Path, name: str, one: str) -> None:
    line = [*BASE.get(name, ["a.jsonl"]), *flag(DECLARED[name][one])]
    done = ftdata(here, name, *line, *([] if name in ("split",) else ["-o", "out.jsonl"]))
    assert done.code == 2, done.err
    assert option_of(DECLARED[name][one]).opts[0] in done.err or "say " in done.err
    assert not (here / "out.jsonl").exists()


@pytest.mark.parametrize(("name", "one", "other"), list(apart()))
def test_options_that_do_not_go_together_are_refused(here: Path, name: str, one: str, other: str) -> None:
    line = [*BASE.get(name, ["a.jsonl"]), *flag(DECLARED[name][one]), *flag(DECLARED[name][other])]
    done = ftdata(here, name, *line, "-o", "out.jsonl")
    assert done.code == 2, done.err
    assert "cannot go together" in done.err
    assert not (here / "out.jsonl").exists()


def old_names() -> list[tuple[str, str, str]]:
    return [(name, old, one.name) for name in COMMANDED for one in DECLARED[name] for old in one.old]


@pytest.mark.parametrize(("name", "old", "now"), old_names())
def test_an_old_spelling_is_understood_and_told(here: Path, name: str, old: str, now: str) -> None:
    words = flag(DECLARED[name][now])
    words[0] = "--" + old.replace("_", "-")
    more = ["--near", "0.9"] if now == "instructions" else []
    done = ftdata(here, name, *BASE.get(name, ["a.jsonl"]), *words, *more, "-o", "out.jsonl")
    assert done.code in (0, 1), done.err
    assert f"note: --{old.replace('_', '-')} is now --{now.replace('_', '-')}" in done.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("distill a.jsonl -o out.jsonl --drop-refusals", "note: --drop-refusals is now --no-refusals"),
        ("requests a.jsonl -o out.jsonl --model gpt-4.1 --set top_p=0.5", "note: --set is now --settings"),
    ],
)
def test_old_spellings_of_composed_commands(here: Path, line: str, said: str) -> None:
    done = ftdata(here, *line.split())
    assert (done.code, said in done.err) == (0, True), done.err


def test_old_names_in_python() -> None:
    with pytest.warns(DeprecationWarning, match="mapping_or_function= is now map="):
        library.read([{"a": "b"}]).to_chat(mapping_or_function=lambda row: None)  # type: ignore[call-arg]
    with pytest.warns(DeprecationWarning, match="roles= is now role_map="):
        library.read([{"text": "Ann: a"}], roles={"Ann": "user"})  # type: ignore[call-arg]


def test_python_refuses_in_its_own_words() -> None:
    data = library.read([{"prompt": "a", "completion": "b"}])
    with pytest.raises(UsageError, match="shingle is for near"):
        data.dedupe(shingle=3)
    with pytest.warns(DeprecationWarning, match="text= is now set="):
        data.system(text="Be kind.")  # type: ignore[call-arg]


def test_messages_name_options_as_those_write_them_who_ask() -> None:
    assert option("near", 0.85) == "near=0.85"
    assert option("near") == "near"
    with asked_by("command"):
        assert option("near", 0.85) == "--near 0.85"
        assert [option("a_b", True), option("a_b", False), option("n", 3)] == ["--a-b", "--no-a-b", "-n 3"]
    assert option("force", True) == "force=True"


# -- verbs that are made of others ----------------------------------------------------------------------------------


def doubled(data: list[int], *, times: int = 2) -> list[int]:
    return [times * one for one in data]


def larger(data: list[int], *, than: int = 0, times: int = 2) -> list[int]:
    return [one for one in data if one > than * times]


def spread(data: list[int], *, width: int) -> list[int]:
    return [at for one in data for at in range(one, one + width)]


HIDE = verb(hidden=("data",))
PARTS = VerbParts(
    (
        VerbPart(HIDE(spread), asks=("width",), makes="numbers are spread", what="numbers that are spread"),
        VerbPart(HIDE(doubled), asks=("times",), makes="numbers are doubled"),
        VerbPart(HIDE(larger), {"than": "at_least", "times": "by"}, ("at_least",), old={"least": "at_least"}),
    ),
    otherwise="numbers stay",
)
SUM = composed("sum", PARTS, "Sum numbers.")


def test_a_composed_verb_does_the_parts_that_are_asked_for() -> None:
    assert [one.name for one in SUM] == ["width", "times", "at_least", "by"]
    assert SUM["at_least"].old == ("least",)
    assert not SUM["width"].required
    assert SUM.function([1, 2]) == [1, 2]
    assert SUM.function([1, 2], times=3) == [3, 6]
    assert SUM.function([1, 2], width=2, at_least=1, by=1) == [2, 2, 3]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"by": 3}, "by is for at_least, which is missing. Add at_least, or remove it."),
        ({"width": 2, "times": 3}, "width and times cannot go together: numbers are spread, or numbers are doubled"),
        ({"width": 2, "by": 3}, "by is for at_least; here numbers are spread"),
    ],
)
def test_a_composed_verb_refuses_what_no_part_uses(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        SUM.check(given)
    assert str(caught.value) == words


def test_what_must_hold_is_said_in_sentences() -> None:
    assert PARTS.said() == (
        "Use only one of these ways to make examples: numbers are spread or numbers are doubled.",
        "by is for at_least.",
    )
    assert Needs(("a", "b"), ("c",), {"c": (1, 2)}).said() == ("a and b need c=1 or c=2.",)
    assert Apart(("a", "b"), "no").said() == ("Only one of a and b: no.",)
    assert OneOf(("a", "b"), "what").said() == ("At least one of a and b says what.",)


# -- kinds and conditions -------------------------------------------------------------------------------------------

Colour = Literal["red", "blue"]


@verb(
    Needs(("shade",), ("colour",), {"colour": ("red",)}),
    OneOf(("colour", "names"), "what to paint"),
    old={"hue": "colour"},
)
def paint(colour: Colour | None = None, *, shade: int = 0, names: Sequence[str] = ()) -> tuple[Any, ...]:
    """Paint things.

    With `colour` they are of one.

    Args:
        colour: The colour. It has two.
        shade: How dark it is.
        names: Things
            to paint.
    """
    return colour, shade, names


def test_a_declaration_is_read_from_signature_and_docstring() -> None:
    found: Verb = declared(paint)
    assert (found.name, found.summary, found.about) == ("paint", "Paint things.", ("With `colour` they are of one.",))
    assert [(one.name, one.help, one.old) for one in found] == [
        ("colour", "The colour.", ("hue",)), ("shade", "How dark it is.", ()), ("names", "Things to paint.", ()),
    ]  # fmt: skip
    assert found["colour"].kind.choices == ("red", "blue")
    assert found["names"].kind.read("a, b") == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"names": ["a"], "shade": 2}, "shade is for colour='red', which was not given"),
        ({"colour": "blue", "shade": 2}, "shade is for colour='red', which is blue here"),
        ({"shade": 0}, "say what to paint. Such as colour or names."),
        ({}, "say what to paint"),
    ],
)
def test_conditions(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        paint(**given)
    assert words in str(caught.value)


def test_what_holds_passes() -> None:
    assert paint("red", shade=3) == ("red", 3, ())
    with pytest.warns(DeprecationWarning, match="hue= is now colour="):
        assert paint(hue="red") == ("red", 0, ())  # type: ignore[call-arg]
    check((Apart(("a", "b")),), {"a": 1})


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        ("int | None", "3", 3),
        ("float", "0.5", 0.5),
        ("Share", "10%", 0.1),
        ("Bytes", "2KiB", 2048),
        ("Sequence[int]", "0,-1", [0, -1]),
        ("Mapping[str, str]", "a=>b=>c", ("a", "b=>c")),
        ("str | int", "auto", "auto"),
        ("Template", r"a\nb", "a\nb"),
    ],
)
def test_how_values_are_written(annotation: str, text: str, value: object) -> None:
    assert kind_of(annotation, {}).read(text) == value


@pytest.mark.parametrize(
    ("annotation", "text"), [("int", "x"), ("Sequence[int]", "0,x"), ("Mapping[str, str]", "ab"), ("Share", "2")]
)
def test_what_cannot_be_read_is_an_error_of_its_value(annotation: str, text: str) -> None:
    with pytest.raises(ValueError):
        KINDS[annotation].read(text)


def test_a_parameter_that_text_cannot_say_must_be_hidden() -> None:
    def made(function: object) -> None:
        """Make."""

    with pytest.raises(TypeError, match="no kind of option is written object"):
        declared(made)
