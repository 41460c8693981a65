"""Counting text: exactly as tiktoken does, offline, whatever the text is."""

from __future__ import annotations

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given

from ftdata.errors import FtdataError, InputError, UsageError
from ftdata.lazily import expected
from ftdata.tokens import encodings, fast, vocab
from ftdata.tokens.encodings import Remembered, text_counter
from tests.strategies import tries

from .texts import tricky

Encode = Callable[[str], list[int]]
ROOT = Path(__file__).parents[2]


@cache
def official() -> dict[str, Encode]:
    return {name: vocab.encoding(name).encode_ordinary for name in vocab.BUNDLED}


@cache
def plain(name: str) -> Callable[[str], int]:
    return encodings._quick(name)


@tries(200)
@given(tricky)
def test_counts_are_tiktokens(text: str) -> None:
    for name, encode in official().items():
        assert plain(name)(text) == len(encode(text))


def corpus() -> list[str]:
    """This project's own text: prose, code, tables."""
    own = [path for name in ("docs", "ftdata", "tests") for path in sorted((ROOT / name).rglob("*.*"))]
    found = [path.read_text(encoding="utf-8") for path in own if path.suffix in (".md", ".py")]
    return [text for text in found if text]


def test_counts_are_tiktokens_over_a_corpus() -> None:
    texts = corpus()
    assert sum(map(len, texts)) > 200_000
    for name, encode in official().items():
        counts = [len(encode(text)) for text in texts]
        assert [plain(name)(text) for text in texts] == counts
        assert [text_counter(name)(text) for text in texts] == counts


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_text_is_text(name: str) -> None:
    count = text_counter(name)
    assert count("<|endoftext|>") == 7
    assert count("") == 0
    assert count(" " * 2_000_000 + "x") > 1000, "of so much white space tiktoken's own pattern dies"


needs_splintr = pytest.mark.skipif(find_spec("splintr") is None, reason="the extra fast is not installed")


@needs_splintr
@tries(200)
@given(tricky)
def test_the_fast_counter_counts_as_tiktoken(text: str) -> None:
    for name, encode in official().items():
        count = FAST[name]
        assert count is not None
        assert count(text) == len(encode(text))


FAST = {name: fast.fast_counter(name) for name in vocab.BUNDLED}


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_the_self_tests_digests_are_tiktokens(name: str) -> None:
    assert fast.digest(official()[name]) == fast.DIGESTS[name]


@pytest.mark.parametrize("name", vocab.BUNDLED)
@needs_splintr
def test_the_fast_counter_takes_each_character_as_tiktoken_does(name: str) -> None:
    """Whatever its kind: no two libraries need know the same Unicode."""
    encode, count = official()[name], FAST[name]
    assert count is not None
    characters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    for at in range(0, len(characters), 500):
        for shape in ("a{0}b ", " {0}A", "1{0}{0}2\n", ".{0}  "):
            text = "".join(map(shape.format, characters[at : at + 500]))
            assert count(text) == len(encode(text)), (at, shape)


@needs_splintr
@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_the_fast_counter_takes_special_tokens_for_text(name: str) -> None:
    from splintr import Tokenizer

    count = FAST[name]
    assert count is not None
    for token in (*Tokenizer.from_pretrained(name).special_tokens(), *vocab.BUNDLED[name].special):
        text = f"{token} and {token}{token[:3]}"
        assert count(text) == len(official()[name](text)), token


class Other:
    """A tokenizer as splintr has them, that makes a token of each byte."""

    def encode_ordinary(self, text: str) -> list[int]:
        return list(text.encode())

    def encode_flat(self, text: str) -> bytes:
        return b"".join(byte.to_bytes(4, "little") for byte in self.encode_ordinary(text))

    def special_tokens(self) -> dict[str, int]:
        return {"<|end|>": 1}


