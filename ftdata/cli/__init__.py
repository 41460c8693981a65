"""The command line: the library's verbs. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from io import TextIOWrapper

import click

from ftdata import __version__
from ftdata.asks import asked_by

# Name, module and one line of help of each command, so that `--help` imports none of them. A test holds them equal.
COMMANDS = {
    "check": (
        "ftdata.cli.check",
        "Check files as strictly as the servers do: every problem at once, with the place and the fix.",
    ),
    "convert": ("ftdata.cli.convert", "Convert files to chat-format JSON lines, or from one format to another."),
    "distill": ("ftdata.cli.distill", "Make a training set of logged answers: select, choose, merge, shorten."),
    "explain": (
        "ftdata.cli.explain",
        "Say what a rule finds, why it matters, what to do, and where the fact comes from.",
    ),
    "formats": ("ftdata.cli.formats", "List the formats: what each holds, what it loses, where its facts come from."),
    "head": ("ftdata.cli.head", "Show the first examples of a file, or the one at file:line."),
    "job": ("ftdata.cli.job", "Make the body of a training job and check it with its files. Nothing is sent."),
    "jobs": ("ftdata.cli.jobs", "List training jobs, or show, watch, cancel, pause or resume one."),
    "look": ("ftdata.cli.look", "Say what files hold: columns or turns, likely roles, and a command to start from."),
    "metrics": (
        "ftdata.cli.metrics",
        "Read what training measured: losses and accuracies, the best step, where validation turns up.",
    ),
    "models": (
        "ftdata.cli.models",
        "List the models of each place: limits, methods, prices, until when they are trained.",
    ),
    "places": (
        "ftdata.cli.places",
        "Tell where a file trains: what each place's check says, until when it is trained there, and the price.",
    ),
    "rules": ("ftdata.cli.rules", "List the rules that files are checked by."),
    "stats": ("ftdata.cli.stats", "Tokens, limits, epochs and money: what a training file holds and costs."),
    "balance": ("ftdata.cli.balance", "Balance classes: leave examples out, copy them or set weights."),
    "conflicts": ("ftdata.cli.conflicts", "Find prompts with several answers, and resolve them."),
    "dedupe": ("ftdata.cli.dedupe", "Deduplicate: drop examples that repeat another one, exactly or nearly."),
    "overlap": ("ftdata.cli.overlap", "Find what two datasets share, such as training and validation."),
    "labels": ("ftdata.cli.labels", "Give each label one spelling: the most frequent, or that of a table."),
    "split": ("ftdata.cli.split", "Split into training, validation and test parts that share no prompt."),
    "strip": (
        "ftdata.cli.strip",
        "Save tokens: strip descriptions, properties or whole functions from definitions.",
    ),
    "system": ("ftdata.cli.changing", "Set, add, remove, replace or shorten the system prompt."),
    "weights": ("ftdata.cli.changing", "Choose which of the assistant's messages are trained."),
    "tools": ("ftdata.cli.changing", "Repair tool calls and definitions: style, ids, arguments, results."),
    "turns": ("ftdata.cli.changing", "Merge, drop, split or cut turns, in this order."),
    "text": ("ftdata.cli.changing", "Clean text: white space, Unicode, entities, find and replace, reasoning tags."),
    "redact": (
        "ftdata.cli.changing",
        "Replace personal data and secrets with stand-ins.",
    ),
    "filter": ("ftdata.cli.changing", "Keep examples by an expression, length, language, or because they answer."),
    "sample": ("ftdata.cli.sample", "Take the first examples, a random sample, or all in random order."),
    "requests": ("ftdata.cli.requests", "Ask a large model: write OpenAI Batch input, and say what it would cost."),
    "compare": ("ftdata.cli.compare", "Compare what models answer with the expected answers of a test set."),
    "grade": (
        "ftdata.cli.changing",
        "Grade answers as reinforcement fine-tuning would, and check that rows have what the grader names.",
    ),
    "run": ("ftdata.cli.run", "Run a recipe: what it writes, and only what is not up to date."),
    "verify": (
        "ftdata.cli.verify",
        "Verify that files are as their manifest says, or that a rerun gives the same bytes.",
    ),
    "upload": (
        "ftdata.cli.jobs",
        "Upload a file that has no errors, unless its bytes are there, and wait until it is processed.",
    ),
    "submit": ("ftdata.cli.jobs", "Upload the files of a job that are not there yet, and create the job."),
    "checkpoints": ("ftdata.cli.jobs", "List the checkpoints of a job, with their losses."),
    "delete-model": ("ftdata.cli.jobs", "Delete a model that was trained."),
    "mix": ("ftdata.cli.mix", "Mix several files in given shares, by examples or tokens."),
}

_WIDEST = 110
OK, FOUND, USAGE, FILES, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143


class ReaderGone(Exception):  # noqa: N818 - no error: somebody wanted only the first lines
    """Whoever read our output closed it."""


class Terminated(BaseException):
    """The system asks this process to end: it cleans up as after an interrupt from the keyboard."""


class Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; an unknown one is answered with the nearest."""
        name = click.utils.make_str(args[0])
        if name not in COMMANDS and not name.startswith("-"):
            from ftdata.errors import did_you_mean

            ctx.fail(f'There is no command "{name}". {did_you_mean(name, COMMANDS)}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; click would end with 1 when the reader of a pipe has seen enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above."""
        wide = max(map(len, COMMANDS))
        with formatter.section("Commands"):
            for name in self.list_commands(ctx):
                line = COMMANDS[name][1]
                if wide + 4 + len(line) <= formatter.width:
                    # A line that fits needs no wrapping, which takes longer than all the rest of this.
                    formatter.write(f"  {name:<{wide}}  {line}\n")
                else:
                    formatter.write_dl([(f"{name:<{wide}}", line)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST})
@click.version_option(__version__, prog_name="ftdata")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("--no-pager", is_flag=True, help="Let no pager show long output.")
@click.pass_context
def ftdata(ctx: click.Context, debug: bool, no_pager: bool) -> None:
    """The toolchain for fine-tuning data: nothing is lost, nothing is guessed in silence."""
    ctx.obj = {"debug": debug, "no_pager": no_pager}


def main() -> None:
    """Run the command line and exit with its code: see `ftdata.cli.ending`."""
    debug = "--debug" in sys.argv[1:]
    _say_anything()
    try:
        with asked_by("command"), _terminable():
            code = ftdata.main(standalone_mode=False, terminal_width=_width())
            _flush()
    except BaseException as error:
        from ftdata.cli.ending import ending

        code = FILES
        with asked_by("command"), suppress(OSError):  # where nothing can be said any more, the code says it
            code = ending(error, debug=debug)
    if code in (INTERRUPTED, TERMINATED) and threading.active_count() > 1:
        os._exit(code)  # a thread waits for a stream that gives nothing, and would be waited for
    sys.exit(code if isinstance(code, int) else OK)


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
