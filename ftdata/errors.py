"""Every exception that ftdata raises, and the one place where their location is attached.

FtdataError
  InputError(ValueError)             a file cannot be read as asked
    RowError                         a row cannot become an example
      UnsaidError                    an expression uses a name that the example does not have
      InternalError                  a bug in ftdata, at a row
    UnknownFormatError               an unknown format, or none that fits
  StepError(ValueError)              a user's function raised, or returned something that is not an example
  UsageError(ValueError)             an invalid option: an unknown column, a template without one
  RejectedRows(ValueError)           more rejects than allowed; carries the tally
  EmptyOutputError(ValueError)       no example came out, and an old file would be mistaken for the result
  RecipeError(ValueError)            a recipe or mapping that cannot be run
  MissingPackageError(ImportError)   a feature needs a package that is not installed
  OutputError(OSError)               an output cannot be written as asked
  ServiceError(OSError)              a service refuses, or cannot be reached

A message reads ``train.jsonl:143: $.messages[2].role: expected …; got "bot". What to do.``
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ftdata.asks import asks

SHOWN = 80
"""The most characters of the user's data in a message."""


class FtdataError(Exception):
    """The base of all ftdata exceptions: a message, where it happened and what to do.

    Attributes:
        message: What is wrong, without the location.
        hint: What to do, as a whole sentence, or empty.
        path: The file as the user named it, if known.
        line: The physical line (or row number) in that file, from 1, if known.
        json_path: The place within the row, such as ``$.messages[2].role``, or empty.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: str | None = None,
        line: int | None = None,
        json_path: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line
        self.json_path = json_path

    def __str__(self) -> str:
        return place(self.path, self.line, self.json_path) + self.reason

    @property
    def reason(self) -> str:
        """The message and the hint, without the location."""
        if not self.hint:
            return self.message
        return f"{self.message.rstrip('.')}. {self.hint}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions pickle by their positional arguments; the places are keywords, so say how.
        # `path` by name, since ImportError keeps it elsewhere than in __dict__.
        return _rebuild, (type(self), self.message, {**self.__dict__, "path": self.path})


def _rebuild(kind: type[FtdataError], message: str, state: dict[str, Any]) -> FtdataError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    for name, value in state.items():
        setattr(error, name, value)
    return error


class InputError(FtdataError, ValueError):
    """A file cannot be read as asked."""


class RowError(InputError):
    """A row cannot become an example."""


class UnsaidError(RowError):
    """An expression uses a name that the example does not have.

    Attributes:
        name: The name.
    """

    def __init__(self, message: str, name: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name


class InternalError(RowError):
    """An unexpected exception in ftdata itself, at a row.

    Attributes:
        trace: The traceback, for the bug report.
    """

    trace: str = ""


def row_error(error: Exception) -> RowError:
    """Convert any exception to the error of its row: the second net, below everything that works on one row.

    Raises:
        FtdataError: If the error does not belong to a row, so that the run must end.
        MemoryError: If memory is short.
    """
    if isinstance(error, RowError):
        return error
    if isinstance(error, FtdataError | MemoryError):
        raise error
    from traceback import format_exception

    said = printable(str(error))[:SHOWN]
    what = " ".join(part for part in (type(error).__name__, said) if part)
    found = InternalError(f"a bug in ftdata ({what} in {_room(error)})")
    found.trace = "".join(format_exception(error))
    return found


def _room(error: Exception) -> str:
    """The module of ftdata in which an exception was raised: ``formats/gemini``."""
    from pathlib import Path

    house, room, trace = Path(__file__).parent, "a library", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(house):
            room = file.relative_to(house).with_suffix("").as_posix()
        trace = trace.tb_next
    return room


class UnknownFormatError(InputError):
    """An unknown format, or no format that fits the rows.

    Attributes:
        row: The number of the first row, from 1, whose format differs from those before it, if known.
    """

    row: int | None = None


class UsageError(FtdataError, ValueError):
    """An invalid option, such as a column that the file does not have."""


class StepError(FtdataError, ValueError):
    """A user's function raised an exception, or returned something that is not an example."""


class RecipeError(FtdataError, ValueError):
    """A recipe or mapping cannot be run as it is."""


class MissingPackageError(FtdataError, ImportError):
    """A feature needs a package that is not installed."""

    def __init__(self, feature: str, package: str, extra: str = "") -> None:
        what = f"'ftdata[{extra}]'" if extra else package
        super().__init__(f"{feature} needs the package {package}", hint=f"Install it: pip install {what}")


class OutputError(FtdataError, OSError):
    """An output cannot be written as asked."""


