"""Secrets and personal data, as `ftdata.facts.personal` knows them. Messages never show what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.facts.personal import FINDERS, MADE, PASSWORD
from ftdata.rules.registry import Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_WHY = "A model that is trained on it may say it to anybody."
_REDACT = "Replace it: ftdata redact does so with the same stand-in for the same person."


def _first(kind: str, text: str, path: str) -> Iterator[Problem]:
    """One finding a text is enough: whoever redacts it replaces them all."""
    for what in FINDERS[kind].named(text):
        yield Problem(path, what)
        return


@rule(
    "secret", "warning", "A key, token or password",
    over="text", traces=FINDERS["key"].traces,
    why=f"{_WHY} Whoever has it can use it.",
    fix="Replace it with a made-up one, and have it withdrawn.",
    source="the services' own patterns",
)  # fmt: skip
def secret(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Patterns of well-known services, private keys, and passwords that are named as such."""
    for what in dict.fromkeys(FINDERS["key"].named(text)):
        if what != PASSWORD or not MADE.search(look.text):
            yield Problem(path, what)


@rule(
    "made-up-password", "info", "A password that was made up in the conversation",
    over="text", traces=FINDERS["key"].traces, since="0.2.0",
    why="It is nobody's, as far as the conversation tells, but the model learns it.",
    fix="Leave it, or replace it by different ones: ftdata redact --stand-ins.",
    source="synthetic conversations with functions that generate passwords (glaive)",
)  # fmt: skip
def made_up_password(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Passwords with their names, where one was asked for or shown as an example."""
    if PASSWORD in FINDERS["key"].named(text) and MADE.search(look.text):
        yield Problem(path, PASSWORD)


@rule(
    "email-address", "warning", "An e-mail address",
    over="text", traces=FINDERS["email"].traces,
    why=_WHY,
    fix=_REDACT,
    source="RFC 5322, simplified; addresses at example.com and the like are left alone (RFC 2606), and so are those "
    "that are plainly made up, such as boss@company.com",
)  # fmt: skip
def email_address(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """One finding a text."""
    return _first("email", text, path)


@rule(
    "phone-number", "warning", "A telephone number",
    over="text", traces=FINDERS["phone"].traces,
    why=_WHY,
    fix=_REDACT,
    source="E.164; Chinese mobile numbers (1, 3 to 9, nine digits); the North American plan; area codes that begin "
    "with 0",
)  # fmt: skip
def phone_number(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """One finding a text."""
    return _first("phone", text, path)


@rule(
    "card-number", "warning", "The number of a payment card",
    over="text", traces=FINDERS["card"].traces,
    why=_WHY,
    fix="Replace it with a test number such as the issuers publish, or with ftdata redact.",
    source="ISO/IEC 7812: the ranges of issuers, 14 to 19 digits with a check digit",
)  # fmt: skip
def card_number(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Numbers whose check digit is right; one finding a text."""
    return _first("card", text, path)


@rule(
    "bank-account", "warning", "The number of a bank account",
    over="text", traces=FINDERS["iban"].traces,
    why=_WHY,
    fix=_REDACT,
    source="ISO 13616 and its registry of IBANs",
)  # fmt: skip
def bank_account(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """IBANs whose check digits and length are right; one finding a text."""
    return _first("iban", text, path)


@rule(
    "identity-number", "warning", "A national identity number",
    over="text", traces=FINDERS["id"].traces,
    why=_WHY,
    fix=_REDACT,
    source="the numbers of Brazil, China (GB 11643-1999), France, India, Korea, Spain and the United States, by their "
    "check digits",
)  # fmt: skip
def identity_number(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Numbers whose check digit is right; one finding a text."""
    return _first("id", text, path)


@rule(
    "ip-address", "info", "An IP address",
    over="text", traces=FINDERS["ip"].traces,
    why=f"{_WHY} With a time beside it, it identifies a person in the eyes of the law (CJEU C-582/14).",
    fix=f"{_REDACT} Addresses for documentation, such as 203.0.113.7, are nobody's.",
    source="RFC 791 and 4291; private networks and those for documentation are left alone (RFC 1918, 5737, 3849)",
)  # fmt: skip
def ip_address(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Addresses of the public internet; one finding a text."""
    return _first("ip", text, path)
