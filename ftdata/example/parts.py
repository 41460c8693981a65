"""Read an example of any kind: its kind, turns, prompt, answers and tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftdata.example.thoughts import said, thought_of

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_CHAT_KEYS = {"messages", "tools", "parallel_tool_calls", "functions", "metadata"}


def kind_of(example: Mapping[str, Any]) -> Kind | None:
    """Which kind of example this is, by its keys; None when it is none.

    Messages that end without an assistant turn and have other keys, or include a developer message, are
    reinforcement examples: the other keys are for the grader.
    """
    turns = example.get("messages")
    if type(turns) is list:
        if turns and type(turns[-1]) is dict and turns[-1].get("role") == "assistant":
            return "chat"
        extra = not _CHAT_KEYS.issuperset(example)
        return "reinforcement" if extra or _speaks_as_developer(turns) else "chat"
    if "prompt" in example and "completion" in example:
        return "completion"
    if "input" in example and ("preferred_output" in example or "non_preferred_output" in example):
        return "preference"
    return None


def _speaks_as_developer(turns: list[Any]) -> bool:
    return any(type(turn) is dict and turn.get("role") == "developer" for turn in turns)


def is_completion(example: Mapping[str, Any]) -> bool:
    """Whether the example is a prompt and its completion: others may have keys of these names, for a grader."""
    return "prompt" in example and "completion" in example and type(example.get("messages")) is not list


def holder_of(example: Example) -> dict[str, Any]:
    """What holds messages and tools: a chat itself, the input of a preference example; a completion has none.

    The kind decides: a completion may have columns that are called ``messages``, ``input`` or ``tools``, and the
    grader's keys of a reinforcement example may have any name.
    """
    if type(example.get("messages")) is list:
        return example
    if is_completion(example) or "input" not in example:
        return {}
    given: dict[str, Any] = example["input"]
    return given


def chat_turns(example: Example) -> list[dict[str, Any]]:
    """The messages of a chat, its very list; none of a pair or a completion."""
    turns = example.get("messages")
    return turns if type(turns) is list else []


def lists_in(example: Example) -> tuple[str, ...]:
    """The keys at the top that hold messages, by the kind of the example."""
    if type(example.get("messages")) is list:
        return ("messages",)
    return OUTPUTS if holder_of(example) else ()


OUTPUTS = ("preferred_output", "non_preferred_output")


def messages(example: Example) -> list[dict[str, Any]]:
    """The turns before the answer of a preference example, all turns of a chat, none of a completion."""
    return list(holder_of(example).get("messages", ()))


def answers(example: Example) -> list[dict[str, Any]]:
    """The assistant messages of a chat, the preferred output of a pair, or a completion as one message."""
    turns = example.get("messages")
    if type(turns) is list:
        return [turn for turn in turns if turn["role"] == "assistant"]
    if is_completion(example):
        return [{"role": "assistant", "content": example["completion"]}]
    return list(example.get("preferred_output", ()))


def trained(message: Mapping[str, Any]) -> bool:
    """Whether training learns this message: assistant messages, unless their weight is 0."""
    return message.get("role") == "assistant" and message.get("weight") != 0


def text_of(content: object) -> str:
    """A message's content as text: the text of its parts joined, nothing for an image or null."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_text(part) for part in content if isinstance(part, dict))
    return ""


def _text(part: Mapping[str, Any]) -> str:
    text = part.get("text") or part.get("refusal")
    return text if isinstance(text, str) else ""  # a part of another type may hold anything under these names


def answer(example: Example) -> str:
    """The text of the last trained answer, or of the last one if none is trained; without reasoning before it."""
    last = last_answer(example)
    return said(text_of(last.get("content"))) if last else ""


def thought(example: Example) -> str:
    """The reasoning before that answer."""
    last = last_answer(example)
    return thought_of(last) if last else ""


def last_answer(example: Example) -> dict[str, Any] | None:
    """The last trained answer, or the last one when none is trained; None where there is no answer."""
    found = answers(example)
    return next((turn for turn in reversed(found) if trained(turn)), found[-1] if found else None)


def prompt(example: Example) -> str:
    """The user's turns, separated by blank lines; the prompt of a completion."""
    if is_completion(example):
        return str(example["prompt"])
    said = [text_of(turn.get("content")) for turn in messages(example) if turn["role"] == "user"]
    return "\n\n".join(said)


def system_prompt(example: Example) -> str:
    """The system and developer messages, a blank line between them."""
    spoken = [turn for turn in messages(example) if turn["role"] in ("system", "developer")]
    return "\n\n".join(text_of(turn.get("content")) for turn in spoken)


def tools(example: Example) -> list[dict[str, Any]]:
    """The function definitions, from ``tools`` or the deprecated ``functions``."""
    holder = holder_of(example)
    wrapped = [tool["function"] for tool in holder.get("tools") or () if tool.get("type") != "custom"]
    return wrapped + list(holder.get("functions") or ())


def calls(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The function calls of a message, each ``{"name", "arguments"}``, in either style; custom calls are left out."""
    found = [call["function"] for call in message.get("tool_calls") or () if call.get("type") != "custom"]
    legacy = message.get("function_call")
    return [*found, legacy] if legacy is not None else found


def called(example: Example) -> str:
    """The name of the first function that an answer calls, or an empty string."""
    turns = example.get("messages")
    for message in turns if type(turns) is list else answers(example):
        if ("tool_calls" in message or "function_call" in message) and message["role"] == "assistant":
            for call in calls(message):
                return str(call.get("name", ""))
    return ""
