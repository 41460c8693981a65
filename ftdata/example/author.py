"""Making examples in code: ``chat(system("…"), user("…"), assistant("…", weight=0), tools=[tool(fn)])``.

Every function here returns a plain dict of the shape that the file will hold.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, cast

from ftdata.codec import check_json, encode
from ftdata.errors import UsageError
from ftdata.example.shapes import (
    AssistantMessage,
    ChatExample,
    DeveloperMessage,
    FunctionDefinition,
    ImagePart,
    Message,
    SystemMessage,
    TextPart,
    Tool,
    ToolCall,
    ToolMessage,
    UserMessage,
)

if TYPE_CHECKING:
    from pydantic import BaseModel


def chat(
    *turns: Message,
    tools: Sequence[Tool] = (),
    parallel_tool_calls: bool | None = None,
    metadata: dict[str, Any] | None = None,
) -> ChatExample:
    """A chat example of these messages.

    Examples:
        >>> chat(user("2 + 2?"), assistant("4"))
        {'messages': [{'role': 'user', 'content': '2 + 2?'}, {'role': 'assistant', 'content': '4'}]}

    Raises:
        UsageError: There is no message.
        RowError: A value in it is not JSON; with the JSON path.
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


def system(content: str) -> SystemMessage:
    """A system message."""
    return {"role": "system", "content": content}


def developer(content: str) -> DeveloperMessage:
    """A developer message: the instructions of a reinforcement example."""
    return {"role": "developer", "content": content}


def user(content: str | list[TextPart | ImagePart], *, name: str | None = None) -> UserMessage:
    """A user's message; content is text, or parts of text and images."""
    message: UserMessage = {"role": "user", "content": content if isinstance(content, str) else [*content]}
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
    """An assistant's message: an answer, calls, or both; ``weight=0`` keeps it out of training.

    Raises:
        UsageError: It has neither content nor a call, or a weight that is not 0 or 1.
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

    Without an ``id`` one is made from name and arguments, so that the same call has the same id; two equal calls
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


def tool(
    of: Callable[..., object] | type[BaseModel], /, *, name: str | None = None, strict: bool | None = None
) -> Tool:
    """The definition of a tool, from a typed function or a pydantic model.

    Name and description come from the function's name and the first paragraph of its docstring, the parameters'
    descriptions from ``Annotated[str, Field(description="…")]`` or the model's fields.

    Raises:
        UsageError: The parameters have no JSON Schema, such as ``*args`` or a type of your own.
    """
    definition: FunctionDefinition = {"name": name or of.__name__}
    described = _first_paragraph(of)
    if described:
        definition["description"] = described
    definition["parameters"] = _parameters(of)
    if strict is not None:
        definition["strict"] = strict
    return {"type": "function", "function": definition}


def _first_paragraph(of: Callable[..., object]) -> str:
    text = inspect.cleandoc(of.__doc__ or "")
    return " ".join(text.split("\n\n")[0].split())


def _parameters(of: Callable[..., object] | type[BaseModel]) -> dict[str, Any]:
    from pydantic import BaseModel, PydanticUserError, TypeAdapter

    if isinstance(of, type) and issubclass(of, BaseModel):
        schema = of.model_json_schema()
    else:
        variadic = [p for p in inspect.signature(of).parameters.values() if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        if variadic:
            raise UsageError(
                f"{of.__name__} takes {variadic[0]}, which has no JSON Schema", hint="Name the parameters."
            )
        try:
            schema = TypeAdapter(cast("Any", of)).json_schema()
        except PydanticUserError as error:
            raise UsageError(f"{of.__name__} has a parameter without a JSON Schema: {error.message}") from None
    # The function's own name and description stand beside the parameters already.
    return cast("dict[str, Any]", _without_titles({k: v for k, v in schema.items() if k != "description"}))


def _without_titles(schema: object, *, named: bool = False) -> object:
    """The schema without the titles that pydantic makes from names; a property *called* title stays."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value, named=key in ("properties", "$defs") and not named)
        if key not in ("default", "enum", "const", "examples") or named
        else value
        for key, value in schema.items()
        if named or key != "title" or not isinstance(value, str)
    }
