from __future__ import annotations

import datetime
import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from pydantic import BaseModel, Field

from ftdata.errors import RowError, UsageError
from ftdata.example import assistant, chat, developer, preference, system, tool, tool_call, tool_result, user
from ftdata.formats.gate import gate
from tests import strategies


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (system("s"), {"role": "system", "content": "s"}),
        (developer("d"), {"role": "developer", "content": "d"}),
        (user("u"), {"role": "user", "content": "u"}),
        (user("u", name="ann"), {"role": "user", "content": "u", "name": "ann"}),
        (user([{"type": "text", "text": "t"}]), {"role": "user", "content": [{"type": "text", "text": "t"}]}),
        (assistant("a"), {"role": "assistant", "content": "a"}),
        (assistant(""), {"role": "assistant", "content": ""}),
        (assistant("a", weight=0), {"role": "assistant", "content": "a", "weight": 0}),
        (assistant("a", weight=1, name="n"), {"role": "assistant", "content": "a", "name": "n", "weight": 1}),
        (tool_result("id", "text"), {"role": "tool", "tool_call_id": "id", "content": "text"}),
        (tool_result("id", {"b": 1, "a": None}), {"role": "tool", "tool_call_id": "id", "content": '{"b":1,"a":null}'}),
        (tool_result("id", 3), {"role": "tool", "tool_call_id": "id", "content": "3"}),
    ],
)
def test_messages(made: object, message: object) -> None:
    assert made == message
    assert isinstance(made, dict)
    assert isinstance(message, dict)
    assert list(made) == list(message)


def test_an_assistant_that_calls() -> None:
    call = tool_call("f", id="c1")
    assert assistant(tool_calls=[call]) == {"role": "assistant", "tool_calls": [call]}
    assert assistant("Wait.", tool_calls=(call,))["tool_calls"] == [call]
    assert tool_result(call, "x")["tool_call_id"] == "c1"


def test_a_chat() -> None:
    example = chat(user("q"), assistant("a"), parallel_tool_calls=False, metadata={"k": 1})
    assert example == {
        "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
        "parallel_tool_calls": False,
        "metadata": {"k": 1},
    }
    assert chat(user("q")) == {"messages": [{"role": "user", "content": "q"}]}


WRONG: dict[str, Any] = {
    "no message": (chat, (), {}, "at least one message"),
    "no content, no call": (assistant, (), {}, "needs content or a tool call"),
    "weight 2": (assistant, ("a",), {"weight": 2}, "a weight is 0 or 1; got 2"),
    "weight true": (assistant, ("a",), {"weight": True}, "a weight is 0 or 1; got True"),
    "weight 0.5": (assistant, ("a",), {"weight": 0.5}, "a weight is 0 or 1; got 0.5"),
}


