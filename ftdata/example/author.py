"""Create examples in code: ``chat(system("…"), user("…"), assistant("…", weight=0), tools=[tool(fn)])``.

Every function here returns a plain dict in exactly the shape that the file will have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal

from ftdata.codec import check_json, encode
from ftdata.errors import UsageError

if TYPE_CHECKING:
    from ftdata.example.shapes import (
        AssistantMessage,
        ChatExample,
        DeveloperMessage,
        ImagePart,
        Message,
        PreferenceExample,
        SystemMessage,
        TextPart,
        Tool,
        ToolCall,
        ToolMessage,
        UserMessage,
    )


def chat(
    *turns: Message,
    tools: Sequence[Tool] = (),
    parallel_tool_calls: bool | None = None,
    metadata: dict[str, Any] | None = None,
) -> ChatExample:
    """Create a chat example from messages.

    Examples:
        >>> chat(user("2 + 2?"), assistant("4"))
        {'messages': [{'role': 'user', 'content': '2 + 2?'}, {'role': 'assistant', 'content': '4'}]}

    Raises:
        UsageError: If there is no message.
        RowError: If a value in it is not JSON; with the JSON path.
    """
    if not turns:
        raise UsageError("a chat needs at least one message")
    example: ChatExample = {"messages": list(turns)}
    if tools:
        example["tools"] = list(tools)
    if parallel_tool_calls is not None:
        example["parallel_tool_calls"] = parallel_tool_calls
    if metadata:
        example["metadata"] = metadata
    check_json(example)
    return example


def preference(
    prompt: str | Sequence[Message],
    chosen: str | AssistantMessage,
    rejected: str | AssistantMessage,
    *,
    tools: Sequence[Tool] = (),
    metadata: dict[str, Any] | None = None,
) -> PreferenceExample:
    """Create a preference example: two answers to a prompt, one better than the other.

    Args:
        prompt: The user's text, or the messages before the answers.
        chosen: The better answer, text or a message.
        rejected: The worse one.
        tools: Tool definitions.
        metadata: Data to carry along.

    Examples:
        >>> preference("2 + 2?", "4", "5")["preferred_output"]
        [{'role': 'assistant', 'content': '4'}]

    Raises:
        UsageError: If there is no message before the answers.
        RowError: If a value in it is not JSON; with the JSON path.
    """
    messages: list[Message] = [user(prompt)] if isinstance(prompt, str) else list(prompt)
    if not messages:
        raise UsageError("a preference needs a message before the answers")
    better, worse = (assistant(side) if isinstance(side, str) else side for side in (chosen, rejected))
    example: PreferenceExample = {
        "input": {"messages": messages},
        "preferred_output": [better],
        "non_preferred_output": [worse],
    }
    if tools:
        example["input"]["tools"] = list(tools)
    if metadata:
        example["metadata"] = metadata
    check_json(example)
    return example


def system(content: str) -> SystemMessage:
    """Create a system message."""
    return {"role": "system", "content": content}


def developer(content: str) -> DeveloperMessage:
    """Create a developer message: the instructions of a reinforcement example."""
    return {"role": "developer", "content": content}


def user(
    content: str | list[TextPart | ImagePart], *, name: str | None = None, images: Sequence[str] = ()
) -> UserMessage:
    """Create a user message.

    Args:
        content: Text, or parts of text and images.
        name: The user's name.
        images: Images after the text, each a web address or a ``data:`` URL.

    Examples:
        >>> user("What is it?", images=["https://example.com/cat.png"])["content"][1]
        {'type': 'image_url', 'image_url': {'url': 'https://example.com/cat.png'}}

    Raises:
        UsageError: If the images are one text, or one of them is none.
    """
    if isinstance(images, str) or not all(isinstance(image, str) for image in images):
        raise UsageError("images are a list of addresses", hint='Write images=["https://…"].')
    message: UserMessage = {"role": "user", "content": content if isinstance(content, str) else [*content]}
    if images:
        parts: list[TextPart | ImagePart]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else [*content]
        parts += [{"type": "image_url", "image_url": {"url": image}} for image in images]
        message["content"] = [*parts]
    if name is not None:
        message["name"] = name
    return message


def assistant(
    content: str | None = None,
    *,
    tool_calls: Sequence[ToolCall] = (),
    weight: Literal[0, 1] | None = None,
    name: str | None = None,
) -> AssistantMessage:
    """Create an assistant message: an answer, calls, or both; ``weight=0`` keeps it out of training.

    Raises:
        UsageError: If it has neither content nor a call, or a weight that is not 0 or 1.
    """
    if content is None and not tool_calls:
        raise UsageError("an assistant message needs content or a tool call")
    if weight is not None and (weight not in (0, 1) or isinstance(weight, bool)):
        raise UsageError(f"a weight is 0 or 1; got {weight!r}")
    message: AssistantMessage = {"role": "assistant"}
    if content is not None:
        message["content"] = content
    if tool_calls:
        message["tool_calls"] = list(tool_calls)
    if name is not None:
        message["name"] = name
    if weight is not None:
        message["weight"] = weight
    return message


def tool_call(function: str | Callable[..., object], /, *, id: str | None = None, **arguments: Any) -> ToolCall:
    """A call of a function, by its name or the function itself, with its arguments.

    Without an ``id``, one is derived from name and arguments, so the same call has the same id; two equal calls
    in one conversation need ids of your own.

    Examples:
        >>> tool_call("get_weather", city="Paris")["function"]
        {'name': 'get_weather', 'arguments': '{"city":"Paris"}'}
    """
    name = function if isinstance(function, str) else function.__name__
    check_json(arguments, "$.arguments")
    text = encode(arguments).decode()
    made = "call_" + blake2b(f"{name}\0{text}".encode(), digest_size=12).hexdigest()
    return {"id": id or made, "type": "function", "function": {"name": name, "arguments": text}}


def tool_result(call: ToolCall | str, content: object) -> ToolMessage:
    """The result of a call (or of the id of a call): text as it is, anything else as JSON text."""
    if not isinstance(content, str):
        check_json(content, "$.content")
        content = encode(content).decode()
    return {"role": "tool", "tool_call_id": call if isinstance(call, str) else call["id"], "content": content}
