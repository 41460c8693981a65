"""Parameters as data sets write them are JSON Schemas when they are read, and valid schemas stay as they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.formats.schemas import kind_of, schema_of
from ftdata.rules.toolbox import compiled
from tests.strategies import tries

WORDS: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "int, optional": {"type": "integer"},
    "List[int]": {"type": "array", "items": {"type": "integer"}},
    "List[int], optional": {"type": "array", "items": {"type": "integer"}},
    "list": {"type": "array"},
    "dict": {"type": "object"},
    "Dict[str, float]": {"type": "object"},
    "List[Dict[str, Any]]": {"type": "array", "items": {"type": "object"}},
    "Optional[str]": {"type": "string"},
    "Optional[List[str]], optional": {"type": "array", "items": {"type": "string"}},
    "Union[int, float]": {"type": ["integer", "number"]},
    "str | None": {"type": "string"},
    "Union[List[int], str]": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]},
    "Tuple[int, int]": {"type": "array", "items": {"type": "integer"}},
    "Tuple[int, str]": {"type": "array", "items": {}},
    "Literal['a', 'b']": {"enum": ["a", "b"]},
    "float, default: 2.0": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "any": {},
    "Callable[[float], float]": {},
}


@pytest.mark.parametrize(("word", "schema"), WORDS.items(), ids=WORDS.keys())
def test_types_as_python_writes_them(word: str, schema: dict[str, Any]) -> None:
    assert kind_of(word) == schema
    compiled({"type": "object", "properties": {"a": schema}})


@given(st.text(alphabet="List[int],|() str'Union_Optional", max_size=40))
@tries(200)
def test_any_word_is_a_valid_schema(word: str) -> None:
    compiled({"type": "object", "properties": {"a": kind_of(word)}})


def test_a_map_of_parameters_becomes_an_object() -> None:
    counted: Counter[str] = Counter()
    given = {
        "type": {"description": "Which.", "type": "str"},
        "limit": {"description": "How many.", "type": "int, optional", "default": 5},
    }
    assert schema_of(given, counted) == {
        "type": "object",
        "properties": {
            "type": {"type": "string", "description": "Which."},
            "limit": {"type": "integer", "description": "How many.", "default": 5},
        },
        "required": ["type"],
    }
    assert counted == {"parameters made a JSON Schema": 1}


def test_types_inside_of_a_schema_are_put_right() -> None:
    given = {"type": "dict", "properties": {"a": {"type": "float"}, "b": {"type": "list", "items": {"type": "str"}}}}
    assert schema_of(given, Counter()) == {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "array", "items": {"type": "string"}}},
    }


VALID: list[Any] = [
    None,
    {},
    {"type": "object", "properties": {}},
    {"type": "object", "properties": {"type": {"type": "string", "enum": ["dict"]}}, "required": ["type"]},
    {"$ref": "#/$defs/a", "$defs": {"a": {"type": ["string", "null"], "default": {"type": "str"}}}},
]


@pytest.mark.parametrize("schema", VALID, ids=str)
def test_a_schema_stays_as_it_is(schema: Any) -> None:
    counted: Counter[str] = Counter()
    assert schema_of(schema, counted) is schema
    assert not counted
