"""JSON text to values and back, so that nothing is lost in silence.

Decoding is jiter's, which keeps integers of any length and finds duplicate keys; encoding is orjson's, with
pydantic-core for the integers that orjson refuses. What JSON cannot hold, or what a decoder would quietly change
(duplicate keys, numbers that overflow, NaN, lone surrogates, deep nesting, integers of over 4,300 digits) is
refused by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from itertools import filterfalse
from typing import Any

import jiter
import orjson

from ftdata.errors import RowError, shown
from ftdata.lazily import pattern

JSON = Any
"""A JSON value: None, bool, int, float, str, list or dict with str keys."""

MAX_NESTING = 200
_TOO_LONG = 10**4300

# An overflowing number needs an exponent of three digits, or so many digits that a smaller exponent is enough.
# A plus sign counts as a digit, so that 1e+400 is found by the same pattern as 1e400.
_DIGITS = bytes.maketrans(b"123456789+E", b"0000000000e")
_LARGE, _MANY = b"0e000", b"0" * 200
_BEFORE = frozenset(b" \t\n\v\f\r:,[-")  # what may stand before the digits of a number
_LOOKED_AT = 100


def may_overflow(text: bytes) -> bool:
    """Whether the text could hold a number too large for a float: cheap, never wrong when it says no."""
    flat = text.translate(_DIGITS)
    if _MANY in flat:
        return True
    at = flat.find(_LARGE)
    # Bounded, so that a text full of such digits costs no more; past the bound the answer is yes, which is always safe.
    for _ in range(_LOOKED_AT):
        if at < 0:
            return False
        # Ids in hexadecimal look like exponents, but no number begins inside of them.
        before = flat[max(0, at - 3 * len(_MANY)) : at].rstrip(b"0.")
        if not before or before[-1] in _BEFORE:
            return True
        at = flat.find(_LARGE, at + len(_LARGE))
    return True


_MISSES = 8


def decoder(text: bytes) -> Callable[[bytes], JSON]:
    """The cheapest exact decoder for rows that are parts of this text.

    For speed alone: most rows were written by a program that leaves out white space, and `decode_compact` needs half
    the time for them. Where several in a row were not, it is tried no more.
    """
    exact: Callable[[bytes], JSON] | None = None
    missed = 0

    def decode_row(raw: bytes) -> JSON:
        nonlocal exact, missed
        if missed < _MISSES:
            value = decode_compact(raw)
            if value is not None:
                missed = 0
                return value
            missed += 1
        if exact is None:
            exact = decode if may_overflow(text) else decode_finite
        return exact(raw)

    return decode_row


def decode_compact(raw: bytes) -> JSON:
    """The value of a text that orjson writes as the very same bytes, so that nothing of it was lost; or else None."""
    if _may_be_deep(raw):
        return None
    try:
        value = orjson.loads(raw)
        return value if orjson.dumps(value) == raw else None
    except (ValueError, TypeError):
        return None


def _may_be_deep(text: bytes) -> bool:
    """Whether it begins so many objects and lists that they may be nested deeper than is allowed.

    To leave them out and see how much is missing takes a fraction of the time of `count`, where most is text.
    """
    objects = len(text) - len(text.replace(b"{", b"", MAX_NESTING + 1))
    lists = len(text) - len(text.replace(b"[", b"", MAX_NESTING + 1))
    return objects + lists > MAX_NESTING


def decode(raw: bytes) -> JSON:
    """The value of one JSON text.

    Raises:
        RowError: If it is not JSON, or holds what would not survive: a duplicate key, an overflowing number, NaN, a
            lone surrogate, nesting over 200.
    """
    value = decode_finite(raw)
    if may_overflow(raw):
        _refuse_infinity(value, "$")
    return value


def decode_finite(raw: bytes) -> JSON:
    """As `decode`, for text of which `may_overflow` said that no number in it is too large."""
    try:
        # jiter finds duplicate keys in the same pass and keeps large integers; orjson would read them as floats.
        return jiter.from_json(raw, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError as error:
        raise _explain(str(error), raw) from None


def _refuse_infinity(value: JSON, path: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise RowError("a number is too large for a float and would become infinity", json_path=path)
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_infinity(item, member(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_infinity(item, f"{path}[{index}]")


def encode(value: JSON) -> bytes:
    """Compact UTF-8 JSON of a value that was decoded here or passed `check_json`, keys in their order.

    Raises:
        RowError: If the value holds what JSON cannot; with the JSON path.
    """
    try:
        # orjson would write a datetime or dataclass in a form of its own; passed through, they are errors with a path.
        return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError:
        check_json(value)
    # JSON after all: integers over 64 bits.
    from pydantic_core import to_json

    return to_json(value)


_OWN_TYPES = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
_FLAT = frozenset((str, int, float, bool, type(None)))


def encode_given(row: dict[str, Any]) -> bytes | None:
    """`encode` of a dict from a program, where it holds nothing that JSON has not; None where that must be looked at.

    It spares the walk over rows that are plain JSON, which are nearly all.
    """
    try:
        text = orjson.dumps(row, option=_OWN_TYPES)
    except TypeError:
        return None
    if _may_be_deep(text):
        return None
    if b"null" in text:
        # orjson writes NaN as null too, which is to be counted.
        for value in row.values():
            if type(value) not in _FLAT or (type(value) is float and not math.isfinite(value)):
                return None
    return text


encode_text: Callable[[str], bytes] = orjson.dumps
"""JSON of one text that was decoded from UTF-8: `encode` without the checks that such a text cannot fail."""


_SPECIAL = {code: encode_text(chr(code))[1:-1] for code in (*b'\\"', *range(0x20))}  # the backslash before all others
_ORDINARY = bytes(set(range(256)) - set(_SPECIAL))


def escapes(byte: int) -> bytes:
    """How a byte of UTF-8 stands in a JSON text."""
    return _SPECIAL.get(byte) or bytes((byte,))


def escaped(text: bytes, but: bytes = b"") -> bytes:
    """UTF-8 as it stands between the quotes of a JSON text, but for some bytes that stay what they are.

    It is as `encode_text` of the text would be, many times as fast for many texts that are joined.
    """
    found = set(text.translate(None, _ORDINARY + but))
    for byte, escape in _SPECIAL.items() if found else ():
        if byte in found:
            text = text.replace(bytes((byte,)), escape)
    return text


def are_utf8(texts: Iterable[bytes]) -> bool:
    """Whether each of the texts is UTF-8."""
    try:
        b"\n".join(filterfalse(bytes.isascii, texts)).decode()  # type: ignore[arg-type] # a bytes is a Buffer
    except UnicodeDecodeError:
        return False
    return True


def escaped_each(texts: list[bytes]) -> list[bytes]:
    """Of each text what `escaped` makes of it."""
    joined = b"\x7f".join(texts)
    if joined.count(b"\x7f") != len(texts) - 1:
        return list(map(escaped, texts))
    made = escaped(joined)
    return texts if made is joined else made.split(b"\x7f")


def encode_texts(texts: list[str]) -> list[bytes]:
    """Of each text that was decoded from UTF-8 what stands between the quotes of its JSON."""
    joined = "\x7f".join(texts)
    if joined.count("\x7f") == len(texts) - 1:
        return encode_text(joined)[1:-1].split(b"\x7f")
    return [encode_text(text)[1:-1] for text in texts]


def canonical(value: JSON) -> bytes:
    """JSON text that is equal for equal values whatever the order of their keys."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        import json

        text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_written)
        return text.encode()


