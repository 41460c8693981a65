"""How rows lie in files: whether a target takes them so, and as what a check judges them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.dataset.plans import Planned
from ftdata.errors import RowError, UnknownFormatError

if TYPE_CHECKING:
    from ftdata.engines.plan import Plan
    from ftdata.example.words import Kind
    from ftdata.formats import Format
    from ftdata.formats.parsing import Parse
    from ftdata.formats.targets import Target
    from ftdata.rules.checker import Elsewhere


@dataclass(frozen=True)
class Lying:
    """How rows are judged for a target.

    Attributes:
        rows: Whether they are judged as they lie; else what is judged are the rows that the target's format writes of
            the examples.
        reads: How examples are made of the rows that are judged, where the target's have a shape of their own.
        other: Where the first row lies that is in a format which the target does not take.
        known: The format of the rows as they lie, if it is known.
        beyond: Whether the first rows are such as the target takes and no example can be made of.
    """

    rows: bool
    reads: Parse | None = None
    other: Elsewhere | None = None
    known: Format | None = None
    beyond: bool = False

    @property
    def unread(self) -> bool:
        """Whether nobody can say what the rows would become."""
        return self.other is not None and self.known is None


class JudgedRows(Planned):
    """What a check must know of rows before it judges any: their shape, and what they are for."""

    def _lying(self, service: Target) -> Lying:
        """How the rows lie, as a target sees it.

        Raises:
            UnknownFormatError: If the rows are not in the given format.
        """
        from ftdata.formats import FORMATS

        own = FORMATS[service.format] if service.own else None
        if self.steps or self.row_steps:
            return Lying(False, self._parse(own))
        try:
            known = self.read_as()
        except UnknownFormatError:
            if self.reads or self.logs.chosen():
                raise  # what was asked for is not what they are
            return Lying(True, self._parse(own))  # they are of several formats: each is told of by itself
        if known is None and own is None:
            beyond = bool(service.format) and self._go_beyond(FORMATS[service.format])
            return Lying(not self._fills_nulls, beyond=beyond)  # rules say what is wrong with other rows
        if known is not None and self._takes(service, known):
            renamed = self.reads is not None and self.reads is not FORMATS.get(self.reads.name)
            rows = not renamed and (own is not None or not self._fills_nulls)
            as_own = not rows or (own is not None and own.dialect_of == "openai" and known.native)
            return Lying(rows, self._parse(own and (own if as_own else known)), known=known)
        if own is not None and self._are(own, plain=known is None or known.native or _is_vague(known, own)):
            return Lying(True, self._parse(own), known=own)
        return Lying(known is None, self._parse(own), self._elsewhere(known, service), known)

    def _takes(self, service: Target, known: Format) -> bool:
        """Whether a target takes rows of a format as they lie."""
        if known.name.partition(":")[0] in service.reads or (known.native and "openai" in service.reads):
            return True
        return known.native and bool(service.lines) and self._kind(None) in service.lines

    def _parse(self, known: Format | None) -> Parse | None:
        from ftdata.formats.parsing import Parse

        return Parse(known, self._fills_nulls) if known else None

    def _are(self, own: Format, *, plain: bool) -> bool:
        """Whether the first rows are a format's too: chats of text are many's, and others have the marks of two."""
        rows = [row for _, _, row in self._peeked() if type(row) is dict]
        return bool(rows) and all(
            (plain or own.fits(row) or own.goes_beyond(row)) and _is_row(own, row) for row in rows
        )

    def _go_beyond(self, own: Format) -> bool:
        """Whether the first rows are such as a target takes and no example can be made of."""
        rows = [row for _, _, row in self._peeked()]
        return bool(rows) and all(type(row) is dict and own.goes_beyond(row) for row in rows)

    def _elsewhere(self, known: Format | None, service: Target) -> Elsewhere | None:
        """Where the first row lies that has the marks of a format."""
        import shlex

        from ftdata.findings import Origin
        from ftdata.rules.checker import Elsewhere

        rows = [one for one in self._peeked() if type(one[2]) is dict]
        if not rows:
            return None
        path, line, _ = next((one for one in rows if known and known.fits(one[2])), rows[0])
        if known is None:
            return Elsewhere("", "", Origin(path, line), shlex.join(["ftdata", "look", path]))
        if path.startswith("<"):
            return Elsewhere(known.name, known.sign, Origin(path, line), f'write(PATH, format="{service.written}")')
        stem = Path(path).name.partition(".")[0] or "rows"
        asked = ["--from", self.reads.name] if self.reads else []
        words = ["ftdata", "convert", path, *asked, "--to", service.written, "-o", f"{stem}.{service.name}.jsonl"]
        return Elsewhere(known.name, known.sign, Origin(path, line), shlex.join(words))

    def _judged_plan(self, service: Target, how: Lying) -> Plan:
        """What makes the rows that are judged."""
        from ftdata.engines.plan import Plan
        from ftdata.formats import FORMATS

        if how.rows:
            return Plan(self.source, ())
        from ftdata.steps.writing import WriteRows

        written = FORMATS[service.written]
        as_chats = how.other is not None and how.known is not None and how.known.name == "completion"
        plan = self._plan(written if as_chats else None)
        return replace(plan, steps=(*self.row_steps, *plan.steps, WriteRows(written)), reads=None)

    # -- what they are for ------------------------------------------------------------------------------------------

    def _kind_for(self, service: Target, how: Lying) -> Kind:
        """The kind that a target gets to see."""
        known = how.known
        if how.other is not None and known is not None and known.name == "completion":
            return "chat"  # as which prompts and completions are written
        return self._kind(how.reads if how.rows else self._other_reader(known))

    def _labelled(self, how: Lying) -> bool:
        """Whether most of the first rows are answers with a label: unpaired preferences, which KTO trains on."""
        reads = how.reads if how.rows else self._other_reader(how.known)
        rows = [row for _, _, row in self._peeked() if type(row) is dict]
        return sum(_has_label(reads, row) for row in rows) > len(rows) / 2

    def _kind(self, reads: Parse | None) -> Kind:
        """The kind that most of the first rows have, or the examples that are made of them."""
        from ftdata.rules.rows import looks_like
        from ftdata.steps.fixing import Fix
        from ftdata.steps.primitives import AuthoringStep

        if any(isinstance(step, AuthoringStep) and not isinstance(step, Fix) for step in self.steps):
            return "chat"
        if self._logged():
            return "chat"
        found: Counter[Any] = Counter()
        for _, _, row in self._peeked():
            if isinstance(row, dict):
                if reads is not None:
                    try:
                        example = reads(row)
                    except RowError:
                        continue
                    if not isinstance(example, dict):
                        continue
                    row = example
                folded = {key.lower(): value for key, value in row.items()}
                kind = looks_like(row) or looks_like(folded)
                found["prompt" if kind == "chat" and _only_asks(row) else kind] += 1
        del found[None]
        if set(found) == {"prompt"}:
            return "reinforcement"  # nobody answers in any row: its grader needs no key
        found["chat"] += found.pop("prompt", 0)
        return found.most_common(1)[0][0] if found else "chat"

    def _other_reader(self, known: Format | None) -> Parse | None:
        """How examples are made of rows of another format than OpenAI's."""
        return None if known is None or known.native or known.name == "completion" else self._parse(known)

    def _logged(self) -> bool:
        try:
            return self.of_transcripts
        except UnknownFormatError:
            return False


def _has_label(reads: Parse | None, row: dict[str, Any]) -> bool:
    from ftdata.rules.labels import label_of

    try:
        example = reads(row) if reads else row
    except RowError:
        return False
    return isinstance(example, dict) and label_of(example) is not None


def _only_asks(row: dict[str, Any]) -> bool:
    """Whether nobody answers in a chat, which ends with a question."""
    turns = row.get("messages")
    roles = [turn.get("role") for turn in turns if type(turn) is dict] if type(turns) is list else []
    return roles[-1:] == ["user"] and "assistant" not in roles


def _is_vague(known: Format, own: Format) -> bool:
    """Whether rows are told by columns that many have, and a target's judges compare all that they hold."""
    return known.name == "layouts" and not any(judge.reshapes for judge in own.judges)


def _is_row(known: Format, row: dict[str, Any]) -> bool:
    """Whether a row is one of a format's: it can be read or needs no reading, and nothing is told of it for sure."""
    try:
        known.read(row, Counter())
    except RowError:
        if not known.goes_beyond(row):
            return False
    return not any(told.sure for told in known.refusals(row))
