"""Joining logged calls with their scores and traces, which lie in other files: whatever vendor logged them.

Rows of scores and traces are first read as notes (`ReadScores`, `ReadTraces`). A note then meets the examples that it
is of: by the request's custom_id, by the call's id, by the trace, by the session (`Noted`). A note that names the
number of a choice is of that answer alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import canonical
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts.facts import FACTS, iso, scored
from ftdata.formats.transcripts.naming import Named, in_snake_case, number_of, object_of, value_of
from ftdata.steps.meeting import judge_id
from ftdata.steps.primitives import Kept, Made, Refused

if TYPE_CHECKING:
    from ftdata.example.words import Example

Row = dict[str, Any]

SCORE, TRACE = "score of a call", "trace of a call"
"""The only key of a note, which no example has."""

CALLS = ("observation_id", "run_id", "span_id", "context.span_id", "generation_id", "request_id", "log_id", "call_id",
         "response_id", "completion_id")  # fmt: skip
"""What scores call the id of a call."""

CHOICES = ("choice", "choice_index", "completion_index", "answer_index")
"""What scores call the number of one of several answers, from 0."""

VALUES = ("score", "value", "rating", "feedback_rating", "feedback", "grade", "stars", "label", "string_value")
_NAMES = ("name", "key", "metric", "score_name", "criterion")
_OTHERS = frozenset((*CALLS, "trace_id", "session_id", "dataset_run_id"))
_TIMES = ("timestamp", "modified_at", "updated_at", "created_at")
_OF_TRACE = ("user_id", "release", "version", "environment")

LEVELS = {"judged": "", "call": "id", "custom": "custom_id", "trace": "trace", "session": "session"}
"""What a score may be of, from the narrowest on: the fact of an example by which they meet.

What a judge was asked about is told by all that was said.
"""

ORDER = ("judged", "custom", "call", "trace", "session")
"""In this order they meet: a call's own score takes the place of its request's, and no other takes one's place."""

OPTIONAL = {"custom": "custom_id", "session": "session_id"}
"""Levels that few tables have, by the column that tells: examples are gathered by them only where it is there."""

SHARED = "scores of a whole request given to each of its answers"
UNLIKE = "this answer has several different values of the score {}, and no times tell which of them counts"
_ONE_EACH = "Give each its time, a name of its own, the choice that it is of, or the id of its call alone."


@dataclass(frozen=True)
class ReadScores:
    """From a row of scores to a note: which answer or trace, the score's name, its value, and when it was given.

    Attributes:
        levels: What the examples will be gathered by.
    """

    levels: tuple[str, ...] = tuple(LEVELS)
    name: ClassVar[str] = "read_scores"
    carries_metadata: ClassVar[bool] = True

    def __call__(self, row: Row) -> Row | Drop:
        """The note, or a drop of what is no score of a call.

        Raises:
            RowError: If there is no value, or the choice is not a number.
        """
        known = Named(row)
        value_key = next((name for name in VALUES if name in known), None)
        if value_key is None:
            if not {in_snake_case(key) for key in row} & {*VALUES}:
                raise RowError(f"expected a score; got a row without any of {', '.join(VALUES)}")
            return Drop("the score has no value")
        of = self._of(known, row)
        level = next((level for level in LEVELS if of[level] is not None), None)
        if level is None:
            return Drop("the score is of no call, trace or session")
        if level not in self.levels:
            raise RowError(
                f"the score names a {OPTIONAL[level]}, which no row at the beginning of the scores has",
                hint="Put the scores of sessions, and those of requests, into files of their own.",
                json_path=f"$.{OPTIONAL[level]}",
            )
        return {
            SCORE: {
                **of,
                "choice": _choice(known),
                "name": str(known.first(*_NAMES) or value_key),
                "value": _value(known, value_key),
                "at": str(iso(known.first(*_TIMES)) or ""),
            }
        }

    def _of(self, known: Named, row: Row) -> dict[str, str | None]:
        """By level the id of what the score is of."""
        call, custom, trace, session = known.first(*CALLS), known["custom_id"], known["trace_id"], known["session_id"]
        plain = _OTHERS.isdisjoint(map(in_snake_case, row)) and "id" in known
        if call is custom is trace is session is None and plain:
            call = known["id"]  # a plain table of ids and scores; beside other ids it is the score's own
        found = {"judged": None, "call": call, "custom": custom, "trace": trace, "session": session}
        return {level: None if id is None else str(id) for level, id in found.items()}


def levels_of(columns: Sequence[str]) -> tuple[str, ...]:
    """What scores of these columns may be of, in the order in which they are to meet examples."""
    names = set(map(in_snake_case, columns))
    return tuple(level for level in ORDER[1:] if OPTIONAL.get(level, "") in names or level not in OPTIONAL)


