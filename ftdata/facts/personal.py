"""What identifies people and opens doors: keys, e-mail, phone, card, bank, identity and IP numbers.

What carries a check digit is found by it, so that an order number is no card: cards by Luhn's formula (ISO/IEC 7812),
bank accounts by ISO 13616, identity numbers by their countries' own rules, all as python-stdnum knows them. Telephone
numbers are E.164, Chinese mobile numbers, the North American plan, and national ones with an area code; keys follow the
patterns that the services themselves publish.

`check` reports what `redact` replaces, but for what is nobody's: reserved for documentation, or plainly made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from ipaddress import ip_address

from ftdata.classes import dataclass
from ftdata.facts.traces import Traces
from ftdata.lazily import pattern as late

PASSWORD = "a password with its name"  # noqa: S105 - it is none
"""What a named password is called."""

MADE = late(
    r"(?i)(?:generat|random|create|suggest|strong|secure|example|new|sample|dummy)[^\n]{0,40}\bpassword"
    r"|passwords?[^\n]{0,20}\bgenerat|your_?password"
    r"|(?:[:=]|\bis\b)\s{0,3}[\"']?(?:passw(?:or)?d|p@ssw0rd|passw0rd|secret|qwerty|letmein|changeme|welcome|admin|test)"
    r"[\d!@#$]{0,8}(?:[\"'\s,.;)}]|$)|(?:生成|随机|示例|新)[^\n]{0,8}(?:密码|口令)"
)
"""How a conversation speaks of a password that is made up in it, or stands for one."""

VALUE = "value"
"""The group of a pattern that holds what is personal, where that is less than the match: the password, not its name."""


_PASSES = 4  # a number is told from a row of numbers once its neighbour is gone; a stand-in may look like one for ever


@dataclass(frozen=True)
class Mark:
    """One way in which something personal is written.

    Attributes:
        what: What it is, for messages: ``an e-mail address``.
        pattern: Where to look closer.
        needles: One of them stands in whatever the pattern finds; empty if that cannot be said.
        check: Whether what the pattern matched is one.
    """

    what: str
    pattern: re.Pattern[str]
    needles: tuple[str, ...] = ()
    check: Callable[[str], bool] = bool


@dataclass(frozen=True)
class Finder:
    """A kind of personal data.

    Attributes:
        marks: The ways in which it is written, in the order in which they are tried.
        traces: What stands in a text that holds one: a quick look, wrong only by saying yes.
        same: What two spellings of the same one have in common.
        reserved: Whether one is nobody's: reserved for documentation or every network's own use, or plainly made up.
    """

    marks: tuple[Mark, ...]
    traces: Traces
    same: Callable[[str], str]
    reserved: Callable[[str], bool] = lambda found: False

    def replace(self, text: str, stand_in: Callable[[str], str]) -> str:
        """The text with all that was found replaced, also what stood so close to it that it could not be told."""
        for _ in range(_PASSES):
            before = text
            if self.traces.found_in(text):
                for mark in _near(self.marks, text):
                    text = mark.pattern.sub(lambda match, mark=mark: _replaced(match, mark, stand_in), text)  # type: ignore[misc]
            if text == before:
                break
        return text

    def named(self, text: str) -> Iterator[str]:
        """What was found that is somebody's, each kind of mark once: ``a payment card's number``."""
        if self.traces.found_in(text):
            for mark in _near(self.marks, text):
                found = (match[_group(mark)] for match in mark.pattern.finditer(text))
                if any(mark.check(one) and not self.reserved(one) for one in found):
                    yield mark.what


def _near(marks: tuple[Mark, ...], text: str) -> Iterator[Mark]:
    return (mark for mark in marks if not mark.needles or any(map(text.__contains__, mark.needles)))


def _group(mark: Mark) -> int:
    return mark.pattern.groupindex.get(VALUE, 0)


def _replaced(match: re.Match[str], mark: Mark, stand_in: Callable[[str], str]) -> str:
    group = _group(mark)
    if not mark.check(match[group]):
        return match[0]
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + stand_in(match[group]) + match[0][end:]


# Checks, by python-stdnum: loaded once something looks like a number, as that takes a while.


def _stdnum(module: str) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        return bool(import_module(f"stdnum.{module}").is_valid(text))

    return check


def digits(text: str) -> str:
    """The digits alone."""
    return "".join(char for char in text if char.isdigit())


def card(text: str) -> bool:
    """Whether the digits are a payment card's number: an issuer's range, as long as its numbers, the check digit right.

    Every tenth number has the right check digit, so that sums and amounts would be cards without the ranges.
    """
    number = digits(text)
    return _ISSUED.fullmatch(number) is not None and len(set(number)) > 1 and _stdnum("luhn")(number)


_ISSUED = late(
    r"4\d{15}(?:\d{3})?"  # Visa, whose 13 digits of old are issued no more
    r"|5[0-9]\d{14}|2[2-7]\d{14}"  # Mastercard, Maestro, Mir
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|35\d{14}|6\d{15,18}"  # JCB, Discover, UnionPay, Maestro, RuPay
)


def chinese_id(text: str) -> bool:
    """Whether the 18 characters are a Chinese identity number (GB 11643): a real date of birth, the check right."""
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError

    try:
        born = ric.get_birth_date(text)
    except ValidationError:
        return False
    return bool(born.year >= 1900 and ric.calc_check_digit(text) == text[17].upper())


def iban(text: str) -> bool:
    """Whether it is an international bank account number, as long as its country's are."""
    from stdnum import iban as ibans

    return bool(ibans.is_valid(text, check_country=False))


