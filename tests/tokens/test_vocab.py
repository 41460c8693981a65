"""The packed vocabularies are the official ones."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

import pytest
import tiktoken_ext.openai_public as official

from ftdata.errors import InputError
from ftdata.tokens import vocab


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_the_packed_form_holds_the_official_file(name: str) -> None:
    assert hashlib.sha256(vocab.unpacked(name)).hexdigest() == vocab.BUNDLED[name].sha256


def test_both_together_stay_small() -> None:
    sizes = [len((files(vocab) / f"{name}.zlib").read_bytes()) for name in vocab.BUNDLED]
    assert sum(sizes) < 1_450_000


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
