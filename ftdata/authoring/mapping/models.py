"""What a mapping file can say, as models: they check it and give the editor its JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ftdata.errors import did_you_mean, shown
from ftdata.example.words import ROLES

RESERVED_KEYS = (
    "messages", "tools", "functions", "parallel_tool_calls", "metadata",
    "input", "preferred_output", "non_preferred_output", "prompt", "completion",
)  # fmt: skip
"""Top-level keys of an example that have a place of their own in a mapping."""


def _refused(message: str, hint: str = "", **context: Any) -> PydanticCustomError:
    """An error whose words are ours; the loader turns it into a RecipeError."""
    return PydanticCustomError("mapping", "{message}", {"message": message, "hint": hint, **context})


def _words(value: object) -> object:
    """Text, also where YAML reads a whole number; what else it reads was not written as text."""
    if isinstance(value, bool | float) or value is None:
        raise _refused(f"expected text; got {shown(value)}", "To use it as text, quote it.")
    if isinstance(value, dict | list):
        raise _refused(f"expected text; got {shown(value)}")
    return str(value) if isinstance(value, int) else value


def _weight(value: object) -> object:
    if isinstance(value, bool | float) or (isinstance(value, int) and value not in (0, 1)):
        raise _refused(f"a weight is 0 or 1, a column or an expression; got {shown(value)}")
    return _words(value)


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else _words(value)


Text = Annotated[str, BeforeValidator(_words), WithJsonSchema({"type": "string"})]
Weight = Annotated[str, BeforeValidator(_weight), WithJsonSchema({"type": ["integer", "string"]})]
Flag = Annotated[bool | str, BeforeValidator(_flag)]


# The members of unions have names that no key has, so that they cannot be taken for a part of the place.


def _listed(value: object) -> str:
    return "<list>" if isinstance(value, list) else "<text>"


def _objected(value: object) -> str:
    return "<object>" if isinstance(value, dict) else "<text>"


class _Said(BaseModel):
    """An object of a mapping: every key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, said: object) -> object:
        if not isinstance(said, dict):
            raise _refused(f"expected an object; got {shown(said)}")
        names = [field.alias or name for name, field in cls.model_fields.items()]
        for key in said:
            if key not in names:
                hint = f"Write role: {key}, and content." if key in ROLES else did_you_mean(str(key), names)
                raise _refused(f"unknown key {shown(key)}", hint, key=key)
        return said


class _Governed(_Said):
    if_: Text | None = Field(None, alias="if")
    """An expression over the columns, such as ``queue != ""``: left out where it says no."""

    for_: Text | None = Field(None, alias="for")
    """``item in column``: once for each item of a list (or of the JSON text of one); then ``item`` is a name."""


class TextTemplate(_Governed):
    """A piece of text in a message's content."""

    text: Text
    """A column's name, or a template."""


class ImageTemplate(_Governed):
    """An image in a message's content."""

    image: Text
    """A URL, a file's path, or the column (or template) that holds one; files become data URLs."""

    detail: Literal["auto", "low", "high"] | None = None
    """How closely the model looks."""


def _part(value: object) -> str:
    return "<image>" if isinstance(value, dict) and "image" in value else "<text>"


Part = Annotated[
    Annotated[TextTemplate, Tag("<text>")] | Annotated[ImageTemplate, Tag("<image>")], Discriminator(_part)
]
Content = Annotated[Annotated[Text, Tag("<text>")] | Annotated[list[Part], Tag("<list>")], Discriminator(_listed)]


class Call(_Governed):
    """A call of a function."""

    name: Text
    """The function's name, or the column or template that holds it."""

    id: Text | None = None
    """By default ``call_1``, ``call_2``, … in the order of the calls."""

    arguments: Annotated[
        Annotated[Text, Tag("<text>")] | Annotated[dict[str, Any], Tag("<object>")], Discriminator(_objected)
    ] = Field(default_factory=dict)
    """An object whose texts are templates, or the column that holds an object or its JSON text."""


Calls = Annotated[Annotated[Text, Tag("<text>")] | Annotated[list[Call], Tag("<list>")], Discriminator(_listed)]


class Turn(_Governed):
    """A message."""

    role: Text
    """system, developer, user, assistant or tool; or the column or template that holds it."""

    content: Content | None = None
    """A column's name, a template, or a list of parts."""

    name: Text | None = None
    """Who speaks: a text, or the column or template that holds it."""

    weight: Weight | None = None
    """1 trains an answer, 0 does not: a number, a column or an expression."""

    tool_calls: Calls | None = None
    """The functions that the assistant calls; or the column that holds such a list."""

    tool_call_id: Text | None = None
    """Of a tool's result: whose it is. By default that of the one call that waits for its result."""

    @model_validator(mode="after")
    def _says_something(self) -> Turn:
        if self.content is None and self.tool_calls is None:
            raise _refused("a turn needs content" + (" or tool_calls" if self.role == "assistant" else ""))
        if self.tool_call_id is not None and self.role in ("system", "developer", "user", "assistant"):
            raise _refused(f"tool_call_id is for the role tool; this turn is {self.role}", key="tool_call_id")
        for key in ("tool_calls", "weight"):
            if getattr(self, key) is not None and self.role in ("system", "developer", "user", "tool", "function"):
                raise _refused(f"{key} is for the role assistant; this turn is {self.role}", key=key)
        return self


