"""The schema: whatever is valid passes, whatever breaks it does not, and nothing crashes the checker."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.facts.methods import METHODS
from ftdata.findings import Severity
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.rules.look import RowLook
from ftdata.rules.scan import scan
from ftdata.rules.toolbox import EMPTY, Toolboxes

from .. import strategies
from .cases import CASES
from .judging import found, judged, lines_of

# The schemas of a line, as FineTuneChatRequestInput and its siblings had them, closed at the top as the server is.

NAME = {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"}
TEXT_PART = {
    "type": "object",
    "required": ["type", "text"],
    "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
}
IMAGE_PART = {
    "type": "object", "required": ["type", "image_url"],
    "properties": {"type": {"const": "image_url"}, "image_url": {
        "type": "object", "required": ["url"],
        "properties": {"url": {"type": "string"}, "detail": {"enum": ["auto", "low", "high"]}}}},
}  # fmt: skip
REFUSAL_PART = {
    "type": "object",
    "required": ["type", "refusal"],
    "properties": {"type": {"const": "refusal"}, "refusal": {"type": "string"}},
}


def content(*parts: Any, null: bool = False) -> dict[str, Any]:
    kinds: list[Any] = [{"type": "string"}, *([{"type": "null"}] if null else [])]
    if parts:
        kinds.append({"type": "array", "minItems": 1, "items": {"anyOf": list(parts)}})
    return {"anyOf": kinds}


def message(role: str, required: list[str], **properties: Any) -> dict[str, Any]:
    """A message. Calls are the assistant's; what the server makes of them elsewhere is not known, so they warn there.

    What stands under tool_calls and is none is an error in every message: no reader could make an example of it.
    """
    known = {"role": {"const": role}, "tool_calls": {"type": ["array", "null"], "items": READABLE_CALL}, **properties}
    return {"type": "object", "required": ["role", *required], "properties": known}


READABLE_CALL = {
    "type": "object", "required": ["function"],
    "properties": {"id": {"type": "string"}, "type": {"const": "function"}, "function": {
        "type": "object", "required": ["name", "arguments"],
        "properties": {"name": {"type": "string"}, "arguments": {"type": "string"}}}},
}  # fmt: skip
CALLED = {
    "type": "object",
    "required": ["name", "arguments"],
    "properties": {"name": NAME, "arguments": {"type": "string"}},
}
CALL = {
    "type": "object", "required": ["id", "type", "function"],
    "properties": {"id": {"type": "string", "minLength": 1}, "type": {"const": "function"}, "function": CALLED},
}  # fmt: skip
ASSISTANT: dict[str, Any] = {
    **message("assistant", [], content=content(TEXT_PART, REFUSAL_PART, null=True), name=NAME, weight={"type": "integer", "enum": [0, 1]},
              refusal={"type": ["string", "null"]},
              tool_calls={"type": "array", "minItems": 1, "items": CALL}, function_call=CALLED),
    "anyOf": [
        {"required": ["content"], "properties": {"content": {"not": {"type": "null"}}}},
        {"required": ["tool_calls"]}, {"required": ["function_call"]},
        {"required": ["refusal"], "properties": {"refusal": {"type": "string", "minLength": 1}}},
    ],
}  # fmt: skip
MESSAGE = {"anyOf": [
    message("system", ["content"], content=content(TEXT_PART), name=NAME),
    message("user", ["content"], content=content(TEXT_PART, IMAGE_PART), name=NAME),
    ASSISTANT,
    message("tool", ["content", "tool_call_id"], content={"type": "string"}, tool_call_id={"type": "string"}),
    message("function", ["content", "name"], content=content(null=True), name=NAME),
]}  # fmt: skip
DEFINITION = {
    "type": "object", "required": ["name"],
    "properties": {"name": NAME, "parameters": {"type": "object"}, "description": {"type": "string"},
                   "strict": {"type": ["boolean", "null"]}},
}  # fmt: skip
TOOL = {
    "type": "object",
    "required": ["type", "function"],
    "properties": {"type": {"const": "function"}, "function": DEFINITION},
}
CHAT: dict[str, Any] = {
    "type": "object", "required": ["messages"], "additionalProperties": False,
    "properties": {
        "messages": {"type": "array", "minItems": 1, "items": MESSAGE, "contains": {"properties": {"role": {"const": "assistant"}}}},
        "tools": {"type": "array", "items": TOOL},
        "functions": {"type": "array", "items": DEFINITION},
        "parallel_tool_calls": {"type": "boolean"},
    },
}  # fmt: skip
OUTPUT = {"type": "array", "minItems": 1, "maxItems": 1, "items": ASSISTANT}
PAIR = {
    "type": "object", "required": ["input", "preferred_output", "non_preferred_output"], "additionalProperties": False,
    "properties": {
        "input": {**CHAT, "properties": {**CHAT["properties"], "messages": {"type": "array", "minItems": 1, "items": MESSAGE}}},
        "preferred_output": OUTPUT, "non_preferred_output": OUTPUT,
    },
}  # fmt: skip
LINE = {
    "type": "object", "required": ["prompt", "completion"], "additionalProperties": False,
    "properties": {"prompt": {"type": "string"}, "completion": {"type": "string"}},
}  # fmt: skip
SCHEMAS = {
    method: jsonschema_rs.Draft202012Validator(schema)
    for method, schema in (("sft", CHAT), ("dpo", PAIR), ("completion", LINE))
}

# What is no matter of a line's schema, though it is an error.
BEYOND = {
    "model-method",
    "target-cut-off",
    "unknown-call-id",
    "special-token",
    "too-few-examples",
    "wrong-kind",
    "completion-same-prompt",
}


def without_metadata(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "metadata"}


def errors(row: Any, method: str) -> set[str]:
    return {slug for slug in found([row], method) if RULES[slug].severity == Severity.ERROR} - BEYOND


def mutations(row: Any) -> list[Any]:
    """Places in a row: (the object or list that holds it, key or index)."""
    places: list[Any] = []
    if isinstance(row, dict):
        for key, value in row.items():
            places += [(row, key), *mutations(value)]
    elif isinstance(row, list):
        for index, value in enumerate(row):
            places += [(row, index), *mutations(value)]
    return places


VALUES = [
    None,
    True,
    0,
    2,
    1.5,
    "",
    "text",
    "a b",
    [],
    ["text"],
    {},
    {"role": "user"},
    {"type": "text"},
    "assistant",
    "tool",
]


def mutated(row: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The row with one to three places changed, removed or added to."""
    row = copy.deepcopy(row)
    for _ in range(rng.randint(1, 3)):
        places = mutations(row)
        if not places:
            break
        holder, key = rng.choice(places)
        chance = rng.random()
        if chance < 0.6:
            holder[key] = copy.deepcopy(rng.choice(VALUES))
        elif chance < 0.8:
            del holder[key]
        elif isinstance(holder, dict):
            holder[rng.choice(["weight", "role", "extra", "content", "tool_calls"])] = copy.deepcopy(rng.choice(VALUES))
        else:
            holder.insert(key, copy.deepcopy(rng.choice(VALUES)))
    return row


