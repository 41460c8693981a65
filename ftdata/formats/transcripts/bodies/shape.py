"""What a body is: what a model was asked or answered, in the shape of one API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, shown

Message = dict[str, Any]


class Reading(Counter[str]):
    """Counts what is put right while one exchange is read, and remembers what its messages cannot say.

    Attributes:
        missing: What the exchange rests on and the log does not hold, such as the results of a web search; by call.
        defined: Definitions of functions by name that stand among the messages.
        hosted: Names of the functions that calls of hosted tools are written as.
        summarised: Whether its reasoning is a summary of what the model thought.
    """

    def __init__(self) -> None:
        # Nothing is counted yet: what Counter does at its start takes longer than reading most exchanges.
        self.missing: dict[str, str] = {}
        self.defined: dict[str, Message] = {}
        self.hosted: set[str] = set()
        self.summarised = False

    def add_to(self, repaired: Counter[str]) -> None:
        """Add the counts to others."""
        for what, count in self.items():
            repaired[what] += count


@dataclass(slots=True)
class LoggedPrompt:
    """A request, as a body's module finds it; its messages are still the API's.

    Attributes:
        messages: As logged.
        path: Where they stand.
        system: Instructions that stand outside, as logged.
        system_path: Where these stand.
        tools: Definitions in any shape.
        tools_path: Where they stand.
        functions: Definitions in the deprecated style.
        parallel_tool_calls: As requested, if it was.
        facts: What it says of the call, under the names of `FACTS`.
        own: The user's own metadata.
        prefills: Whether a last turn of the assistant's is the beginning of the answer.
    """

    messages: Any
    path: str
    system: Any = None
    system_path: str = "$"
    tools: Any = None
    tools_path: str = "$.tools"
    functions: Any = None
    parallel_tool_calls: Any = None
    facts: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    prefills: bool = False


@dataclass(slots=True)
class LoggedAnswer:
    """One answer as logged: a message, several of them, text or nothing.

    Attributes:
        said: A message, a list of messages or items, text; None for nothing.
        finish: Why it ends, if that was logged.
        path: Where it stands.
        plain: Whether a text that is its only part stays a part, as in Chat Completions.
    """

    said: Any
    finish: Any = None
    path: str = "$"
    plain: bool = True


@dataclass(slots=True)
class LoggedTurn:
    """The answers in a body, what it says of its call, and of its request where that was not logged whole."""

    answers: list[LoggedAnswer]
    facts: dict[str, Any] = field(default_factory=dict)
    echoed: dict[str, Any] = field(default_factory=dict)


Turns = Callable[[Any, str, Reading], list[Message]]


@dataclass(frozen=True)
class BodyShape:
    """The shape of one API's requests and answers.

    Attributes:
        name: Of the API, for messages.
        recognises: Whether a value is of it: a request, a body of an answer, a message, or a part of one.
        turns: From one of its messages to the turns that it comes to; with its path.
        prompt: From a request to what it asks; with its path.
        choices: From the body of an answer to the answers in it; with its path.
    """

    name: str
    recognises: Callable[[Any], bool]
    turns: Turns
    prompt: Callable[[Message, str, Reading], LoggedPrompt]
    choices: Callable[[Any, str, Reading], LoggedTurn]


def unread(value: Any, path: str, what: str = "a message") -> RowError:
    """The error of a structure that no body has."""
    kind = value.get("type") if type(value) is dict else None
    named = f"the type {shown(kind)}" if type(kind) is str else shown(value)
    hint = "It is in the shape of no API that ftdata knows. See the guide: transcripts."
    return RowError(f"expected {what}; got {named}", hint=hint, json_path=path)
