"""User-defined steps: plain functions over plain dicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ftdata.classes import dataclass
from ftdata.codec import check_json
from ftdata.errors import RowError, StepError, UsageError, shown
from ftdata.expressions import Predicate
from ftdata.findings import Drop
from ftdata.formats import openai

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Mapped

UserMap = Callable[[dict[str, Any]], dict[str, Any] | Drop | list[dict[str, Any]] | Iterator[dict[str, Any] | Drop]]
UserAuthor = Callable[
    [dict[str, Any]],
    Mapping[str, object] | Drop | Sequence[Mapping[str, object] | Drop] | Iterator[Mapping[str, object] | Drop],
]
OnError = Literal["stop", "reject"]
UserTest = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Map:
    """A function from an example to an example, several (a list, or what a generator yields), or a Drop.

    The function may change the example that it gets and return it. What goes wrong in it stops the run, or rejects the
    row, as `on_error` has it.
    """

    function: UserMap
    label: str = ""
    on_error: OnError = "stop"

    def __post_init__(self) -> None:
        _check(self.on_error)

    @property
    def name(self) -> str:
        """As the tally names it."""
        return self.label or f"map({_called(self.function)})"

    def __call__(self, example: Example) -> Mapped:
        """What the function makes of the example.

        Raises:
            StepError: If the function raised an exception, or returned what is not an example.
            RowError: The same, if `on_error` is "reject".
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Mapped]:
        """The same, counting what of its examples is put where it belongs, as where such rows are read."""

        def made(example: Example) -> Mapped:
            try:
                checked = self._made(example, changes)
            except StepError as error:
                raise _as_asked(error, self.on_error) from error
            # It may have been changed in place, so it must not pass for the object that was read.
            return dict(example) if checked is example else checked

        return made

    def _made(self, example: Example, changes: Counter[str]) -> Mapped:
        try:
            result: object = self.function(example)
            if isinstance(result, Iterator):  # of a generator function, which has done nothing yet
                result = list(result)
        except Exception as error:
            raise _failed(self.name, error) from error
        if isinstance(result, list):
            return [self._one(item, changes) for item in result]
        return self._one(result, changes)

    def _one(self, result: object, changes: Counter[str]) -> dict[str, Any] | Drop:
        if isinstance(result, Drop):
            return result
        if not isinstance(result, dict):
            hint = "Return the example, a list of examples, or ftdata.Drop('reason')."
            raise StepError(f"{self.name} returned {shown(result)}, which is not an example", hint=hint)
        try:
            check_json(result)
        except RowError as error:
            raise StepError(
                f"{self.name} returned what JSON cannot hold: {error.message}",
                hint=error.hint,
                json_path=error.json_path,
            ) from None
        try:
            return openai.parse(result, changes)
        except RowError as error:
            message = f"{self.name} returned what is not an example: {error.message}"
            raise StepError(message, hint=error.hint, json_path=error.json_path) from None


@dataclass(frozen=True)
class Author(Map):
    """A function from a row to an example, several, or a Drop."""

    @property
    def name(self) -> str:
        """As the tally names it."""
        return f"to_chat({self.label or _called(self.function)})"

    @property
    def carries_metadata(self) -> bool:
        """It may: nobody knows before it has run."""
        return True


@dataclass(frozen=True)
class Filter:
    """Keeps the examples of which a function or a predicate says yes; the others are dropped."""

    test: UserTest | Predicate
    reason: str = ""
    on_error: OnError = "stop"

    def __post_init__(self) -> None:
        _check(self.on_error)

    @property
    def name(self) -> str:
        """As the tally names it."""
        return "filter"

    def __call__(self, example: Example) -> Mapped:
        """The example or a Drop.

        Raises:
            RowError: If the predicate fails on this example, or the function does and that is to reject the row.
            StepError: If the function raised an exception.
        """
        try:
            keep = self.test(example)
        except RowError:
            raise
        except Exception as error:
            raise _as_asked(_failed(self.name, error), self.on_error) from error
        return example if keep else Drop(self.reason or self._why())

    def _why(self) -> str:
        test = self.test
        return f"not {test.source}" if isinstance(test, Predicate) else f"not {_called(test)}"


def step(function: UserMap) -> Map:
    """Turn a function into a step with the function's name.

    Examples:
        >>> @step
        ... def shout(example):
        ...     example["messages"][-1]["content"] += "!"
        ...     return example
        >>> shout.name
        'shout'
    """
    return Map(function, _called(function))


def _called(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _check(on_error: str) -> None:
    if on_error not in ("stop", "reject"):
        raise UsageError(f'an error is to "stop" the run or to "reject" the row; got {on_error!r}')


def _as_asked(error: StepError, on_error: OnError) -> StepError | RowError:
    return error if on_error == "stop" else RowError(error.message, hint=error.hint, json_path=error.json_path)


def _failed(name: str, error: Exception) -> StepError:
    text = str(error)
    return StepError(f"{name} raised {type(error).__name__}" + (f": {text}" if text else ""))
