"""Layouts of preference: two sides, two answers with a verdict, many answers with scores or ranks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import arguments
from ftdata.formats.layouts import marks, verdicts
from ftdata.formats.layouts.answers import asked_of, before, items_of, list_of, text_in, text_of_item, with_rest
from ftdata.formats.layouts.conversations import JSON_TEXT, Message, is_conversation, messages_of
from ftdata.formats.layouts.record import Options, Row, RowColumns, once
from ftdata.formats.layouts.thoughts import split_off
from ftdata.formats.sides import apart

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.registry import Parsed

REPEATED = "prompts that both sides repeated taken off"

SIDES = (
    ("chosen", "rejected"), ("chosen_response", "rejected_response"), ("chosen_answer", "rejected_answer"),
    ("chosen_output", "rejected_output"), ("chosen_completion", "rejected_completion"), ("accepted", "rejected"),
    ("chosen_messages", "rejected_messages"), ("chosen_conversations", "rejected_conversations"),
    ("preferred", "dispreferred"), ("preferred_response", "dispreferred_response"), ("preferred", "rejected"),
    ("preferred_response", "non_preferred_response"), ("preferred_response", "rejected_response"),
    ("response_j", "response_k"), ("win", "lose"), ("winning_response", "losing_response"), ("better", "worse"),
    ("better_response", "worse_response"), ("good_response", "bad_response"), ("good", "bad"),
    ("positive_response", "negative_response"), ("response", "rejected_response"), ("output", "rejected_output"),
    ("answer", "rejected_answer"),
)  # fmt: skip
"""The names of the better side and of the worse."""

_SCORES = (
    "overall_score",
    "score",
    "rating",
    "reward",
    "reward_score",
    "overall",
    "average_rating",
    "fine_grained_score",
)
_RANKS = ("rank", "ranking", "preference_rank", "position")
_LISTED = {**dict.fromkeys(("scores", "ratings", "rewards", "overall_scores"), "score"),
           **dict.fromkeys(("ranks", "rankings"), "rank")}  # fmt: skip
_TEXTS = ("text", "full_text", "content", "prompt", "instruction", "question", "post", "article")
_CHOSEN = ("choice", "chosen", "best", "preferred")
"""Columns with the number of the best of several answers."""


# -- what stands before both ------------------------------------------------------------------------------------------


def _prompt(row: Row, at: RowColumns, used: set[str], repaired: Counter[str]) -> list[Message]:
    """The messages before the answers; none where the sides bring them along.

    Raises:
        RowError: If what is asked cannot be read.
    """
    messages = before(row, at, used)
    names = [
        *at.all("asked"),
        *_further(at),
        *_about(row, at),
        *at.all("turns"),
        *at.all("history"),
        *at.all("context"),
    ]
    found = next(
        (
            name
            for name in names
            if name not in used and _may_ask(row[name], name in (*at.all("asked"), *_about(row, at)))
        ),
        None,
    )
    if found is None:
        return messages
    used.add(found)
    value = row[found]
    if type(value) is dict:  # WebGPT's
        value = next((value[key] for key in _TEXTS if type(value.get(key)) is str), value)
    if is_conversation(value):
        said = messages_of(value, f"$.{found}", repaired)
        return [*(messages if said[0]["role"] != "system" else []), *said]
    text = text_in({found: value}, found, repaired)
    context = next((name for name in at.all("context") if name not in used and type(row[name]) is str), None)
    if context is not None:
        used.add(context)
        text = f"{text}\n{row[context]}" if row[context] else text
    return [*messages, {"role": "user", "content": text}] if text.strip() else messages


def _may_ask(value: Any, asks: bool) -> bool:
    """Whether a value may be what is asked: turns, or whatever stands in a column that is named so."""
    return asks or type(value) is str or (type(value) is list and is_conversation(value))


def _about(row: Row, at: RowColumns) -> list[str]:
    """A column about what is asked that holds its text."""
    info = at.names.get("info", "")
    value = row.get(info)
    return [info] if type(value) is dict and any(type(value.get(key)) is str for key in _TEXTS) else []


def _further(at: RowColumns) -> list[str]:
    """Columns with names that only sets of pairs have for what is asked."""
    return [at.names[name] for name in ("post", "history_text", "conversation_history") if name in at.names]


def _side(value: Any, path: str, repaired: Counter[str]) -> list[Message]:
    """One side: an answer's text, or messages, or a whole conversation in whatever form."""
    if type(value) is str and not is_conversation(value):
        if not value.strip():
            raise RowError("expected an answer; got none", json_path=path)
        return [split_off({"role": "assistant", "content": value})]
    if type(value) is dict and "messages" not in value and not {"role", "from"} & value.keys():
        return [split_off({"role": "assistant", "content": text_of_item(value, path)})]
    return messages_of(value, path, repaired)


