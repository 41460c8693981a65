"""The packed vocabularies are the official ones."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from pathlib import Path

import pytest
import tiktoken_ext.openai_public as official

from ftdata.errors import InputError
from ftdata.tokens import vocab


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_the_packed_form_holds_the_official_file(name: str) -> None:
    assert hashlib.sha256(vocab.unpacked(name)).hexdigest() == vocab.BUNDLED[name].sha256


def test_both_together_stay_small() -> None:
    files = [Path(vocab.__file__).with_name(f"{name}.tokens").read_bytes() for name in vocab.BUNDLED]
    assert sum(map(len, files)) < 3_250_000
    assert sum(len(zlib.compress(file, 9)) for file in files) < 1_850_000, "in a wheel, which packs them"


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_a_rank_is_found_where_it_lies(name: str) -> None:
    rank = vocab.ranks(name)
    known = vocab.ranks_of(vocab.unpacked(name))
    some = [token for token, number in known.items() if number % 97 == 0]
    assert {token: rank(token) for token in some} == {token: known[token] for token in some}
    assert {rank(bytes((byte,))) for byte in range(256)} == {known[bytes((byte,))] for byte in range(256)}
    absent = [token for one in some for token in (one + b"\x00", one[:-1] + b"\xff") if token not in known]
    assert len(absent) > 1000
    assert {rank(token) for token in absent} == {None}
    assert rank(b"") is rank(b"x" * 300) is None


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_patterns_special_tokens_and_sha256_are_those_of_tiktoken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, str] = {}

    def load(path: str, expected_hash: str) -> dict[bytes, int]:
        asked[path.rsplit("/", 1)[1]] = expected_hash
        return {}

    monkeypatch.setattr(official, "load_tiktoken_bpe", load)
    spec = getattr(official, name)()
    known = vocab.BUNDLED[name]
    assert spec["special_tokens"] == known.special
    assert asked == {f"{name}.tiktoken": known.sha256}
    if "(?!\\S)|\\s+" in spec["pat_str"] and name == "cl100k_base":
        pytest.skip("an older tiktoken writes the same pattern in another way")
    assert spec["pat_str"] == known.pattern


def test_an_encoding_is_tiktokens_own_and_made_once() -> None:
    encoding = vocab.encoding("o200k_base")
    assert type(encoding).__module__.startswith("tiktoken")
    assert encoding is vocab.encoding("o200k_base")
    assert encoding.n_vocab == 200_019
    assert encoding.decode(encoding.encode_ordinary("naïve 中文")) == "naïve 中文"


def lines(*tokens: bytes) -> bytes:
    return b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for rank, token in enumerate(tokens))


def test_packing_refuses_what_it_cannot_hold() -> None:
    assert vocab.ranks_of(lines(b"a", b"bc")) == {b"a": 0, b"bc": 1}
    with pytest.raises(InputError, match="without gaps"):
        vocab.packed(b"YQ== 0\nYg== 2\n")
    with pytest.raises(InputError, match="without gaps"):
        vocab.packed(lines(b"a", b"b" * 256))
    with pytest.raises(InputError, match=re.escape("line 2: expected a token in base64")):
        vocab.ranks_of(b"YQ== 0\nnothing\n")
