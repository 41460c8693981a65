"""The shapes of examples as typed dicts, after the schemas that OpenAI published.

They are the contract: `ftdata.formats.gate` lets a row through exactly when it has one of these shapes, and what works
on examples relies on them. They say which containers and types stand where; values, links, limits and where a key may
stand are judgements, which are for rules. Keys that are not declared here may hold anything. ``| None`` stands where a
null means that the key is absent.

The schemas left the public API description in 2025; these follow its last version (July 2025) and the guides.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal

from ftdata.example.words import INSTEAD_OF_CONTENT

if sys.version_info >= (3, 12):
    from typing import NotRequired, Required, TypedDict
else:  # mypy and pydantic narrow on the backport only below 3.12
    from typing import NotRequired, Required

    from typing_extensions import TypedDict

JSONObject = dict[str, Any]


class Tested:
    """What a value must be beside its type, for pydantic: without it, and without what importing its like takes."""

    def __init__(self, test: Callable[[Any], object]) -> None:
        self.test = test

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """The type's schema, and behind it the test."""
        from pydantic_core import PydanticCustomError, core_schema

        def tested(value: Any) -> Any:
            if not self.test(value):
                raise PydanticCustomError("holds", "is not what it must be")
            return value

        return core_schema.no_info_after_validator_function(tested, handler(source))


def _is_not_empty(items: list[Any]) -> bool:
    return bool(items)


class TextPart(TypedDict):
    """A piece of text in a message's content."""

    type: Literal["text"]
    text: str


class ImageURL(TypedDict, total=False):
    """An image by http(s) URL or as a base64 ``data:`` URL; the detail is auto, low or high."""

    url: Required[str]
    detail: str | None


class ImagePart(TypedDict):
    """An image in a message's content."""

    type: Literal["image_url"]
    image_url: ImageURL


class RefusalPart(TypedDict):
    """A refusal in an assistant message's content."""

    type: Literal["refusal"]
    refusal: str


PARTS = ("text", "image_url", "refusal")


def _is_other_part(kind: str) -> bool:
    return kind not in PARTS


class OtherPart(TypedDict):
    """A part of a kind that training takes from no one, or not yet: a file, audio."""

    type: Annotated[str, Tested(_is_other_part)]


ContentPart = TextPart | ImagePart | RefusalPart | OtherPart
Content = str | list[ContentPart]


class FunctionCall(TypedDict):
    """A function's name and its arguments as JSON text."""

    name: str
    arguments: str


class ToolCall(TypedDict):
    """One call in an assistant message; the result refers to its id."""

    id: NotRequired[str]
    type: NotRequired[Literal["function"]]
    function: FunctionCall


class CustomInput(TypedDict):
    """The name of a custom tool, and the text that it gets."""

    name: str
    input: str


class CustomCall(TypedDict):
    """One call of a custom tool, which takes text instead of JSON."""

    id: NotRequired[str]
    type: Literal["custom"]
    custom: CustomInput


class Said(TypedDict, total=False):
    """What any message may carry; which roles a key belongs to is for rules to judge, and so is a weight's value."""

    name: str | None
    tool_calls: list[ToolCall | CustomCall] | None
    function_call: FunctionCall | None
    tool_call_id: str
    refusal: str | None
    reasoning_content: str | None
    audio: JSONObject | None
    weight: Any


class SystemMessage(Said):
    """Instructions."""

    role: Literal["system"]
    content: Content


class DeveloperMessage(Said):
    """Instructions, as reinforcement examples name them."""

    role: Literal["developer"]
    content: Content


class UserMessage(Said):
    """What the user said."""

    role: Literal["user"]
    content: Content


class AssistantMessage(Said):
    """What the model shall say; trained unless its weight is 0."""

    role: Literal["assistant"]
    content: NotRequired[Content | None]


class ToolMessage(Said):
    """The result of a tool call."""

    role: Literal["tool"]
    content: Content


class FunctionMessage(Said):
    """The result of a function call in the deprecated style."""

    role: Literal["function"]
    content: Content | None


def says_something(message: AssistantMessage) -> bool:
    """Whether an assistant's message has content, or what may stand instead of it."""
    return message.get("content") is not None or any(message.get(key) for key in INSTEAD_OF_CONTENT)


Message = (
    SystemMessage
    | DeveloperMessage
    | UserMessage
    | Annotated[AssistantMessage, Tested(says_something)]
    | ToolMessage
    | FunctionMessage
)


class FunctionDefinition(TypedDict):
    """A function that the model may call; ``parameters`` is a JSON Schema."""

    name: str
    description: NotRequired[str | None]
    parameters: NotRequired[JSONObject | None]
    strict: NotRequired[bool | None]


class Tool(TypedDict):
    """A function definition as chat examples hold it."""

    type: NotRequired[Literal["function"]]
    function: FunctionDefinition


class CustomDefinition(TypedDict):
    """A custom tool: the model sends it text, free or in a grammar."""

    name: str
    description: NotRequired[str | None]
    format: NotRequired[JSONObject | None]


class CustomTool(TypedDict):
    """The definition of a custom tool as chat examples hold it."""

    type: Literal["custom"]
    custom: CustomDefinition


class Defining(TypedDict, total=False):
    """The tools that a model may call; ``functions`` is their deprecated form."""

    tools: list[Tool | CustomTool] | None
    parallel_tool_calls: bool | None
    functions: list[FunctionDefinition] | None


class ChatExample(Defining):
    """A supervised chat example: the assistant's messages are trained."""

    messages: Annotated[list[Message], Tested(_is_not_empty)]
    metadata: NotRequired[JSONObject | None]


class CompletionExample(TypedDict):
    """A legacy prompt and completion (babbage-002, davinci-002)."""

    prompt: str
    completion: str
    metadata: NotRequired[JSONObject | None]


class PreferenceInput(Defining):
    """What both answers of a preference example answer."""

    messages: Annotated[list[Message], Tested(_is_not_empty)]


class PreferenceExample(TypedDict):
    """A pair of answers for direct preference optimisation."""

    input: PreferenceInput
    preferred_output: list[Message]
    non_preferred_output: list[Message]
    metadata: NotRequired[JSONObject | None]


class ReinforcementExample(Defining):
    """A prompt for a graded answer; any other keys are for the grader."""

    messages: Annotated[list[Message], Tested(_is_not_empty)]
    metadata: NotRequired[JSONObject | None]
