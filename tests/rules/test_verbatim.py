"""Lines that are written as they are: what is told of them without their tools holds of them as a whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import decode, encode
from ftdata.engines import jobs
from ftdata.engines.jobs import WriteJob
from ftdata.formats import openai
from ftdata.formats.targets import TARGETS
from ftdata.rules import verbatim
from ftdata.rules.held import Held
from ftdata.rules.toolbox import Toolboxes
from ftdata.rules.verbatim import Verbatim
from tests import strategies

CUT = b',"tools":'


@pytest.fixture(scope="module", autouse=True)
def one_is_many() -> Iterator[None]:
    """An end is told by a pattern as soon as it comes again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verbatim, "_MANY", 1)
        yield


def tools(*names: str) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]


def called(name: str, answer: str = "a") -> list[dict[str, Any]]:
    call = {"id": "c", "type": "function", "function": {"name": name, "arguments": "{}"}}
    return [
        {"role": "user", "content": "q"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "r"},
        {"role": "assistant", "content": answer},
    ]


def line(turns: Any, *names: str) -> bytes:
    return encode({"messages": turns, "tools": tools(*names)})


TEXTS = {"messages": [{"role": "user", "content": 'q\n"é"'}, {"role": "assistant", "content": "a"}]}
PLAIN = (encode(TEXTS), line(called("f"), "f"), line(called("g"), "f", "g"), line(called("f", 'x ,"tools":[] y'), "f"))
ODD = (
    line(called("g"), "f"),  # not declared
    line(called("f")[:1], "f"),  # no answer
    line(called("f", "<|endoftext|>"), "f"),
    line(called("f"), "no name!"),
    line(called("f"), "f")[:-1] + b',"metadata":{}}',
    line(called("f"), "f")[:-1] + b',"tools":[]}',
    line(called("f"), "f").replace(b'{"messages"', b'{"tools":[],"messages"', 1),
    line(called("f"), "f").replace(b'"messages"', b'"messages":[],"messages"', 1),
    line(called("f"), "f").replace(b'{"messages"', b'[{"messages"', 1),
    line(called("f"), "f").replace(b'{"messages"', b'{"a":{"messages"', 1),
    line(called("f"), "f").replace(CUT, b"}" + CUT, 1),
    line(called("f"), "f").replace(CUT, b"," + CUT, 1),
    line(called("f"), "f").replace(b'"{}"', b'"{\\"a\\":null}"', 1),
    line(called("f"), "f").replace(b'"{}"', b'"{\\"a\\":\\u006eull}"', 1),
    line(called("f"), "f").replace(b'"content":"r"', b'"tool_calls":[]', 1),
    b"{" + CUT + encode(tools("f")) + b"}",
    b'{"messages":[],"x":"' + CUT + encode(tools("f")) + b"}",
)


def holds(takes: Verbatim, raw: bytes) -> bool:
    """Whether a line is taken, which then has no fault and is written as it is."""
    if not takes.knows(raw) and not takes(raw):
        return False
    row, counts = decode(raw), Counter[str]()
    assert openai.parse(row, counts) is row
    held = Held(openai.dump_openai, TARGETS["openai"], "chat", native=True)
    assert held._careful(row, "chat", counts) is row
    assert held(row, counts) is row
    assert not counts
    return True


@pytest.mark.parametrize("raw", PLAIN)
def test_plain_lines_are_taken_each_time(raw: bytes) -> None:
    takes = Verbatim(Toolboxes(compiles=False))
    assert [holds(takes, raw) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize("raw", ODD)
def test_odd_lines_are_not_taken_whatever_came_before(raw: bytes) -> None:
    takes = Verbatim(Toolboxes(compiles=False))
    for _ in range(2):
        assert not holds(takes, raw)
        assert all(holds(takes, one) for one in PLAIN)


def test_the_end_of_a_line_is_known_when_it_comes_again() -> None:
    takes = Verbatim(Toolboxes(compiles=False))
    assert takes(PLAIN[1])
    assert list(takes._known) == [PLAIN[1][PLAIN[1].index(CUT) :]]
    assert not takes.knows(PLAIN[1])
    assert takes(line(called("f", "other"), "f"))
    assert len(takes._known) == 1
    assert takes.knows(PLAIN[1])


def test_texts_without_tools_are_told_by_a_pattern_too() -> None:
    takes = Verbatim(Toolboxes(compiles=False))
    assert takes(PLAIN[0])
    for raw in (PLAIN[0], PLAIN[0].replace(b'"user"', b'"system"')):
        assert takes.knows(raw)
        assert not takes.knows(raw.replace(b"q", b"<|im_end|>"))
        assert not takes.knows(raw.replace(b"q", b"\\u0041"))
        assert not takes.knows(raw.replace(b"q", b"\xff"))
        assert not takes.knows(raw.replace(b"q", b"\t"))
        assert not takes.knows(raw.replace(b'"assistant"', b'"user"'))
        assert not takes.knows(raw.replace(b'"assistant"', b'"tool"'))
        assert not takes.knows(raw[:-1] + b',"weight":1e999}')


CHATS = st.one_of(st.sampled_from((*PLAIN, *ODD)), strategies.chats.map(encode))


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    """The beginning of one line and the end of another, and perhaps a piece more or less."""
    one, other = draw(CHATS), draw(CHATS)
    if CUT in one and CUT in other:
        cut = draw(st.sampled_from([one.index(CUT), one.rindex(CUT)]))
        one = one[:cut] + other[draw(st.sampled_from([other.index(CUT), other.rindex(CUT)])) :]
    at, more = (
        draw(st.integers(0, len(one))),
        draw(st.sampled_from([b"", b"", b"{", b"}", b'"', b",", CUT, b"[]", b"\\"])),
    )
    return one[:at] + more + one[at + draw(st.sampled_from([0, 0, 1])) :]


@given(st.lists(st.one_of(CHATS, spliced()), max_size=12))
def test_what_is_taken_has_no_fault(lines: list[bytes]) -> None:
    takes = Verbatim(Toolboxes(compiles=False))
    for raw in (*PLAIN, *PLAIN, *lines):
        holds(takes, raw)


@given(st.lists(st.one_of(st.sampled_from(PLAIN), CHATS, spliced()), max_size=12))
def test_the_same_is_written_where_each_line_is_parsed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("verbatim")
    path = folder / "a.jsonl"
    path.write_bytes(b"".join(one + b"\n" for one in (*PLAIN, *PLAIN, *lines)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WriteJob, "_as_it_is", lambda self, block: None)
        expected = [written(path, folder / "b.jsonl", to) for to in ("openai", None)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_WORTH_IT", 0)
        assert [written(path, folder / "c.jsonl", to) for to in ("openai", None)] == expected


def written(path: Path, out: Path, to: str | None) -> tuple[Any, ...]:
    rejects = out.with_suffix(".rejects")
    data = ftdata.read(path, format="openai")
    result = data.write(out, format=to, max_rejects="100%", rejects=rejects, force=True)
    told = rejects.read_text(encoding="utf-8") if result.rejects else ""
    return out.read_bytes(), json.dumps(result.tally.to_dict()), told
