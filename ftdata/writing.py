"""Writing what a plan yields: outputs, rejects and the account, all of them or none."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ftdata.codec import decode, encode
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan, Rejected
from ftdata.errors import RowError, UsageError
from ftdata.files.opening import STDIN
from ftdata.files.output import Written
from ftdata.files.sink import Sink
from ftdata.files.tables import Layout, is_review, is_table, refuse_early, whole
from ftdata.findings import RejectedRows, Tally
from ftdata.report.review import review

T = TypeVar("T")

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
        UsageError: It is neither.
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
        yield from run(outcome)
        if limit is not None and limit.exceeded(outcome.tally):
            raise _too_many(outcome.tally, tuple(first), limit)

    return given()


@dataclass(frozen=True, slots=True)
class Result:
    """What was written, and what became of every row.

    Attributes:
        written: The outputs; none if no example came out.
        rejects: The path of the rejects, if there are any.
        tally: The account.
    """

    written: tuple[Written, ...]
    rejects: str | None
    tally: Tally

    @property
    def paths(self) -> tuple[str, ...]:
        """The outputs' paths."""
        return tuple(output.path for output in self.written)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "outputs": [output.to_dict() for output in self.written],
            "rejects": self.rejects,
            "tally": self.tally.to_dict(),
        }


def write(
    engine: Local,
    plan: Plan,
    path: str,
    *,
    force: bool = False,
    rejects: str | None = None,
    limit: Limit = Limit(),
    strict: bool = False,
    max_rows: int = 0,
    max_bytes: int = 0,
    on_progress: Any = None,
) -> Result:
    """Run a plan and write what it yields; see `Dataset.write`."""
    return write_all(
        engine,
        plan,
        (path,),
        force=force,
        rejects=rejects,
        limit=limit,
        strict=strict,
        max_rows=max_rows,
        max_bytes=max_bytes,
        on_progress=on_progress,
    )


def write_all(
    engine: Local,
    plan: Plan,
    paths: Sequence[str],
    *,
    force: bool = False,
    rejects: str | None = None,
    limit: Limit = Limit(),
    strict: bool = False,
    max_rows: int = 0,
    max_bytes: int = 0,
    on_progress: Any = None,
    beside: str | None = None,
) -> Result:
    """Run a plan whose route tells which of these outputs each example goes to.

    All outputs are complete before the first has its name. What the plan makes beside its examples goes to a file of
    its own, which has no limits.

    Raises:
        UsageError: Two outputs are one file.
    """
    first: list[RowError] = []
    begin = plan.writes.begin if plan.writes else b""
    with (
        ExitStack() as stack,
        # Every run replaces its rejects: they belong to the output beside them.
        Sink(rejects or STDIN, force=True) as rejected,
    ):
        _refuse_shared(paths if beside is None else (*paths, beside))
        sinks = [stack.enter_context(Sink(path, force, max_rows, max_bytes, _layout(path), begin)) for path in paths]
        if beside is not None:
            sinks.append(stack.enter_context(Sink(beside, force)))
        for sink in sinks:
            sink.claim([file.name for file in plan.source.files])

        def on_reject(reject: Rejected) -> None:
            if strict:
                raise reject.error
            if len(first) < _KEPT:
                first.append(reject.error)
            if rejects is not None:
                rejected.write(reject_line(reject), 1, reject.origin.path)

        outcome = Outcome(on_reject=on_reject, on_progress=on_progress)
        for origin, number, lines, rows in engine.route(plan, outcome):
            sinks[number].write(lines, rows, origin)
        _balanced(outcome.tally)
        rejected.finish()
        exceeded = limit.exceeded(outcome.tally)
        if outcome.tally.written and not exceeded:
            for sink in sinks:
                sink.finish()
        saved = rejected.publish()
        if exceeded:
            raise _too_many(outcome.tally, tuple(first), limit, "; nothing was written")
        written = tuple(output for sink in sinks for output in sink.publish()) if outcome.tally.written else ()
    if rejects is not None and not saved:
        Path(rejects).unlink(missing_ok=True)  # those of an earlier run say nothing about this output
    return Result(written, saved[0].path if saved else None, outcome.tally)


def _refuse_shared(paths: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path if path == STDIN else str(Path(path).resolve()), path)
        if path is not other:
            raise UsageError(f"two outputs are one file: {path}", hint="Name another.")


def _layout(path: str) -> Layout | None:
    """How the lines become rows, if the path names a table."""
    if not is_table(path):
        return None
    refuse_early(path)
    if is_review(path):
        return lambda line: review(decode(line))
    return whole


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
