"""The fixes of rules that must have seen all rows before they change one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import canonical
from ftdata.errors import RowError
from ftdata.example import content_hash
from ftdata.example.content import HASH_BYTES
from ftdata.formats.completion import found_in
from ftdata.formats.completion.preparing import Change, changes
from ftdata.formats.completion.survey import FileSurveys
from ftdata.formats.gate import gate
from ftdata.rules.completions import PREPARING
from ftdata.steps.dedupe.exact import Dedupe, Hashes

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.rules.checker import Checker
    from ftdata.steps.primitives import SurveyStep


def behind(checker: Checker) -> tuple[SurveyStep, ...]:
    """The steps behind a `Fix` that the chosen rules need."""
    slugs = frozenset(rule.slug for rule in checker.rules)
    steps: list[SurveyStep] = []
    if checker.kind == "completion" and slugs.intersection(PREPARING):
        steps.append(Prepare(slugs.intersection(PREPARING)))
    if "duplicate-example" in slugs:
        steps.append(DropDuplicates())
    return tuple(steps)


@dataclass(frozen=True)
class Prepare:
    """Prompts and completions with what the older models need, and without what all of a file have in common.

    Attributes:
        rules: Whose fixes are applied.
    """

    rules: frozenset[str]
    name: ClassVar[str] = "fix"

    def survey(self) -> FileSurveys:
        """A survey of no rows."""
        return FileSurveys(unescape=False)

    def decide(self, surveyed: FileSurveys) -> Prepared:
        """What to change in each file."""
        return Prepared({number: tuple(changes(found_in(one), self.rules)) for number, one in surveyed.files.items()})


@dataclass(frozen=True)
class Prepared:
    """What is changed, by the file's number."""

    files: Mapping[int, tuple[tuple[str, Change], ...]]

    def in_file(self, file: int) -> Preparing:
        """The map for the rows of one file."""
        return Preparing(self.files.get(file, ()))

    def __call__(self, row: dict[str, Any], position: int) -> Example:
        """A row of the first file, changed."""
        return self.in_file(0).counting(Counter())(row)


@dataclass(frozen=True)
class Preparing:
    """The changes of one file, by rule and in their order."""

    changes: tuple[tuple[str, Change], ...]
    name: ClassVar[str] = "fix"

    def counting(self, changed: Counter[str]) -> Callable[[Example], Example]:
        """The map, counting what each rule's fix put right; rows that need none are what came in."""

        def prepare(row: Example) -> Example:
            made = row
            for rule, change in self.changes:
                text = made.get(change.key)
                if type(text) is str and (after := change(text)) != text:
                    made = {**made, change.key: after}
                    changed[rule] += 1
            return made

        return prepare


class DropDuplicates(Dedupe):
    """Drops examples that equal an earlier one; rows that are not examples are equal where their JSON is."""

    def hasher(self, hashes: Hashes) -> Callable[[Example], bytes]:
        """From a row to what must be equal."""
        return _hash


def _hash(row: dict[str, Any]) -> bytes:
    try:
        gate(row)
    except RowError:
        return blake2b(canonical(row), digest_size=HASH_BYTES).digest()
    return content_hash(row)
