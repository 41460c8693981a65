"""Finding what identifies people and opens doors: e-mail, phone, card, bank, identity and IP numbers, keys.

Numbers that carry a check are found by it, so that an order number is no card: cards by Luhn's formula (ISO/IEC 7812),
Chinese identity numbers by GB 11643 (ISO 7064 MOD 11-2), bank accounts by ISO 13616 (MOD 97-10).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address


@dataclass(frozen=True)
class Finder:
    """What is found.

    Attributes:
        pattern: Where to look closer.
        near: A character without which it cannot be there; empty for none.
        check: Whether what the pattern matched is one.
        same: What two spellings of the same one have in common.
    """

    pattern: re.Pattern[str]
    near: str
    check: Callable[[str], bool]
    same: Callable[[str], str]


def digits(text: str) -> str:
    """The digits alone."""
    return "".join(char for char in text if char.isdigit())


def luhn(text: str) -> bool:
    """Whether the digits are a payment card's number: 13 to 19 of them, a known first one, the check digit right."""
    number = digits(text)
    if not 13 <= len(number) <= 19 or number[0] not in "23456":
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0 and len(set(number)) > 1


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def chinese_id(text: str) -> bool:
    """Whether the 18 characters are a Chinese identity number: a real date of birth, the check character right."""
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return born.year >= 1900 and "10X98765432"[total % 11] == text[17].upper()


def iban(text: str) -> bool:
    """Whether it is an international bank account number."""
    plain = text.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def ip(text: str) -> bool:
    """Whether it is an address of the internet; those of this machine and of nobody stay."""
    try:
        found = ip_address(text)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified)


def phone(text: str) -> bool:
    """Whether it has as many digits as a telephone number, and is no date."""
    return 8 <= len(digits(text)) <= 15 and not _DATE.match(text)


_DATE = re.compile(r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}\b|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4}\b")


def _any(text: str) -> bool:
    return True


def _plain(text: str) -> str:
    return text


def _phone_number(text: str) -> str:
    number = digits(text)
    return number[-11:] if number.startswith("86") and len(number) == 13 else number


_KEYS = "|".join(
    (
        r"\bsk-[A-Za-z0-9_-]{20,}",  # OpenAI, Anthropic and others
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
        r"\bglpat-[A-Za-z0-9_-]{20,}",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bAIza[0-9A-Za-z_-]{35}",
        r"\bya29\.[0-9A-Za-z_-]{20,}",
        r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
        r"\bhf_[A-Za-z0-9]{30,}",
        r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
        r"\bLTAI[0-9A-Za-z]{12,20}\b",
        r"(?<![\w-])eyJ[A-Za-z0-9_-]{10,}+\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]|-(?!----))*+-----END [A-Z ]*PRIVATE KEY-----",
    )
)
_PHONES = "|".join(
    (
        r"(?<![\w.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\w.]*\d)",  # Chinese mobile
        r"(?<![\w.+])\+\d{1,3}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}(?!\w)",
        r"(?<![\w.-])(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![\w-])",  # North American
        r"(?<![\w.-])(?<!\d )0\d{1,4}(?:[ /-]\d{2,8}){1,4}(?![\w-])",  # national, with an area code
    )
)
_IPV4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)"
_GROUPS = r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){1,7}"
_IPV6 = rf"{_GROUPS}(?::?[0-9A-Fa-f]{{1,4}}){{1,7}}(?![\w:])|{_GROUPS}:(?![\w:])"


def _ascii(pattern: str) -> re.Pattern[str]:
    """Letters are ASCII's here: between Chinese characters, a number stands alone."""
    return re.compile(pattern, re.ASCII)


FINDERS: dict[str, Finder] = {
    "key": Finder(_ascii(_KEYS), "", _any, _plain),
    "email": Finder(
        _ascii(r"(?<![\w.+%-])[A-Za-z0-9_.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])"),
        "@", _any, str.casefold,
    ),
    "iban": Finder(
        _ascii(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
        "", iban, lambda text: text.replace(" ", ""),
    ),
    "id": Finder(_ascii(r"(?<!\w)[1-9]\d{16}[\dXx](?!\w)"), "", chinese_id, str.upper),
    "card": Finder(_ascii(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w]|\.\d)"), "", luhn, digits),
    "phone": Finder(_ascii(_PHONES), "", phone, _phone_number),
    "ip": Finder(_ascii(f"{_IPV4}|{_IPV6}"), "", ip, str.casefold),
}  # fmt: skip
"""By kind, in the order in which they are looked for."""
