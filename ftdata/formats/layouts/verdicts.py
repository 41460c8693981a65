"""Which of two answers is the better one, in the ways that sets of pairs say it.

Sources: the cards of lmsys/chatbot_arena_conversations and lmsys-arena-human-preference-55k (winner),
PKU-Alignment/PKU-SafeRLHF (better_response_id, safer_response_id), stanfordnlp/SHP (labels: 1 where A is better),
nvidia/HelpSteer3 (overall_preference: below 0 where the first is better), openai/webgpt_comparisons (score_0, score_1).
"""

from __future__ import annotations

from typing import Any

from ftdata.classes import dataclass
from ftdata.errors import RowError, shown
from ftdata.facts.columns import plain
from ftdata.findings import Drop
from ftdata.formats.layouts.record import Options, Row, RowColumns, once

_BASES = (
    "response", "conversation", "answer", "output", "completion", "human_ref", "generation", "summary", "reply",
    "candidate", "solution", "assistant", "model_response", "model_answer", "model_output", "chat", "dialogue", "text",
    "option", "message",
)  # fmt: skip
_ENDS = (("_a", "_b"), ("_0", "_1"), ("_1", "_2"), ("a", "b"), ("0", "1"), ("1", "2"))
_WORDS = ("winner", "preference", "preferred", "choice", "vote", "verdict", "better", "human_preference",
          "preferred_response", "preferred_answer", "better_response", "best", "result", "judgement", "judgment",
          "chosen", "annotation")  # fmt: skip
_IDS = {
    "better": ("better_response_id", "better_id", "preferred_id", "chosen_id", "best_response_id", "winner_id",
               "safer_response_id"),
    "safer": ("safer_response_id", "safer_id"),
}  # fmt: skip
_SIGNED = ("overall_preference", "preference_strength")
_SCORES = ("score", "rating", "reward", "votes", "upvotes")
_TIES = ("tie", "equal", "both", "neither", "same", "draw", "none", "no_preference", "similar", "unsure")
TIE = "a tie: neither answer is better"


@dataclass(frozen=True)
class Answers:
    """Two columns with answers.

    Attributes:
        base: What their names have in common.
        ends: What tells them apart, such as a and b.
        columns: Their names.
    """

    base: str
    ends: tuple[str, str]
    columns: tuple[str, str]


@once
def answers(at: RowColumns) -> Answers | None:
    """The two columns with answers."""
    for base in _BASES:
        for one, other in _ENDS:
            if base + one in at.names and base + other in at.names and base + "_3" not in at.names:
                columns = (at.names[base + one], at.names[base + other])
                return Answers(base, (one.strip("_"), other.strip("_")), columns)
    return None


def has(at: RowColumns, of: Answers) -> bool:
    """Whether a column says which of them is better."""
    return bool(_one_hot(at, of) or _scores(at, of) or _label(at, of) or at.one(*_WORDS, *_IDS["better"], *_SIGNED)
                or (of.base == "human_ref" and "labels" in at))  # fmt: skip


def better(row: Row, at: RowColumns, of: Answers, options: Options) -> int | Drop:
    """The number of the better answer, 0 or 1; a drop where neither is.

    Raises:
        RowError: If what says so is nothing known.
    """
    if name := at.one(*_IDS.get(options.verdict, ())):
        return _by_id(row[name], of, name)
    if options.verdict == "safer":
        raise RowError("expected which answer is safer, such as safer_response_id; got none", json_path="$")
    if hot := _one_hot(at, of):
        values = [row[name] in (1, True, "1", 1.0) for name in hot]
        return values.index(True) if sum(values) == 1 else Drop(TIE)
    if name := at.one(*_SIGNED):
        value = row[name]
        if type(value) not in (int, float):
            raise RowError(f"expected a number, below 0 for the first; got {shown(value)}", json_path=f"$.{name}")
        return Drop(TIE) if value == 0 else int(value > 0)
    if of.base == "human_ref" and "labels" in at:
        return _by_label(row[at.names["labels"]], at.names["labels"])
    if name := at.one(*_WORDS) or _label(at, of):
        return _by_word(row[name], of, name)
    return _by_score([row[name] for name in _scores(at, of) or ()])


def _by_label(value: Any, name: str) -> int:
    """SHP's: 1 where the first is better."""
    if value not in (0, 1) or type(value) is bool:
        raise RowError(f"expected 1 for the first, or 0; got {shown(value)}", json_path=f"$.{name}")
    return 1 - int(value)


def _by_id(value: Any, of: Answers, name: str) -> int:
    text = str(value).strip().lower()
    if text in of.ends:
        return of.ends.index(text)
    if text in ("0", "1") and of.ends == ("a", "b"):
        return int(text)
    raise RowError(f"expected {of.ends[0]} or {of.ends[1]}; got {shown(value)}", json_path=f"$.{name}")


def _by_word(value: Any, of: Answers, name: str) -> int | Drop:
    if type(value) is dict or type(value) is list or value is None:
        raise RowError(f"expected which answer is better; got {shown(value)}", json_path=f"$.{name}")
    text = plain(str(value))
    if any(word in text.split("_") or text.startswith(word) for word in _TIES):
        return Drop(TIE)
    found = [text == end or text.endswith("_" + end) or text in (f"model{end}", of.base + end) for end in of.ends]
    if sum(found) != 1:
        expected = f"{of.ends[0]}, {of.ends[1]} or tie"
        raise RowError(f"expected {expected}; got {shown(value)}", json_path=f"$.{name}")
    return found.index(True)


def _by_score(scores: list[Any]) -> int | Drop:
    if len(scores) != 2 or any(type(score) not in (int, float) for score in scores):
        raise RowError(f"expected two scores; got {shown(scores)}", json_path="$")
    return Drop(TIE) if scores[0] == scores[1] else int(scores[1] > scores[0])


def _one_hot(at: RowColumns, of: Answers) -> list[str]:
    for base in ("winner_model", "winner", f"winner_{of.base}"):
        names = [f"{base}_{end}" for end in of.ends]
        if all(name in at for name in names):
            return [at.names[name] for name in names]
    return []


def _label(at: RowColumns, of: Answers) -> str | None:
    """A column that is named so for many things; of two answers to a question it can say one only."""
    return at.one("label") if of.base in ("response", "answer", "output", "completion") and at.all("asked") else None


def _scores(at: RowColumns, of: Answers) -> list[str]:
    for word in _SCORES:
        for form in ("{word}_{end}", "{base}_{end}_{word}", "{base}{end}_{word}", "{word}_{base}_{end}", "{word}{end}"):
            names = [form.format(word=word, base=of.base, end=end) for end in of.ends]
            if all(name in at for name in names):
                return [at.names[name] for name in names]
    return []
