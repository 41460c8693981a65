"""Detect the encoding of bytes, and decode lines with several encodings in turn.

The guess is charset-normalizer's; among encodings that decode the bytes the same way, the most common one is named.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence

from ftdata.classes import dataclass
from ftdata.errors import InputError, printable
from ftdata.lazily import pattern

SEVERAL = ","
"""The separator between encodings that are tried in turn."""

_LOOKED_AT = 1 << 16  # bytes that are guessed at
_COMMON = ("cp1252", "gb18030", "big5", "shift_jis", "cp1251", "cp949")
_EASTERN = ("gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp949", "euc_kr", "cp932", "shift_jis", "euc_jp")
_LATIN = ("cp1250", "cp1252", "cp1254", "cp1257", "latin_1", "iso8859-1", "iso8859-2", "iso8859-15", "mac-roman")
_OTHERS = ("cp1251", "koi8-r", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "tis-620", "iso8859-5", "iso8859-7")
_LETTER, _HIGH = pattern(rb"[A-Za-z]"), pattern(rb"[\x80-\xff]")
_CHINESE = pattern(rb"(?:[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]|[\x00-\x7f])+")
"""The commoner characters of GB 2312, its punctuation, and ASCII: short texts tell too little to guess by frequency."""
_SHOWN = 60
_FEW = 3  # lines that are not UTF-8, from which on a file is none


@dataclass(frozen=True)
class LikelyEncoding:
    """The probable encoding of some bytes.

    Attributes:
        encoding: Its name, as for ``--encoding``.
        sample: The first line that is not ASCII, decoded with it.
    """

    encoding: str
    sample: str

    @property
    def said(self) -> str:
        """The guess in words."""
        return f'It reads as {self.encoding}: "{self.sample}"'


def guess(data: bytes) -> LikelyEncoding | None:
    """The probable encoding of some bytes; None if none fits."""
    import charset_normalizer

    lines = [line for line in data.splitlines() if not line.isascii() and not is_utf8(line)]
    some = b"\n".join(lines)[:_LOOKED_AT]
    best = charset_normalizer.from_bytes(some).best() if some else None
    if best is None or best.encoding in ("utf_8", "ascii"):
        return None
    name = _name(some, codecs.lookup(best.encoding).name)
    sample = lines[0].decode(name, "replace").strip()
    return LikelyEncoding(name, printable(sample[:_SHOWN] + ("…" if len(sample) > _SHOWN else "")))


def _name(data: bytes, best: str) -> str:
    """The most common of the encodings that decode the bytes the same way."""
    letters, high = len(_LETTER.findall(data)), len(_HIGH.findall(data))
    other = len(_HIGH.findall(_CHINESE.sub(b"", data)))
    if best not in _EASTERN and other * 10 <= high and _reads(data, "gb18030") is not None:
        return "gb18030"
    if best not in _LATIN and (letters >= 2 * high or best not in (*_EASTERN, *_OTHERS)) and _reads(data, _COMMON[0]):
        return _COMMON[0]  # few marks among Latin letters
    text = data.decode(best, "replace")
    return next((name for name in _COMMON if _reads(data, name) == text), best)


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    return _reads(data, "utf-8") is not None


def _reads(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def told_of(begin: bytes, path: str) -> str:
    """A note about a text that is read as UTF-8: where it changes to another encoding; empty if it does not.

    Args:
        begin: How it begins.
        path: The file, for messages.

    Raises:
        InputError: If most of the lines that are not ASCII are not UTF-8.
    """
    if is_utf8(begin):
        return ""
    lines = begin.split(b"\n")[: -1 if b"\n" in begin else None]  # the last one may be cut off
    good, bad = 0, list[int]()
    for number, line in enumerate(lines, 1):
        if line.isascii():
            continue
        if is_utf8(line):
            good += 1
        else:
            bad.append(number)
    if not bad:
        return ""
    found = guess(begin)
    said = f"{found.said}. " if found else ""
    name = found.encoding if found else "cp1252"
    if len(bad) >= _FEW and len(bad) > good:
        raise InputError("is not UTF-8", hint=f"{said}Give its encoding: --encoding {name}.", path=path, line=bad[0])
    if good and bad:
        turns = f"line {bad[0]} is not UTF-8, as other lines are"
        return f"{turns}. {said}--encoding utf-8,{name} tries each line in both"
    return ""


def names_of(asked: str) -> tuple[str, ...]:
    """The encodings in ``utf-8,cp1252``.

    Raises:
        InputError: If there is no such encoding, or one whose lines do not end as those of ASCII do.
    """
    found = []
    for one in asked.split(SEVERAL):
        try:
            found.append(codecs.lookup(one.strip()).name)
        except LookupError:
            raise InputError(
                f"there is no encoding {one!r}", hint="Use one such as utf-16, gb18030 or cp1252."
            ) from None
    if len(found) > 1:
        wide = next((name for name in found if name.startswith(("utf-16", "utf-32", "utf-7"))), None)
        if wide:
            raise InputError(f"{wide} cannot be tried line by line", hint="Use it alone.")
    return tuple("utf-8" if name in ("utf-8-sig", "ascii") else name for name in found)


def in_turn(pieces: Iterator[bytes], names: Sequence[str], path: str, *, whole: bool = True) -> Iterator[bytes]:
    """Convert a text of several encodings to UTF-8: each line is decoded with the first encoding that fits.

    Args:
        pieces: Its bytes.
        names: The encodings.
        path: The file, for messages.
        whole: Whether the last line ends with the last piece.

    Raises:
        InputError: If a line is in none of them.
    """
    held, line = b"", 1
    for piece in pieces:
        held += piece
        cut = held.rfind(b"\n") + 1
        if cut:
            yield _recoded(held[:cut], names, path, line)
            line += held.count(b"\n", 0, cut)
            held = held[cut:]
    if held and whole:
        yield _recoded(held, names, path, line)


def _recoded(data: bytes, names: Sequence[str], path: str, first: int) -> bytes:
    if (text := _reads(data, names[0])) is not None:
        return text.encode()
    made = []
    for number, line in enumerate(data.split(b"\n"), first):
        text = next((text for name in names if (text := _reads(line, name)) is not None), None)
        if text is None:
            raise InputError(f"is not in any of the encodings {', '.join(names)}", path=path, line=number)
        made.append(text.encode())
    return b"\n".join(made)
