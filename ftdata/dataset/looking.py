"""The method that inspects rows or examples and proposes what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ftdata.classes import replace
from ftdata.dataset.plans import Planned
from ftdata.errors import MissingPackageError, UnknownFormatError
from ftdata.files.options import ABOVE, FIRST, FOOTER
from ftdata.verbs import verb
from ftdata.verbs.types import Count

if TYPE_CHECKING:
    from ftdata.dataset.exported import FoundExport
    from ftdata.engines.local import Local
    from ftdata.engines.plan import Outcome, Plan, Rejected
    from ftdata.files.source import File
    from ftdata.formats import Detected
    from ftdata.profile import Chats, Rows
    from ftdata.report.look import Look
    from ftdata.report.proposal import ProposedTurns
    from ftdata.steps.primitives import Summary

S = TypeVar("S", bound="Summary")

_TEXT = ("csv", "json", "jsonl")  # containers that are text

_AROUND = (("--header-row", ABOVE, 1), ("--skip", FIRST, 0), ("--skip-footer", FOOTER, 0))
"""The options that leave out lines, what is left out by them, and how much more than its number they are given."""

_REASONS = 10  # reasons of rejects that are told apart


class Looking(Planned):
    """Look before you convert."""

    @verb(
        hidden=("on_progress",),
        examples=("ftdata look tickets.csv", "ftdata look huge.jsonl.gz --rows 100000"),
    )
    def look(
        self,
        *,
        rows: Count | None = None,
        workers: Count | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Look:
        """Inspect files: columns, roles, formats, and a command to start with.

        For a table: how many rows fill each column, the number of distinct values, their lengths, the most frequent
        ones, and the column's likely use. For chat files: kinds, roles, turns, tools and system prompts. Memory stays
        flat: only the most frequent values of a column are kept.

        Args:
            rows: Inspect only the first N rows.
            workers: Worker processes. By default one for each processor, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            InputError: If a file cannot be read.
        """
        from ftdata.dataset.exported import found_in
        from ftdata.engines.plan import Outcome, Plan
        from ftdata.findings import OTHER, summary_of
        from ftdata.formats import Detected
        from ftdata.profile import Chats, Rows
        from ftdata.report.look import Look

        if (below := self._below_titles()) is not None:
            return below.look(rows=rows, workers=workers, on_progress=on_progress)
        found = found_in(self) if not (self.steps or self.reads) else None
        known, made = self._known() if found is None or found.by_texts else (Detected(None, found.export.name), False)
        if made:
            found = None  # what can be read as it is needs no command that takes it apart
        elif found is not None:
            known = Detected(None, found.export.name)
        plan = self.plan() if made else Plan(self.source, (*self.row_steps, *self.steps))
        rejected: Counter[str] = Counter()
        first: list[str] = []

        def on_reject(reject: Rejected) -> None:
            reason = summary_of(reject.error)
            first[:] = first or [str(reject.error)]
            rejected[reason if reason in rejected or len(rejected) < _REASONS else OTHER] += 1

        outcome = Outcome(on_reject=on_reject, on_progress=on_progress)
        engine = self._engine(workers)
        seen: Chats | Rows
        if made:
            seen, whole = _survey(engine, plan, Chats, outcome, rows)
        else:
            seen, whole = _survey(engine, plan, Rows, outcome, rows)
        facts = {
            "files": [_file(file) for file in self.source.files],
            "format": {"name": known.format.name if known.format else None, "why": known.why},
            "all": whole,
            "rejected": dict(rejected.most_common()),
            "first_reject": first[0] if first else None,
        }
        return Look(facts | (self._of_examples(seen, known) if isinstance(seen, Chats) else self._of_rows(seen, found)))

    def _below_titles(self) -> Self | None:
        """The same files with the names of their columns read below their titles; None where no file has one."""
        from ftdata.files.source import Source

        if not any(getattr(file.container, "titled", 0) for file in self.source.files) or self.row_steps or self.steps:
            return None
        from ftdata.files.containers import below_title

        return replace(self, source=Source(tuple(map(below_title, self.source.files))), _shared={})

    def _known(self) -> tuple[Detected, bool]:
        """The rows' format, and whether examples come of them."""
        from ftdata.formats import Detected
        from ftdata.steps.primitives import AuthoringStep

        if any(isinstance(step, AuthoringStep) for step in self.steps):
            return Detected(self.plan().writes, "made by ftdata"), True
        try:
            known = self.detected()
        except UnknownFormatError as error:
            known = Detected(None, error.reason)
        return known, known.format is not None

    def _of_rows(self, rows: Rows, export: FoundExport | None) -> dict[str, Any]:
        from ftdata.profile import guesses, headerless
        from ftdata.report.proposal import column_names, propose, renamed

        rows.flush()
        why = ""
        for file in self.source.files:
            if getattr(file.container, "header_lines", 0):
                why = why or headerless(file.container.columns, rows)  # type: ignore[attr-defined] # a CSV's
        found = guesses(rows, named=not why)
        columns = [
            {"name": name, "likely": found[name].role, "why": found[name].why, **column.to_dict(rows.rows)}
            for name, column in rows.columns.items()
        ]
        notes, reading = [], self._reading()
        proposed = rows
        if why:
            names = column_names(found)
            notes.append(f"the first line may be data instead of column names: {why}")
            notes.append("the command below names the columns; without --columns, the first line is the header")
            reading += ["--columns", ",".join(names)]
            proposed = renamed(rows, names)
            found = dict(zip(names, found.values(), strict=True))
        if rows.further:
            notes.append(f"{rows.further:,} values are under other keys, which are not listed")
        commands = []
        likely = (
            self._exported(export) if export else self._as_messages(rows, sure=True) if rows.rows and not why else []
        )
        if likely and export and export.place:
            reading += ["--rows-at", export.place]
        likely = likely or self._likely(self._beside(propose(proposed, found), rows), tuple(proposed.columns))
        for turns in likely or (self._as_messages(rows, sure=False) if not why else []):
            notes += [note for note in turns.notes if note not in notes]
            commands.append(self._command(turns, reading))
        if len(commands) > 1:
            notes.append("two readings are plausible; the first is more likely")
        if rows.rows and not commands:
            notes.append("cannot tell which column is the user's turn and which the answer: use --user and --assistant")
        return {"rows": rows.rows, "columns": columns, "examples": None, "notes": notes, "commands": commands}

    def _likely(self, proposed: list[ProposedTurns], names: tuple[str, ...]) -> list[ProposedTurns]:
        """The proposals that make examples of the first rows, with what became of these; two at most."""
        kept: list[ProposedTurns] = []
        for turns in proposed:
            if kept and (turns.fallback or len(kept) == 2):
                break
            tried = self._tried(turns, names)
            if tried is not None:
                more = [note for note in (self._newest_first(turns), tried) if note]
                kept.append(replace(turns, notes=(*turns.notes, *more)))
        return kept

    def _newest_first(self, turns: ProposedTurns) -> str:
        """What is said of messages that stand newest first and are put in order; nothing of others."""
        from ftdata.rows.times import newest_first

        order, group = turns.options.get("order_by"), turns.options.get("group_by")
        rows = [row for _, _, row in self._peeked() if isinstance(row, dict)]
        if not isinstance(order, str) or not newest_first([(str(row.get(str(group))), row.get(order)) for row in rows]):
            return ""
        return f'the rows of a conversation are newest first by "{order}", and --order-by puts them in order'

    def _tried(self, turns: ProposedTurns, names: tuple[str, ...]) -> str | None:
        """What becomes of the first rows: nothing to say, what does not come out of them; None where nothing does."""
        rows = [row for _, _, row in self._peeked() if isinstance(row, dict)]
        if rows and tuple(rows[0]) != names and len(rows[0]) == len(names):  # a table without names
            rows = [dict(zip(names, row.values(), strict=False)) for row in rows]
        return self._lost(turns, rows)

    def _lost(self, turns: ProposedTurns, rows: list[dict[str, Any]]) -> str | None:
        """What does not come out of these rows; None where nothing does."""
        from ftdata.dataset.exported import tried
        from ftdata.engines.plan import Outcome
        from ftdata.findings import summary_of

        rejected: Counter[str] = Counter()
        outcome = Outcome(on_reject=lambda one: rejected.update([summary_of(one.error)]))
        try:
            if not tried(self, turns, rows, outcome):
                return None
        except MissingPackageError as error:
            return str(error)
        lost = [f"{count:,} rejected: {reason}" for reason, count in rejected.most_common(2)]
        drops = outcome.tally.to_dict()["dropped"]
        lost += [f"{count:,} dropped: {why}" for reasons in drops.values() for why, count in list(reasons.items())[:2]]
        return f"of the first {len(rows):,} rows, {', '.join(lost)}" if lost else ""

    def _beside(self, proposed: list[ProposedTurns], rows: Rows) -> list[ProposedTurns]:
        """The proposals, of rows that are messages with what leaves out those that are none."""
        from ftdata.report.messages import Messages

        if not rows.rows:
            return []
        first = [row for _, _, row in self._peeked() if isinstance(row, dict)]
        return [
            Messages(rows, first).beside(turns)
            if turns.verb == "gather_messages" and str(turns.options["role_column"]) in rows.columns
            else turns
            for turns in proposed
        ]

    def _as_messages(self, rows: Rows, *, sure: bool) -> list[ProposedTurns]:
        """The proposal for rows that are messages, if it makes examples of the first ones; `sure`: if some are none."""
        from ftdata.report.messages import Messages

        first = [row for _, _, row in self._peeked() if isinstance(row, dict)]
        turns = Messages(rows, first).propose()
        if turns is None or (sure and len(turns.rows["where"]) < 2 and "html_to_text" not in turns.rows):
            return []
        said = self._lost(turns, first)
        return [] if said is None else [replace(turns, notes=(*turns.notes, said) if said else turns.notes)]

    def _exported(self, export: FoundExport) -> list[ProposedTurns]:
        """The proposal for an export, if it makes examples of the first rows."""
        from ftdata.dataset.exported import proposal, rows_of

        turns = proposal(self, export)
        said = self._lost(turns, rows_of(self, export)) if turns else None
        return (
            [replace(turns, notes=(*turns.notes, said) if said else turns.notes)] if turns and said is not None else []
        )

    def _of_examples(self, chats: Chats, known: Detected) -> dict[str, Any]:
        from ftdata.report.proposal import command

        commands = []
        labelled = "kto_tag" in chats.metadata.counts
        if self._on_disk() and chats.rows and not self.steps:
            names = self._names()
            reading = self._reading()
            commands = [command(names, self._output(), ["--to", "trl" if labelled else "openai", *reading])]
        notes = ["answers are labelled as wanted or not, which trl's lines keep"] if labelled else []
        if chats.metadata.distinct:
            notes.append("metadata is for ftdata only; --to openai leaves it out")
        return {"rows": chats.rows, "columns": None, "examples": chats.to_dict(), "notes": notes, "commands": commands}

    def _on_disk(self) -> bool:
        return not any(file.name.startswith("<") for file in self.source.files)

    def _command(self, turns: ProposedTurns, reading: list[str]) -> str:
        from ftdata.report.proposal import command

        if not self._on_disk():
            return f"data.{turns.call()}"
        return command(self._names(), self._output(), reading, turns)

    def _names(self) -> list[str]:
        """The files, each once: several sheets are of one."""
        return list(dict.fromkeys(file.name for file in self.source.files))

    def _output(self) -> str:
        """A name for an output that is not there yet."""
        from ftdata.files.opening import stem

        taken = {file.name for file in self.source.files}
        own = stem(self.source.files[0].name)
        names = ["train.jsonl", f"{own}.train.jsonl"]
        names += [f"{own}.train-{number}.jsonl" for number in range(2, 1000)]
        return next(name for name in names if name not in taken and not Path(name).exists())

    def _reading(self) -> list[str]:
        """The options with which the files are read as they were now."""
        from ftdata.files.opening import UTF8

        words: list[str] = []
        file = self.source.files[0]
        delimiter = getattr(file.container, "delimiter", ",")
        if delimiter != ",":
            words += ["--delimiter", "tab" if delimiter == "\t" else delimiter]
        if getattr(file.container, "header_lines", None) == 0:
            words += ["--columns", ",".join(getattr(file.container, "columns", ()))]
        left_out = dict(getattr(file.container, "left_out", ()))
        for option, where, more in _AROUND:
            if where in left_out:
                words += [option, str(left_out[where] + more)]
        if getattr(file.container, "asked", False):
            sheets = [str(getattr(one.container, "sheet", "")) for one in self.source.files if one.name == file.name]
            words += ["--sheet", ",".join(sheets)]
        if file.opening.encoding != UTF8:
            words += ["--encoding", file.opening.encoding]
        return [*words, "--from", self.reads.name] if self.reads else words