def _written(value: object) -> JSON:
    """What stands in a value as text already, which only orjson takes so."""
    if isinstance(value, orjson.Fragment):
        return orjson.loads(orjson.dumps(value))
    raise TypeError(f"a value of type {_kind(value)} is not JSON")


def check_json(value: object, path: str = "$", depth: int = 0) -> None:
    """Refuse a Python value that JSON cannot hold exactly.

    Raises:
        RowError: For a datetime, Decimal, set, bytes, NaN, lone surrogate, a key that is not a string, …; with the JSON
            path.
    """
    if value is None or value is True or value is False:
        return
    if isinstance(value, int):
        if abs(value) >= _TOO_LONG:
            raise RowError("an integer of over 4,300 digits", hint="Write it as a string.", json_path=path)
    elif isinstance(value, str):
        if not _encodable(value):
            raise RowError("text with a lone surrogate is not valid Unicode", json_path=path)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise RowError(f"JSON has no {value}", hint="Use null, or omit the key.", json_path=path)
    elif depth >= MAX_NESTING and value:
        raise RowError(f"nesting over {MAX_NESTING} levels", json_path=path[:SHOWN_PATH])
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise RowError(f"JSON keys are strings; got {shown(key)} ({_kind(key)})", json_path=path)
            if not _encodable(key):
                raise RowError("a key with a lone surrogate is not valid Unicode", json_path=path)
            check_json(item, member(path, key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check_json(item, f"{path}[{index}]", depth + 1)
    else:
        raise RowError(
            f"a value of type {_kind(value)} is not JSON",
            hint=_conversion(value),
            json_path=path[:SHOWN_PATH],
        )


SHOWN_PATH = 120


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _conversion(value: object) -> str:
    if hasattr(value, "model_dump"):
        return "Use its .model_dump(mode='json', exclude_none=True)."
    if hasattr(value, "isoformat"):
        return "Use its .isoformat()."
    if hasattr(value, "item"):
        return "Use its .item()."
    if isinstance(value, set | frozenset):
        return "Use a sorted list."
    return "Use str() or a number of Python's own."


_PLAIN_KEY = pattern(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def member(path: str, key: str) -> str:
    """The JSON path of a member: ``$.a`` or ``$["a b"]``."""
    return f"{path}.{key}" if _PLAIN_KEY.match(key) else f"{path}[{shown(key)}]"


_LITERAL = pattern(rb"\s*[\[{(]+\s*'")


def _named(raw: bytes, column: int) -> tuple[str, str] | None:
    """What a text is that is no JSON, where that can be told, and what to do."""
    if _LITERAL.match(raw):
        return (
            "a Python literal with single quotes",
            "Write rows with json.dumps(row), not with str(row) or print(row).",
        )
    at = raw[column - 1 : column] if column else raw[:1]
    if at and at[0] < 0x20 and at not in b"\t\n\r":
        return f"the control character U+{at[0]:04X}", "Remove it. Some old programs end files with U+001A."
    return None


_ENCODING = "Save the file as UTF-8, or give its encoding, such as --encoding gb18030 or --encoding cp1252."

# What jiter says, and what that means to somebody who has a file.
_MEANINGS = (
    (pattern(r"\ADetected duplicate key (.*) at line"), "the key {0} occurs twice in one object", ""),
    (pattern(r"recursion limit"), f"nesting over {MAX_NESTING} levels", ""),
    (pattern(r"number out of range"), "an integer of over 4,300 digits", "Quote it as a string."),
    (pattern(r"lone leading surrogate|unexpected end of hex escape"), "a lone surrogate in a \\u escape",
     "It is half of a character. Export the text again, or remove it."),
    (pattern(r"invalid unicode code point"), "bytes that are not UTF-8", _ENCODING),
    (pattern(r"control character"), "a control character (such as a raw newline or tab) inside a string",
     "Write it as \\n or \\t."),
    (pattern(r"expected ident"), "a word that is not JSON",
     "Quote text with double quotes. The only bare words in JSON are true, false and null."),
    (pattern(r"trailing characters"), "more text after the end of the JSON value",
     "Write one object per line, and nothing after it."),
    (pattern(r"EOF while parsing"), "the JSON ends too early", "Is the object spread over several lines?"),
)  # fmt: skip
_COLUMN = pattern(r" at line (\d+) column (\d+)$")


def _explain(message: str, raw: bytes) -> RowError:
    found = _COLUMN.search(message)
    where = f" at column {found[2]}" if found else ""
    for look, meaning, hint in _MEANINGS:
        match = look.search(message)
        if match:
            return RowError(f"not valid JSON: {meaning.format(*match.groups())}{where}", hint=hint)
    if re.match(rb"\s*\xef\xbb\xbf", raw):
        return RowError("not valid JSON: a byte order mark inside the file")
    named = _named(raw, int(found[2]) if found else 0)
    if named:
        return RowError(f"not valid JSON: {named[0]}{where}", hint=named[1])
    constant = found and re.match(rb"-?(NaN|Infinity)", raw[max(0, int(found[2]) - 1) :])
    if constant:
        return RowError(f"not valid JSON: {constant[0].decode()}{where}", hint="JSON has no such number: use null.")
    return RowError(f"not valid JSON: {message[: found.start()] if found else message}{where}")
