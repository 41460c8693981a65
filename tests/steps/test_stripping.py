"""Strip: what goes, what stays, and the same at inference."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs as schemas  # type: ignore[import-not-found, unused-ignore]
import pytest
from hypothesis import given

import ftdata
from ftdata.errors import InputError, OutputError, UsageError
from ftdata.steps.stripping import Called, Strip
from tests import strategies
from tests.strategies import tries

NESTED: dict[str, Any] = {
    "type": "object",
    "title": "Query",
    "description": "All of it.",
    "properties": {
        "description": {"type": "string", "description": "What it says."},
        "title": {"type": "string", "title": "The title", "default": None},
        "filters": {
            "type": "array",
            "items": {"type": "object", "description": "One.", "properties": {"op": {"enum": ["description"], "description": "x"}}},
        },
        "when": {"anyOf": [{"type": "string", "description": "A day."}, {"type": "null"}]},
        "who": {"$ref": "#/$defs/person"},
    },
    "$defs": {"person": {"type": "object", "description": "A person.", "properties": {"name": {"description": "Its name."}}}},
    "required": ["description"],
    "additionalProperties": False,
    "default": {"description": "data, not a schema"},
}  # fmt: skip


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {"name": name, "description": f"Does {name}.", "parameters": NESTED, **more},
    }


def chat(*tools: dict[str, Any], call: str = "", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"role": "assistant", "content": "yes"}
    if call:
        answer = {
            "role": "assistant",
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": call, "arguments": "{}"}}],
        }
    return {"messages": [{"role": "user", "content": "?"}, answer], "tools": list(tools), **more}


def descriptions(value: Any, named: bool = False) -> int:
    """The descriptions in a schema that are none of its data's and no parameter's name."""
    if isinstance(value, list):
        return sum(map(descriptions, value))
    if not isinstance(value, dict):
        return 0
    return sum(
        (key == "description" and isinstance(item, str) and not named)
        + (
            0
            if key in ("enum", "default", "const") and not named
            else descriptions(item, key in ("properties", "$defs") and not named)
        )
        for key, item in value.items()
    )


def test_descriptions_go_at_every_depth_and_a_parameter_of_that_name_stays() -> None:
    changes: Counter[str] = Counter()
    result = Strip(function_descriptions=True, parameter_descriptions=True).counting(changes)(chat(tool("f")))
    function = result["tools"][0]["function"]
    assert set(function) == {"name", "parameters"}
    assert descriptions(NESTED) == 7
    assert descriptions(function["parameters"]) == 0
    assert list(function["parameters"]["properties"]) == list(NESTED["properties"])
    assert function["parameters"]["properties"]["filters"]["items"]["properties"]["op"] == {"enum": ["description"]}
    assert function["parameters"]["default"] == NESTED["default"]
    assert changes == {"function descriptions removed": 1, "parameter descriptions removed": 7}


@pytest.mark.parametrize("legacy", [False, True], ids=["tools", "functions"])
def test_either_kind_of_description_alone(legacy: bool) -> None:
    example = chat(tool("f"))
    if legacy:
        example["functions"] = [one["function"] for one in example.pop("tools")]

    def function(step: Strip) -> Any:
        result = step(example)
        return result["functions"][0] if legacy else result["tools"][0]["function"]

    assert function(Strip(function_descriptions=True)) == {"name": "f", "parameters": NESTED}
    left = function(Strip(parameter_descriptions=True))
    assert left["description"] == "Does f."
    assert descriptions(left["parameters"]) == 0


def test_properties_are_emptied_with_what_speaks_of_them() -> None:
    result = Strip(properties=True)(chat(tool("f", strict=True)))
    function = result["tools"][0]["function"]
    assert function == {
        "name": "f",
        "description": "Does f.",
        "parameters": {**{k: NESTED[k] for k in ("type", "title", "description", "default")}, "properties": {}},
    }


def test_extras_go_and_parameters_of_their_names_stay() -> None:
    parameters = Strip(schema_extras=True)(chat(tool("f")))["tools"][0]["function"]["parameters"]
    assert "title" not in parameters
    assert "default" not in parameters
    assert parameters["properties"]["title"] == {"type": "string"}


def test_functions_go_whole() -> None:
    web = {"type": "web_search"}
    example = chat(tool("f"), tool("g"), call="f", parallel_tool_calls=False, metadata={"a": 1})
    assert Strip(functions=True)(example) == {"messages": example["messages"], "metadata": {"a": 1}}
    assert Strip(functions=True)({**example, "tools": [web, tool("f")]})["tools"] == [web]
    pair = {"input": example, "preferred_output": [], "non_preferred_output": []}
    assert Strip(functions=True)(pair)["input"] == {"messages": example["messages"], "metadata": {"a": 1}}


def test_keeping_some_functions_tells_of_the_calls_left_alone() -> None:
    changes: Counter[str] = Counter()
    result = Strip(keep=("g",)).counting(changes)(chat(tool("f"), tool("g"), call="f"))
    assert [one["function"]["name"] for one in result["tools"]] == ["g"]
    assert changes == {"functions removed": 1, "calls left without their function's definition": 1}


def test_unused_is_of_the_whole_set_and_not_of_the_example() -> None:
    rows = [
        chat(tool("f"), tool("g"), tool("h")),
        chat(tool("f"), tool("g"), call="g"),
        {"prompt": "a", "completion": "b"},
    ]
    pair = {
        "input": {"messages": rows[0]["messages"]},
        "preferred_output": chat(call="f")["messages"][1:],
        "non_preferred_output": [],
    }
    data = ftdata.read([*rows, pair], format="openai").strip(unused=True)
    assert [[one["function"]["name"] for one in row.get("tools", [])] for row in data] == [
        ["f", "g"],
        ["f", "g"],
        [],
        [],
    ]
    assert data.pruning().to_dict()["steps"] == [{"strip": {"remove": ["h"]}}]


def test_called_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftdata.steps.stripping.MAX_NAMES", 2)
    called = Called()
    with pytest.raises(
        UsageError, match=r"more than 2 functions to tell apart. Name those that stay: --keep-functions"
    ):
        called.add(chat(tool("a"), tool("b"), tool("c")))


def test_asking_for_nothing_is_refused() -> None:
    data = ftdata.read([chat(tool("f"))])
    with pytest.raises(UsageError, match="say what to strip"):
        data.strip()
    with pytest.raises(UsageError, match="keep_functions is a list"):
        data.strip(keep_functions="f")


@pytest.mark.parametrize(
    "step", [Strip(True, True), Strip(properties=True), Strip(schema_extras=True), Strip(True, True, True, True)]
)
def test_what_stays_is_a_valid_schema(step: Strip) -> None:
    parameters = step(chat(tool("f")))["tools"][0]["function"]["parameters"]
    schemas.meta.validate(parameters)
    assert isinstance(parameters["properties"], dict)


def test_savings_are_what_stripping_saves() -> None:
    data = ftdata.read([chat(tool("f"), tool("g"), call="f"), chat(tool("f"), tool("g"))] * 3)
    savings = data.savings("gpt-4.1-mini", epochs=2)
    ways = {way.option: way for way in savings.ways}
    before = data.stats("gpt-4.1-mini").total.total
    assert savings.tokens == before
    for option in (
        "descriptions",
        "function_descriptions",
        "parameter_descriptions",
        "properties",
        "functions",
        "unused",
    ):
        after = data.strip(**{option: True}).stats("gpt-4.1-mini").total.total  # type: ignore[arg-type]
        assert ways[option].tokens == before - after, option
    assert savings.unused == ("g",)
    assert ways["functions"].usd == pytest.approx(ways["functions"].tokens * 2 * 5.0 / 1e6)
    assert "never called: g" in str(savings)
    assert json.loads(json.dumps(savings.to_dict()))["ways"][0]["option"] == "function_descriptions"


# -- at inference --------------------------------------------------------------------------------------------------------


def request_of(example: dict[str, Any]) -> dict[str, Any]:
    """The request that the last message of an example answers."""
    return {"model": "ft:x", "temperature": 0, **{key: value for key, value in example.items() if key != "metadata"},
            "messages": example["messages"][:-1]}  # fmt: skip


@tries(60)
@given(strategies.chats)
def test_a_training_example_and_a_pruned_request_are_the_same(example: dict[str, Any]) -> None:
    data = ftdata.read([example], format="ftdata").strip(descriptions=True, schema_extras=True, unused=True)
    data = data.system("Be brief.", from_user="^a+", replace_all=True)
    (trained,) = data
    live = ftdata.prune(request_of(example), json.loads(json.dumps(data.pruning().to_dict())))
    assert live == request_of(trained)
    assert list(live) == [key for key in request_of(example) if key in live]


@pytest.mark.parametrize("options", [{"functions": True}, {"properties": True}, {"keep_functions": ["g"]}])
def test_other_ways_are_the_same_at_inference(options: dict[str, Any]) -> None:
    example = chat(tool("f"), tool("g"), parallel_tool_calls=True)
    data = ftdata.read([example]).strip(**options)
    (trained,) = data
    assert ftdata.prune(request_of(example), data.pruning()) == request_of(trained)


def test_a_choice_among_tools_that_are_gone() -> None:
    pruning = ftdata.Pruning((Strip(keep=("g",)),))
    request = {**request_of(chat(tool("f"), tool("g"))), "tool_choice": {"type": "function", "function": {"name": "f"}}}
    with pytest.raises(UsageError, match='tool_choice demands the function "f", which was pruned away'):
        ftdata.prune(request, pruning)
    request["tool_choice"]["function"]["name"] = "g"
    assert ftdata.prune(request, pruning)["tool_choice"]["function"]["name"] == "g"
    request["tool_choice"] = "auto"
    assert "tool_choice" not in ftdata.prune(request, ftdata.Pruning((Strip(functions=True),)))
    with pytest.raises(UsageError, match="messages that are dicts"):
        ftdata.prune({"messages": [object()]}, pruning)


def test_the_pruning_file(tmp_path: Path) -> None:
    path = tmp_path / "pruning.json"
    pruning = ftdata.read([chat(tool("f"))]).strip(keep_functions=[]).system(add="x", replace={"a": "b"}).pruning()
    pruning.save(path)
    assert ftdata.Pruning.load(path) == pruning
    with pytest.raises(OutputError, match="exists already"):
        pruning.save(path)
    pruning.save(path, force=True)
    for text in (
        "",
        "[]",
        '{"ftdata_pruning":1,"steps":[{"shrink":{}}]}',
        '{"ftdata_pruning":1,"steps":[{"strip":{"x":1}}]}',
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=r"is not a pruning file\. strip and system write one"):
            ftdata.prune({"messages": []}, path)
    path.write_text('{"ftdata_pruning":2,"steps":[]}')
    with pytest.raises(InputError, match="another version"):
        ftdata.Pruning.load(path)
    with pytest.raises(InputError, match="cannot be read"):
        ftdata.Pruning.load(tmp_path / "none.json")