class ServiceError(FtdataError, OSError):
    """A service refuses a request, or cannot be reached.

    Attributes:
        status: The HTTP status of its answer; 0 without an answer.
        code: Its own name for the error, if it gave one.
    """

    def __init__(self, message: str, *, hint: str = "", status: int = 0, code: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


def place(path: str | None, line: int | None, json_path: str = "") -> str:
    """The prefix of a message: ``train.jsonl:143: $.messages[2].role: ``."""
    parts = []
    if path is not None:
        parts.append(f"{path}:{line}" if line is not None else path)
    elif line is not None:
        parts.append(f"line {line}")
    if json_path:
        parts.append(json_path)
    return "".join(part + ": " for part in parts)


_SPELLED = {"place": "--for"}  # `for` is no word for a parameter


def option(name: str, value: object = None, *, flag: str = "") -> str:
    """Write an option the way the user does: on the command line, in a recipe or in Python.

    Args:
        name: The parameter's name.
        value: Its value, if the message includes it; True and False for flags.
        flag: Its name on the command line, if different.

    Examples:
        >>> option("near", 0.85)
        'near=0.85'
        >>> from ftdata.asks import asked_by
        >>> with asked_by("command"):
        ...     option("near", 0.85), option("per_answer", True), option("shuffle", False)
        ('--near 0.85', '--per-answer', '--no-shuffle')
        >>> with asked_by("recipe"):
        ...     option("at_least", 2), option("per_answer", True)
        ('at-least: 2', 'per-answer: true')
    """
    if asks.get() == "python":
        return name if value is None else f"{name}={value!r}"
    dashed = name.replace("_", "-")
    if asks.get() == "recipe":
        said = str(value).lower() if isinstance(value, bool) else value
        return dashed if value is None else f"{dashed}: {said}"
    if value is False:
        return f"--no-{dashed}"
    flag = flag or _SPELLED.get(name) or (f"-{dashed}" if len(dashed) == 1 else f"--{dashed}")
    return flag if value is None or value is True else f"{flag} {value}"


@contextmanager
def of_system() -> Iterator[None]:
    """Turn errors of the operating system into sentences: a full disk, a missing file, too little memory.

    Raises:
        OutputError: If a file or folder cannot be written or read any more.
        FtdataError: If memory is short, or something is nested too deeply.
    """
    try:
        yield
    except (FtdataError, BrokenPipeError):
        raise
    except OSError as error:
        raise system_error(error) from error
    except MemoryError as error:
        raise FtdataError("memory ran out", hint=f"Use fewer workers: {option('workers', 1)}.") from error
    except RecursionError as error:
        raise FtdataError("is nested too deeply to be read", hint="Look for a deeply nested file.") from error


def system_error(error: OSError) -> FtdataError:
    """An error of the operating system as a sentence: the file, why, and what to do."""
    path = error.filename if isinstance(error.filename, str) else None
    message, hint = _REFUSALS.get(error.errno or 0, ("", ""))
    if not message or (path is None and error.errno in _OF_A_FILE):
        message = f"the operating system reports: {error.strerror or error}"
    return OutputError(message, path=path, hint=hint)


_FULL = ("no space left on the disk", "Free some space, or set TMPDIR to another folder for temporary files.")
_OF_A_FILE = (errno.ENOENT, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG)  # what these say needs the file's name
_REFUSALS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: ("a file would exceed the system's size limit", "Raise the limit with ulimit -f, or write parts."),
    errno.ENOENT: ("does not exist (any more)", "Check whether it was moved or removed."),
    errno.EACCES: ("permission denied", "Check its permissions, or choose another place."),
    errno.EROFS: ("is on a read-only disk", "Choose another place."),
    errno.ENAMETOOLONG: ("has a name that is too long", "Use a shorter name."),
    errno.EMFILE: ("too many files are open", "Raise the limit with ulimit -n 4096."),
}
"""Errors of the operating system and what to do about them, by number."""


@contextmanager
def at(path: str | None = None, line: int | None = None) -> Iterator[None]:
    """Attach a file and a line to every ftdata error raised in this block that has none yet."""
    try:
        yield
    except FtdataError as error:
        if error.path is None:
            error.path = path
        if error.line is None:
            error.line = line
        raise


def shown(value: object) -> str:
    """Format data for a message: JSON-like, without control characters, at most 80 characters."""
    import json

    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = _repr(value)
    text = printable(text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _repr(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # a number of too many digits, or an object of somebody's whose words fail
        return f"<{type(value).__name__}>"


def printable(text: str) -> str:
    """The text with its control characters escaped, so that it cannot control a terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A hint that names the nearest choice, or all of them when none is near."""
    import difflib

    names = [str(choice) for choice in choices]
    near = [name for name in names if name.casefold() == word.casefold()]
    near = near or difflib.get_close_matches(word, names, n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    if not names:
        return ""
    more = ", …" if len(names) > 20 else ""
    return f"Choose from {printable(', '.join(names[:20]))[:400]}{more}."
