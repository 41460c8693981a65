"""The command to start from: what was seen of a file, as words for a shell."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.lazily import pattern
from ftdata.profile import Column, Guess, Rows
from ftdata.profile.roles import WEAK, of_role, role_map, words_of

_NAME = pattern(r"[^\W\d]\w*\Z")
_WORDS = (
    "and else elif endif endfor false False for if import in is loop namespace none None not or row self set true True "
    "values block call filter include macro recursive with context"
)
_KEYWORDS = frozenset(_WORDS.split())
_METHODS = {"set_column": "set_columns"}
_CHOICES = frozenset(("choices", "options"))
_CONTENTS = ("content", "text", "message", "body", "utterance")


@dataclass(frozen=True, slots=True)
class ProposedTurns:
    """How rows become chats.

    Attributes:
        options: The options of `convert`, which are the keywords in Python; a list where there are several values.
        notes: What a person should know of it.
        fallback: Whether it is for where the proposal before it comes to nothing, and no second reading.
        rows: What is done with the rows before, by the options of the row verbs.
    """

    options: Mapping[str, str | list[str] | dict[str, str]]
    notes: tuple[str, ...] = ()
    fallback: bool = False
    rows: Mapping[str, Any] = field(default_factory=dict)

    def words(self) -> Iterator[str]:
        """The options as a shell's words, not yet quoted."""
        for name, value in self.rows.items():
            flag = f"--{name.replace('_', '-')}"
            if isinstance(value, dict):
                yield from (word for key, text in value.items() for word in (flag, f"{key}={text}"))
            elif name == "where":
                yield from (word for text in value for word in (flag, text))
            else:
                yield from (flag, ",".join(value))
        for name, value in self.options.items():
            yield f"--{name.replace('_', '-')}"
            if isinstance(value, dict):
                yield ",".join(f"{said}={role}" for said, role in value.items())
            elif isinstance(value, list):
                yield ",".join(value)
            else:
                yield _escaped(value) if name in ("user", "assistant", "chosen", "rejected", "system") else value

    @property
    def verb(self) -> str:
        """The method that makes chats so."""
        return "gather_messages" if "group_by" in self.options else "to_chat"

    def call(self) -> str:
        """The same as a call in Python."""
        before = ""
        for name, value in self.rows.items():
            given = repr(value) if isinstance(value, dict) else ", ".join(map(repr, value))
            before += f"{_METHODS.get(name, name)}({given})."
        return f"{before}{self.verb}({', '.join(f'{name}={value!r}' for name, value in self.options.items())})"


def command(files: Sequence[str], output: str, reading: Sequence[str], turns: ProposedTurns | None = None) -> str:
    """A `convert` command, quoted for a POSIX shell."""
    paths = [f"./{path}" if path.startswith("-") and path != "-" else path for path in files]
    return shlex.join(["ftdata", "convert", *paths, "-o", output, *reading, *(turns.words() if turns else ())])


def propose(rows: Rows, found: Mapping[str, Guess]) -> list[ProposedTurns]:
    """The turns to start from, the likeliest first; none where the columns do not tell them."""
    messages = _messages(rows, found)
    return messages or _chats(rows, found)


def _messages(rows: Rows, found: Mapping[str, Guess]) -> list[ProposedTurns]:
    """Rows that are single messages: there is a column of roles, one of texts, and one that they share.

    With the column that says their order, or else in the order in which they stand.
    """
    roles, groups = of_role(found, "role"), of_role(found, "group")
    contents = sorted(
        of_role(found, "user", "assistant"),
        key=lambda name: (name.casefold() not in _CONTENTS, -rows.columns[name].lengths.median),
    )
    if not (roles and groups and contents):
        return []
    meanings, guessed = role_map(rows.columns[roles[0]])
    options: dict[str, str | list[str] | dict[str, str]] = {"group_by": groups[0]}
    order = of_role(found, "order", "time")
    if order:
        options["order_by"] = order[0]
    options |= {"role_column": roles[0], "content_column": contents[0]}
    if meanings:
        options["role_map"] = meanings
    notes = [_told("who speaks", [roles[0]], found), _told("which rows belong together", [groups[0]], found)]
    notes += [f'what "{value}" means is a guess: see --role-map' for value in guessed]
    in_order = [ProposedTurns(options, tuple(notes))]
    unordered = {name: value for name, value in options.items() if name != "order_by"}
    said = "the rows of a conversation are taken in the order in which they stand"
    return in_order if not order else [*in_order, ProposedTurns(unordered, (*notes, said), fallback=True)]


