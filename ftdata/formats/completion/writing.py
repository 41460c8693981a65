"""Chats as prompts and completions, for davinci-002 and babbage-002."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError
from ftdata.formats.completion.marks import SEPARATOR, STOP
from ftdata.formats.dumping import accepted, instructions, leave_out, text_of, without_metadata

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

KINDS: tuple[Kind, ...] = ("completion", "chat")
_SAID = frozenset(("role", "content", "refusal", "weight"))
_SPEAKERS = {"user": "User", "assistant": "Assistant"}


@dataclass(frozen=True)
class CompletionMarks:
    """What stands behind prompts and completions.

    Attributes:
        separator: Behind each prompt; a dialogue ends with who speaks next, unless this is another than the default.
        stop: Behind each completion.
    """

    separator: str = SEPARATOR
    stop: str = STOP


_USUAL = CompletionMarks()


@dataclass(frozen=True)
class ToCompletion:
    """The step from a chat to prompt and completion."""

    marks: CompletionMarks = _USUAL
    name: ClassVar[str] = "to_completion"

    def __call__(self, example: Example) -> Example:
        """The completion of a chat.

        Raises:
            RowError: If it has none; see `dump`.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The step, counting what a completion cannot carry."""

        def to_completion(example: Example) -> Example:
            lost: Counter[str] = Counter()
            made = dump(example, lost, self.marks)
            changes.update({f"{name} left out": count for name, count in lost.items()})
            return made

        return to_completion


def dump(example: Example, lost: Counter[str], marks: CompletionMarks = _USUAL) -> dict[str, Any]:
    """A prompt and its completion; a chat's with a separator, a leading space and a stop, as these models need them.

    Raises:
        RowError: If it is of another kind, has tools, or does not end with an answer.
    """
    kind, current, holder = accepted(example, "completion", KINDS, lost)
    without_metadata(current, lost)
    if kind == "completion":
        return current if len(current) == 2 else {key: current[key] for key in ("prompt", "completion")}
    if holder.get("tools"):
        raise RowError("expected no tools, which these models do not support; got some", json_path="$.tools")
    system, spoken = instructions(holder["messages"], lost)
    if not spoken or spoken[-1]["role"] != "assistant":
        raise RowError(
            "expected an answer at the end; got none", json_path=f"$.messages[{len(holder['messages']) - 1}]"
        )
    texts = [_said(message, index, lost) for index, message in enumerate(spoken)]
    answer = texts.pop()
    if [1 for message in spoken[:-1] if message["role"] == "assistant" and message.get("weight") != 0]:
        lost["earlier answers"] += 1
    if spoken[-1].get("weight") == 0:
        lost["message weight"] += 1
    return {
        "prompt": _prompt(system or "", spoken[:-1], texts, marks.separator),
        "completion": f" {answer}{marks.stop}",
    }


def _said(message: dict[str, Any], index: int, lost: Counter[str]) -> str:
    if len(message) == 2 and type(text := message.get("content")) is str and message["role"] in _SPEAKERS:
        return text  # as most are
    if message.get("tool_calls") or message["role"] not in _SPEAKERS:
        raise RowError("expected text; got a call or its result", json_path=f"$.messages[{index}]")
    leave_out(message, _SAID, lost)
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    return text_of(message, lost, f"$.messages[{index}]")


def _prompt(system: str, spoken: list[dict[str, Any]], texts: list[str], separator: str) -> str:
    """One turn as it is; several with their speakers, as the guide for these models showed them."""
    if len(texts) > 1:
        said = "\n".join([f"{_SPEAKERS[m['role']]}: {text}" for m, text in zip(spoken, texts, strict=True)])
        head = f"{system}{SEPARATOR}" if system else ""
        return f"{head}{said}\nAssistant:" if separator == SEPARATOR else f"{head}{said}{separator}"
    said = "\n\n".join(text for text in (system, *texts) if text)
    return said + separator
