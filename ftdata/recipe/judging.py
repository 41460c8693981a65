"""What is found out about outputs once they are written: findings by rule, and tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.dataset import read
from ftdata.recipe.keys import checks
from ftdata.recipe.sources import with_data

if TYPE_CHECKING:
    from ftdata.recipe.checking import AskedFor
    from ftdata.report.checked import Report
    from ftdata.report.stats import Stats

FAIL_ON = "error"


@dataclass(frozen=True)
class Judged:
    """What was found out about the files of one output.

    Attributes:
        path: The output.
        report: The findings, if it was checked.
        stats: Its tokens, if they were counted.
        bad: How many findings there are of the severity that ends a run with 1, or a worse one.
    """

    path: str
    report: Report | None = None
    stats: Stats | None = None
    bad: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: what a manifest keeps of it."""
        found: dict[str, Any] = {}
        if self.report is not None:
            report = self.report
            found["checked"] = {
                "for": report.target, "method": report.method, "levels": report.levels, "bad": self.bad,
                "findings": dict(sorted(report.counts.items())),
            }  # fmt: skip
        if self.stats is not None:
            counted = self.stats.to_dict()
            found["tokens"] = {
                key: counted.get(key) for key in ("model", "tokenizer", "examples", "tokens", "limit", "over_limit")
            }
        return found


def judged(
    path: str, files: Sequence[str], check: AskedFor | None, stats: AskedFor | None, workers: int | None
) -> Judged | None:
    """What there is to find out about the files of an output.

    Args:
        path: The output, as the recipe has it.
        files: The files that were written.
        check: How it is checked, if it is.
        stats: How its tokens are counted, if they are.
        workers: Worker processes.
    """
    if not files or (check is None and stats is None):
        return None
    data = read(list(files))
    report, bad = None, 0
    if check is not None:
        values: Mapping[str, Any] = with_data(checks().options.values(), check.values, {})
        options = {name: value for name, value in values.items() if name != "fail_on"}
        report = data.check(**options, workers=workers)
        bad = report.at_least(values.get("fail_on", FAIL_ON))
    return Judged(path, report, data.stats(**stats.values, workers=workers) if stats is not None else None, bad)