def _pair(asked: list[Message], chosen: list[Message], rejected: list[Message]) -> Example:
    messages, better, worse = apart(asked, chosen, rejected)
    return {"input": {"messages": messages}, "preferred_output": better, "non_preferred_output": worse}


def _without_repeated(asked: list[Message], sides: list[Any], repaired: Counter[str]) -> list[Any]:
    """Sides that are texts and begin with the prompt, without it."""
    prompt = asked[-1].get("content") if asked and asked[-1]["role"] == "user" else ""
    if (
        type(prompt) is not str
        or not prompt
        or not all(type(side) is str and side.startswith(prompt) and side != prompt for side in sides)
    ):
        return sides
    repaired[REPEATED] += 1
    return [side[len(prompt) :].lstrip() for side in sides]


# -- two sides --------------------------------------------------------------------------------------------------------


@once
def _sides(at: RowColumns) -> tuple[str, str] | None:
    return next(((at.names[a], at.names[b]) for a, b in SIDES if a in at.names and b in at.names), None)


def has_sides(at: RowColumns) -> bool:
    """Whether columns are named as the better and the worse answer are."""
    return _sides(at) is not None


def are_sides(row: Row, at: RowColumns) -> bool:
    """Whether both are answers or conversations."""
    sides = _sides(at)
    return sides is not None and all(type(row[side]) in (str, list, dict) for side in sides)


def are_written_out(row: Row, at: RowColumns) -> bool:
    """Whether one of them, or the prompt, is a dialogue that was written out."""
    texts = [row[name] for name in (*(_sides(at) or ()), *at.all("asked")[:1])]
    return any(type(text) is str and marks.written_out(text) for text in texts)


