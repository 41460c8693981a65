"""How times are written: ISO, numbers since 1970, day and month in either order, names of months, Chinese and Japanese.

Sources: ISO 8601; RFC 2822 (dates of mail); Unicode's CLDR 45 (names of months and of parts of the day in English,
German, French, Spanish, Italian, Portuguese, Dutch, Chinese, Japanese and Korean).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from ftdata.lazily import pattern

MONTHS: dict[str, int] = {}
"""Names of months and their short forms, by number."""

for _names in (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jän feb mär apr mai jun jul aug sept okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sept oct nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
):
    for _number, _name in enumerate(_names.split(), 1):
        MONTHS.setdefault(_name, _number)

_AFTERNOON = frozenset(("pm", "p", "下午", "晚上", "傍晚", "中午", "午後", "오후"))
_MORNING = frozenset(("am", "a", "上午", "凌晨", "早上", "清晨", "午前", "오전"))

_EAST = pattern(
    r"(\d{4})\s?[年년/.-]\s?(\d{1,2})\s?[月월/.-]\s?(\d{1,2})\s?[日号일.]?(?:[,，]?\s*(?:[(（]?(?:星期|周|週)?[一二三四五六日天月火水木金土][)）]?)?[\sT]*(.*))?\Z"
)
_NUMBERS = pattern(r"(\d{1,2})([/.-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:,?[\sT]+(.*))?\Z")
_NAMED = pattern(
    r"(?:[^\W\d_]{2,12}\.?,?\s+)?(?:(\d{1,2})(?:st|nd|rd|th|\.)?[\s/-]+(?:de\s+)?([^\W\d_]{3,12})\.?|([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?)"
    r",?[\s/-]+(?:de\s+)?(\d{4}|(?<=/)\d{2}(?=\s|\Z))(?:(?::|,?\s+)(?:at\s+|um\s+|à\s+)?(.*))?\Z"
)
_CLOCK = pattern(
    r"(上午|下午|凌晨|早上|清晨|中午|晚上|傍晚|午前|午後|오전|오후)?\s*(\d{1,2})(?:\s?[:：时時시.]\s?(\d{1,2})\s?(?:[:：分분.]\s?(?:(\d{1,2})(?:[.,](\d{1,9}))?\s?[秒초]?)?)?)?"
    r"\s*(?i:(am|pm|a\.m\.|p\.m\.|a|p))?\s*(?:(Z|UTC|GMT)?\s?([+-]\d{2}:?\d{2})?(?:\s*\([^)]*\))?)?\Z",
    re.IGNORECASE,
)
_EPOCH = pattern(r"\d{9,10}(?:\.\d{1,9})?\Z|\d{12,13}\Z|\d{15,16}\Z|\d{18,19}\Z")
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def since_1970(text: str) -> datetime | None:
    """The time that a number of seconds, milliseconds, microseconds or nanoseconds since 1970 is, by its digits."""
    if not _EPOCH.match(text):
        return None
    whole, _, fraction = text.partition(".")
    digits = len(whole)
    power = 0 if digits <= 10 else 3 if digits <= 13 else 6 if digits <= 16 else 9
    micro = int(whole) * 1_000_000 // 10**power + (int(fraction[:6].ljust(6, "0")) if fraction else 0)
    return _FIRST + timedelta(microseconds=micro)


def day_and_month(text: str) -> tuple[int, int] | None:
    """The two numbers of a date of which either may be the day; None for a date that says it, and what is none.

    Where dots stand between the numbers, the first is the day.
    """
    found = _NUMBERS.match(text.strip())
    return (int(found[1]), int(found[3])) if found and found[2] != "." else None


def moment(text: str, *, day_first: bool = True) -> datetime | None:
    """The time that a text says; None where it says none.

    Args:
        text: A date, with or without a time of day and an offset; or a number since 1970.
        day_first: Whether the day stands first in ``1/2/2024``.

    Examples:
        >>> moment("2026年11月3日 下午3:05"), moment("Jan 2, 2024 3:04 PM")
        (datetime.datetime(2026, 11, 3, 15, 5), datetime.datetime(2024, 1, 2, 15, 4))
        >>> moment("1/2/2024 15:04", day_first=False)
        datetime.datetime(2024, 1, 2, 15, 4)
    """
    text = " ".join(text.split())
    if not text or len(text) > 60:
        return None
    if text[:1].isdecimal() and (found := _iso(text) or since_1970(text)):
        return found
    if east := _EAST.match(text):
        return _made(int(east[1]), int(east[2]), int(east[3]), east[4])
    if numbers := _NUMBERS.match(text):
        one, two, year = int(numbers[1]), int(numbers[3]), _year(numbers[4])
        first = day_first or numbers[2] == "."
        return _made(year, two if first else one, one if first else two, numbers[5])
    if named := _NAMED.match(text):
        month = MONTHS.get((named[2] or named[3]).casefold())
        return _made(_year(named[5]), month, int(named[1] or named[4]), named[6]) if month else None
    return None


def either_way(text: str) -> datetime | None:
    """A time that a text says if the day stands first, or else if the month does; None where it says none."""
    return moment(text) or moment(text, day_first=False)


def _iso(text: str) -> datetime | None:
    if text[4:5] != "-" and not (text[:8].isdecimal() and text[8:9] in ("T", " ")):
        return None  # fromisoformat takes eight digits alone for a day, and such numbers count something
    plain = re.sub(r"(?<=\d) ?(?:UTC|GMT)\Z", "+00:00", text)
    plain = re.sub(r"(?<=\d) (?=[+-]\d\d:?\d\d\Z)", "", plain)
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        return None


def _year(digits: str) -> int:
    """A year of four digits, or of two."""
    year = int(digits)
    return year + ((2000 if year < 70 else 1900) if len(digits) == 2 else 0)


def _made(year: int, month: int, day: int, clock: str | None) -> datetime | None:
    try:
        date = datetime(year, month, day)
    except ValueError:
        return None
    return _at_clock(date, clock) if clock else date


def _at_clock(date: datetime, text: str) -> datetime | None:
    found = _CLOCK.match(text.strip())
    if not found:
        return None
    before, hour, minute, second, fraction, after, zone, offset = found.groups()
    half = (before or after or "").casefold().replace(".", "")
    at = int(hour)
    if not minute and not half:
        return None
    if half in _AFTERNOON and at < 12 and not (half == "中午" and at in (10, 11)):
        at += 12
    elif half in _MORNING and at == 12:
        at = 0
    try:
        made = date.replace(hour=at, minute=int(minute or 0), second=int(second or 0),
                            microsecond=int((fraction or "0")[:6].ljust(6, "0")))  # fmt: skip
    except ValueError:
        return None
    if offset:
        hours, minutes = int(offset[1:3]), int(offset[-2:])
        sign = -1 if offset[0] == "-" else 1
        if hours > 23 or minutes > 59:
            return None
        return made.replace(tzinfo=timezone(sign * timedelta(hours=hours, minutes=minutes)))
    return made.replace(tzinfo=UTC) if zone else made
