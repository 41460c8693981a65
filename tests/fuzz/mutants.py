"""Mutants: rows with something missing, of another type, swapped, repeated, huge or odd, at any depth."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from ftdata.errors import RowError
from ftdata.formats import FORMATS
from tests.fuzz.golden import EXAMPLES, SCHEMA, golden

Row = dict[str, Any]
Place = tuple[Any, Any]

TEXTS = (
    "", " ", "x", "\n", "\u0000", "a\u2028b\u0085", "\U0001f3f3️‍\U0001f308", "é́́́", "\u202eabc", "ﬁ", "\ufeff", "1", "null", "{}", "[]",
    '{"a":', '"x"', '[{"name":"f"}]', '{"city":[1]}', "data:image/png;base64,!!", "<think>a</think>b", "</think>", "<|im_end|>", "[1/0]",
    "{{ x }}", "{% for", "a@b.org +49 170 1234567", "I'm sorry, but I can't help.", "function", "custom", "assistant", "User: q\nAgent: a",
    " ->", "2024-13-45", "é" * 40, "word " * 3000, "<b>" * 500, "\\", "$.a[0]", "[f(a=1)]", "http://[", "####" * 30,
)  # fmt: skip
SCHEMAS: tuple[Any, ...] = (
    {}, True, {"type": ["string", "null"]}, {"properties": []}, {"properties": {"a": True}}, {"properties": {"a": None, "b": 1}},
    {"type": "object", "properties": {"a": {"enum": [1, None, {}]}}, "required": "a"}, {"required": [1, {}, None]}, {"type": {}},
    {"$ref": "#/$defs/x"}, {"$ref": 1}, {"anyOf": {}}, {"anyOf": [1, "x", None]}, {"type": "array", "items": [SCHEMA]}, {"type": "array", "items": 1},
    {"additionalProperties": {"type": []}}, {"properties": {"a": {"properties": {"b": {"description": 1}}}}}, {"description": [], "title": {}},
    {"allOf": [{"properties": 1}]}, {"enum": 1}, {"enum": {}}, {"type": "object", "properties": {"": {}}, "$defs": []}, {"pattern": "(", "minimum": "x"},
    {"properties": {"a": {"type": "string", "enum": "ab"}}}, {"properties": "ab"}, {"items": {"items": {"items": {}}}, "default": {"a": []}},
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 10**30, 1e300, [], {}, [1], ["a"], [None], [{}], {"a": 1}, {"a": None}, [[]], {"type": "text"}, {"name": "f"},
    {"type": "text", "text": "t"}, {"url": None}, {"": ""}, [{"role": "user"}], [[["deep"]]], {"a": {"b": {"c": [{}]}}}, list(range(300)),
)  # fmt: skip
KEYS = (
    "messages", "role", "content", "name", "weight", "tools", "functions", "tool_calls", "tool_call_id", "function_call", "refusal", "audio", "input",
    "metadata", "prompt", "completion", "parallel_tool_calls", "type", "function", "custom", "id", "arguments", "parameters", "text", "image_url",
    "reasoning_content", "score", "text ", "A", "", "train", "label", "detail", "strict", "description", "annotations", "instruction", "output",
)  # fmt: skip
HOLDERS = ("parameters", "inputSchema", "input_schema", "parameter_definitions", "properties", "schema")


def places(value: Any) -> list[Place]:
    """(Holder, key) of all that is in a value."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


def _removed(holder: Any, key: Any, chance: Random) -> None:
    del holder[key]


def _other(holder: Any, key: Any, chance: Random) -> None:
    holder[key] = copy.deepcopy(chance.choice(OTHERS))


def _null(holder: Any, key: Any, chance: Random) -> None:
    holder[key] = None


def _text(holder: Any, key: Any, chance: Random) -> None:
    holder[key] = chance.choice(TEXTS)


def _longer(holder: Any, key: Any, chance: Random) -> None:
    if isinstance(holder[key], str):
        cut = chance.randrange(len(holder[key]) + 1)
        holder[key] = holder[key][:cut] + chance.choice(TEXTS) + holder[key][cut:]
    else:
        holder[key] = [holder[key]] * chance.randrange(4)


def _nested(holder: Any, key: Any, chance: Random) -> None:
    value = holder[key]
    if isinstance(value, list | dict) and value and chance.random() < 0.5:
        holder[key] = next(iter(value.values())) if isinstance(value, dict) else value[0]
    else:
        holder[key] = [value] if chance.random() < 0.5 else {chance.choice(KEYS): value}


def _repeated(holder: Any, key: Any, chance: Random) -> None:
    if isinstance(holder, list):
        holder.insert(chance.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    else:
        holder[chance.choice(KEYS)] = copy.deepcopy(holder[key])


def _reordered(holder: Any, key: Any, chance: Random) -> None:
    items = list(holder.items()) if isinstance(holder, dict) else list(holder)
    chance.shuffle(items)
    if isinstance(holder, dict):
        holder.clear()
        holder.update(items)
    else:
        holder[:] = items


def _added(holder: Any, key: Any, chance: Random) -> None:
    value = copy.deepcopy(chance.choice((*OTHERS, *TEXTS)))
    if isinstance(holder, dict):
        holder[chance.choice(KEYS)] = value
    else:
        holder.insert(key, value)


def _schema(holder: Any, key: Any, chance: Random) -> None:
    holder[key] = copy.deepcopy(chance.choice(SCHEMAS))


MUTATIONS: tuple[Callable[[Any, Any, Random], None], ...] = (
    _removed, _other, _null, _text, _longer, _nested, _repeated, _reordered, _added,
)  # fmt: skip


def mutated(row: Row, chance: Random, most: int = 3) -> Row:
    """The row with up to `most` changes; always an object."""
    row = copy.deepcopy(row)
    for _ in range(chance.randint(1, most)):
        found = places(row)
        if not found:
            break
        schemas = [place for place in found if place[1] in HOLDERS]
        if schemas and chance.random() < 0.3:
            _schema(*chance.choice(schemas), chance)
        elif chance.random() < 0.1:
            _swapped(found, chance)
        else:
            chance.choice(MUTATIONS)(*chance.choice(found), chance)
    return row


def _swapped(found: list[Place], chance: Random) -> None:
    """Two values change places, or one comes from a golden row of any format."""
    holder, key = chance.choice(found)
    donor = found if chance.random() < 0.5 else places(chance.choice(golden()[chance.choice(sorted(golden()))]))
    other, theirs = chance.choice(donor)
    holder[key] = copy.deepcopy(other[theirs])


def accepted(chance: Random, tries: int = 12) -> Row:
    """A mutant of an example as it is read, or taken of a function."""
    for _ in range(tries):
        try:
            return FORMATS["openai"].read(mutated(chance.choice(EXAMPLES), chance), Counter())  # type: ignore[return-value]
        except RowError:
            continue
    return copy.deepcopy(chance.choice(EXAMPLES))
