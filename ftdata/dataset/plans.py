"""The base of Dataset, without verbs: a source, a format and steps that can be planned, run and inspected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from ftdata.classes import dataclass, replace
from ftdata.dataset.peeking import Peeking
from ftdata.errors import FtdataError, UsageError
from ftdata.formats.transcripts.options import reading

if TYPE_CHECKING:
    from ftdata.engines.flow import Decided
    from ftdata.engines.plan import Plan
    from ftdata.example.words import Example
    from ftdata.formats import Format
    from ftdata.steps.primitives import Decision, Step
    from ftdata.writing import OnReject

_SHOWN = 3  # examples in a notebook


@dataclass(frozen=True)
class Planned(Peeking):
    """Examples that are read and changed on demand."""

    def __getstate__(self) -> dict[str, Any]:
        # What runs have learned is learned again; rows in memory go along.
        named = self.runs_on if isinstance(self.runs_on, str) else None
        return {**self.__dict__, "source": self.source.portable(), "runs_on": named, "_shared": {}}

    def __deepcopy__(self, memo: object) -> Self:
        return self  # nothing can change it

    def __repr__(self) -> str:
        names = [file.name for file in self.source.files]
        shown = ", ".join(names[:3]) + (f", … ({len(names)} files)" if len(names) > 3 else "")
        return " | ".join([f"Dataset({shown})", *(step.name for step in (*self.row_steps, *self.steps))])

    def _repr_html_(self) -> str:
        from ftdata.report.notebook import preview

        try:
            examples, note = self.head(_SHOWN), ""
        except FtdataError as error:  # a notebook shows a dataset also before it can be run
            examples, note = [], str(error)
        return preview(repr(self), examples, note)

    def _with(self, step: Step) -> Self:
        return replace(self, steps=(*self.steps, step))

    def __iter__(self) -> Iterator[Example]:
        """Iterate over the examples, each made on demand.

        Raises:
            RowError: At the first row that cannot become an example; see `examples` for alternatives.
        """
        return self.examples()

    def examples(self, *, on_reject: OnReject | None = None, max_rejects: int | str | None = None) -> Iterator[Example]:
        """Iterate over the examples.

        Args:
            on_reject: Gets each row that cannot become an example.
            max_rejects: The number of such rows to allow, or a share such as ``"1%"``. By default none, or any number
                with `on_reject`.

        Raises:
            RejectedRows: If there were more than `max_rejects`; raised after the last example, with the tally.
            RowError: At the first such row, if neither is given.
        """
        from ftdata.writing import within

        engine, plan = self._engine(), self.plan()
        return within(partial(engine.examples, plan), on_reject, max_rejects)

    def head(
        self, count: int = 5, *, on_reject: OnReject | None = None, max_rejects: int | str | None = None
    ) -> list[Example]:
        """Return the first examples.

        Args:
            count: The number of examples.
            on_reject: See `examples`.
            max_rejects: See `examples`; rows after the requested examples are not read.

        Raises:
            RejectedRows: If there were more rejects than `max_rejects` in all, and fewer examples than requested.
            RowError: If a row before them cannot become an example, and neither option is given.
        """
        if count < 1:
            return []
        found: list[Example] = []
        for example in self.examples(on_reject=on_reject, max_rejects=max_rejects):
            found.append(example)
            if len(found) == count:
                break
        return found

    def count(
        self,
        *,
        workers: int | None = None,
        on_reject: OnReject | None = None,
        max_rejects: int | str | None = None,
    ) -> int:
        """Count the examples.

        Args:
            workers: Worker processes. By default one for each processor, and none for small input.
            on_reject: See `examples`.
            max_rejects: See `examples`.

        Raises:
            RejectedRows: If there were more rejects than `max_rejects`.
            RowError: At the first row that cannot become an example, if neither option is given.
        """
        from ftdata.writing import within

        engine, plan = self._engine(workers), self.plan()
        blocks = within(partial(engine.map, plan), on_reject, max_rejects)
        return sum(rows for _, _, rows in blocks)

    def plan(self, writes: Format | None = None) -> Plan:
        """The plan of a run: the steps, after the one that makes examples of the rows.

        Args:
            writes: The format to write. If `check --for` knows the service, its rules apply.

        Raises:
            UnknownFormatError: If the rows are in no known format and no step makes examples of them.
            UsageError: If the format to write is only read.
        """
        from ftdata.dataset.holding import held, of_rows

        writes = of_rows(self.steps, writes)
        plan = self._plan(writes)
        plan = held(plan, self._peeked) if writes else plan
        return replace(plan, steps=(*self.row_steps, *plan.steps)) if self.row_steps else plan

    def _plan(self, writes: Format | None) -> Plan:
        from ftdata.dataset.gathering import gathering
        from ftdata.dataset.logged import refuse_unused_choices
        from ftdata.engines.plan import Plan
        from ftdata.formats import FORMATS
        from ftdata.formats.parsing import Parse
        from ftdata.steps.primitives import AuthoringStep

        if writes and not writes.writes:
            raise UsageError(f"{writes.name} can be read but not written", hint="See the choices: ftdata formats.")
        if self.parts:
            return self._mixed(writes)
        authored = [step for step in self.steps if isinstance(step, AuthoringStep)]
        if authored:
            made = FORMATS["ftdata" if any(step.carries_metadata for step in authored) else "openai"]
            steps = self.steps
            if self.of_transcripts:
                steps = (*steps[:1], *self._finished(), *steps[1:])
            return Plan(self.source, steps, None, writes or made)
        reads = self.detected().format or self._unknown()
        refuse_unused_choices(reads, self.logs)
        if reads.gathers:
            steps = (gathering(reads, self.logs, self._shared), *self._settled(reads), *self.steps)
            return Plan(self.source, steps, None, writes or FORMATS["ftdata"])
        reads = reading(reads, self.logs)
        if chained := self._chaining(reads):
            return Plan(self.source, (*chained, *self._settled(reads), *self.steps), None, writes or FORMATS["ftdata"])
        # The same object every time, since decisions are remembered by the steps that they followed.
        parse = self._shared.setdefault(("parse", reads.name), Parse(reads, self._fills_nulls))
        if reads.transcript:
            steps = (parse, *self._settled(reads), *self.steps)
            return Plan(self.source, steps, reads, writes or FORMATS["ftdata"])
        # What has no lines of its own to write goes into ftdata's.
        writes = writes or (FORMATS["ftdata"] if reads.name.startswith("layouts") else reads)
        return Plan(self.source, (parse, *self.steps, *self._finishing(reads, writes)), reads, writes)

    @property
    def only_read(self) -> bool:
        """Whether the rows are in a format that cannot be written."""
        from ftdata.steps.primitives import AuthoringStep

        if any(isinstance(step, AuthoringStep) for step in self.steps):
            return self.of_transcripts
        known = self.parts[0].detected().format if self.parts else self.detected().format
        return known is not None and (known.transcript or not known.writes)

    def _chaining(self, reads: Format) -> tuple[Step, ...]:
        """The step that combines responses that continue each other; none if none of the first rows does."""
        from ftdata.dataset.logged import goes_on

        if reads.name != "openai-pairs" or not any(goes_on(row) for _, _, row in self._peeked()):
            return ()
        from ftdata.steps.chains import FindChains, GatherChains

        found: tuple[Step, ...] = self._shared.setdefault("chains", (FindChains(), GatherChains(reads)))
        return found

    def _settled(self, reads: Format) -> tuple[Step, ...]:
        """The default steps for logs: drop answers that were cut off, and redact what is private."""
        if not reads.private or not self.logs.redact:
            return self._finished() if reads.transcript else ()
        from ftdata.steps.redacting import Redact

        step: Step = self._shared.setdefault("redacted", Redact(metadata=True))
        return (*self._finished(), step)

    def read_as(self) -> Format | None:
        """The rows' format, with the options for logs; None for a table.

        Raises:
            UnknownFormatError: See `detected`.
            UsageError: If options for logs are given and the rows are not from a log.
        """
        from ftdata.dataset.logged import refuse_unused_choices

        known = self.detected().format
        refuse_unused_choices(known, self.logs)
        return known and reading(known, self.logs)

    @property
    def of_transcripts(self) -> bool:
        """Whether the examples come from logged calls, which record in the metadata what they know."""
        from ftdata.steps.primitives import AuthoringStep

        authored = [step for step in self.steps if isinstance(step, AuthoringStep)]
        if authored:
            return any(getattr(step, "transcript", False) for step in authored)
        if self.parts:
            return self.parts[0].of_transcripts
        known = self.detected().format
        return known is not None and known.transcript

    def _finished(self) -> tuple[Step, ...]:
        """The step for logs that drops answers that were cut off, unless another choice was made."""
        from ftdata.steps.finished import Finished

        if any(isinstance(step, Finished) for step in self.steps):
            return ()
        step: Step = self._shared.setdefault("finished", Finished())
        return (step,)

    def _finishing(self, reads: Format, writes: Format) -> tuple[Step, ...]:
        """The last step: prompts and completions become chats in every other format."""
        mixed = reads.name == "layouts" and "completion" in reads.kinds
        if not (mixed or reads.name == "completion") or writes.name in ("completion", "ftdata", "tokens"):
            return ()
        from ftdata.formats.completion import CompletionToChat

        step: Step = self._shared.setdefault("completion_to_chat", CompletionToChat(mixed=mixed))
        return (step,)

    def decisions(self) -> list[Decision]:
        """Return the decisions of surveys in the runs of this dataset so far, such as marks found in completions."""
        return [decided.decision for decided, _ in self._shared.get("decisions", {}).values()]

    def _mixed(self, writes: Format | None) -> Plan:
        """The plan of several datasets: each file's rows become examples as in its own dataset."""
        from ftdata.engines.plan import Plan
        from ftdata.formats import FORMATS
        from ftdata.steps.primitives import AuthoringStep, MapStep

        plans = [part.plan() for part in self.parts]
        if any(plan.heads or not all(isinstance(step, MapStep) for step in plan.steps) for plan in plans):
            hint = "Join them first and take that step afterwards, or write the dataset to a file and read that."
            raise UsageError("datasets cannot be joined after a step that looks at all examples", hint=hint)
        heads = [
            self._head(part, plan) for part, plan in zip(self.parts, plans, strict=True) for _ in plan.source.files
        ]
        common = plans[0].writes
        for plan in plans:
            if plan.writes and common and plan.writes.name != common.name:
                # Of several formats, ftdata's own form holds what any of them does.
                common = FORMATS["ftdata" if "ftdata" in (plan.writes.name, common.name) else "openai"]
        reads = plans[0].reads if all(plan.reads == plans[0].reads for plan in plans) else None
        steps = self.steps
        if isinstance(steps[0] if steps else None, AuthoringStep):  # the rows of all parts are joined first
            steps = (*steps[:1], *self._finished(), *steps[1:])
        return Plan(self.source, steps, reads, writes or common, heads=tuple(heads))  # type: ignore[arg-type]

    def _head(self, part: Planned, plan: Plan) -> tuple[Step | Decided, ...]:
        """The steps for the rows of a part; finish reasons are selected once, if that was set for the whole."""
        from ftdata.steps.finished import Finished

        if not any(isinstance(step, Finished) for step in self.steps):
            return plan.steps
        return tuple(step for step in plan.steps if step is not part._shared.get("finished"))

    def _unknown(self) -> Format:
        from ftdata.dataset.unknown import unknown
        from ftdata.formats import FORMATS

        self._raise_first()
        if not self._peeked():
            return FORMATS["ftdata"]  # of no rows, any format
        raise unknown(self.columns(), (row for _, _, row in self._peeked()), self.source.files[0].name)


Other = Planned | str | PathLike[str] | Sequence[str | PathLike[str]] | Iterable[Mapping[str, object]]
"""Another dataset, or something to read one from: a file, several files, or rows."""