def ip(text: str) -> bool:
    """Whether it is an address of the internet; those of this machine and of nobody are none."""
    try:
        found = ip_address(text)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified) and (found.version == 4 or any(map(str.isdigit, text)))


def phone(text: str) -> bool:
    """Whether it has as many digits as a telephone number, and is no date."""
    return 8 <= len(digits(text)) <= 15 and not _DATE.match(text)


_DATE = late(r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}\b|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4}\b")
_NOBODYS = late(
    r"[@.](?:example\.(?:com|net|org|edu)|example|test|invalid|localhost)$"  # RFC 2606
    r"|@(?:[\w-]+-)?example[\w-]*\.\w+$"
    r"|@(?:your|my|our|the|some|any)?-?(?:company|domain|organi[sz]ation|business|website|site|e?mail|server)"
    r"(?:-?name)?\.(?:com|net|org|co|io)$"
    r"|^(?:your|my|user|first|last|some|any)[_.-]?(?:name|e?mail|address|user)?[_.-]?(?:name|e?mail|address)?@"
    r"(?:gmail|e?mail|yahoo|outlook|hotmail|domain|company)\.com$"
    r"|^.@.\.\w+$",  # a@b.co: of one letter each
    re.IGNORECASE,
)


def _nobodys_address(text: str) -> bool:
    """Whether it is reserved for documentation, or made up as people do to have one that is nobody's."""
    return _NOBODYS.search(text) is not None


def _own_network(text: str) -> bool:
    """Private networks and those for documentation (RFC 1918, 5737, 3849)."""
    return not ip_address(text).is_global


def _plain(text: str) -> str:
    return text


def _phone_number(text: str) -> str:
    number = digits(text)
    return number[-11:] if number.startswith("86") and len(number) == 13 else number


def _ascii(pattern: str) -> re.Pattern[str]:
    """Letters are ASCII's here: between Chinese characters, a number stands alone."""
    return late(pattern, re.ASCII)


