"""Text: clean white space, Unicode, entities and mojibake, find and replace, and move reasoning in or out of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from html.entities import html5
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, fields
from ftdata.errors import MissingPackageError, UsageError, did_you_mean
from ftdata.example.parts import OUTPUTS, holder_of, kind_of
from ftdata.example.words import ROLES, Example
from ftdata.lazily import pattern
from ftdata.steps.editing import ALL, Turn, each_turn, required, text_of_message
from ftdata.verbs.types import Think

if TYPE_CHECKING:
    from ftdata.steps.prompting import Edit

Change = Callable[[str], str]


@dataclass(frozen=True)
class Text:
    r"""Changes the text of messages, in the order of the fields; never what calls hold. It takes every kind of example.

    Attributes:
        mojibake: Whether text that was decoded wrongly (``Ã©``) is put right; needs ftfy.
        html: Whether entities (``&amp;``) become their characters.
        unicode: The normal form: NFC (the same characters) or NFKC (also ﬁ to fi, Ａ to A).
        zero_width: Whether invisible characters go (those that emoji, Arabic and Indic scripts need stay).
        quotes: Whether typographic quotes and dashes become plain ones.
        white_space: Whether line ends become ``\n``, spaces at the ends of lines and blank lines around the text go,
            no-break spaces become spaces, and of several blank lines one stays.
        edits: What is found and replaced.
        think: What becomes of ``<think>`` in assistant messages: "field" moves it into a field of its own, "text" back
            into the text, "last" keeps it in the last assistant message only.
        think_field: The field's name.
        roles: The roles whose messages are meant; empty for all. A completion's prompt is the user's.
    """

    mojibake: bool = False
    html: bool = False
    unicode: str | None = None
    zero_width: bool = False
    quotes: bool = False
    white_space: bool = False
    edits: tuple[Edit, ...] = ()
    think: Think | None = None
    think_field: str = "reasoning_content"
    roles: tuple[str, ...] = ()
    name: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if not any(getattr(self, field.name) for field in fields(self) if field.name not in ("think_field", "roles")):
            raise UsageError("say what becomes of the text, such as white_space, unicode='NFC' or html")
        if self.unicode not in (None, "NFC", "NFKC"):
            raise UsageError(f'a normal form is NFC or NFKC; got "{self.unicode}"')
        if self.think not in (None, "field", "text", "last"):
            raise UsageError(f'think is field, text or last; got "{self.think}"')
        for role in self.roles:
            if role not in ROLES:
                raise UsageError(f'there is no role "{role}"', hint=did_you_mean(role, ROLES))
        if self.mojibake:
            _ftfy()

    def __call__(self, example: Example) -> Example:
        """The example with its text changed."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The same, counting the texts that change and how."""
        counted = [_counted(change, what, changes) for what, change in self._changes()]
        roles = frozenset(self.roles or ROLES)

        def change(text: str) -> str:
            for each in counted:
                text = each(text)
            return text

        def message(turn: Turn) -> Turn:
            return spoken(turn, change) if turn["role"] in roles else turn

        def clean(example: Example) -> Example:
            required(example, self.name, ALL)
            if kind_of(example) == "completion":
                return _completion(example, change, roles)
            if counted:
                example = each_turn(example, message)
            return self._thought(example, changes) if self.think and "assistant" in roles else example

        return clean

    def _changes(self) -> list[tuple[str, Change]]:
        form: Any = self.unicode
        wanted: list[tuple[object, str, Change]] = [
            (self.mojibake, "mojibake put right", lambda text: _ftfy()(text)),
            (self.html, "HTML entities decoded", unescaped),
            (self.unicode, f"Unicode in {form}", lambda text: unicodedata.normalize(form, text)),
            (self.zero_width, "invisible characters removed", visible),
            (self.quotes, "quotes and dashes made plain", lambda text: text.translate(_PLAIN)),
            (self.white_space, "white space tidied", tidied),
            *((True, "text replaced", edit) for edit in self.edits),
        ]
        return [(what, change) for asked, what, change in wanted if asked]

    def _thought(self, example: Example, changes: Counter[str]) -> Example:
        if self.think == "last":
            return _last_thought(example, self.think_field, changes)
        move = _to_field if self.think == "field" else _to_text

        def moved(turn: Turn) -> Turn:
            changed = move(turn, self.think_field) if turn["role"] == "assistant" else turn
            if changed is not turn:
                changes[f"thoughts moved into the {self.think}"] += 1
            return changed

        return each_turn(example, moved)


def spoken(turn: Turn, change: Change) -> Turn:
    """The message with its content and its refusal changed."""
    turn = text_of_message(turn, change)
    return text_of_message(turn, change, "refusal") if turn.get("refusal") else turn


