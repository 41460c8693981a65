"""What ``ftdata convert`` does with prompts and completions: their options, and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.cli.talk import say
from ftdata.errors import RowError, shown
from ftdata.files.opening import stem
from ftdata.files.rehearsal import make_folder
from ftdata.files.sink import save

if TYPE_CHECKING:
    from ftdata.cli.declared import Invocation
    from ftdata.dataset import Dataset
    from ftdata.formats.completion import CompletionChats, FileFindings


def found_by_file(data: Dataset) -> list[tuple[str, FileFindings, CompletionChats, int]]:
    """What was found in each file that had rows, once the dataset has been run."""
    decisions = data.decisions()
    if not decisions:
        return []
    from ftdata.formats.completion import CompletionChats

    return [
        (data.source.files[number].name, found, decision, number)
        for decision in decisions
        if isinstance(decision, CompletionChats)
        for number, found in sorted(decision.found.items())
        if found.survey.rows
    ]


def to_json(data: Dataset) -> dict[str, Any]:
    """What was found, by file, as JSON values; empty for other data."""
    files = {name: found.to_dict() for name, found, _, _ in found_by_file(data)}
    return {"completions": files} if files else {}


def tell(data: Dataset, call: Invocation) -> None:
    """Say what was found, one table for all files, and one row before and after; write the notes."""
    files = found_by_file(data)
    if not files:
        return
    from ftdata.report.completions import before_and_after, completions, remarks_of

    quiet = call.quiet
    for line in completions([(name, found) for name, found, _, _ in files]):
        say(line, quiet=quiet)
    name, found, decision, number = files[0]
    for line in before_and_after(found, _after(found, decision, number)):
        say(line, quiet=quiet)
    for name, found, _, _ in files:
        for remark in remarks_of(found):
            say(f"note: {name}: {remark}", quiet=quiet)
        if found.survey.escaped and not call["unescape"]:
            say(f"note: {name}: {found.survey.escaped:,} rows hold a literal \\n; --unescape makes new lines of them",
                quiet=quiet)  # fmt: skip
        if found.prefix and not call["prefix_to_system"]:
            say(f"note: {name}: --prefix-to-system would turn the common beginning into the system prompt", quiet=quiet)
        if found.survey.columns:
            say(f"note: {name}: columns not used: {', '.join(sorted(found.survey.columns))}", quiet=quiet)
    if call["notes"] and call["to"] != "completion":
        _write_notes(data, files, call)


def tell_written(marks: dict[str, str], call: Invocation) -> None:
    """Say what stands behind the prompts and completions that were written; write the notes on it."""
    from ftdata.formats.completion.notes import written
    from ftdata.formats.completion.writing import CompletionMarks

    usual = CompletionMarks()
    made = CompletionMarks(marks.get("separator") or usual.separator, marks.get("stop") or usual.stop)
    say(f"prompts end with {shown(made.separator)}, completions begin with a space and end with {shown(made.stop)}",
        quiet=call.quiet)  # fmt: skip
    if call["notes"]:
        make_folder(Path(call["notes"]))
        path = str(Path(call["notes"]) / f"{stem(call['output'] or 'completions')}.md")
        save(path, written(call["output"] or "-", made).encode(), force=call["force"])
        say(f"notes     {path}", quiet=call.quiet)


def _after(found: FileFindings, decision: CompletionChats, number: int) -> dict[str, Any] | None:
    prompt, completion = found.survey.first or ("", "")
    try:
        names = decision.step.columns
        about = dict.fromkeys(decision.step.metadata)
        return decision.in_file(number)({**about, names[0]: prompt, names[1]: completion}, 0)
    except RowError:
        return None


def pages(folder: str, inputs: Iterable[str]) -> list[str]:
    """Where the page of each file goes: by its name, with a number where names are alike."""
    seen: Counter[str] = Counter()
    paths = []
    for name in map(stem, inputs):
        seen[name] += 1
        paths.append(str(Path(folder) / (f"{name}.md" if seen[name] == 1 else f"{name}-{seen[name]}.md")))
    return paths


def _write_notes(data: Dataset, files: list[tuple[str, FileFindings, CompletionChats, int]], call: Invocation) -> None:
    from ftdata.formats.completion.notes import notes

    paths = pages(call["notes"], [file.name for file in data.source.files])
    make_folder(Path(call["notes"]))
    for name, found, _, number in files:
        text = notes(name, found, prefix_to_system=call["prefix_to_system"], unescape=call["unescape"])
        save(paths[number], text.encode(), force=call["force"])
        say(f"notes     {paths[number]}", quiet=call.quiet)
