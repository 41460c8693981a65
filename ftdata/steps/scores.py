"""Joining logged calls with their scores and traces, which lie in other files: whatever vendor logged them.

Rows of scores and traces are first read as notes (`ReadScores`, `ReadTraces`). The notes on a call then meet its
examples by the call's id (`JoinScores`), and those on a trace, with the traces, all examples of it (`JoinTraces`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ftdata.errors import RowError
from ftdata.example.shapes import Example
from ftdata.findings import Drop
from ftdata.formats.transcripts.facts import FACTS, iso, scored
from ftdata.formats.transcripts.naming import Named, in_snake_case, number_of, object_of, value_of
from ftdata.steps.primitives import Kept, Made

Row = dict[str, Any]

SCORE, TRACE = "score of a call", "trace of a call"
"""The only key of a note, which no example has."""

CALLS = ("observation_id", "run_id", "span_id", "context.span_id", "generation_id", "request_id", "log_id", "call_id",
         "response_id", "completion_id")  # fmt: skip
"""What scores call the id of a call."""

VALUES = ("score", "value", "rating", "feedback_rating", "feedback", "grade", "stars", "label", "string_value")
_NAMES = ("name", "key", "metric", "score_name", "criterion")
_OTHERS = frozenset((*CALLS, "trace_id", "session_id", "dataset_run_id"))
_TIMES = ("timestamp", "modified_at", "updated_at", "created_at")
_OF_TRACE = ("user_id", "release", "version", "environment")


@dataclass(frozen=True)
class ReadScores:
    """From a row of scores to a note: which call or trace, the score's name, its value, and when it was given."""

    name: ClassVar[str] = "read_scores"
    carries_metadata: ClassVar[bool] = True

    def __call__(self, row: Row) -> Row | Drop:
        """The note, or a drop of what is no score of a call.

        Raises:
            RowError: There is no value.
        """
        known = Named(row)
        value_key = next((name for name in VALUES if name in known), None)
        if value_key is None:
            if not {in_snake_case(key) for key in row} & {*VALUES}:
                raise RowError(f"expected a score; got a row without any of {', '.join(VALUES)}")
            return Drop("the score has no value")
        trace = known["trace_id"]
        call = known.first(*CALLS)
        if call is None and trace is None:
            if not _OTHERS.isdisjoint(map(in_snake_case, row)) or "id" not in known:
                return Drop("the score is of neither a call nor a trace")
            call = known["id"]  # a plain table of ids and scores
        return {
            SCORE: {
                "call": None if call is None else str(call),
                "trace": None if trace is None else str(trace),
                "name": str(known.first(*_NAMES) or value_key),
                "value": _value(known, value_key),
                "at": str(iso(known.first(*_TIMES)) or ""),
            }
        }


@dataclass(frozen=True)
class ReadTraces:
    """From a row of traces to a note: which trace, and what its examples are to know of it."""

    name: ClassVar[str] = "read_traces"
    carries_metadata: ClassVar[bool] = True

    def __call__(self, row: Row) -> Row:
        """The note.

        Raises:
            RowError: The trace has no id.
        """
        known = Named(row)
        id = known.first("trace_id", "id")
        if id is None:
            raise RowError("expected a trace with its id; got none", json_path="$.id")
        tags = value_of(known["tags"])
        facts = {"session": known["session_id"], "tags": tags if type(tags) is list and tags else None}
        own = {name: known[name] for name in _OF_TRACE} | {"trace_name": known["name"]} | object_of(known["metadata"])
        for name, value in own.items():
            facts.setdefault(f"{name}_" if name in FACTS else name, value)
        return {TRACE: {"trace": str(id), "facts": {name: value for name, value in facts.items() if value is not None}}}


@dataclass(frozen=True)
class JoinScores:
    """The step that gives examples the scores of their calls; those of traces go on."""

    name: ClassVar[str] = "join_scores"

    def key(self, example: Row) -> Any:
        """The call's id; of what has none, it itself."""
        if SCORE in example:
            return example[SCORE]["call"] or example
        id = None if TRACE in example else _known(example).get("id")
        return example if id is None else str(id)

    def rank(self, example: Row) -> None:
        """Examples stay in their places."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The examples of one id with the call's scores."""
        notes = [example[SCORE] for example in group if SCORE in example]
        examples = [number for number, example in enumerate(group) if SCORE not in example]
        if not examples:
            of_calls = [note for note in notes if note["call"] is not None]
            return [Drop("no example is of the score's call") for _ in of_calls] or _all(group)
        scores = _latest(notes)
        return [Kept(number, _with_scores(group[number], scores) if scores else None) for number in examples]


@dataclass(frozen=True)
class JoinTraces:
    """The step that gives examples the scores of their traces, and what is known of those."""

    name: ClassVar[str] = "join_traces"

    def key(self, example: Row) -> Any:
        """The trace's id; of what has none, it itself."""
        note = example.get(SCORE) or example.get(TRACE)
        id = note["trace"] if note else _known(example).get("trace")
        return example if id is None else str(id)

    def rank(self, example: Row) -> None:
        """Examples stay in their places."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The examples of one trace with its scores and facts; what is said of a call itself wins."""
        scores = _latest([example[SCORE] for example in group if SCORE in example])
        traces = [example[TRACE]["facts"] for example in group if TRACE in example]
        examples = [number for number, one in enumerate(group) if SCORE not in one and TRACE not in one]
        if not examples:
            what = {SCORE: "no example is of the score's trace", TRACE: "no example is of the trace"}
            return [Drop(what[next(iter(note))]) for note in group]
        if not (scores or traces):
            return _all(group)
        facts = {name: value for trace in traces for name, value in trace.items()}
        return [Kept(number, _with_scores(_with_facts(group[number], facts), scores, over=False))
                for number in examples]  # fmt: skip


def _all(group: Sequence[Row]) -> list[Made]:
    return [Kept(number) for number in range(len(group))]


def _known(example: Row) -> Mapping[str, Any]:
    known = example.get("metadata")
    return known if type(known) is dict else {}


def _value(known: Named, key: str) -> Any:
    """A score's value: a number, a yes or no, or a category."""
    kind = str(known["data_type"] or "").upper()
    if kind in ("CATEGORICAL", "TEXT") and "string_value" in known:
        return known["string_value"]
    value = known[key]
    number = number_of(value)
    if kind == "BOOLEAN" and type(number) in (int, float):
        return bool(number)
    if type(value) is str and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    return value if number is None else number


def _latest(notes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The value of each score that was given last; of those at one time the one that was read last."""
    return {note["name"]: note["value"] for note in sorted(notes, key=lambda note: str(note["at"]))}


def _with_scores(example: Example, scores: Mapping[str, Any], *, over: bool = True) -> Example:
    """The example with these scores beside those that it has, over them or under them."""
    if not scores:
        return example
    known = dict(_known(example))
    had = known.pop("scores", None)
    had = had if type(had) is dict else {}
    known.pop("score", None)
    both = {**had, **scores} if over else {**scores, **had}
    return {**example, "metadata": known | {name: v for name, v in scored(both).items() if v is not None}}


def _with_facts(example: Example, facts: Mapping[str, Any]) -> Example:
    known = _known(example)
    return {**example, "metadata": {**known, **{name: value for name, value in facts.items() if name not in known}}}