# Patterns that begin with letters are searched for ten times as fast as those that begin with a choice.
_BETWEEN = r"[\"']?\s*(?:[:=：]|is\b)\s*[\"']?"
_OTHERS = r"\s\"'{<\[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef"  # no password has characters of East Asia
_NAMED = rf"{_BETWEEN}(?P<{VALUE}>(?=[^{_OTHERS}]{{0,256}}?\d)[^{_OTHERS}]{{8,}})"
_KEY = rf"{_BETWEEN}(?P<{VALUE}>(?=[\w+/=.~-]{{0,256}}?\d)[\w+/=.~-]{{8,}}+(?!\())"
"""A call in code that makes a key is none."""
_PASSWORDS = ("assw", "ASSW", "密码", "口令")
_SECRETS = (
    Mark("an API key (sk-…)", _ascii(r"\bsk-[A-Za-z0-9_-]{20,}"), ("sk-",)),
    Mark("an AWS access key", _ascii(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), ("AKIA", "ASIA")),
    Mark("a GitHub token", _ascii(r"\bgh[pousr]_[A-Za-z0-9]{36,}"), ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    Mark("a GitHub token", _ascii(r"\bgithub_pat_[A-Za-z0-9_]{22,}"), ("github_pat_",)),
    Mark("a GitLab token", _ascii(r"\bglpat-[A-Za-z0-9_-]{20,}"), ("glpat-",)),
    Mark("a Hugging Face token", _ascii(r"\bhf_[A-Za-z0-9]{30,}"), ("hf_",)),
    Mark("a Slack token", _ascii(r"\bxox[abeoprs]-[0-9A-Za-z-]{15,}"), ("xox",)),
    Mark("a Google API key", _ascii(r"\bAIza[0-9A-Za-z_-]{35}"), ("AIza",)),
    Mark("a Google token", _ascii(r"\bya29\.[0-9A-Za-z_-]{20,}"), ("ya29.",)),
    Mark("a Stripe key", _ascii(r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}"), ("k_live_", "k_test_")),
    Mark("an Alibaba Cloud key", _ascii(r"\bLTAI[0-9A-Za-z]{12,20}\b"), ("LTAI",)),
    Mark(
        "a JSON web token",
        _ascii(r"(?<![\w-])eyJ[\w-]{17,}+\.eyJ[\w-]{8,}\.[\w-]{8,}"),
        ("eyJ",),
    ),
    Mark(
        "a private key",
        _ascii(
            r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
            r"(?:(?:[^-]|-(?!----))*+-----END [A-Z ]*PRIVATE KEY-----)?"  # the end is cut off now and then
        ),
        ("PRIVATE KEY",),
    ),
    Mark(PASSWORD, late(rf"(?:[Pp]assw(?:or)?d|PASSW(?:OR)?D|密码|口令){_NAMED}"), _PASSWORDS),
    Mark(
        "a key with its name",
        late(rf"(?:[Aa]pi|API|[Ss]ecret|SECRET)[_-]?(?:[Kk]ey|KEY){_KEY}"),
        tuple(name + sign for name in ("pi", "PI", "et", "ET") for sign in "_-kK"),
    ),
)
_PHONES = "|".join(
    (
        r"(?<![\w.])(?<!\s-)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\w.]*\d)",  # Chinese mobile
        r"(?<![\w.+])(?<!\d\s)\+[1-9]\d{0,2}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}(?!\w)",  # behind a number it is a sum
        r"(?<![\w.-])(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![\w-])",  # North American
        r"(?<![\w./-])(?<!\d )0[1-9]\d{0,3}[ /-]\d{2,8}(?:[ -]\d{2,8}){0,3}(?![\w/-])",  # national, with an area code
    )
)
_IPV4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)"
_GROUPS = r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){1,7}"
_IPV6 = rf"{_GROUPS}(?::?[0-9A-Fa-f]{{1,4}}){{1,7}}(?![\w:])|{_GROUPS}:(?![\w:])"
_IDENTITIES = (
    Mark("a Chinese identity number", _ascii(r"(?<!\w)[1-9]\d{16}[\dXx](?!\w)"), check=chinese_id),
    Mark("a US social security number", _ascii(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), ("-",), _stdnum("us.ssn")),
    Mark("a Brazilian CPF", _ascii(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)"), ("-",), _stdnum("br.cpf")),
    Mark("a Spanish DNI", _ascii(r"(?<![\w-])\d{8}-?[A-Z](?![\w-])"), check=_stdnum("es.dni")),
    Mark("a Spanish NIE", _ascii(r"(?<![\w-])[XYZ]-?\d{7}-?[A-Z](?![\w-])"), ("X", "Y", "Z"), _stdnum("es.nie")),
    Mark(
        "a French NIR",
        _ascii(r"(?<!\w)[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?!\w)"),
        check=_stdnum("fr.nir"),
    ),
    Mark("a Korean resident number", _ascii(r"(?<!\w)\d{6}-\d{7}(?!\w)"), ("-",), _stdnum("kr.rrn")),
    Mark(
        "an Indian Aadhaar number",
        _ascii(r"(?<!\w)(?<!\d )[2-9]\d{3} \d{4} \d{4}(?! ?\d)"),
        (" ",),
        _stdnum("in_.aadhaar"),
    ),
)
_EMAIL = _ascii(r"(?<![\w.+%-])[A-Za-z0-9_.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])")
_IBAN = _ascii(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_CARD = _ascii(
    r"(?<![\w.])(?:\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?"  # as they are printed: in fours
    r"|3\d{3}[ -]?\d{6}[ -]?\d{4,5})(?![\w]|\.\d)"
)


def _digits(count: int) -> Traces:
    """So many digits in a row, separators aside."""
    return Traces(rf"[0-9](?:[-. ()+/]*[0-9]){{{count - 1}}}")


_OPENING = Traces(
    "(?:sk-|glpat-|xox[abeoprs]-)[A-Za-z0-9_-]{15}", "A[KS]IA[0-9A-Z]{16}", "gh[pousr]_[A-Za-z0-9]{36}",
    "github_pat_", "hf_[A-Za-z0-9]{30}", "AIza", r"ya29\.", "k_(?:live|test)_", "LTAI", "eyJ", "PRIVATE KEY",
    "[Pp]assw|PASSW|密码|口令", "(?:[Aa]pi|API|[Ss]ecret|SECRET)[_-]?(?:[Kk]ey|KEY)",
)  # fmt: skip
_ADDRESS = Traces(
    r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]", "[0-9A-Fa-f]::", "(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]"
)  # fmt: skip
_MAILBOX = Traces(r"[A-Za-z0-9_.+%-]@[A-Za-z0-9-]")
_ACCOUNT = Traces("[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}")
FINDERS: dict[str, Finder] = {
    "key": Finder(_SECRETS, _OPENING, _plain),
    "email": Finder(
        (Mark("an e-mail address", _EMAIL, ("@",)),), _MAILBOX, str.casefold, _nobodys_address
    ),
    "iban": Finder((Mark("a bank account's number", _IBAN, (), iban),), _ACCOUNT, lambda text: text.replace(" ", "")),
    "id": Finder(_IDENTITIES, _digits(7), lambda text: text.upper().replace(" ", "").replace("-", "")),
    "card": Finder((Mark("the number of a payment card", _CARD, (), card),), _digits(13), digits),
    "phone": Finder((Mark("a telephone number", _ascii(_PHONES), (), phone),), _digits(8), _phone_number),
    "ip": Finder(
        (Mark("an IP address", _ascii(f"{_IPV4}|{_IPV6}"), (), ip),), _ADDRESS, str.casefold, _own_network
    ),
}  # fmt: skip
"""By kind, in the order in which they are looked for."""