class RepeatedTurns(_Governed):
    """Several messages that are left out, or repeated, together."""

    messages: list[Message]
    """The messages."""


def _turn(value: object) -> str:
    return "<turns>" if isinstance(value, dict) and "messages" in value else "<turn>"


Message = Annotated[Annotated[Turn, Tag("<turn>")] | Annotated[RepeatedTurns, Tag("<turns>")], Discriminator(_turn)]
Output = Annotated[Annotated[Text, Tag("<text>")] | Annotated[list[Message], Tag("<list>")], Discriminator(_listed)]
Definitions = Annotated[
    Annotated[Text, Tag("<text>")] | Annotated[list[dict[str, Any]], Tag("<list>")], Discriminator(_listed)
]
Carried = Annotated[
    Annotated[list[Text], Tag("<list>")] | Annotated[dict[str, Any], Tag("<object>")],
    Discriminator(lambda value: "<object>" if isinstance(value, dict) else "<list>"),
]


class OneExample(_Governed):
    """What one example is made of."""

    messages: Annotated[list[Message], Field(min_length=1)] | None = None
    """The messages of a chat, or those before the two answers of a pair."""

    preferred: Output | None = None
    """The better answer: a column or template, or messages. Makes a preference example."""

    non_preferred: Output | None = None
    """The worse answer."""

    prompt: Text | None = None
    """The prompt of a completion: a column or template."""

    completion: Text | None = None
    """The completion: a column or template."""

    tools: Definitions | None = None
    """The tools: a list, ``"@tools.json"``, or the column that holds the list or its JSON text."""

    functions: Definitions | None = None
    """The same in the deprecated form."""

    parallel_tool_calls: Flag | None = None
    """Whether functions may be called at once: true, false, a column or an expression."""

    extra: Carried | None = None
    """Columns that become top-level keys, such as those that a grader reads; or key: column, template or value."""

    metadata: Carried | None = None
    """Columns to carry along in ``metadata``; or key: column, template or value."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> OneExample:
        if (self.preferred is None) != (self.non_preferred is None):
            raise _refused("preferred and non_preferred go together")
        if (self.prompt is None) != (self.completion is None):
            raise _refused("prompt and completion go together")
        if self.messages and self.prompt is not None:
            raise _refused("an example has messages, or prompt and completion")
        if self.preferred is not None and not self.messages:
            raise _refused("preferred and non_preferred answer messages: say which")
        for key in self.extra or ():
            if key in RESERVED_KEYS:
                raise _refused(f"extra cannot be {shown(key)}, which is a key of examples", key="extra")
        return self

    @property
    def makes_something(self) -> bool:
        """Whether it says what the example is made of."""
        return self.messages is not None or self.prompt is not None


class Whole(OneExample):
    """A mapping: how a row of a table becomes an example, or several."""

    examples: Annotated[list[OneExample], Field(min_length=1)] | None = None
    """Several examples of one row; what stands beside this key holds for all of them."""

    roles: dict[str, Literal["system", "developer", "user", "assistant", "tool", "function"]] = Field(
        default_factory=dict
    )
    """What the data's own names of roles mean, such as ``agent: assistant``."""

    images_dir: Text | None = None
    """The folder of the image files; by default the mapping's own."""

    allow_empty: bool = False
    """Whether an empty user turn or answer is meant; else its row is rejected."""

    @model_validator(mode="after")
    def _makes_examples(self) -> Whole:
        if self.examples is None:
            if not self.makes_something:
                raise _refused("a mapping needs messages, or prompt and completion, or examples")
        elif self.makes_something or self.preferred is not None:
            raise _refused("with examples, each of them has its own messages")
        elif self.if_ is not None or self.for_ is not None:
            raise _refused("with examples, each of them has its own if and for")
        return self

    def parts(self) -> list[OneExample]:
        """The examples, each with what holds for all."""
        if self.examples is None:
            return [self]
        shared = {name: getattr(self, name) for name in OneExample.model_fields if getattr(self, name) is not None}
        return [
            one.model_copy(update={name: value for name, value in shared.items() if getattr(one, name) is None})
            for one in self.examples
        ]


RepeatedTurns.model_rebuild()


def schema() -> dict[str, Any]:
    """The JSON Schema of a mapping file."""
    found = Whole.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "ftdata mapping"}
