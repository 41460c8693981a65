"""Secrets and personal data. Messages never show what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from ftdata.rules.look import Look
from ftdata.rules.registry import Problem, contains, rule

_WHY = "A model that is trained on it may say it to anybody."
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_SEPARATORS = b" -().+"
_NUMBERS = bytes.maketrans(b"123456789" + _SEPARATORS, b"0" * (9 + len(_SEPARATORS)))
_WORDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_RUNS = bytes.maketrans(_WORDS, b"a" * len(_WORDS))


@lru_cache(maxsize=2)
def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@lru_cache(maxsize=2)
def _flat(text: str) -> bytes:
    """The text with 0 for each digit and without separators; nothing where no eight of both stand in a row."""
    raw = _raw(text)
    return raw.translate(_DIGITS, _SEPARATORS) if b"0" * _LEAST in raw.translate(_NUMBERS) else b""


_LEAST = 8  # digits of the shortest number that a rule asks for


def _digits(count: int) -> Callable[[Look], bool]:
    """Whether so many digits stand in a row, separators aside."""
    return lambda look: _run(look.text, count)


def _run(text: str, count: int) -> bool:
    return b"0" * count in _flat(text)


def _keyed(text: str) -> bool:
    """Whether something is as long as a key without a space in it."""
    return b"a" * 20 in _raw(text).translate(_RUNS)


def _secretive(look: Look) -> bool:
    """Whether there may be a key, or something is called a password or key."""
    raw = _raw(look.text)
    if _keyed(look.text) or b"PRIVATE KEY" in raw:
        return True
    low = raw.lower()
    return b"passw" in low or b"key" in low


# What a text must have for its pattern to be tried, the pattern, and what it finds: a key's 20 characters, or a private
# key; a test holds that.
_SECRETS = (
    (("sk-",), re.compile(r"\bsk-[A-Za-z0-9_-]{20,}"), "an API key (sk-…)"),
    (("AKIA", "ASIA"), re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), "an AWS access key"),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}"), "a GitHub token"),
    (("github_pat_",), re.compile(r"\bgithub_pat_[A-Za-z0-9_]{40,}"), "a GitHub token"),
    (("glpat-",), re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"), "a GitLab token"),
    (("hf_",), re.compile(r"\bhf_[A-Za-z0-9]{30,}"), "a Hugging Face token"),
    (("xox",), re.compile(r"\bxox[abeoprs]-[0-9A-Za-z-]{15,}"), "a Slack token"),
    (("AIza",), re.compile(r"\bAIza[0-9A-Za-z_-]{35}"), "a Google API key"),
    (("PRIVATE KEY",), re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"), "a private key"),
    (("eyJ",), re.compile(r"(?<![\w-])eyJ[\w-]{17,}+\.eyJ[\w-]{8,}\.[\w-]{8,}", re.ASCII), "a JSON web token"),
)  # fmt: skip
# Patterns that begin with letters are searched for ten times as fast as those that begin with a choice.
_VALUE = r"[\"']?\s*[:=]\s*[\"']?(?=[^\s\"']{0,256}?\d)[^\s\"'{<\[]{8,}"
_NAMED = (
    re.compile(r"passw(?:or)?d" + _VALUE),
    re.compile(r"key(?:(?<=apikey)|(?<=api[_-]key)|(?<=secretkey)|(?<=secret[_-]key))" + _VALUE),
)


@rule(
    "secret", "warning", "A key, token or password",
    over="text",
    near=_secretive,
    why=f"{_WHY} Whoever has it can use it.",
    fix="Replace it with a made-up one, and have it withdrawn.",
    source="the services' own patterns",
)  # fmt: skip
def secret(text: str, path: str, role: str, look: Look) -> Iterator[Problem]:
    """Patterns of well-known services, private keys, and passwords that are named as such."""
    if "PRIVATE KEY" in text or _keyed(text):
        for needles, pattern, what in _SECRETS:
            if any(map(text.__contains__, needles)) and pattern.search(text):
                yield Problem(path, what)
    low = text.lower()
    if any(pattern.search(low) for pattern in _NAMED):
        yield Problem(path, "a password or key with its name")


_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?!(?:[\w-]+\.)*(?:example|test|invalid|localhost)\b)"
                    r"(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\b", re.ASCII)  # fmt: skip


@rule(
    "email-address", "warning", "An e-mail address",
    over="text", near=contains("@"),
    why=_WHY,
    fix="Replace it with one at example.com.",
    source="RFC 5322, simplified; addresses at example.com and the like are left alone (RFC 2606)",
)  # fmt: skip
def email_address(text: str, path: str, role: str, look: Look) -> Iterator[Problem]:
    """One finding a text."""
    if "@" in text and _EMAIL.search(text):
        yield Problem(path, "an e-mail address")


_PHONE = re.compile(
    r"(?<![\w+])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,11}(?!\d)"
    r"|(?<![\d.+-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d.-])"
    r"|(?<![\d.+-])\(?[2-9]\d\d\)?[ .-][2-9]\d\d[ .-]\d{4}(?![\d.-])",
    re.ASCII,
)


@rule(
    "phone-number", "warning", "A telephone number",
    over="text", near=_digits(8),
    why=_WHY,
    fix="Replace it with a made-up one.",
    source="E.164; Chinese mobile numbers (1, 3 to 9, nine digits); the North American plan",
)  # fmt: skip
def phone_number(text: str, path: str, role: str, look: Look) -> Iterator[Problem]:
    """Numbers with a country's prefix, Chinese mobile numbers, North American ones; one finding a text."""
    if _run(text, 8) and _PHONE.search(text):
        yield Problem(path, "a telephone number")


_CARD = re.compile(r"(?<![\d.-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\d.-])", re.ASCII)
_IDENTITY = re.compile(
    r"(?<!\d)\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])", re.ASCII
)
_FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@rule(
    "card-number", "warning", "The number of a payment card",
    over="text", near=_digits(13),
    why=_WHY,
    fix="Replace it with a test number such as the issuers publish.",
    source="ISO/IEC 7812: 13 to 19 digits with a check digit",
)  # fmt: skip
def card_number(text: str, path: str, role: str, look: Look) -> Iterator[Problem]:
    """Numbers whose check digit is right; one finding a text."""
    for found in _CARD.finditer(text) if _run(text, 13) else ():
        digits = [int(char) for char in found[0] if char.isdigit()]
        if 13 <= len(digits) <= 19 and len(set(digits)) > 1 and _luhn(digits) and not _IDENTITY.fullmatch(found[0]):
            yield Problem(path, "the number of a payment card")
            return


def _luhn(digits: list[int]) -> bool:
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


@rule(
    "identity-number", "warning", "A Chinese identity number",
    over="text", near=_digits(17),
    why=_WHY,
    fix="Replace it with a made-up one.",
    source="GB 11643-1999: region, date of birth, sequence and a check digit",
)  # fmt: skip
def identity_number(text: str, path: str, role: str, look: Look) -> Iterator[Problem]:
    """Numbers whose check digit is right; one finding a text."""
    for found in _IDENTITY.finditer(text) if _run(text, 17) else ():
        rest = sum(int(digit) * factor for digit, factor in zip(found[0], _FACTORS, strict=False)) % 11
        if "10X98765432"[rest] == found[0][-1].upper():
            yield Problem(path, "an identity number")
            return
