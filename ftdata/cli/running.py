"""What commands share that read, do something and write: the run, what is said of it, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.cli import BUG, FOUND, OK
from ftdata.cli.claiming import refuse_once
from ftdata.cli.talk import as_json, debugging, notices, progress, say, wrote
from ftdata.codec import encode
from ftdata.dataset import Dataset, Result, read
from ftdata.dataset.reading import OWN_FORMAT, usable_beside
from ftdata.dataset.rowed import ROWS
from ftdata.errors import InternalError, UsageError, printable
from ftdata.files.beside import rejects_beside
from ftdata.files.opening import STDIN
from ftdata.files.rehearsal import is_dry
from ftdata.files.sink import Sink
from ftdata.files.standing import beginning
from ftdata.findings import EmptyOutputError, RejectedRows
from ftdata.report.account import account
from ftdata.steps.primitives import AuthoringStep

if TYPE_CHECKING:
    from ftdata.cli.declared import Invocation


class Dictable(Protocol):
    """What can be told as JSON values."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        ...


# -- reading ----------------------------------------------------------------------------------------------------------


def opened(call: Invocation, *paths: str, reading: Mapping[str, Any] | None = None, rows: bool = True) -> Dataset:
    """The command's files, or these, as its options of reading ask for it; `rows` if those of rows are for them too."""
    data = read(list(paths or call.inputs), **(call.reading if reading is None else reading))
    refuse_once([file.name for file in data.source.files], call.options)
    if rows and call.rowing:
        data = ROWS.function(data, **call.rowing)
    return data


def opened_beside(call: Invocation, paths: Sequence[str], *, own_format: bool = False) -> Dataset:
    """Further files of a command, perhaps of another kind than its data: they get the options that they can use."""
    given = list(paths)
    return opened(call, *given, reading=usable_beside(given, call.reading, own_format=own_format), rows=False)


def opened_each(call: Invocation, groups: Sequence[Sequence[str]]) -> list[Dataset]:
    """Several inputs, perhaps of several kinds; an option of reading that none can use is refused by the first."""
    useful = [usable_beside(paths, call.reading) for paths in groups]
    none = {name: value for name, value in call.reading.items() if not any(name in one for one in useful)}
    return [
        opened(call, *paths, reading=none | one if at == 0 else one, rows=False)
        for at, (paths, one) in enumerate(zip(groups, useful, strict=True))
    ]


def values_of(call: Invocation) -> dict[str, Any]:
    """The verb's options as the method takes them: what is data in files is opened."""
    return {
        name: opened_beside(call, value, own_format=name in OWN_FORMAT) if call.verb[name].kind.data else value
        for name, value in call.values.items()
    }


def say_what_is_read(data: Dataset, quiet: bool) -> None:
    """Tell the delimiter and the format that were found."""
    for file in data.source.files[:5]:
        delimiter = getattr(file.container, "delimiter", ",")
        if delimiter != ",":
            say(f"{file.name}: read with the delimiter {json.dumps(delimiter)}", quiet=quiet)
        if file.container.name == "txt":
            say(f"{file.name}: each line is read as a completion without a prompt", quiet=quiet)
    if not any(isinstance(step, AuthoringStep) for step in data.steps):
        found = data.detected()
        if found.format:
            say(f"read as {found.format.name}: {found.why}", quiet=quiet)


# -- changing and writing ---------------------------------------------------------------------------------------------


def transform(call: Invocation) -> int:
    """Read, do what the verb does, write and report: what a command that changes examples is."""
    return transformed(call)[1]


def transformed(call: Invocation) -> tuple[Dataset, int]:
    """The same, with the dataset that was written."""
    with notices(call.quiet):
        data = opened(call)
        say_what_is_read(data, call.quiet)
        data = call.verb.function(data, **values_of(call))
        result = written(data, call)
    code = told(call, result)
    if result.written and result.tally.unchanged:
        say("nothing to change", quiet=call.quiet)
    return data, code


