"""Holding a conversion to what the service takes: what convert writes, check accepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.codec import decode
from ftdata.errors import RowError, UsageError
from ftdata.example.parts import kind_of
from ftdata.formats.openai import dump_carrying
from ftdata.formats.parsing import Parse
from ftdata.formats.targets import TARGETS
from ftdata.steps.primitives import BulkStep, MapStep, Step, WritingStep

if TYPE_CHECKING:
    from ftdata.engines.plan import Plan
    from ftdata.example.words import Kind
    from ftdata.formats.registry import Format
    from ftdata.rules.held import Held


Peek = Callable[[], Iterable[tuple[str, int, Any]]]
"""Looks at the first rows of the files: path, line and row of each."""


def held(plan: Plan, peek: Peek) -> Plan:
    """The plan, its writer held to the rules of the service that the format is for, if there are any.

    What goes from OpenAI's lines into ftdata's own takes the keys that no service knows along in its metadata.

    Args:
        plan: What is to be done.
        peek: Looks at the first rows, which tell the kind of all where nothing else is done with them.
    """
    name = plan.writes.name.partition(":")[0] if plan.writes else ""
    if plan.writes is not None and name == "ftdata" and plan.reads and plan.reads.native and plan.reads.name != name:
        return replace(plan, writes=replace(plan.writes, dump=dump_carrying))
    if plan.writes is None or name not in TARGETS:
        return plan
    from ftdata.rules.held import Held  # most runs write for no service

    service = TARGETS.shape(name)
    dump = Held(plan.writes.dump, service, _kind(plan, peek), native=plan.writes.native and not service.format)
    steps = plan.steps
    if len(steps) == 1 and isinstance(steps[0], MapStep) and isinstance(steps[0], BulkStep):
        steps = (Watched(steps[0], dump),)
    # Every row passes the writer, also one that was read in the format written: it is written as it was read if the
    # writer hands it back.
    return replace(plan, writes=replace(plan.writes, dump=dump), reads=None, steps=steps)


def of_rows(steps: Iterable[Step], asked: Format | None) -> Format | None:
    """The format to write: the one that was asked for, and the only one where a step makes its rows.

    Raises:
        UsageError: If a different one was requested.
    """
    made = next((step.writes for step in steps if isinstance(step, WritingStep)), None)
    if made is not None and asked is not None and asked is not made:
        raise UsageError(f"rows of {made.name} are written unchanged, not as {asked.name}",
                         hint="Omit the format, or read a file in that format.")  # fmt: skip
    return made or asked


def _kind(plan: Plan, peek: Peek) -> Kind | None:
    """The kind that most of the first examples have of those that the format holds, where rows are only read."""
    if len(plan.steps) != 1 or plan.heads or not isinstance(parse := plan.steps[0], Parse):
        return None
    found: Counter[Kind] = Counter()
    kinds = plan.writes.kinds if plan.writes else ()
    for _, _, row in peek():
        try:
            example = parse(row) if isinstance(row, dict) else None
        except RowError:
            continue
        made = [kind_of(one) for one in (example if isinstance(example, list) else [example]) if isinstance(one, dict)]
        found.update(kind for kind in made if kind in kinds)
    return found.most_common(1)[0][0] if found else None


@dataclass(frozen=True)
class Watched:
    """A step that makes the lines of many rows at once, of which no text may be what the service refuses.

    All these lines have the same messages but for their texts. So the first one tells of all, and a mark that special
    tokens begin with sends the rows to the writer one by one.

    Attributes:
        step: What makes the examples.
        held: The writer's dump.
    """

    step: Any
    held: Held

    @property
    def name(self) -> str:
        """The step's."""
        return str(self.step.name)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that the step reads."""
        needs: tuple[str, ...] = self.step.needs
        return needs

    def __call__(self, row: dict[str, Any]) -> Any:
        """What the step makes of the row."""
        return self.step(row)

    def lines(self, columns: Mapping[str, list[bytes]]) -> bytes | None:
        """The step's lines; None where they must go one by one."""
        output: bytes | None = self.step.lines(columns)
        return output if output and b"<|" not in output and self._takes(output) else None

    def _takes(self, output: bytes) -> bool:
        """Whether the service takes the first line as it is."""
        first = decode(output[: output.index(b"\n")])
        try:
            return self.held(first, Counter()) is first
        except RowError:
            return False
