"""The command line: the library's verbs. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from importlib import import_module
from io import TextIOWrapper

import click

from ftdata import __version__
from ftdata.asks import asked_by, reads, translated

# Name, module and one line of help of each command, so that `--help` imports none of them. A test holds them equal.
COMMANDS = {
    "check": (
        "ftdata.cli.check",
        "Check files as strictly as the servers do. Report every problem, its place and its fix.",
    ),
    "convert": ("ftdata.cli.convert", "Convert files to chat-format JSONL, or from one format to another."),
    "distill": ("ftdata.cli.distill", "Build a training set from logged answers: select, choose, merge, shorten."),
    "explain": (
        "ftdata.cli.explain",
        "Explain a rule: what it finds, why it matters, what to do, and its source.",
    ),
    "formats": ("ftdata.cli.formats", "List the formats: what each holds, what it loses, and its source."),
    "head": ("ftdata.cli.head", "Show the first examples of a file, or the example at FILE:LINE."),
    "job": ("ftdata.cli.job", "Build the request for a training job and check it against its files. Nothing is sent."),
    "jobs": ("ftdata.cli.jobs", "List training jobs, or show, watch, cancel, pause or resume one."),
    "look": ("ftdata.cli.look", "Inspect files: columns, roles, formats, and a command to start with."),
    "metrics": (
        "ftdata.cli.metrics",
        "Read training metrics: losses, accuracies, the best step, and where validation loss rises.",
    ),
    "models": (
        "ftdata.cli.models",
        "List the models of each place: limits, methods, prices, and when training ends.",
    ),
    "places": (
        "ftdata.cli.places",
        "Compare the places where a file can be trained: check results, closing dates and prices.",
    ),
    "report": (
        "ftdata.cli.report",
        "Write a self-contained HTML page: findings, figures, costs and examples to browse.",
    ),
    "rules": ("ftdata.cli.rules", "List the rules that check uses."),
    "stats": ("ftdata.cli.stats", "Count tokens, and estimate epochs and cost."),
    "balance": ("ftdata.cli.balance", "Balance classes by dropping, copying or down-weighting examples."),
    "conflicts": ("ftdata.cli.conflicts", "Find and resolve prompts that have several different answers."),
    "review": ("ftdata.cli.review", "Write a table for people to review: edit texts, keep or drop, score, label."),
    "apply": ("ftdata.cli.apply", "Apply a review: edited texts, drops, scores and labels, found by id."),
    "diff": ("ftdata.cli.diff", "Compare two datasets: added, removed and changed examples, and what that shifts."),
    "dedupe": ("ftdata.cli.dedupe", "Remove exact duplicates and near-duplicates."),
    "overlap": ("ftdata.cli.overlap", "Find examples that two datasets share, such as training and validation."),
    "labels": ("ftdata.cli.labels", "Unify the spelling of labels, by frequency or from a table."),
    "split": ("ftdata.cli.split", "Split into training, validation and test parts that share no prompts."),
    "strip": (
        "ftdata.cli.strip",
        "Strip descriptions, properties or functions from tool definitions to save tokens.",
    ),
    "system": ("ftdata.cli.changing", "Set, add, remove, replace or shorten the system prompt."),
    "weights": ("ftdata.cli.changing", "Choose which assistant messages are trained."),
    "tools": ("ftdata.cli.changing", "Repair tool calls and definitions: style, ids, arguments and results."),
    "turns": ("ftdata.cli.changing", "Merge, drop, split or cut turns, in that order."),
    "text": ("ftdata.cli.changing", "Clean text: whitespace, Unicode, entities, find and replace, reasoning tags."),
    "redact": (
        "ftdata.cli.changing",
        "Replace personal data and secrets with placeholders.",
    ),
    "filter": ("ftdata.cli.changing", "Keep examples that match an expression, length, language or other criteria."),
    "sample": ("ftdata.cli.sample", "Take the first examples, a random sample, or all examples shuffled."),
    "requests": ("ftdata.cli.requests", "Write batch requests to a large model, and estimate their cost."),
    "compare": ("ftdata.cli.compare", "Compare models' answers with the expected answers of a test set."),
    "grade": (
        "ftdata.cli.changing",
        "Grade answers as reinforcement fine-tuning would, and check that rows have the fields that the grader uses.",
    ),
    "run": ("ftdata.cli.run", "Run a recipe. Outputs that are up to date are left alone."),
    "verify": (
        "ftdata.cli.verify",
        "Verify that files match their manifest, or that a rerun gives the same bytes.",
    ),
    "upload": (
        "ftdata.cli.jobs",
        "Check and upload a file, and wait until it is processed. Uploaded files are found again.",
    ),
    "submit": ("ftdata.cli.jobs", "Upload the files of a job and create the job."),
    "checkpoints": ("ftdata.cli.jobs", "List the checkpoints of a job, with their losses."),
    "delete-model": ("ftdata.cli.jobs", "Delete a fine-tuned model."),
    "view": ("ftdata.cli.view", "Browse, filter and edit a file in the browser, on a local page."),
    "example": ("ftdata.cli.example", "Write a small example file into this folder, or list the examples."),
    "schema": ("ftdata.cli.schema", "Print the JSON Schema of a command's --json output, or list all schemas."),
    "completion": (
        "ftdata.cli.completion",
        "Print the script that lets your shell complete commands, options and values.",
    ),
    "man": (
        "ftdata.cli.man",
        "Print the manual page of ftdata or of a command, or write all pages into a folder.",
    ),
    "mcp": ("ftdata.cli.mcp", "Serve look, check, stats and convert to agents, over MCP on stdin and stdout."),
    "skill": ("ftdata.cli.skill", "Print the skill file that tells an agent how to use ftdata."),
    "mix": ("ftdata.cli.mix", "Mix several files in given shares, by examples or tokens."),
}

RENAMED: dict[str, str] = {}
"""By the name that a command had in the last release: the name that it has now."""

LANGS = ("en", "zh")
"""The languages of help and messages: English, and those that `ftdata.lang` has a catalogue of."""

_WIDEST = 110
OK, FOUND, USAGE, FILES, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143


class ReaderGone(Exception):  # noqa: N818 - no error: somebody wanted only the first lines
    """Whoever read our output closed it."""


class Terminated(BaseException):
    """The system asks this process to end: it cleans up as after an interrupt from the keyboard."""


def _added() -> dict[str, str]:
    """The commands that other packages add, each with a line of help; nothing of them is imported."""
    from ftdata.plugins import plugins

    if not plugins("ftdata.steps"):
        return {}
    from ftdata.dataset.added import added_names

    return {name: f"A step of the package {package}." for name, package in added_names() if name not in COMMANDS}


def _added_command(name: str) -> click.Command | None:
    """The command of a step that another package adds."""
    if name not in _added():
        return None
    from ftdata.cli.declared import command
    from ftdata.cli.running import transform
    from ftdata.dataset.added import added_step

    step = added_step(name)
    return command(step, transform) if step is not None else None


def _now(name: str) -> str:
    """What a command is called now; one that was called otherwise is understood for one release, and that is said."""
    if name not in RENAMED or name in COMMANDS:
        return name
    now = RENAMED[name]
    click.echo(translated(f"note: {name} is now {now}; the old name goes in the next release"), err=True)
    return now


class Context(click.Context):
    """Click's, with help in the language of whoever reads it."""

    def make_formatter(self) -> click.HelpFormatter:
        """What help is made with."""
        if reads.get() == "en":
            return super().make_formatter()
        from ftdata.cli.wrapped import Translated

        return Translated(width=self.terminal_width, max_width=self.max_content_width)


