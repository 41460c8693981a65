"""Write what a plan yields: outputs, rejects and the tally, all or nothing."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.classes import dataclass, field
from ftdata.codec import decode, encode
from ftdata.engines.plan import Outcome, Plan, Rejected
from ftdata.errors import InternalError, RowError, UsageError, of_system, option
from ftdata.files.beside import MANIFEST
from ftdata.files.beside import beside as beside_output
from ftdata.files.claims import Claims, are_rejects, is_manifest
from ftdata.files.extensions import is_review, is_table
from ftdata.files.opening import STDIN
from ftdata.files.rehearsal import is_dry
from ftdata.files.sink import Sink
from ftdata.files.standing import remove
from ftdata.findings import EmptyOutputError, RejectedRows, Tally
from ftdata.formats.parsing import Parse
from ftdata.report.account import account

if TYPE_CHECKING:
    from ftdata.engines.local import Local
    from ftdata.files.output import Written
    from ftdata.files.parts import PartedOutput
    from ftdata.files.tables import Layout

T = TypeVar("T")

log = logging.getLogger("ftdata.run")
"""Apart from notices, which the command line repeats: it tells the account in its own way."""

_KEPT = 20  # rejects that RejectedRows carries


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rejects are allowed: a number, or a share of the rows read."""

    rows: int = 0
    share: float | None = None

    def exceeded(self, tally: Tally) -> bool:
        """Whether there are more."""
        allowed = self.rows if self.share is None else self.share * tally.read
        return tally.rejected.total() > allowed

    def __str__(self) -> str:
        return f"{self.rows:,}" if self.share is None else f"{self.share * 100:g}%"


def limit_of(text: int | str) -> Limit:
    """The limit of ``10`` or ``"1%"``.

    Raises:
        UsageError: If it is neither.
    """
    if isinstance(text, int):
        return Limit(text)
    found = re.fullmatch(r"(\d+)|(\d+(?:\.\d+)?)%", text.strip())
    if not found:
        raise UsageError(f"a number of rejects is 10 or 1%; got {text!r}")
    return Limit(int(found[1])) if found[1] else Limit(share=float(found[2]) / 100)


OnReject = Callable[[Rejected], None]


def within(
    run: Callable[[Outcome], Iterator[T]], on_reject: OnReject | None, max_rejects: int | str | None
) -> Iterator[T]:
    """What a run gives, as long as no more rows are rejected than allowed; see `Dataset.examples`."""
    limit = None if max_rejects is None else limit_of(max_rejects)
    first: list[RowError] = []

    def told(reject: Rejected) -> None:
        if on_reject is not None:
            on_reject(reject)
        elif limit is None:
            raise reject.error
        if len(first) < _KEPT:
            first.append(reject.error)

    outcome = Outcome(on_reject=told)

    def given() -> Iterator[T]:
        with of_system():
            yield from run(outcome)
        if limit is not None and limit.exceeded(outcome.tally):
            raise _too_many(outcome.tally, tuple(first), limit)

    return given()


