from __future__ import annotations

import datetime
import decimal
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata import codec
from ftdata.codec import (
    MAX_NESTING,
    are_utf8,
    canonical,
    check_json,
    decode,
    decode_compact,
    decoder,
    encode,
    encode_text,
    encode_texts,
    escaped,
    escaped_each,
    may_overflow,
    member,
)
from ftdata.errors import RowError
from tests import strategies

OVERFLOW = "a number is too large for a float and would become infinity"
SURROGATE = "a lone surrogate in a \\u escape"
CONTROL = "a control character (such as a raw newline or tab) inside a string"
DIGITS = "an integer of over 4,300 digits"
NESTING = "nesting over 200 levels"
UTF8 = "bytes that are not UTF-8"
MORE = "more text after the end of the JSON value"
EARLY = "the JSON ends too early"

REFUSED = {
    "duplicate key": (b'{"a":1,"a":2}', 'the key "a" occurs twice in one object'),
    "duplicate key, equal values": (b'{"a":1,"a":1}', 'the key "a" occurs twice'),
    "duplicate key deep": (b'[{"x":[{"a":1,"b":2,"a":3}]}]', 'the key "a" occurs twice'),
    "duplicate key by an escape": (b'{"a\\u0062":1,"ab":2}', 'the key "ab" occurs twice'),
    "1e400": (b"1e400", OVERFLOW),
    "-1E+400": (b"-1E+400", OVERFLOW),
    "2e308": (b"2e308", OVERFLOW),
    "1e0400": (b"1e0400", OVERFLOW),
    "1.5E0999": (b"1.5E0999", OVERFLOW),
    "400 digits and a fraction": (b"1" * 400 + b".0", OVERFLOW),
    "310 nines and an exponent": (b"9" * 310 + b"e0", OVERFLOW),
    "250 digits and a short exponent": (b"7" * 250 + b"e99", OVERFLOW),
    "NaN": (b"NaN", "NaN at column 1. JSON has no such number"),
    "NaN inside": (b'{"a":[1,NaN]}', "NaN"),
    "Infinity": (b"Infinity", "Infinity at column 1. JSON has no such number"),
    "-Infinity": (b'{"a":-Infinity}', "Infinity"),
    "lone leading surrogate": (b'"\\ud800"', SURROGATE),
    "lone trailing surrogate": (b'"\\udc00"', SURROGATE),
    "surrogate and a character": (b'"\\ud83dx"', SURROGATE),
    "two leading surrogates": (b'"\\ud83d\\ud83d"', SURROGATE),
    "surrogate in a key": (b'{"\\ud800":1}', SURROGATE),
    "surrogate as bytes": (b'"\xed\xa0\x80"', UTF8),
    "nesting 201 arrays": (b"[" * 201 + b"1" + b"]" * 201, NESTING),
    "nesting 201 objects": (b'{"a":' * 201 + b"1" + b"}" * 201, NESTING),
    "nesting 100000": (b"[" * 100_000, NESTING),
    "4301 digits": (b"1" * 4301, DIGITS),
    "4301 digits negative": (b'{"a":-' + b"1" * 4301 + b"}", DIGITS),
    "trailing text": (b"{} x", MORE),
    "two objects": (b"{}{}", MORE),
    "comma at the end": (b"{},", MORE),
    "raw tab": (b'"a\tb"', CONTROL),
    "raw newline": (b'"a\nb"', CONTROL),
    "NUL": (b'"\x00"', CONTROL),
    "invalid UTF-8": (b'{"a":"\xff"}', UTF8),
    "truncated UTF-8": (b'"\xc3"', UTF8),
    "overlong UTF-8": (b'"\xc0\xaf"', UTF8),
    "byte order mark": (b"\xef\xbb\xbf{}", "a byte order mark inside the file"),
    "cut off": (b'{"a":1', EARLY),
    "nothing": (b"", EARLY),
    "single quotes": (b"{'a':1}", "a Python literal with single quotes"),
    "trailing comma": (b"[1,]", "trailing comma"),
    "leading zero": (b"01", "invalid number"),
}


