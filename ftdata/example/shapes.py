"""The shapes of examples as typed dicts, after the schemas that OpenAI published.

The schemas left the public API description in 2025; these follow its last version (July 2025) and the guides.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

if sys.version_info >= (3, 12):
    from typing import NotRequired, Required, TypedDict
else:  # mypy and pydantic narrow on the backport only below 3.12
    from typing import NotRequired, Required

    from typing_extensions import TypedDict

Example = dict[str, Any]
"""A chat, preference, reinforcement or completion example: a JSON object, and optionally ``metadata``."""

Kind = Literal["chat", "completion", "preference", "reinforcement"]

JSONObject = dict[str, Any]


class TextPart(TypedDict):
    """A piece of text in a message's content."""

    type: Literal["text"]
    text: str


class ImageURL(TypedDict, total=False):
    """An image by http(s) URL or as a base64 ``data:`` URL."""

    url: Required[str]
    detail: Literal["auto", "low", "high"]


class ImagePart(TypedDict):
    """An image in a user message's content."""

    type: Literal["image_url"]
    image_url: ImageURL


class RefusalPart(TypedDict):
    """A refusal in an assistant message's content."""

    type: Literal["refusal"]
    refusal: str


ContentPart = TextPart | ImagePart | RefusalPart


class FunctionCall(TypedDict):
    """A function's name and its arguments as JSON text."""

    name: str
    arguments: str


class ToolCall(TypedDict):
    """One call in an assistant message; the result refers to its id."""

    id: str
    type: Literal["function"]
    function: FunctionCall


class SystemMessage(TypedDict):
    """Instructions."""

    role: Literal["system"]
    content: str | list[TextPart]
    name: NotRequired[str]


class DeveloperMessage(TypedDict):
    """Instructions, as reinforcement examples name them."""

    role: Literal["developer"]
    content: str | list[TextPart]
    name: NotRequired[str]


class UserMessage(TypedDict):
    """What the user said."""

    role: Literal["user"]
    content: str | list[TextPart | ImagePart]
    name: NotRequired[str]


class AssistantMessage(TypedDict):
    """What the model shall say; trained unless its weight is 0."""

    role: Literal["assistant"]
    content: NotRequired[str | list[TextPart | RefusalPart] | None]
    tool_calls: NotRequired[list[ToolCall]]
    function_call: NotRequired[FunctionCall]
    refusal: NotRequired[str | None]
    name: NotRequired[str]
    weight: NotRequired[Literal[0, 1]]


class ToolMessage(TypedDict):
    """The result of a tool call."""

    role: Literal["tool"]
    content: str | list[TextPart]
    tool_call_id: str


class FunctionMessage(TypedDict):
    """The result of a function call in the deprecated style."""

    role: Literal["function"]
    content: str | None
    name: str


Message = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage


class FunctionDefinition(TypedDict):
    """A function that the model may call; ``parameters`` is a JSON Schema."""

    name: str
    description: NotRequired[str]
    parameters: NotRequired[JSONObject]
    strict: NotRequired[bool]


class Tool(TypedDict):
    """A function definition as chat examples hold it."""

    type: Literal["function"]
    function: FunctionDefinition


class ChatExample(TypedDict):
    """A supervised chat example: the assistant's messages are trained."""

    messages: list[Message]
    tools: NotRequired[list[Tool]]
    parallel_tool_calls: NotRequired[bool]
    functions: NotRequired[list[FunctionDefinition]]
    metadata: NotRequired[JSONObject]


class CompletionExample(TypedDict):
    """A legacy prompt and completion (babbage-002, davinci-002)."""

    prompt: str
    completion: str
    metadata: NotRequired[JSONObject]


class PreferenceInput(TypedDict):
    """What both answers of a preference example answer."""

    messages: list[Message]
    tools: NotRequired[list[Tool]]
    parallel_tool_calls: NotRequired[bool]


class PreferenceExample(TypedDict):
    """A pair of answers for direct preference optimisation."""

    input: PreferenceInput
    preferred_output: list[Message]
    non_preferred_output: list[Message]
    metadata: NotRequired[JSONObject]


class ReinforcementExample(TypedDict):
    """A prompt for a graded answer; any other keys are for the grader."""

    messages: list[Message]
    tools: NotRequired[list[Tool]]
    metadata: NotRequired[JSONObject]


ROLES = ("system", "developer", "user", "assistant", "tool", "function")