@dataclass(frozen=True, slots=True)
class Result:
    """What was written, and what happened to every row.

    Attributes:
        written: The outputs; empty if no examples remain.
        rejects: The path of the rejects, if there are any.
        tally: The counts.
        removed: Removed files from an earlier run of these outputs, for which this run has nothing.
        bug: The first row at which ftdata itself failed; `tally.internal` is the number of such rows.
        read: The number of rows read, by the name of the input.
        dry_run: Whether nothing was really written; see `ftdata.dry_run`.
    """

    written: tuple[Written, ...]
    rejects: str | None
    tally: Tally
    removed: tuple[str, ...] = ()
    bug: InternalError | None = None
    read: Mapping[str, int] = field(default_factory=dict)
    dry_run: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the outputs."""
        return tuple(output.path for output in self.written)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "outputs": [output.to_dict() for output in self.written],
            "rejects": self.rejects,
            "tally": self.tally.to_dict(),
            **({"removed": list(self.removed)} if self.removed else {}),
            **({"bug": str(self.bug)} if self.bug else {}),
            **({"dry_run": True} if self.dry_run else {}),
        }


@dataclass(frozen=True, slots=True)
class Writing:
    """How a run writes; see `Dataset.write`."""

    force: bool = False
    rejects: str | None = None
    limit: Limit = Limit()
    strict: bool = False
    max_rows: int = 0
    max_bytes: int = 0
    allow_empty: bool = False
    manifest: bool = False
    parts: bool = False
    merge_parts: bool = False
    on_progress: Any = None

    def __post_init__(self) -> None:
        if self.parts and self.merge_parts:
            hint = f"Leave {option('parts', True)} out for one file."
            raise UsageError("parts are left apart or put together, not both", hint=hint)
        if self.in_parts and (self.max_rows or self.max_bytes):
            raise UsageError("parts are as large as what a worker reads at a time",
                             hint=f"Leave out what limits their size, or {option('parts', True)}.")  # fmt: skip

    @property
    def in_parts(self) -> bool:
        """Whether workers write."""
        return self.parts or self.merge_parts


def write_all(engine: Local, plan: Plan, paths: Sequence[str], asked: Writing, *, beside: str | None = None) -> Result:
    """Run a plan whose route tells which of these outputs each example goes to.

    All outputs are complete before the first has its name. What the plan makes beside its examples goes to a file of
    its own, which has no limits.

    Raises:
        EmptyOutputError: If no example came out, and an empty output is not allowed.
        OutputError: If an output cannot be written, or exists.
        RejectedRows: If more rows were rejected than allowed.
        UsageError: If two outputs are the same file, or one is an input.
    """
    with of_system(), ExitStack() as stack:
        run = _Run(plan, asked, stack)
        run.claim(paths, beside)
        run.pass_through(engine)
        return run.ended()


class _Run:
    """A run that writes: its outputs, its rejects and its account."""

    def __init__(self, plan: Plan, asked: Writing, stack: ExitStack) -> None:
        self._plan = plan
        self._asked = asked
        self._stack = stack
        self._inputs = [file.name for file in plan.source.files]
        self._first: list[RowError] = []
        self._sinks: list[Sink] = []
        self._parted: list[PartedOutput] = []
        self._rejected = stack.enter_context(Sink(asked.rejects or STDIN, force=True))
        self._outcome = Outcome(on_reject=self._reject, on_progress=asked.on_progress)

    def claim(self, paths: Sequence[str], beside: str | None) -> None:
        """Refuse, before any work, outputs that would replace what they must not."""
        asked, begin = self._asked, self._plan.writes.begin if self._plan.writes else b""
        claims = Claims(self._inputs, force=asked.force)
        for path in paths if asked.in_parts else ():
            from ftdata.files.parts import PartedOutput

            parted = PartedOutput(path, asked.force, begin, asked.merge_parts)
            self._parted.append(self._stack.enter_context(parted))
        for path in () if asked.in_parts else paths:
            one = Sink(path, asked.force, asked.max_rows, asked.max_bytes, self._layout(path), begin)
            self._sinks.append(self._stack.enter_context(one))
        if beside is not None:
            self._sinks.append(self._stack.enter_context(Sink(beside, asked.force)))
        for sink in self._all():
            sink.claim(self._inputs, claims)
        if asked.rejects is not None:
            claims.claim(asked.rejects, ours=are_rejects(asked.rejects))
            self._rejected.makes_folder = claims.makes_folder_of(asked.rejects)  # a reject may come before any output
        if asked.manifest:
            path = beside_output(paths[0], MANIFEST)
            claims.claim(path, ours=is_manifest(path))

    def _all(self) -> list[Sink | PartedOutput]:
        return [*self._sinks, *self._parted]

    def _layout(self, path: str) -> Layout | None:
        """How the lines become rows, if the path names a table."""
        if not is_table(path):
            return None
        from ftdata.files.tables import of_lists, refuse_early, whole
        from ftdata.formats.tokens import TOKENS
        from ftdata.report.review import review

        refuse_early(path)
        if is_review(path):
            return lambda line: review(decode(line))
        return of_lists if self._plan.writes is TOKENS else whole

    def _reject(self, reject: Rejected) -> None:
        if self._asked.strict:
            raise reject.error
        if len(self._first) < _KEPT:
            self._first.append(reject.error)
        if self._asked.rejects is not None:
            self._rejected.write(reject_line(reject), 1, reject.origin.path)

    def pass_through(self, engine: Local) -> None:
        """Take all rows through the plan, into the unfinished outputs."""
        if self._parted:
            for number, part in engine.parts(self._plan, self._outcome, [one.staging for one in self._parted]):
                self._parted[number].add(part)
            _balanced(self._outcome.tally)
            return
        for origin, number, lines, rows in engine.route(self._plan, self._outcome):
            self._sinks[number].write(lines, rows, origin)
        _balanced(self._outcome.tally)

    def ended(self) -> Result:
        """Finish all outputs, and only then give them their names."""
        tally, asked = self._outcome.tally, self._asked
        exceeded = asked.limit.exceeded(tally)
        writes = bool(tally.written or asked.allow_empty) and not exceeded
        self._rejected.finish()
        if writes:
            for sink in self._all():
                if not tally.written:
                    sink.fill_empty(self._inputs)
                sink.finish()
        saved = self._rejected.publish()
        self._log(saved[0].path if saved else None)
        if exceeded:
            raise _too_many(tally, tuple(self._first), asked.limit, "; nothing was written")
        written = tuple(output for sink in self._all() for output in sink.publish()) if writes else ()
        removed = [path for sink in self._all() for path in sink.stale()] if writes else []
        for path in removed:
            remove(path)
        if asked.rejects is not None and not saved and are_rejects(asked.rejects):
            remove(asked.rejects)  # those of an earlier run say nothing about this output
        rejects = saved[0].path if saved else None
        outcome = self._outcome
        result = Result(written, rejects, tally, tuple(removed), outcome.bug, outcome.read, is_dry())
        if not writes:
            raise _empty(result)
        return result

    def _log(self, rejects: str | None) -> None:
        """Tell programs what the command line tells people."""
        if not log.isEnabledFor(logging.INFO):
            return
        shown = ", ".join(self._inputs[:3]) + (f" and {len(self._inputs) - 3:,} more" if len(self._inputs) > 3 else "")
        writes = self._plan.writes
        reads = next((step.format for step in self._plan.steps if isinstance(step, Parse)), None)
        log.info("read %s%s", shown, f" as {reads.name}" if reads else "")
        for line in account(self._outcome.tally):
            log.info("%s", " ".join(line.split()))
        for path in [sink.pattern for sink in self._all()]:
            log.info("output %s%s", path, f" as {writes.name}" if writes else "")
        if rejects:
            log.info("rejects %s", rejects)


def _empty(result: Result) -> EmptyOutputError:
    hint = f"An empty file is written with {option('allow_empty', True)}."
    error = EmptyOutputError("no examples remain; nothing was written", hint=hint)
    error.result = result
    return error


def _balanced(tally: Tally) -> None:
    if not tally.balanced:
        raise AssertionError(f"the account does not balance: {tally.to_dict()}")


def _too_many(tally: Tally, first: tuple[RowError, ...], limit: Limit, so: str = "") -> RejectedRows:
    count = tally.rejected.total()
    return RejectedRows(
        f"{count:,} of {tally.read:,} rows cannot become examples, and {limit} are allowed{so}. The first: {first[0]}",
        tally=tally,
        first=first,
    )


def reject_line(reject: Rejected) -> bytes:
    """A line of a rejects file: origin, reason, JSON path and the row; base64 where it is no UTF-8."""
    line: dict[str, Any] = {
        "path": reject.origin.path,
        "line": reject.origin.line,
        "reason": reject.error.reason,
    }
    if reject.error.json_path:
        line["json_path"] = reject.error.json_path
    try:
        line["row"] = reject.raw.decode()
    except UnicodeDecodeError:
        line["row_base64"] = base64.b64encode(reject.raw).decode()
    return encode(line) + b"\n"