@pytest.mark.parametrize(("raw", "words"), REFUSED.values(), ids=REFUSED)
def test_edges_are_refused_by_name(raw: bytes, words: str) -> None:
    with pytest.raises(RowError) as caught:
        decode(raw)
    assert words in caught.value.reason
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("raw", [raw for raw, _ in REFUSED.values()], ids=REFUSED)
def test_a_decoder_of_a_text_refuses_the_same_edges(raw: bytes) -> None:
    with pytest.raises(RowError) as straight:
        decode(raw)
    with pytest.raises(RowError) as chosen:
        decoder(b"{}\n" + raw + b"\n{}")(raw)
    assert (chosen.value.reason, chosen.value.json_path) == (straight.value.reason, straight.value.json_path)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"1e999", "$"),
        (b'{"a":[1,{"b c":1e999}]}', '$.a[1]["b c"]'),
        (b'[[],{"x":{"y":-1e999}}]', "$[1].x.y"),
    ],
    ids=["top", "key with a space", "deep"],
)
def test_an_overflow_has_its_path(raw: bytes, path: str) -> None:
    with pytest.raises(RowError) as caught:
        decode(raw)
    assert caught.value.json_path == path


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"1" * 4300, int("1" * 4300)),
        (b"-" + b"1" * 4300, -int("1" * 4300)),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b"18446744073709551616", 2**64),
        (b"1e308", 1e308),
        (b"1.7976931348623157e308", 1.7976931348623157e308),
        (b"5e-324", 5e-324),
        (b"0.1", 0.1),
        (b"1" * 250 + b".5", float("1" * 250 + ".5")),
        (b'"1e400"', "1e400"),
        (b'"NaN"', "NaN"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\u0000\\u2028"', "\0\u2028"),
        ('"\u2028\u0085\x7f"'.encode(), "\u2028\u0085\x7f"),
        (b' {"a" : 1 }\r', {"a": 1}),
        (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
        (b"[true,1,1.0,null]", [True, 1, 1.0, None]),
    ],
    ids=str,
)
def test_what_survives(raw: bytes, value: object) -> None:
    decoded = decode(raw)
    assert decoded == value
    assert _same(decoded, value)


@pytest.mark.parametrize("levels", [1, MAX_NESTING - 1, MAX_NESTING])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["arrays", "objects"])
def test_nesting_up_to_the_limit_is_read_checked_and_written(opening: bytes, closing: bytes, levels: int) -> None:
    raw = opening * levels + b"1" + closing * levels
    value = decode(raw)
    check_json(value)
    assert encode(value) == raw