def command_named(name: str) -> click.Command | None:
    """A command, imported, with the options that every command has; None where there is none of that name."""
    known = COMMANDS.get(name)
    command: click.Command | None = (
        getattr(import_module(known[0]), name.replace("-", "_")) if known else _added_command(name)
    )
    if command is None:
        return None
    command = copy(command)
    command.context_class = Context
    if all(one.name != "lang" for one in command.params):
        command.params = [*command.params, _lang(command)]
    return command


def _lang(command: click.Command) -> click.Option:
    """The option of every command; it is obeyed before the command line is parsed, and stands here to be known."""
    option = click.Option(
        ["--lang"], type=click.Choice(LANGS), expose_value=False, help="Language of help and messages."
    )
    if hasattr(command, "verb"):
        option.section = "Output"  # type: ignore[attr-defined] # ours: see `ftdata.cli.sections`
    return option


class Commands(click.Group):
    """Commands that are imported when they are called."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted({**COMMANDS, **_added()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        cmd_name = _now(cmd_name)
        command = command_named(cmd_name)
        if command is None:
            return None
        if ctx.resilient_parsing:  # a shell asks what could come next
            from ftdata.cli.completing import prepared

            return prepared(cmd_name, command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; an unknown one is answered with the nearest."""
        name = click.utils.make_str(args[0])
        if name not in COMMANDS and not name.startswith("-") and name not in (*RENAMED, *_added()):
            from ftdata.errors import did_you_mean

            ctx.fail(f'Unknown command "{name}". {did_you_mean(name, self.list_commands(ctx))}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; click would end with 1 when the reader of a pipe has seen enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above."""
        lines = {**{name: line for name, (_, line) in COMMANDS.items()}, **_added()}
        wide = max(map(len, lines))
        with formatter.section("Commands"):
            for name in sorted(lines):
                line = lines[name]
                if wide + 4 + len(line) <= formatter.width and reads.get() == "en":
                    # A line that fits needs no wrapping, which takes longer than all the rest of this.
                    formatter.write(f"  {name:<{wide}}  {line}\n")
                else:
                    formatter.write_dl([(f"{name:<{wide}}", line)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST})
@click.version_option(__version__, prog_name="ftdata")
@click.option("--debug", is_flag=True, help="Show a traceback when an error occurs.")
@click.option("--no-pager", is_flag=True, help="Do not show long output in a pager.")
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help="Language of help and messages.")
@click.pass_context
def ftdata(ctx: click.Context, debug: bool, no_pager: bool) -> None:
    """The toolchain for fine-tuning data. Nothing is lost, and nothing is guessed silently."""
    _refuse_unspoken()
    ctx.obj = {"debug": debug, "no_pager": no_pager}