def test_a_counter_that_differs_is_not_used(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    module = ModuleType("splintr")
    vars(module)["Tokenizer"] = SimpleNamespace(from_pretrained=lambda name: Other())
    monkeypatch.setitem(sys.modules, "splintr", module)
    with caplog.at_level(logging.INFO, "ftdata"):
        assert fast.fast_counter("o200k_base") is None
    assert "splintr does not count as tiktoken does" in caplog.text
    vars(module)["Tokenizer"] = SimpleNamespace(from_pretrained=lambda name: 1 / 0)
    with caplog.at_level(logging.INFO, "ftdata"):
        assert fast.fast_counter("o200k_base") is None
    assert "splintr cannot be used (ZeroDivisionError" in caplog.text


def test_a_counter_with_special_tokens_of_another_look_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    module, named = ModuleType("splintr"), {"<|end|>": 1}
    other = Other()
    vars(other)["special_tokens"] = lambda: named
    vars(module)["Tokenizer"] = SimpleNamespace(from_pretrained=lambda name: other)
    monkeypatch.setitem(sys.modules, "splintr", module)
    monkeypatch.setitem(fast.DIGESTS, "o200k_base", fast.digest(other.encode_ordinary))
    assert fast.fast_counter("o200k_base") is not None
    named["<end>"] = 2
    assert fast.fast_counter("o200k_base") is None


BLOCKED = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
import ftdata
chat = {"messages": [{"role": "user", "content": "<|endoftext|> hi"}, {"role": "assistant", "content": "ho"}]}
for model in ("gpt-4.1", "gpt-3.5-turbo"):
    assert ftdata.count_tokens(chat, model=model) == 20, ftdata.count_tokens(chat, model=model)
assert ftdata.read([chat] * 3).stats().examples == 3
assert "tiktoken.registry" not in sys.modules or not sys.modules["tiktoken.registry"].ENCODINGS
"""


@pytest.mark.process
def test_nothing_asks_the_network_or_the_environment(tmp_path: Path) -> None:
    environment = {**os.environ, "TIKTOKEN_CACHE_DIR": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False, env=environment, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_vocabulary_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.tiktoken"
    tokens = [bytes([byte]) for byte in range(256)] + [b"ab", b"abc"]
    own.write_bytes(b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for rank, token in enumerate(tokens)))
    assert text_counter(str(own))("abcabd") == 3
    assert text_counter(str(own), "cl100k_base")("abc abc") == 3
    assert text_counter(str(own), r"[a-z]")("abcabd") == 6


@pytest.mark.parametrize(
    "text, words",
    [
        (b"", "holds no token"),
        (b"YQ== 0\n", "is not a vocabulary"),
        (b"what is this\n", "own.tiktoken:1: expected a token"),
    ],
    ids=["empty", "gaps", "no vocabulary"],
)
def test_a_broken_vocabulary_is_said(tmp_path: Path, text: bytes, words: str) -> None:
    own = tmp_path / "own.tiktoken"
    own.write_bytes(text)
    with pytest.raises(InputError, match=words):
        text_counter(str(own))


def test_a_tokenizer_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'there is no tokenizer "o200k"\. Did you mean "o200k_base"'):
        text_counter("o200k")
    with pytest.raises(InputError, match=r"own\.tiktoken: cannot be read: No such file"):
        text_counter(str(tmp_path / "own.tiktoken"))
    with pytest.raises(FtdataError, match="pattern of this vocabulary"):
        broken = tmp_path / "all.tiktoken"
        broken.write_bytes(b"".join(b"%s %d\n" % (base64.b64encode(bytes([byte])), byte) for byte in range(256)))
        text_counter(str(broken), "(")


@given(tricky)
def test_what_is_remembered_is_the_same(text: str) -> None:
    asked: list[str] = []

    def count(text: str) -> int:
        asked.append(text)
        return len(text)

    remembered = Remembered(count, generation=300)
    for one in (text, "system", text, "system", "x" * 200, "system", "y" * 200, "system"):
        assert remembered(one) == len(one)
    assert asked.count("system") == 1, "what is asked for again and again is never forgotten"


def test_what_is_remembered_is_bounded() -> None:
    remembered = Remembered(len, generation=1000)
    for number in range(1000):
        remembered(f"{number:090d}")
    assert len(remembered._young) + len(remembered._old) <= 20


def noting(asked: list[str], what: str, counters: Mapping[str, object]) -> Callable[[str], object]:
    """What gives a counter, and notes that it was asked for."""

    def found(name: str) -> object:
        asked.append(what)
        return counters[name]

    return found


@pytest.mark.parametrize("there", [False, True], ids=["tiktoken", "splintr"])
@pytest.mark.parametrize(
    "size, text, loads",
    [(0, "Text is text.", False), (encodings.SOME - 1, "Text is text.", False), (encodings.SOME, "Text", True),
     (0, "\u0378", True), (0, "Text is text. " * 20_000, True)],
    ids=["unknown", "little", "some", "odd", "more than was thought"],
)  # fmt: skip
def test_what_is_loaded_depends_on_what_there_is_to_do(
    monkeypatch: pytest.MonkeyPatch, size: int, text: str, loads: bool, there: bool
) -> None:
    asked: list[str] = []
    tiktokens = {name: plain(name) for name in vocab.BUNDLED}
    monkeypatch.setattr(encodings, "_quick", noting(asked, "tiktoken", tiktokens))
    monkeypatch.setattr(fast, "fast_counter", noting(asked, "splintr", tiktokens if there else dict.fromkeys(FAST)))
    known = expected.set(size)
    try:
        count = encodings._growing("o200k_base")
        assert [count(text) for _ in range(3)] == [len(official()["o200k_base"](text))] * 3
    finally:
        expected.reset(known)
    assert asked == ((["splintr"] if there else ["splintr", "tiktoken"]) if loads else [])