def _same(one: object, other: object) -> bool:
    """Equal, with the same types (1 is not 1.0, nor True), the same order of keys, and -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return one == other


@given(strategies.json_values)
def test_decoding_undoes_encoding(value: object) -> None:
    check_json(value)
    assert _same(decode(encode(value)), value)


@given(strategies.json_values)
def test_encoding_agrees_with_the_standard_library(value: object) -> None:
    assert _same(json.loads(encode(value)), value)
    assert b"\n" not in encode(value)


json_lines = st.lists(
    st.one_of(
        strategies.json_values.map(encode),
        strategies.json_values.map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=12).map(lambda data: data.replace(b"\n", b" ")),
        st.from_regex(rb"-?[0-9]{1,3}(\.[0-9]{1,3})?[eE][+-]?[0-9]{1,4}", fullmatch=True),
        st.sampled_from([raw.replace(b"\n", b" ") for raw, _ in REFUSED.values()]),
    ),
    min_size=1,
    max_size=6,
)


def _outcome(raw: bytes, decode_with: Any) -> Any:
    try:
        return decode_with(raw)
    except RowError as error:
        return error.reason, error.json_path


@given(strategies.json_values.map(encode))
def test_compact_text_has_the_same_value(raw: bytes) -> None:
    value = decode_compact(raw)
    assert value is None or _same(value, decode(raw))


def test_compact_rows_are_decoded_at_once() -> None:
    assert decode_compact(b'{"a":[1,2.5,"\xc3\xa9",null]}') == {"a": [1, 2.5, "é", None]}


@pytest.mark.parametrize(
    "raw",
    [
        *(raw for raw, _ in REFUSED.values()),
        b'{"a": 1}',
        b'{"a":"\\u00e9"}',
        b'{"a":' + b"9" * 30 + b"}",
        b'{"a":1.50}',
        b'{"a":1e5}',
        b'{"a":-0}',
    ],
)
def test_text_that_would_be_written_otherwise_is_not_compact(raw: bytes) -> None:
    assert decode_compact(raw) is None


def test_a_decoder_reads_compact_rows_behind_many_others() -> None:
    lines = [b'{"a": 1}'] * 20 + [b'{"a":1}', b'{"a":1,"a":2}']
    chosen = decoder(b"\n".join(lines))
    assert [chosen(line) for line in lines[:-1]] == [{"a": 1}] * 21
    with pytest.raises(RowError, match='the key "a" occurs twice'):
        chosen(lines[-1])


@given(json_lines)
def test_a_decoder_of_a_text_agrees_with_decode_on_each_line(lines: list[bytes]) -> None:
    chosen = decoder(b"\n".join(lines))
    assert all(_same(_outcome(line, chosen), _outcome(line, decode)) for line in lines)


@given(st.from_regex(rb"-?(0|[1-9][0-9]{0,400})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,4})?", fullmatch=True))
def test_every_number_that_overflows_is_noticed(raw: bytes) -> None:
    if math.isinf(float(raw)) and not raw.lstrip(b"-").isdigit():
        assert may_overflow(raw)
        with pytest.raises(RowError, match="too large for a float"):
            decode(raw)
    else:
        assert decode(raw) == json.loads(raw)


@pytest.mark.parametrize(
    ("raw", "may"),
    [
        (b'{"id":"call_75e143be9"}', False),
        (b'{"id":"call_75e143be9","n":1e400}', True),
        (b'{"id":"call_75e143be9"}' * 1000, True),  # it does not look at all of so many
        (b'{"n":-1e400}', True),
        (b'{"n":[1,1.5E+400]}', True),
        (b'{"n": 1e400}', True),
        (b"1e400", True),
        (b'{"n":' + b"1" * 199 + b"." + b"1" * 199 + b"e111}", True),
    ],
)
def test_ids_in_hexadecimal_are_no_large_numbers(raw: bytes, may: bool) -> None:
    assert may_overflow(raw) is may


# -- values of Python -----------------------------------------------------------------------------------------------------


class _Own:
    pass


class _Model:
    def model_dump(self) -> dict[str, Any]:
        return {}


class _Scalar:
    def item(self) -> int:
        return 1


_looped: list[Any] = []
_looped.append(_looped)


def _nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


NOT_JSON = {
    "datetime": (
        {"a": [datetime.datetime(2026, 1, 1)]}, "$.a[0]", "a value of type datetime.datetime is not JSON. Use its .iso"
    ),
    "date": ({"a": datetime.date(2026, 1, 1)}, "$.a", "Use its .isoformat()."),
    "Decimal": ({"a": {"b": decimal.Decimal("1.5")}}, "$.a.b", "a value of type decimal.Decimal is not JSON"),
    "set": ({"a b": {1}}, '$["a b"]', "a value of type set is not JSON. Use a sorted list."),
    "frozenset": ([frozenset()], "$[0]", "Use a sorted list."),
    "bytes": ([b"x"], "$[0]", "a value of type bytes is not JSON"),
    "path": ([Path("x")], "$[0]", "is not JSON. Use str()"),
    "object": ({"a": _Own()}, "$.a", "_Own is not JSON"),
    "model": ({"a": _Model()}, "$.a", ".model_dump(mode='json', exclude_none=True)"),
    "numpy-like": ({"a": _Scalar()}, "$.a", ".item()"),
    "NaN": ({"a": [1.0, math.nan]}, "$.a[1]", "JSON has no nan. Use null"),
    "inf": ([math.inf], "$[0]", "JSON has no inf"),
    "-inf": ([-math.inf], "$[0]", "JSON has no -inf"),
    "lone surrogate": ({"a": "x\ud800"}, "$.a", "lone surrogate"),
    "integer key": ({"a": {1: "x"}}, "$.a", "JSON keys are strings; got 1 (int)"),
    "None key": ({None: 1}, "$", "JSON keys are strings; got null (NoneType)"),
    "in a tuple": ({"a": (1, {2})}, "$.a[1]", "a value of type set"),
    "nesting": (_nested(201), "$[0][0]", "nesting over 200 levels"),
    "a loop": (_looped, "$[0][0]", "nesting over 200 levels"),
    "4301 digits": ({"a": [10**4300]}, "$.a[0]", "4,300 digits"),
    "4301 digits negative": ([-(10**4300)], "$[0]", "4,300 digits"),
    "lone surrogate in a key": ({"a": {"\ud800": 1}}, "$.a", "lone surrogate"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "path", "words"), NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_refused_with_its_path(value: object, path: str, words: str) -> None:
    with pytest.raises(RowError) as caught:
        check_json(value)
    assert words in caught.value.reason
    assert caught.value.json_path.startswith(path)
    assert caught.value.json_path == path or path == "$[0][0]"
    assert len(caught.value.json_path) <= 120


@pytest.mark.parametrize(
    "value",
    [None, True, 0, 10**30, 10**4299, 1.5, -0.0, "", "\0\u2028", [], {}, (1, 2), {"": [{"a b": None}]}, _nested(200)],
    ids=lambda value: str(value)[:20],
)
def test_what_is_json_passes_and_is_written(value: object) -> None:
    check_json(value)
    assert decode(encode(value)) == (list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": datetime.datetime(2026, 1, 1)}, "$.a"),
        ({"a": [decimal.Decimal(1)]}, "$.a[0]"),
        ({"a": {1}}, "$.a"),
        ({"a": "\ud800"}, "$.a"),
        ({1: 2}, "$"),
    ],
    ids=["datetime", "Decimal", "set", "surrogate", "key"],
)
def test_encoding_what_is_not_json_names_the_path(value: object, path: str) -> None:
    with pytest.raises(RowError) as caught:
        encode(value)
    assert caught.value.json_path == path


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a", "$.a"),
        ("a_b-2", "$.a_b-2"),
        ("a b", '$["a b"]'),
        ("2", '$["2"]'),
        ("", '$[""]'),
        ('"', '$["\\""]'),
        ("é", '$["é"]'),
        ("a\n", '$["a\\n"]'),
        ("\x1b[31m", '$["\\u001b[31m"]'),
    ],
)
def test_members_of_a_path(key: str, path: str) -> None:
    assert member("$", key) == path


def _shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shuffled(value[key]) for key in reversed(list(value))}
    return [_shuffled(item) for item in value] if isinstance(value, list) else value


@given(strategies.json_values)
def test_canonical_text_ignores_the_order_of_keys(value: object) -> None:
    assert canonical(value) == canonical(_shuffled(value))
    assert _same(_shuffled(_shuffled(decode(canonical(value)))), decode(canonical(value)))


@given(strategies.json_values, strategies.json_values)
def test_canonical_text_tells_different_values_apart(one: object, other: object) -> None:
    assert (canonical(one) == canonical(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def test_what_decodes_at_the_limit_of_nesting_can_be_written_again() -> None:
    raw = b"[" * 201 + b"]" * 201
    value = decode(raw)
    check_json(value)
    assert encode(value) == raw


_written = st.lists(
    st.text(st.characters(exclude_categories=["Cs"])) | st.text('\x00\x1f\x7f\\"n\n\té'), min_size=1, max_size=4
)


@given(_written)
def test_many_texts_are_written_as_each_is(texts: list[str]) -> None:
    each = [encode_text(text)[1:-1] for text in texts]
    assert encode_texts(texts) == each
    assert [escaped(text.encode()) for text in texts] == escaped_each([text.encode() for text in texts]) == each


def test_bytes_that_stay_what_they_are() -> None:
    assert escaped(b'a\\"\n\t', b'"\n') == b'a\\\\"\n\\t'


@pytest.mark.parametrize(
    "texts", [[b"\xc3", b"\xa9"], [b"a", b"\xff"], [b"\xed\xa0\x80"]], ids=["halves", "a byte", "half a pair"]
)
def test_texts_that_are_no_utf_8(texts: list[bytes]) -> None:
    assert not are_utf8(texts)
    assert are_utf8(["é".encode(), b"a", "\U0001f600".encode()])
    assert are_utf8([])


@given(st.lists(st.sampled_from([b"[", b"{", b"x", b'"', b"[{" * 60]), max_size=300).map(b"".join))
def test_few_objects_and_lists_are_told_from_many(text: bytes) -> None:
    assert codec._may_be_deep(text) == (text.count(b"[") + text.count(b"{") > MAX_NESTING)
