"""Mail: what was quoted, signatures and small print go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean, shown
from ftdata.facts.mail import DASHES, DEVICES, HEADED, INTRODUCED, LEGAL, PARTED, QUOTES, Kind
from ftdata.lazily import pattern
from ftdata.rows.steps import ALL, Row, require

KINDS: tuple[Kind, ...] = ("quoted", "signature", "legal")
_SIGNED = 12  # lines that a signature has at most
_LINES = pattern(r"\n{3,}")


def without(text: str, kinds: tuple[Kind, ...], count: Callable[[str], None] | None = None) -> str:
    r"""The text of a mail without what it carries along.

    What begins with a line such as ``On … wrote:`` goes up to the end of the text, unless the answer stands below or
    between the quotes: then these alone go. A text of which nothing would be left stays as it is.

    Args:
        text: The text, no HTML.
        kinds: What goes.
        count: Told of each kind that was found.

    Examples:
        >>> without("Yes.\n\nOn Mon, 1 Jan 2024 at 10:00, Ann <a@example.org> wrote:\n> Is it?", KINDS)
        'Yes.'
        >>> without("> Is it?\nYes, it is.\n> And that?\nThat too.", KINDS)
        'Yes, it is.\nThat too.'
        >>> without("Thanks!\n-- \nBob Smith\nSales", KINDS)
        'Thanks!'
    """
    left = text
    for kind in kinds:
        shorter = _LINES.sub("\n\n", _WAYS[kind](left)).strip()
        if shorter and shorter != left.strip():
            left = shorter
            if count:
                count(kind)
    return left


def _unquoted(text: str) -> str:
    text = text.lstrip()
    if (above := PARTED.match(text)) and above.group().startswith(("##", "--")):  # a help desk's own line
        text = text[above.end() :].lstrip()
    at = min((one.start() for pattern in (PARTED, HEADED) if (one := pattern.search(text))), default=len(text))
    head = text[:at]
    while found := INTRODUCED.search(head):
        quote = QUOTES.match(head, _next_line(head, found.end()))
        # Without signs of quotes, all that follows was quoted; so it was where nothing stands below them.
        head = head[: found.start()] + (head[quote.end() :] if quote else "")
    return QUOTES.sub("", head)


def _next_line(text: str, at: int) -> int:
    while at < len(text) and text[at] == "\n":
        at += 1
    return at


def _unsigned(text: str) -> str:
    text = DEVICES.sub("", text)
    found = DASHES.search(text)
    if found and text.count("\n", found.end()) <= _SIGNED:
        return text[: found.start()]
    return text


def _unprinted(text: str) -> str:
    found = LEGAL.search(text)
    return text[: found.start()] if found and found.start() > 0 else text


_WAYS = {"quoted": _unquoted, "signature": _unsigned, "legal": _unprinted}


@dataclass(frozen=True)
class StripMail:
    """Takes away what mails carry along from the texts of some columns."""

    columns: tuple[str, ...]
    kinds: tuple[Kind, ...] = KINDS
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "strip_mail"

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require(self.columns, known, "strip-mail")
        return known

    def __call__(self, row: Row) -> Row:
        """The row, its mails shorter."""
        return self.counting(Counter())(row)

    def counting(self, changes: Counter[str]) -> Callable[[Row], Row]:
        """The map, counting what it takes away."""
        kinds, columns, every = self.kinds, self.columns, ALL in self.columns

        def count(kind: str) -> None:
            changes[_SAID[kind]] += 1

        def strip(row: Row) -> Row:
            made = {}
            for name in row if every else columns:
                text = row.get(name)
                if type(text) is str and len(text) > 3 and (left := without(text, kinds, count)) != text:
                    made[name] = left
            return {**row, **made} if made else row

        return strip


_SAID = {"quoted": "quoted mail taken out", "signature": "signatures taken out", "legal": "small print taken out"}


def kinds_of(parts: Sequence[str]) -> tuple[Kind, ...]:
    """The parts of mails that go; all of them, if none is named.

    Raises:
        UsageError: If there is no such part.
    """
    for part in parts:
        if part not in KINDS:
            hint = did_you_mean(part, KINDS)
            raise UsageError(f"a mail's parts are {', '.join(KINDS)}; got {shown(part)}", hint=hint)
    return tuple(kind for kind in KINDS if not parts or kind in parts)
