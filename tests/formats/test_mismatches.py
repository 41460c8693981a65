"""What a validator finds is told in our own words, and in the reader's language."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from ftdata.formats.mismatches import mismatch
from ftdata.lang import catalogue

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
TEXT, NUMBER = {"type": "string"}, {"type": "number"}

CASES: dict[str, tuple[dict[str, Any], Any, str]] = {
    "type": ({"type": "number"}, 'two "x"', 'expected a number; got "two \\"x\\""'),
    "types": ({"type": ["string", "null"]}, 3, "expected text or null; got 3"),
    "boolean": ({"type": "boolean"}, None, "expected true or false; got null"),
    "enum": ({"enum": ["x", 1]}, [], 'expected one of "x", 1; got []'),
    "const": ({"const": "x"}, 1, 'expected "x"; got 1'),
    "required": ({"required": ["city"]}, {}, 'expected the key "city"'),
    "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, 'expected the key "b"'),
    "additionalProperties": ({"properties": {"a": {}}, "additionalProperties": False}, {"g": 1, "h": 2},
                             'expected no keys beside those that are declared; got "g", "h"'),
    "unevaluatedProperties": ({"unevaluatedProperties": False}, {"g": 1},
                              'expected no keys beside those that are declared; got "g"'),
    "minLength": ({"minLength": 3}, "ab", 'expected at least 3 characters; got "ab"'),
    "maxLength": ({"maxLength": 1}, "ab", 'expected at most 1 characters; got "ab"'),
    "minItems": ({"minItems": 3}, [], "expected at least 3 items; got []"),
    "maxItems": ({"maxItems": 1}, [1, 2], "expected at most 1 items; got [1, 2]"),
    "minProperties": ({"minProperties": 2}, {}, "expected at least 2 keys; got {}"),
    "maxProperties": ({"maxProperties": 0}, {"a": 1}, 'expected at most 0 keys; got {"a": 1}'),
    "minimum": ({"minimum": 3.5}, 1, "expected a number of at least 3.5; got 1"),
    "maximum": ({"maximum": 3}, 4, "expected a number of at most 3; got 4"),
    "exclusiveMinimum": ({"exclusiveMinimum": 3}, 3, "expected a number above 3; got 3"),
    "exclusiveMaximum": ({"exclusiveMaximum": 3}, 3, "expected a number below 3; got 3"),
    "multipleOf": ({"multipleOf": 2}, 3, "expected a multiple of 2; got 3"),
    "pattern": ({"pattern": "^a"}, "b", 'expected text that matches "^a"; got "b"'),
    "format": ({"$schema": DRAFT_7, "format": "date"}, "b", 'expected text in the format "date"; got "b"'),
    "contentEncoding": ({"$schema": DRAFT_7, "contentEncoding": "base64"}, "###",
                        'expected text encoded as "base64"; got "###"'),
    "contentMediaType": ({"$schema": DRAFT_7, "contentMediaType": "application/json"}, "{",
                         'expected text of the type "application/json"; got "{"'),
    "uniqueItems": ({"uniqueItems": True}, [2, 2], "expected no item twice; got [2, 2]"),
    "contains": ({"contains": {"const": 1}}, [2], "expected the items that the schema asks for under contains; got [2]"),
    "propertyNames": ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, 'expected other names of keys; got {"ab": 1}'),
    "items": ({"prefixItems": [{}], "items": False}, [1, 2], "expected nothing here; got 2"),
    "unevaluatedItems": ({"unevaluatedItems": False}, [1], "expected no items beside those that are declared; got [1]"),
    "additionalItems": ({"$schema": DRAFT_7, "items": [{}], "additionalItems": False}, [1, 2],
                        "expected at most 1 items; got [1, 2]"),
    "anyOf": ({"anyOf": [TEXT, NUMBER]}, [], "expected text or a number; got []"),
    "anyOf-inside": ({"anyOf": [{"properties": {"a": TEXT}}, NUMBER]}, {"a": 1},
                     'expected a value that fits the schema, by its keyword anyOf; got {"a": 1}'),
    "oneOf": ({"oneOf": [TEXT, NUMBER]}, None, "expected text or a number; got null"),
    "oneOf-several": ({"oneOf": [{}, {}]}, 1, 'expected a value that fits the schema, by its keyword oneOf; got 1'),
    "not": ({"not": {}}, 1, 'expected a value that fits the schema, by its keyword not; got 1'),
}  # fmt: skip


def found(schema: dict[str, Any], value: Any) -> list[jsonschema_rs.ValidationError]:
    return list(jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(value))


@pytest.mark.parametrize("name", CASES)
def test_a_mismatch_is_told_in_our_own_words(name: str) -> None:
    schema, value, said = CASES[name]
    assert [mismatch(error).text for error in found(schema, value)] == [said]


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("const",)])
def test_a_mismatch_is_told_in_chinese(name: str) -> None:
    schema, value, _ = CASES[name]
    told = mismatch(found(schema, value)[0])
    assert catalogue("zh").knows(told.expected)
    assert "expected" not in catalogue("zh").translate(f"a[0]: {told.text}")


def test_every_keyword_of_the_validator_is_known() -> None:
    kinds = {name for name in dir(jsonschema_rs.ValidationErrorKind) if name[0].isupper()}
    unforeseen = {"BacktrackLimitExceeded", "RegexEngineFailure", "Custom", "FromUtf8", "Referencing"}
    met = {type(error.kind).__name__ for schema, value, _ in CASES.values() for error in found(schema, value)}
    assert kinds - met == unforeseen


def test_a_place_is_told_as_keys_and_numbers() -> None:
    schema = {"properties": {"a": {"items": TEXT}}}
    assert [mismatch(error).place for error in found(schema, {"a": ["x", 1]})] == [".a[1]"]