def two_sides(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A preference of two sides."""
    sides = _sides(at)
    if sides is None:
        raise RowError("expected chosen and rejected; got none", json_path="$")
    used = set(sides)
    asked = _prompt(row, at, used, repaired)
    given = _without_repeated(asked, [row[name] for name in sides], repaired)
    chosen, rejected = (_side(side, f"$.{name}", repaired) for side, name in zip(given, sides, strict=True))
    return with_rest(row, used, _pair(asked, chosen, rejected))


# -- two answers and a verdict ----------------------------------------------------------------------------------------


def has_verdict(at: RowColumns) -> bool:
    """Whether two columns are numbered or lettered answers, and another says which is better."""
    answers = verdicts.answers(at)
    return answers is not None and verdicts.has(at, answers)


def is_judged(row: Row, at: RowColumns) -> bool:
    """Whether both are answers or conversations."""
    answers = verdicts.answers(at)
    return answers is not None and all(type(row[name]) in (str, list, dict) for name in answers.columns)


def judged(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A preference of two answers; a drop where neither is better."""
    answers = verdicts.answers(at)
    if answers is None:
        raise RowError("expected two answers and which is better; got none", json_path="$")
    better = verdicts.better(row, at, answers, options)
    if isinstance(better, Drop):
        return better
    used = set(answers.columns)
    both = [_side(side, f"$.{name}", repaired) for side, name in zip(*_zipped(row, at, answers.columns, used, repaired),
                                                                    strict=True)]  # fmt: skip
    asked = _prompt(row, at, used, repaired)
    chosen, rejected = (both[0], both[1]) if better == 0 else (both[1], both[0])
    return with_rest(row, used, _pair(asked, chosen, rejected))


def _zipped(
    row: Row, at: RowColumns, columns: tuple[str, str], used: set[str], repaired: Counter[str]
) -> tuple[list[Any], tuple[str, str]]:
    """The answers; those that are lists of one text for each of several prompts as whole conversations."""
    found = asked_of(at)
    values = [row[found[0]] if found else None, *(row[name] for name in columns)]
    if not found or not all(type(value) is str and value.lstrip().startswith("[") for value in values):
        return values[1:], columns
    read = [arguments.read(value, "$", Counter()) for value in values]
    if not all(type(texts) is list and texts for texts in read):
        return values[1:], columns
    repaired[JSON_TEXT] += 1
    used.add(found[0])
    prompts, *answers = read
    sides = []
    for texts, name in zip(answers, columns, strict=True):
        if len(texts) != len(prompts) or any(type(text) is not str for text in (*prompts, *texts)):
            raise RowError("expected an answer to each prompt; got another number", json_path=f"$.{name}")
        sides.append([{"role": role, "content": text} for pair in zip(prompts, texts, strict=True)
                      for role, text in zip(("user", "assistant"), pair, strict=True)])  # fmt: skip
    return sides, columns


# -- many answers with scores -----------------------------------------------------------------------------------------


class _Scored(NamedTuple):
    """An answer in a list: how good it is, its number, and the score or rank that says so."""

    good: float
    number: int
    word: str
    value: float


def has_scored(at: RowColumns) -> bool:
    """Whether there is a question, and a column that may hold several answers."""
    return bool(at.all("asked")) or "info" in at


def are_scored(row: Row, at: RowColumns) -> bool:
    """Whether there is a list of answers, of which some have scores or ranks."""
    key = list_of(at, row)
    return key is not None and next(_scored(row, at, key), None) is not None


def _scored(row: Row, at: RowColumns, key: str) -> Iterator[_Scored]:
    beside = next(((at.names[name], word) for name, word in _LISTED.items() if name in at.names), None)
    listed = row[beside[0]] if beside else None
    chosen = next((row[at.names[name]] for name in _CHOSEN if name in at.names), None)
    for index, item in enumerate(items_of(row[key]) or ()):
        value, word = None, "score"
        if type(item) is dict:
            plain = {re.sub(r"\W+", "_", name.lower()): one for name, one in item.items()}
            name = next((name for name in (*_SCORES, *_RANKS) if _number(plain.get(name)) is not None), None)
            value, word = (_number(plain[name]), "rank" if name in _RANKS else "score") if name else (None, "")
        elif beside and type(listed) is list and len(listed) == len(row[key]):
            value, word = _number(listed[index]), beside[1]
        if value is None and type(chosen) is int and 0 <= chosen < len(row[key]):
            value, word = float(index == chosen), "choice"
        if value is not None:
            yield _Scored(-value if word == "rank" else value, index, word, value)


def _number(value: Any) -> float | None:
    if type(value) is str and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value):
        value = float(value)
    return float(value) if type(value) in (int, float) else None


def ranked(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A preference of the best answer against the worst, or of each against the next; a drop where all are as good."""
    key = list_of(at, row)
    if key is None:
        raise RowError("expected a list of answers; got none", json_path="$")
    order = sorted(_scored(row, at, key), key=lambda one: -one.good)
    if len(order) < 2:
        return Drop("fewer than two answers with a score")
    used = {key, *(at.names[name] for name in _LISTED if name in at.names)}
    asked = _prompt(row, at, used, repaired)
    chosen = list(pairwise(order)) if options.ranked == "adjacent" else [(order[0], order[-1])]
    made: list[Example | Drop] = []
    for better, worse in chosen:
        if better.good == worse.good:
            continue
        sides = [
            _side((items_of(row[key]) or ())[one.number], f"$.{key}[{one.number}]", repaired) for one in (better, worse)
        ]
        scores = {f"{better.word}_chosen": better.value, f"{worse.word}_rejected": worse.value}
        made.append(with_rest(row, used, _pair(asked, *sides), **scores))
    if not made:
        return Drop("a tie: all answers have the same score")
    return made[0] if len(made) == 1 else made
