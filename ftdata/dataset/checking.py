"""The methods that check and fix."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ftdata.classes import replace
from ftdata.dataset.lying import JudgedRows, Lying
from ftdata.dataset.plans import Other, Planned
from ftdata.errors import InputError, UsageError, option
from ftdata.facts.methods import Training
from ftdata.verbs import Needs, verb
from ftdata.verbs.types import Count, PathLike

if TYPE_CHECKING:
    from ftdata.engines.checking import Checked
    from ftdata.engines.local import Local
    from ftdata.report.checked import Report
    from ftdata.rules.checker import Checker
    from ftdata.steps.against import Against

# The rules are imported when they are asked for: most datasets are never checked.
log = logging.getLogger("ftdata")

SHOWN = 20
"""Findings kept per rule by default."""

Baseline = PathLike | Collection[int]
"""Known findings: a file written by ``ftdata check --write-baseline``, or their fingerprints."""


class Checking(JudgedRows):
    """Find what is wrong with rows, and fix it."""

    @verb(
        Needs(("near",), ("against",)),
        Needs(("models",), ("model",)),
        Needs(("max_tokens",), ("tokenizer",)),
        metavars={"target": "NAME", "model": "NAME", "near": "T", "select": "RULE,..", "ignore": "RULE,..",
                  "models": "FILE", "grader": "FILE", "tokenizer": "DIR|NAME", "template": "FILE|NAME"},
        flags={"target": "--for"},
        hidden=("prints", "on_progress"),
        examples=(
            "ftdata check train.jsonl",
            "ftdata check train.jsonl --fix -o fixed.jsonl",
            "ftdata check train.jsonl --tokenizer ./Qwen3-8B --max-tokens 4096",
            "ftdata check train.jsonl --select tools,calls --output-format github",
        ),
    )  # fmt: skip
    def check(
        self,
        *,
        target: str | None = None,
        method: Training | None = None,
        model: str | None = None,
        models: PathLike | None = None,
        tokenizer: PathLike | None = None,
        template: PathLike | None = None,
        max_tokens: Count | None = None,
        grader: PathLike | None = None,
        against: Other | None = None,
        near: float | None = None,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        max_findings: Count = SHOWN,
        baseline: Baseline = (),
        prints: bool = False,
        workers: Count | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Report:
        """Check files as strictly as the servers do. Report every problem, its place and its fix.

        An error would fail at the server; a warning may, or costs quality; info is advice. `ftdata explain RULE` says
        more. Rows are judged as they lie in the file. Rows in a format that the target does not take are one error;
        what else is told would be found behind a conversion.

        Args:
            target: The service or trainer: openai, azure or another that `ftdata check --help` names. By default it is
                openai, or open where a tokenizer or a template is named: any trainer of open models.
            method: The training method. Detected from the first rows by default; kto where most answers have a label.
            model: The model to train. Also checks its token limit, methods, image support and dates.
            models: A TOML file with models of your own, as for `ftdata models`.
            tokenizer: An open model: a folder, or a name in the Hugging Face cache. Reports what its chat template
                refuses, drops and trains. The folder has tokenizer.json, tokenizer_config.json and chat_template.jinja.
            template: A chat template to use instead of the tokenizer's: a file, or a name such as qwen3. A name is one
                of the model's own templates or of a family that ftdata knows. Without a tokenizer, tokens are not
                counted.
            max_tokens: The length in tokens at which the trainer truncates. Defaults to the tokenizer's limit.
            grader: The grader of a reinforcement job, as JSON. Also reports rows without the fields it uses as {{
                item.KEY }}.
            against: Also report examples that occur in this data, such as a validation file. Rows of it that are not
                examples are not compared; a logged warning gives their number.
            near: With `against`, also report examples at least this similar, such as 0.85.
            select: Use only these rules or groups of rules.
            ignore: Skip these rules or groups of rules.
            max_findings: Findings to show per rule. All are counted.
            baseline: Report only findings that are not in this file, as written by ``ftdata check --write-baseline``.
                In
                Python also their fingerprints, as `Report.prints` gives them.
            prints: Whether to include the fingerprints of all findings in the report.
            workers: Worker processes. By default one for each processor, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            InputError: If a file cannot be read, the grader is not JSON, or there is no chat template.
            MissingPackageError: If a tokenizer is given and the package tokenizers is not installed.
            UsageError: If the target, method, model, tokenizer, template or rule is unknown, a rule needs `against`, or
                a grader is given for rows that are not for reinforcement.
            UnknownFormatError: If the rows of `against` are in no known format.
        """
        from ftdata.dataset.measured import budget, graded, rendered_budget, renderer

        select = tuple(select)
        target = target or ("open" if tokenizer or template else "openai")
        checker, how = self._checker(target, method, select, ignore)
        checker.most = max(1, max_findings)
        checker.known = known_in(baseline)
        checker.printing = prints
        checker.budget = budget(model, os.fspath(models) if models else None, target) if model else None
        checker.renderer = renderer(tokenizer, template)
        if checker.renderer is not None and checker.renderer.counts:
            checker.budget = rendered_budget(checker.budget, checker.renderer, tokenizer, max_tokens)
        checker.graded = graded(grader, checker.kind) if grader else frozenset()
        checker.against = _against(checker, against, near, select, workers)
        return self._judged(self._engine(workers), checker, how, target, on_progress)

    def _judged(
        self,
        engine: Local,
        checker: Checker,
        how: Lying,
        target: str,
        on_progress: Callable[[int], None] | None = None,
    ) -> Report:
        """The report of a checker that knows all that was asked for."""
        from ftdata.engines.checking import check

        plan = self._judged_plan(checker.target, how)
        done = check(engine, plan, checker, rows=how.rows, on_progress=on_progress)
        return self._report(done, checker, target)

    def _report(self, done: Checked, checker: Checker, target: str) -> Report:
        """What a check came to, with what it was asked for."""
        from ftdata.facts.methods import METHOD_OF
        from ftdata.report.checked import Report

        names = tuple(file.name for file in self.source.files)
        return Report(
            done.findings,
            done.counts,
            done.rows,
            names,
            target,
            "kto" if checker.labelled else METHOD_OF[checker.kind],
            done.known,
            done.prints,
            done.trace,
            done.origins,
        )

    @verb(metavars={"target": "NAME", "select": "RULE,..", "ignore": "RULE,.."}, flags={"target": "--for"})
    def fix(
        self,
        *,
        unsafe: bool = False,
        target: str = "openai",
        method: Training | None = None,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
    ) -> Self:
        """Apply the safe fixes, which never change what an example means.

        Args:
            unsafe: Also apply the fixes that may change what an example means.
            target: The service, as for `check`.
            method: The training method, as for `check`.
            select: Use only these rules or groups of rules.
            ignore: Skip these rules or groups of rules.

        Raises:
            UsageError: If the target, method or rule is unknown, or the target's rows have a different shape.
        """
        from ftdata.steps.fixing import Fix
        from ftdata.steps.preparing import behind

        checker, _ = self._checker(target, method, select, ignore)
        if checker.reads is not None:
            raise UsageError(f"fixes work on rows in OpenAI's shape, but rows for {target} have another",
                             hint=f"Use a conversion instead: ftdata convert --to {target}.")  # fmt: skip
        fixed = self._with(Fix(checker, unsafe))
        return replace(fixed, steps=(*fixed.steps, *behind(checker))) if unsafe else fixed

    def _checker(
        self, name: str, method: str | None, select: Iterable[str], ignore: Iterable[str]
    ) -> tuple[Checker, Lying]:
        """The rules for a target and a method, and the shape of the rows that they judge."""
        from ftdata.facts.methods import METHODS
        from ftdata.facts.methods import method as method_named
        from ftdata.formats.targets import TARGETS, target
        from ftdata.rules import RULES, chosen
        from ftdata.rules.checker import Checker

        service = target(name)
        how = self._lying(service)
        kind = self._kind_for(service, how) if method is None else METHODS[method_named(method)]
        rules, leaves = chosen(RULES, select, ignore), service.leaves
        if leaves:
            rules = tuple(
                rule for rule in rules if rule.over == "format" or not (rule.slug in leaves or rule.group in leaves)
            )
        if how.unread:  # nobody can say what the rows would become
            rules = tuple(rule for rule in rules if rule.over in ("format", "line", "file"))
        labelled = method == "kto" or (method is None and kind == "chat" and self._labelled(how))
        if method == "kto" and not service.labels:
            able = ", ".join(name for name in TARGETS if TARGETS[name].labels)
            raise UsageError(
                f"{service.name} does not train on answers by their labels", hint=f"Name one that does: {able}."
            )
        first = None if how.rows else self._parse(how.known)
        return Checker(rules, kind, service, reads=how.reads, first=first, other=how.other,
                       labelled=labelled, beyond=how.beyond), how  # fmt: skip


def known_in(baseline: Baseline) -> frozenset[int]:
    """The fingerprints of known findings.

    Raises:
        InputError: If the file cannot be read, or is not a baseline.
    """
    import json

    if not isinstance(baseline, str | os.PathLike):
        return frozenset(baseline)
    path = os.fspath(baseline)
    try:
        known = json.loads(Path(path).read_text(encoding="utf-8"))["findings"]
        return frozenset(int(mark, 16) for mark in known)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except (ValueError, KeyError, TypeError):
        raise InputError("is not a baseline", hint="Create one with --write-baseline.", path=path) from None


def _against(
    checker: Checker, other: Other | None, near: float | None, select: Sequence[str], workers: int | None
) -> Against | None:
    """What rules about leakage compare with; the other set is read for it, unless none of them was chosen."""
    rules = checker.over("against")
    if other is None:
        asked = [one for one in rules if {one.slug, one.group} & set(select)]
        if asked:
            hint = f"Add {option('against', 'valid.jsonl')}."
            raise UsageError(f"the rule {asked[0].slug} compares with another dataset", hint=hint)
        return None
    if near is None and "near-example" in select:
        raise UsageError("the rule near-example needs a similarity", hint=f"Add {option('near', 0.85)}.")
    from ftdata.steps.against import Against, References, kinds_of

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
        log.warning(
            "not compared since they are not examples: %s rows of %s; ftdata check says why", f"{left:,}", shown
        )
    return Against(kinds, known.about, reference.origin)