def written(data: Dataset, call: Invocation, write: Callable[..., Result] | None = None, **how: Any) -> Result:
    """Write as the options of writing ask; where too much is rejected, the account is told before the error.

    Args:
        data: What is read.
        call: The command.
        write: What writes, if it is not the dataset alone.
        how: What is to be otherwise than the options have it, as `Dataset.write` takes it.
    """
    # Without a limit good rows are written all the same; the exit code tells of the others.
    how = {"max_rejects": "100%", **call.writing, **how}
    output = how.pop("path")
    how["rejects"] = rejects_beside(output, how.get("rejects"))
    with progress(data.source.size, call.quiet) as on_progress:
        try:
            return (write or partial(data.write, output))(on_progress=on_progress, **how)
        except EmptyOutputError as error:
            result: Result = error.result  # its account is told as of any run
            return result
        except RejectedRows as error:
            for line in account(error.tally):
                say(line, quiet=call.quiet)
            raise


def needs_output(call: Invocation, option: str) -> str:
    """The output, which an option asks for.

    Raises:
        UsageError: If there is none.
    """
    if "path" not in call.writing:
        raise UsageError(f"{option} changes the examples, but no output is given", hint="Add -o OUT.jsonl.")
    output: str = call.writing["path"]
    return output


def list_to(call: Invocation, items: Iterable[Dictable], option: str = "report") -> None:
    """Write what was found if that is asked for, a JSON object a line; an empty file says that nothing was found."""
    path = call[option]
    if path is None:
        return
    with Sink(path, call["force"]) as sink:
        sink.claim([path])
        for item in items:
            sink.write(encode(item.to_dict()) + b"\n", 1, path)
        sink.fill_empty([path])
        sink.commit()


# -- telling ----------------------------------------------------------------------------------------------------------


def told(
    call: Invocation,
    result: Result | None,
    report: Mapping[str, Any] | None = None,
    lines: Iterable[str] = (),
    *,
    loses: Mapping[str, str] | None = None,
) -> int:
    """Tell what was found and written, and return the exit code.

    Args:
        call: The command.
        result: What came of the run; None where nothing was to be written.
        report: What else the JSON is to hold.
        lines: What was found, for people.
        loses: Why the format written loses what it loses.
    """
    for line in lines:
        say(printable(line), quiet=call.quiet)
    if call["json"]:
        as_json(
            {**(report or {}), **(result.to_dict() if result else {})},
            err=call.writing.get("path") == STDIN and not is_dry(),
        )
    if result is None:
        return OK
    tell(result, call.quiet, loses or {})
    if result.tally.internal:
        return BUG
    # Beyond an explicit limit nothing was written and RejectedRows was raised; without one, none is the limit.
    allowed = "max_rejects" in call.writing or not result.tally.rejected
    return OK if result.written and allowed else FOUND


def tell(result: Result, quiet: bool, loses: Mapping[str, str]) -> None:
    """Tell the account and what was written, in lines."""
    for line in account(result.tally, loses):
        say(line, quiet=quiet)
    for output in result.written:
        if output.path != STDIN or result.dry_run:
            rows = f"{output.rows:,} row{'' if output.rows == 1 else 's'}"
            say(f"{wrote()} {output.path} ({rows}, {output.bytes:,} bytes)", quiet=quiet)
    if result.removed:
        more = f" and {len(result.removed) - 1:,} more" if len(result.removed) > 1 else ""
        went = "would go " if result.dry_run else "removed  "
        say(f"{went} {result.removed[0]}{more}: left over from an earlier run", quiet=quiet)
    if result.rejects:
        say(f"rejects   {result.rejects}")
    if result.bug is not None:
        _tell_bug(result.bug, result.tally.internal)
    if not result.written:
        if result.rejects and not result.dry_run:
            say(f"the first: {_first(result.rejects)}")
        say("no examples remain; nothing was written")


def _tell_bug(bug: InternalError, rows: int) -> None:
    """Report that ftdata itself failed at rows: how many, the first, and how to see more."""
    if debugging():
        say(bug.trace)
    say(
        f"ftdata itself failed at {rows:,} row{'' if rows == 1 else 's'}, which are among the rejects. The first: {bug}"
    )
    say("This is a bug in ftdata, not in your data. Please report it with the output of ftdata --debug.")


def _first(rejects: str) -> str:
    """The place of the first reject, why it is one, and what helps."""
    reject = json.loads(beginning(rejects, 1 << 30))
    return printable(f"{reject['path']}:{reject['line']}: {reject['reason']}")