def main() -> None:
    """Run the command line and exit with its code: see `ftdata.cli.ending`."""
    # As in workers: what is read holds no cycles, and looking for some takes a twentieth of a short command.
    gc.set_threshold(100_000, 20, 20)
    debug, lang = "--debug" in sys.argv[1:], _language(sys.argv[1:])
    _say_anything()
    try:
        with asked_by("command", lang), _terminable():
            code = ftdata.main(standalone_mode=False, terminal_width=_width())
            _flush()
    except BaseException as error:
        from ftdata.cli.ending import ending

        code = FILES
        with asked_by("command", lang), suppress(OSError):  # where nothing can be said any more, the code says it
            code = ending(error, debug=debug, words=sys.argv[1:])
    if code in (INTERRUPTED, TERMINATED) and threading.active_count() > 1:
        os._exit(code)  # a thread waits for a stream that gives nothing, and would be waited for
    sys.exit(code if isinstance(code, int) else OK)


def _language(words: Sequence[str]) -> str:
    """The language that help and messages are shown in: as the command line says, or the environment.

    It is read here, since help and what cannot be parsed are told in it too.
    """
    options = words[: words.index("--")] if "--" in words else words
    for number, word in enumerate(options):
        said = word[7:] if word.startswith("--lang=") else "".join(options[number + 1 : number + 2])
        if word.startswith("--lang") and word[6:7] in ("", "=") and said in LANGS:
            return said
    names = ("FTDATA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := os.environ.get(name))), "")
    return next((lang for lang in LANGS if _of_locale(locale) == lang), "en")


def _of_locale(locale: str) -> str:
    """The language of a locale: ``zh`` of ``zh_CN.UTF-8``."""
    return locale.replace("-", "_").partition(".")[0].partition("_")[0].lower()


def _refuse_unspoken() -> None:
    asked = os.environ.get("FTDATA_LANG", "")
    if asked and _of_locale(asked) not in LANGS:
        from ftdata.errors import UsageError, shown

        raise UsageError(
            f"FTDATA_LANG: expected one of {', '.join(LANGS)}; got {shown(asked)}", hint="Change or unset it."
        )


def _width() -> int:
    """How wide help is; as click reckons it, without what it imports for that."""
    try:
        columns = int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(1).columns
    except (OSError, ValueError):
        columns = 80
    return max(min(columns, _WIDEST) - 2, 50)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does, so that it leaves nothing behind."""

    def terminate(number: int, frame: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say_anything() -> None:
    """Let what the encoding of a stream cannot hold be escaped there, in place of ending the run."""
    _occupy()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open as long as the process
    if sys.stdout is None:
        from ftdata.cli.ending import closed

        sys.stdout = closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")


def _occupy() -> None:
    """Let no file that is opened later take the number of a standard stream that is closed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _flush() -> None:
    # Here, where a closed pipe can still be answered; at exit it could only be complained of.
    sys.stdout.flush()
