"""The verbs that check and mend."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from ftdata.dataset.plans import Planned
from ftdata.engines.plan import Plan
from ftdata.errors import RowError, UnknownFormatError, UsageError
from ftdata.example.shapes import Kind
from ftdata.facts.methods import METHOD_OF, METHODS
from ftdata.facts.methods import method as method_named
from ftdata.formats.parsing import Parse
from ftdata.formats.targets import Target, target
from ftdata.steps.primitives import AuthoringStep

if TYPE_CHECKING:
    from ftdata.report.checked import Report
    from ftdata.rules.budget import Budget
    from ftdata.rules.checker import Checker
    from ftdata.steps.against import Against

# The rules are imported when they are asked for: most datasets are never checked.
log = logging.getLogger("ftdata")

SHOWN = 20
"""Findings that are kept of each rule, unless told otherwise."""


Other = Planned | str | PathLike[str] | Sequence[str | PathLike[str]] | Iterable[Mapping[str, object]]
"""Another dataset, or what one is read from: a file, several, or rows."""


class Checking(Planned):
    """What is wrong with rows, and how it is put right."""

    def check(
        self,
        *,
        target: str = "openai",
        method: str | None = None,
        model: str | None = None,
        models: str | None = None,
        against: Other | None = None,
        near: float | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        max_findings: int = SHOWN,
        baseline: Collection[int] = (),
        prints: bool = False,
        workers: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Report:
        """Judge every row, and say everything that is wrong at once.

        Rows of files are judged as they stand there, those that are no example too. What comes of steps, or of another
        format, is judged as it would be written as ``openai``.

        Args:
            target: The service or trainer, such as ``openai`` or ``llama-factory``; `ftdata check --help` names them.
                For others than ``openai`` and ``azure`` rows are judged as they take them, which must be in a file.
            method: ``sft``, ``dpo``, ``rft`` or ``completion``; by default the one that the first rows are for.
            model: The model that is to be trained: its limit of tokens, its methods, whether it sees images.
            models: A file of models of your own, as for `stats`.
            against: What should share nothing with this, such as the validation part: a dataset, its files, or rows.
                Rows of it that are no examples are not compared; a logged warning tells their number.
            near: With `against`: also tell examples that are so similar, such as 0.85.
            select: Rules or groups of rules to use; by default all.
            ignore: Rules or groups to leave out.
            max_findings: How many findings of each rule are kept; all are counted.
            baseline: Fingerprints of findings that are known, as `Report.prints` gives them.
            prints: Whether the report shall have the fingerprints of all findings.
            workers: Worker processes; by default as many as there are processors, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            InputError: A file cannot be read.
            UsageError: There is no such target, method, model or rule, or one was asked for that needs `against`.
            UnknownFormatError: The rows of `against` are in no known format.
        """
        from ftdata.engines.checking import check
        from ftdata.report.checked import Report

        select = tuple(select)
        checker = self._checker(target, method, select, ignore)
        checker.most = max(1, max_findings)
        checker.known = frozenset(baseline)
        checker.printing = prints
        checker.budget = _budget(model, models) if model else None
        checker.against = _against(checker, against, near, select, workers)
        rows = bool(checker.target.reads) or self._as_rows()
        plan = Plan(self.source, ()) if rows else self.plan()
        done = check(self._engine(workers), plan, checker, rows=rows, on_progress=on_progress)
        names = tuple(file.name for file in self.source.files)
        return Report(
            done.findings,
            done.counts,
            done.rows,
            names,
            target,
            METHOD_OF[checker.kind],
            done.known,
            done.prints,
            done.trace,
        )

    def fix(
        self,
        *,
        unsafe: bool = False,
        target: str = "openai",
        method: str | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
    ) -> Self:
        """The rows with what can be put right: safe fixes never change what an example means.

        Args:
            unsafe: Whether the other fixes are applied too.
            target: The service, as for `check`.
            method: The method, as for `check`.
            select: Rules or groups of rules to use; by default all.
            ignore: Rules or groups to leave out.

        Raises:
            UsageError: There is no such target, method or rule, or the target's rows have a shape of their own.
        """
        from ftdata.steps.fixing import Fix
        from ftdata.steps.preparing import behind

        checker = self._checker(target, method, select, ignore)
        if checker.reads is not None:
            raise UsageError(f"fixes are for the rows of OpenAI's shape, and those for {target} have another",
                             hint=f"Let a conversion put them right: ftdata convert --to {target}.")  # fmt: skip
        fixed = self._with(Fix(checker, unsafe))
        return replace(fixed, steps=(*fixed.steps, *behind(checker))) if unsafe else fixed

    def _checker(self, name: str, method: str | None, select: Iterable[str], ignore: Iterable[str]) -> Checker:
        from ftdata.rules import RULES, chosen
        from ftdata.rules.checker import Checker

        service = target(name)
        reads = self._read_for(service) if service.reads else None
        kind = self._kind(reads) if method is None else METHODS[method_named(method)]
        rules = tuple(
            rule for rule in chosen(RULES, select, ignore) if not service.leaves.intersection((rule.slug, rule.group))
        )
        return Checker(rules, kind, service, reads=reads)

    def _read_for(self, service: Target) -> Parse | None:
        """How examples are made of rows that a service takes as they stand; None where they are OpenAI's.

        Raises:
            UsageError: It does not take such rows, or they are no rows of files any more.
        """
        if self.steps:
            raise UsageError(
                f"rows for {service.name} are checked as they stand in a file",
                hint=f'Write them first: write(PATH, format="{service.format}"), or convert --to {service.format}.',
            )
        try:
            found = self.detected().format
        except UnknownFormatError:
            found = None
        if found is None and not service.own:
            return None  # rules say what is wrong with them
        names = {found.name.partition(":")[0], found.dialect_of, "openai" * found.native} if found else set()
        if not names & {*service.reads}:
            what = f"the rows are {found.name}" if found else "the rows are in no format that ftdata knows"
            raise UsageError(
                f"{service.name} takes rows of {' and '.join(service.reads)}; {what}",
                hint=f"Make its rows of them: ftdata convert --to {service.format}.",
            )
        return Parse(found, self._fills_nulls) if found and service.own else None

    def _kind(self, reads: Parse | None = None) -> Kind:
        """The kind that most of the first rows have, or the examples that are made of them."""
        from ftdata.rules.rows import looks_like
        from ftdata.steps.fixing import Fix

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
                found[looks_like(row) or looks_like(folded)] += 1
        del found[None]
        return found.most_common(1)[0][0] if found else "chat"

    def _logged(self) -> bool:
        try:
            return self.of_transcripts
        except UnknownFormatError:
            return False

    def _as_rows(self) -> bool:
        """Whether the rows are to be judged as they stand: nothing is done with them, they are in no other format."""
        if self.steps or self._fills_nulls:
            return False
        try:
            known = self.detected().format
        except UnknownFormatError:
            return True
        return known is None or known.native or known.name == "completion"


def _budget(name: str, models: str | None) -> Budget:
    """What rules look at of a model."""
    from ftdata.rules.budget import Budget
    from ftdata.tokens import counter_of
    from ftdata.tokens.models import model_table

    found = model_table(models)[name]
    kinds = frozenset(kind for kind in METHOD_OF if found.takes(kind))
    return Budget(name, found.limit, kinds, bool(found.vision), counter_of(found.profile))


def _against(
    checker: Checker, other: Other | None, near: float | None, select: Sequence[str], workers: int | None
) -> Against | None:
    """What rules about leakage compare with; the other set is read for it, unless none of them was chosen."""
    from ftdata.steps.against import Against, References, kinds_of

    rules = checker.over("against")
    if other is None:
        if near is not None:
            raise UsageError("near needs a set to compare with", hint="Add against=... (--against valid.jsonl).")
        asked = [one for one in rules if {one.slug, one.group} & set(select)]
        if asked:
            hint = "Add against=... (--against valid.jsonl)."
            raise UsageError(f"the rule {asked[0].slug} compares with another set", hint=hint)
        return None
    if near is None and "near-example" in select:
        raise UsageError("the rule near-example needs a similarity", hint="Add near=0.85 (--near 0.85).")
    kinds = kinds_of((rule.slug for rule in rules), near)
    if not kinds:
        return None
    if not isinstance(other, Planned):
        from ftdata.dataset.reading import read

        other = read(other)
    reference = replace(other, steps=(*other.steps, References(kinds))).decided(workers)
    known: Any = reference.decision
    left = reference.places.rejected if reference.places else 0
    if left:
        names = [file.name for file in other.source.files]
        shown = ", ".join(names[:3]) + (f", … ({len(names)} files)" if len(names) > 3 else "")
        log.warning("not compared since they are no examples: %s rows of %s; ftdata check says why", f"{left:,}", shown)
    return Against(kinds, known.about, reference.origin)