@pytest.mark.parametrize(("make", "given_", "options", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant(make: Any, given_: tuple[Any, ...], options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        make(*given_, **options)


NOT_JSON: dict[str, Any] = {
    "metadata": (lambda: chat(user("q"), metadata={"at": datetime.date(2026, 1, 1)}), "$.metadata.at"),
    "content": (lambda: chat(user("\ud800")), "$.messages[0].content"),
    "arguments": (lambda: tool_call("f", when={1}), "$.arguments.when"),
    "result": (lambda: tool_result("id", {"x": {1}}), "$.content.x"),
}


@pytest.mark.parametrize(("make", "path"), NOT_JSON.values(), ids=NOT_JSON)
def test_values_that_are_not_json_are_named(make: Any, path: str) -> None:
    with pytest.raises(RowError) as caught:
        make()
    assert caught.value.json_path == path


def weather(
    city: Annotated[str, Field(description="Where.")], unit: Literal["C", "F"] = "C", title: str | None = None
) -> str:
    """The weather
    in a city.

    Not for the model.
    """
    return f"{city} {unit} {title}"


class Search(BaseModel):
    """Search the index."""

    title: str
    limit: int = Field(5, description="At most so many.")


def bare(n: int) -> int:
    return n


def takes_any(*args: int) -> None: ...
def takes_all(**options: int) -> None: ...


class _Opaque: ...


def takes_opaque(value: _Opaque) -> None: ...


def test_a_tool_from_a_function() -> None:
    definition: Any = tool(weather)
    assert definition["type"] == "function"
    function = definition["function"]
    assert list(function) == ["name", "description", "parameters"]
    assert (function["name"], function["description"]) == ("weather", "The weather in a city.")
    properties = function["parameters"]["properties"]
    assert properties["city"] == {"type": "string", "description": "Where."}
    assert properties["unit"] == {"type": "string", "enum": ["C", "F"], "default": "C"}
    assert properties["title"] == {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    assert function["parameters"]["required"] == ["city"]
    assert "description" not in function["parameters"]


def test_a_tool_from_a_model() -> None:
    definition: Any = tool(Search, name="search", strict=True)
    assert definition["function"]["name"] == "search"
    assert definition["function"]["description"] == "Search the index."
    assert definition["function"]["strict"] is True
    assert definition["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "limit": {"type": ["integer", "null"], "description": "At most so many."},
        },
        "required": ["title", "limit"],
        "additionalProperties": False,
    }


def test_a_tool_without_a_docstring_has_no_description() -> None:
    assert list(tool(bare)["function"]) == ["name", "parameters"]


@pytest.mark.parametrize("made", [weather, Search, bare], ids=lambda of: of.__name__)
def test_tools_are_json_and_pass_the_gate(made: Any) -> None:
    example = chat(user("q"), assistant(tool_calls=[tool_call(made, city="Paris")]), tools=[tool(made)])
    assert json.loads(json.dumps(example)) == example
    gate(dict(example))


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (takes_any, "takes \\*args.*, which has no JSON Schema"),
        (takes_all, "takes \\*\\*options"),
        (takes_opaque, "takes_opaque has a parameter without a JSON Schema"),
    ],
)
def test_functions_that_are_no_tools(of: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        tool(of)


def test_the_id_of_a_call_comes_from_the_call() -> None:
    assert tool_call("f", a=1) == tool_call("f", a=1)
    assert tool_call(bare, n=1) == tool_call("bare", n=1)
    ids = {tool_call("f", a=1)["id"], tool_call("f", a=2)["id"], tool_call("g", a=1)["id"], tool_call("f")["id"]}
    assert len(ids) == 4
    assert all(len(made) <= 40 for made in ids)
    assert tool_call("f", id="mine")["id"] == "mine"


def test_the_name_of_a_call_is_no_argument() -> None:
    call = tool_call("f", function="x", name="y")
    assert json.loads(call["function"]["arguments"]) == {"function": "x", "name": "y"}


@given(strategies.json_objects)
def test_results_and_arguments_are_their_json(value: dict[str, Any]) -> None:
    assert json.loads(tool_result("id", value)["content"] if value else "{}") == value  # type: ignore[arg-type]
    arguments = {key: item for key, item in value.items() if key != "id"}
    assert json.loads(tool_call("f", **arguments)["function"]["arguments"]) == arguments


def test_a_preference_is_two_answers_to_a_prompt() -> None:
    made = preference([system("s"), user("q")], "a", assistant("b"), metadata={"score": 1})
    assert made == {
        "input": {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}]},
        "preferred_output": [{"role": "assistant", "content": "a"}],
        "non_preferred_output": [{"role": "assistant", "content": "b"}],
        "metadata": {"score": 1},
    }
    gate(dict(made))
    with pytest.raises(UsageError, match="needs a message before the answers"):
        preference([], "a", "b")


def test_images_stand_behind_the_text() -> None:
    assert user("q", images=["data:image/png;base64,AA=="])["content"] == [
        {"type": "text", "text": "q"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
    ]
    with pytest.raises(UsageError, match="images are a list of addresses"):
        user("q", images="https://example.com/a.png")