BY_METHOD = {"sft": strategies.chats, "dpo": strategies.preferences, "completion": strategies.completions}


@pytest.mark.parametrize("method", BY_METHOD)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_errors_are_what_breaks_the_schema(method: str, data: st.DataObject, seed: int) -> None:
    """The differential test: an error where and only where the schema says so."""
    row = without_metadata(data.draw(BY_METHOD[method]))
    for one in (row, mutated(row, random.Random(seed))):
        valid = SCHEMAS[method].is_valid(json.loads(json.dumps(one)))
        told = errors(one, method)
        if told and valid:
            # Nulls of optional keys are let pass by the rules, and have one of their own.
            raise AssertionError(f"called an error, and is valid: {told}")
        if not valid and not told:
            # What is not verified to fail is a warning; it must be told all the same.
            assert set(found([one], method)) & LENIENT, SCHEMAS[method].iter_errors(one).__next__().message


LENIENT = {"null-key", "weight-type", "weight-role", "custom-call", "developer-role", "unknown-message-key"}


@given(strategies.examples, st.integers(0, 2**32), st.sampled_from(sorted(METHODS)), st.sampled_from(sorted(TARGETS)))
def test_nothing_crashes_the_checker(row: dict[str, Any], seed: int, method: str, name: str) -> None:
    rows = [row, mutated(row, random.Random(seed)), mutated(row, random.Random(seed + 1))]
    _, counts = judged(lines_of(rows), method, name)
    assert "internal-error" not in counts


@given(strategies.json_objects, st.sampled_from(sorted(METHODS)))
def test_what_is_no_example_never_passes(row: dict[str, Any], method: str) -> None:
    assert errors(row, method)


@given(st.binary(max_size=60))
def test_any_bytes_are_judged(data: bytes) -> None:
    _, counts = judged(data)
    assert "internal-error" not in counts


# -- the quick look -------------------------------------------------------------------------------------------------

CAREFUL = ("message", "call", "turns", "row")


def careful(row: dict[str, Any], method: str) -> set[str]:
    """What the rules find when all of them look at everything."""
    checker = Checker(tuple(RULES.values()), METHODS[method])
    look = RowLook(checker.kind, checker.target, row, json.dumps(row).encode())
    holder, _ = look.holder()
    box = Toolboxes().of(holder.get("tools"), holder.get("functions"))
    told: set[str] = set()
    for turns, path in look.conversations():
        for index, turn in enumerate(turns):
            for rule in checker.over("message"):
                told |= {rule.slug for _ in rule.test(turn, f"{path}[{index}]", look)}
            assistant = isinstance(turn, dict) and turn.get("role") == "assistant"
            for rule in checker.over("call") if assistant else ():
                told |= {rule.slug for _ in rule.test(turn, f"{path}[{index}]", box, look)}
        for rule in checker.over("turns"):
            told |= {rule.slug for _ in rule.test(turns, path, look)}
    for rule in checker.over("row"):
        if rule.near is None:
            told |= {rule.slug for _ in rule.test(row, look)}
    return told


@given(strategies.examples, st.integers(0, 2**32), st.booleans(), st.sampled_from(sorted(METHODS)))
def test_the_quick_look_misses_nothing(row: dict[str, Any], seed: int, change: bool, method: str) -> None:
    one = mutated(row, random.Random(seed)) if change else row
    assert careful(one, method) <= set(found([one], method))


@pytest.mark.parametrize(
    "slug, case",
    [(s, case) for s, cases in CASES.items() if RULES[s].over in CAREFUL and not RULES[s].near for case in cases.bad],
    ids=lambda one: str(one)[:40],
)
def test_the_quick_look_misses_no_case(slug: str, case: list[Any]) -> None:
    for row in case:
        assert careful(row, CASES[slug].method) <= set(found([row], CASES[slug].method))


def test_a_plain_conversation_is_plain() -> None:
    turns = [{"role": "user", "content": "hello there"}, {"role": "assistant", "content": "good morning"}]
    seen = scan(turns, EMPTY, "chat")
    assert (seen.odd, seen.turns, seen.answer) == ([], False, "good morning")