@dataclass(frozen=True)
class ReadTraces:
    """From a row of traces to a note: which trace, and what its examples are to know of it."""

    name: ClassVar[str] = "read_traces"
    carries_metadata: ClassVar[bool] = True

    def __call__(self, row: Row) -> Row:
        """The note.

        Raises:
            RowError: If the trace has no id.
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
class Noted:
    """The step that gives examples the scores of one level, and what is known of their traces; other notes go on.

    Attributes:
        level: What the notes are of: one of `LEVELS`.
    """

    level: str = "call"

    @property
    def name(self) -> str:
        """As the account tells it."""
        return "join_traces" if self.level == "trace" else "join_scores"

    def key(self, example: Row) -> Any:
        """The id by which they meet; of what has none, it itself."""
        id: Any = None
        if note := example.get(SCORE):
            id = note[self.level] if self._meets(note) else None
        elif note := example.get(TRACE):
            id = note["trace"] if self.level == "trace" else None
        elif self.level == "judged":
            id = judge_id(example)
        else:
            id = _known(example).get(LEVELS[self.level])
        return example if id is None else str(id)

    def _meets(self, note: Mapping[str, Any]) -> bool:
        """Whether a score is of this level and of no narrower one."""
        return next(level for level in LEVELS if note[level] is not None) == self.level

    def rank(self, example: Row) -> None:
        """Examples stay in their places."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The examples of one id with what is noted of it."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Row]], Sequence[Made]]:
        """The work, counting scores that several answers share."""
        over = self.level in ("judged", "call", "custom")  # what is said of the answer itself counts before its trace's

        def work(group: list[Row]) -> Sequence[Made]:
            notes = [(number, one[SCORE]) for number, one in enumerate(group) if SCORE in one]
            traces = [one[TRACE]["facts"] for one in group if TRACE in one]
            if len(notes) + len(traces) == 0 or (len(group) == 1 and self.key(group[0]) is group[0]):
                return _all(group)
            examples = [number for number, one in enumerate(group) if SCORE not in one and TRACE not in one]
            if not examples:
                return self._unmet(group)
            scores, fates = _by_choice(notes, [_choice_of(group[number]) for number in examples])
            if over and self.level != "judged" and len(examples) > 1 and None in scores:
                changes[SHARED] += len(scores[None])
            facts = {name: value for trace in traces for name, value in trace.items()}
            made = [_scored(number, _with_facts(group[number], facts), scores, over) for number in examples]
            return [*made, *fates]

        return work

    def _unmet(self, group: list[Row]) -> list[Made]:
        """Drops of notes on what no example is of."""
        of_scores = f"no example is of the score's {_CALLED.get(self.level, self.level)}"
        return [Drop("no example is of the trace" if TRACE in note else of_scores) for note in group]


_CALLED = {"custom": "custom_id", "judged": "answer"}


def note_of(level: str, id: str, name: str, value: Any) -> Row:
    """A note on what has this id on a level."""
    return {SCORE: {**dict.fromkeys(LEVELS), level: id, "choice": None, "name": name, "value": value, "at": ""}}


def _all(group: Sequence[Row]) -> list[Made]:
    return [Kept(number) for number in range(len(group))]


def _known(example: Row) -> Mapping[str, Any]:
    known = example.get("metadata")
    return known if type(known) is dict else {}


def _choice(known: Named) -> int | None:
    """The number of the choice that a score is of."""
    key = next((name for name in CHOICES if name in known), None)
    if key is None:
        return None
    number = number_of(known[key])
    if type(number) not in (int, float) or number != (whole := int(number)) or whole < 0:
        raise RowError(f"expected the number of a choice, from 0; got {shown(known[key])}", json_path=known.path(key))
    return whole


def _choice_of(example: Row) -> int:
    """The number of the choice that an example is; 0 where its request had one answer."""
    number = _known(example).get("choice")
    return number if type(number) is int else 0


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


Notes = Sequence[tuple[int, Mapping[str, Any]]]
Scores = dict[int | None, dict[str, Any]]


def _by_choice(notes: Notes, choices: Sequence[int]) -> tuple[Scores, list[Made]]:
    """The scores by choice and name (those of all choices under None), and what becomes of notes that do not count."""
    given: dict[tuple[int | None, str], list[tuple[int, Mapping[str, Any]]]] = {}
    for number, note in notes:
        given.setdefault((note["choice"], note["name"]), []).append((number, note))
    scores: Scores = {}
    fates: list[Made] = []
    for (choice, name), same in given.items():
        if choice is not None and choice not in choices:
            fates += [Drop("no example is of the score's choice")] * len(same)
        elif (latest := _latest([note for _, note in same])) is None:
            unlike = RowError(UNLIKE.format(name), hint=_ONE_EACH)
            fates += [Refused(number, unlike) for number, _ in same]
        else:
            scores.setdefault(choice, {})[name] = latest["value"]
    return scores, fates


def _latest(notes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The note that was made last; None where several say different things and their times do not tell."""
    if len(notes) == 1 or _agree(notes):
        return notes[-1]
    last = max(str(note["at"]) for note in notes)
    latest = [note for note in notes if note["at"] == last]
    timed = all(note["at"] for note in notes)
    return latest[-1] if timed and _agree(latest) else None


def _agree(notes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all say the same; 3 and 3.0 are the same, 1 and true are not."""
    values = (note["value"] for note in notes)
    return len({float(value) if type(value) is int else canonical(value) if type(value) is not float else value
                for value in values}) == 1  # fmt: skip


def _scored(number: int, example: Example, scores: Scores, over: bool) -> Kept:
    """The example with the scores of its request and, over them, those of its own choice."""
    own = {**scores.get(None, {}), **scores.get(_choice_of(example), {})}
    return Kept(number, _with_scores(example, own, over=over) if own else example)


def _with_scores(example: Example, scores: Mapping[str, Any], *, over: bool) -> Example:
    """The example with these scores beside those that it has, over them or under them."""
    known = dict(_known(example))
    had = known.pop("scores", None)
    had = had if type(had) is dict else {}
    known.pop("score", None)
    both = {**had, **scores} if over else {**scores, **had}
    return {**example, "metadata": known | {name: v for name, v in scored(both).items() if v is not None}}


def _with_facts(example: Example, facts: Mapping[str, Any]) -> Example:
    known = _known(example)
    new = {name: value for name, value in facts.items() if name not in known}
    return {**example, "metadata": {**known, **new}} if new else example