def _chats(rows: Rows, found: Mapping[str, Guess]) -> list[ProposedTurns]:
    """Rows that are a question and its answer, with the answer that is likeliest, and with the next."""
    labels = of_role(found, "label")
    if not of_role(found, "user") and len(labels) > 1:
        # Of short texts alone, the longest are what somebody said.
        longest = max(labels, key=lambda name: rows.columns[name].lengths.longest)
        found = {**found, longest: Guess("user", "the longest texts")}
    answers = _answers(found)
    likely = [turns for answer in answers[:2] if (turns := _chat(rows, found, answer))]
    sure = bool(answers) and found[answers[0]].why == "its name" and not _is_weak(answers[0])
    rivals = [name for name in answers[1:] if found[name].why == "its name" and found[name].role == "assistant"]
    return likely if rivals or not sure else likely[:1]


def _chat(rows: Rows, found: Mapping[str, Guess], answer: str) -> ProposedTurns | None:
    users = [name for name in found if found[name].role == "user" and name != answer]
    named = [name for name in users if found[name].why == "its name"]
    named = [name for name in named if not _is_weak(name)] or named
    if not users:
        return None
    chosen = named[:3] or [max(users, key=lambda name: rows.columns[name].lengths.median)]
    options: dict[str, str | list[str] | dict[str, str]] = {}
    system = of_role(found, "system")
    if system:
        options["system"] = _reference(system[0])
    options |= {"user": _turn(rows, chosen), "assistant": _turn(rows, [answer])}
    others = [name for name in found if name not in (*chosen, *system, answer) and found[name].role != "empty"]
    notes = [_told("the user's turn", chosen, found), _told("the answer", [answer], found)]
    notes += [_gaps(rows, rows.columns[answer], answer)] if rows.columns[answer].filled < rows.rows else []
    if others:
        carried = ",".join(name for name in others if "," not in name)
        notes.append(f"--metadata carries columns along, such as {carried}")
    return ProposedTurns(options, tuple(notes))


def _told(what: str, names: Sequence[str], found: Mapping[str, Guess]) -> str:
    """By what a column is taken for something."""
    return f"{what}: " + ", ".join(f'"{name}" ({found[name].why})' for name in names)


def _answers(found: Mapping[str, Guess]) -> list[str]:
    """The columns that may be the answer, the likeliest first."""
    labels, users = of_role(found, "label"), of_role(found, "user")
    chosen = any(not _CHOICES.isdisjoint(words_of(name)) for name in found)
    if chosen:  # the answer is the number or letter of a choice, which says nothing without them
        return []
    by_name = of_role(found, "assistant") + [name for name in labels if found[name].why == "its name"]
    by_name.sort(key=_is_weak)
    by_content = [name for name in reversed(labels) if name not in by_name] if users else []
    if by_name or by_content:
        return [*by_name, *by_content]
    # Of two columns one is the question, so the other is the answer, unless it counts or measures.
    left = [name for name in found if found[name].role == "metadata" and "counts or measures" not in found[name].why]
    return users[:0:-1] or (left if len(found) == 2 and users else [])


def _is_weak(name: str) -> bool:
    """Whether a name says that its column stands beside the one that is meant."""
    return not WEAK.isdisjoint(words_of(name))


def _gaps(rows: Rows, column: Column, name: str) -> str:
    missing = rows.rows - column.filled
    return f'{missing:,} row{"" if missing == 1 else "s"} with an empty "{name}" will be rejected'


def _turn(rows: Rows, names: Sequence[str]) -> str:
    """A column, or a template of several, in which one that is not always filled takes its blank line along."""
    if len(names) == 1:
        return names[0] if not names[0].startswith("@") else _reference(names[0])
    text = _reference(names[0])
    for name in names[1:]:
        more = f"\n\n{_reference(name)}"
        condition = f"{{% if {_expression(name)} %}}"
        text += more if rows.columns[name].filled == rows.rows else f"{condition}{more}{{% endif %}}"
    return text


def _reference(name: str) -> str:
    """A column as a template names it."""
    return f"{{{{ {_expression(name)} }}}}"


def _expression(name: str) -> str:
    plain = _NAME.match(name) and name not in _KEYWORDS
    return name if plain else f"row[{json.dumps(name, ensure_ascii=False)}]"


def _escaped(text: str) -> str:
    """A template as the command line takes it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def column_names(found: Mapping[str, Guess]) -> list[str]:
    """Names for the columns of a table that has none."""
    plain = {"user": "text", "assistant": "answer", "empty": "unused"}
    names: list[str] = []
    for guess in found.values():
        name = plain.get(guess.role, guess.role)
        number = sum(re.fullmatch(rf"{name}(_\d+)?", taken) is not None for taken in names)
        names.append(f"{name}_{number + 1}" if number else name)
    return names


def renamed(rows: Rows, names: Sequence[str]) -> Rows:
    """The same survey under other names."""
    other = Rows()
    other.rows = rows.rows
    other.columns = dict(zip(names, rows.columns.values(), strict=True))
    return other