def _survey(engine: Local, plan: Plan, survey: Callable[[], S], outcome: Outcome, rows: int | None) -> tuple[S, bool]:
    """The summary of all, or of the first so many; and whether these were all."""
    if rows is None:
        return engine.survey(plan, survey, outcome), True
    seen, examples = survey(), engine.examples(plan, outcome)
    for example in islice(examples, rows):
        seen.add(example)
    return seen, next(examples, None) is None


def _file(file: File) -> dict[str, Any]:
    """What a file is taken for, and why."""
    from ftdata.files.opening import STDIN, compression_of

    container = file.container
    compression = compression_of(file.name)
    extension = Path(Path(file.name).stem if compression else file.name).suffix.lower().lstrip(".")
    by_name = extension in (container.name, {"csv": "tsv", "jsonl": "ndjson"}.get(container.name))
    header = getattr(container, "header_lines", None)
    in_memory = file.name.startswith("<")
    return {
        "path": file.name,
        "container": container.name,
        "why": "rows in memory" if in_memory else "by its name" if by_name else "by how it begins",
        "compression": compression or None,
        "encoding": file.opening.encoding.upper() if container.name in _TEXT else None,
        "delimiter": getattr(container, "delimiter", None),
        "header": None if header is None else header > 0,
        "bytes": file.size if file.name != STDIN else None,
    }