def _completion(example: Example, change: Change, roles: frozenset[str]) -> Example:
    for key, role in (("prompt", "user"), ("completion", "assistant")):
        if role in roles:
            text = change(example[key])
            if text != example[key]:
                example = {**example, key: text}
    return example


def _counted(change: Change, what: str, changes: Counter[str]) -> Change:
    def counted(text: str) -> str:
        changed = change(text)
        if changed != text:
            changes[what] += 1
        return changed

    return counted


# -- what is done with a text ------------------------------------------------------------------------------------------

_ENTITY = pattern(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def unescaped(text: str) -> str:
    """The text with its entities decoded; only those that end in a semicolon, so that ``AT&TV`` stays."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    name = found[0][1:]
    if not name.startswith("#"):
        return html5.get(name, found[0])
    code = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
    # What is no character (a surrogate, a control character) stays as it is written.
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or (code < 32 and code not in (9, 10, 13)) or 127 <= code < 160:
        return found[0]
    return chr(code)


# Joiners and non-joiners make emoji, and letters in Arabic and Indic scripts; beside ASCII they do nothing.
_NEVER_SEEN = "\u200b\u2060\ufeff\u00ad\u180e"
_HIDDEN = str.maketrans("", "", _NEVER_SEEN)
_INVISIBLE = pattern(f"[{_NEVER_SEEN}\u200c\u200d]+")


def visible(text: str) -> str:
    """The text without characters that nobody sees."""
    if text.isascii():
        return text
    return _INVISIBLE.sub(_still_needed, text)


def _still_needed(found: re.Match[str]) -> str:
    """What stays of a run of such characters: beside ASCII nothing, since what goes brings the others beside it."""
    text, (start, end) = found.string, found.span()
    if any(char.isascii() for char in text[max(0, start - 1) : start] + text[end : end + 1]):
        return ""
    return found[0].translate(_HIDDEN)


_PLAIN: Mapping[int, str] = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'", "–": "-", "—": "-", "…": "..."}
)
_LINE_END = pattern(r"\r\n?")
_TRAILING = pattern(r"(?<![ \t])[ \t]++(?=\n|\Z)")
_BLANK = pattern(r"\n{3,}")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " "})


def tidied(text: str) -> str:
    """The text with plain line ends and spaces; the indentation of its lines stays."""
    text = _TRAILING.sub("", _LINE_END.sub("\n", text).translate(_SPACES))
    return _BLANK.sub("\n\n", text).strip("\n")


def _ftfy() -> Change:
    try:
        from ftfy import fix_encoding
    except ImportError:
        raise MissingPackageError("mojibake", "ftfy", "text") from None
    fix: Change = fix_encoding
    return fix


# -- what the model thought --------------------------------------------------------------------------------------------

# Where a template writes the opening mark itself, an answer holds the closing one alone.
_THINK = pattern(r"\s*+(?:<think>)?((?:(?!<think>).)*?)</think>\s*", re.DOTALL)


def _to_field(turn: Turn, field: str) -> Turn:
    content = turn.get("content")
    found = _THINK.match(content) if type(content) is str else None
    if found is None or turn.get(field):
        return turn
    changed = {**turn, "content": found.string[found.end() :]}
    return {**changed, field: found[1].strip()} if found[1].strip() else changed


def _to_text(turn: Turn, field: str) -> Turn:
    thought, content = turn.get(field), turn.get("content")
    if type(thought) is not str or type(content) not in (str, type(None)):
        return turn
    changed = {key: value for key, value in turn.items() if key != field}
    if thought.strip():
        changed["content"] = f"<think>\n{thought.strip()}\n</think>\n\n{content or ''}"
    return changed


def _last_thought(example: Example, field: str, changes: Counter[str]) -> Example:
    """The example with thoughts in its last answer only; the answers of a pair are both last ones."""
    turns, pair = holder_of(example)["messages"], kind_of(example) == "preference"
    own = [number for number, turn in enumerate(turns) if turn["role"] == "assistant"]
    last = turns[own[-1]] if own and not pair else None
    outputs = [id(turn) for key in OUTPUTS for turn in example[key]] if pair else []

    def forget(turn: Turn) -> Turn:
        if turn["role"] != "assistant" or turn is last or id(turn) in outputs:
            return turn
        changed = {key: value for key, value in turn.items() if key != field}
        content = turn.get("content")
        found = _THINK.match(content) if type(content) is str else None
        if found is not None:
            changed["content"] = found.string[found.end() :]
        if found is None and len(changed) == len(turn):
            return turn
        changes["thoughts removed from earlier turns"] += 1
        return changed

    return each_turn(example, forget)
