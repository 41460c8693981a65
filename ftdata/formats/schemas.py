"""Parameters of functions as data sets write them, made JSON Schemas: types as Python writes them, maps of parameters.

Sources: Salesforce/xlam-function-calling-60k, whose functions have a map from each parameter to its description, type
(``str``, ``int, optional``, ``List[int]``) and default; Team-ACE/ToolACE, whose schemas have the types dict and float.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.formats.mismatches import mismatch
from ftdata.lazily import pattern

MADE = "parameters made a JSON Schema"
_JSON = ("string", "number", "integer", "boolean", "array", "object", "null")
_TYPES = {
    **dict.fromkeys(("str", "string", "text", "char", "date", "datetime", "time", "bytes", "path", "url"), "string"),
    **dict.fromkeys(("int", "integer", "long", "short", "uint"), "integer"),
    **dict.fromkeys(("float", "number", "double", "decimal", "complex", "numeric"), "number"),
    **dict.fromkeys(("bool", "boolean"), "boolean"),
    **dict.fromkeys(("list", "array", "tuple", "set", "sequence", "iterable", "arraylist", "ndarray"), "array"),
    **dict.fromkeys(("dict", "object", "map", "hashmap", "mapping", "hashtable", "json"), "object"),
    **dict.fromkeys(("none", "null", "nonetype"), "null"),
}
_MARKS = ("optional", "required", "default")
_INNER = pattern(r"\s*(?:typing\.)?(\w+)\s*[\[<(](.*)[\])>]\s*\Z", re.DOTALL)
_DEEPEST = 20


def schema_of(parameters: Any, repaired: Counter[str]) -> Any:
    """Parameters as a JSON Schema; the very same where they are one already, or nothing that is known.

    Of a map, those parameters are required that are not marked as optional and have no default.
    """
    if type(parameters) is not dict or not parameters:
        return parameters
    if _is_map(parameters):
        repaired[MADE] += 1
        properties = {name: _property(given) for name, given in parameters.items()}
        required = [name for name, given in parameters.items() if _is_required(given)]
        return {"type": "object", "properties": properties, "required": required}
    made = _valid(parameters, 0)
    if made != parameters:
        repaired[MADE] += 1
        return made
    return parameters


def _is_map(parameters: dict[str, Any]) -> bool:
    """Whether it is a map from parameters to what is said of them, and no schema itself."""
    if type(parameters.get("type")) is str or "$ref" in parameters or "anyOf" in parameters:
        return False
    return all(
        type(given) is dict and (type(given.get("type")) is str or type(given.get("description")) is str)
        for given in parameters.values()
    )


def _is_required(given: dict[str, Any]) -> bool:
    kind = str(given.get("type", "")).strip().casefold()
    optional = kind.rpartition(",")[2].strip().startswith(("optional", "default")) or kind.startswith("optional[")
    stated = given.get("required")
    return stated if type(stated) is bool else not optional and "default" not in given


def _property(given: dict[str, Any]) -> dict[str, Any]:
    """One parameter of a map."""
    rest = {key: value for key, value in given.items() if key not in ("type", "required", "optional")}
    return {**kind_of(str(given.get("type", ""))), **_valid(rest, 1)}


def kind_of(word: str, depth: int = 0) -> dict[str, Any]:
    """The schema of a type as Python or its readers write it; of one that nobody knows, any value's.

    Examples:
        >>> kind_of("List[int], optional"), kind_of("Union[str, float]"), kind_of("Dict[str, Any]")
        ({'type': 'array', 'items': {'type': 'integer'}}, {'type': ['string', 'number']}, {'type': 'object'})
    """
    head, comma, tail = word.rpartition(",")
    if comma and tail.strip().casefold().startswith(_MARKS):
        word = head
    word = word.strip().strip("'\"")
    plain = _TYPES.get(word.casefold())
    if plain or depth > _DEEPEST:
        return {"type": plain} if plain else {}
    choices = _split(word, "|")
    if len(choices) > 1:
        return _any_of(choices, depth)
    found = _INNER.match(word)
    if not found:
        return {}
    outer, inner = found[1].casefold(), _split(found[2], ",")
    if outer == "optional":
        return kind_of(found[2], depth + 1)
    if outer == "union":
        return _any_of(inner, depth)
    if outer == "literal":
        return {"enum": [text.strip("'\"") for text in inner]}
    kind = _TYPES.get(outer)
    if kind == "array":
        items = kind_of(inner[0], depth + 1) if len(set(inner)) == 1 or outer not in ("tuple",) else {}
        return {"type": "array", "items": items}
    return {"type": kind} if kind else {}


def _any_of(words: list[str], depth: int) -> dict[str, Any]:
    kinds = [kind_of(word, depth + 1) for word in words]
    if all(list(kind) == ["type"] and type(kind["type"]) is str for kind in kinds):
        names = list(dict.fromkeys(kind["type"] for kind in kinds if kind["type"] != "null"))
        return {"type": names[0] if len(names) == 1 else names} if names else {"type": "null"}
    return {"anyOf": kinds}


def _split(text: str, mark: str) -> list[str]:
    """The pieces between marks that stand in no brackets."""
    pieces, depth = [""], 0
    for char in text:
        depth += (char in "[(<{") - (char in "])>}")
        if char == mark and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return [piece.strip() for piece in pieces if piece.strip()]


def _valid(schema: Any, depth: int) -> Any:
    """A schema in which each type is one that JSON Schema has."""
    if type(schema) is not dict or depth > _DEEPEST:
        return schema
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "type" and type(value) is str and value not in _JSON:
            made |= kind_of(value)
        elif key in ("properties", "$defs", "definitions") and type(value) is dict:
            made[key] = {name: _valid(inner, depth + 1) for name, inner in value.items()}
        elif key in ("items", "additionalProperties"):
            made[key] = _valid(value, depth + 1)
        elif key in ("anyOf", "oneOf", "allOf") and type(value) is list:
            made[key] = [_valid(inner, depth + 1) for inner in value]
        elif key == "required" and type(value) is not list:
            continue  # true or a text, as some write it beside each parameter
        else:
            made[key] = value
    if made.get("type") == "array" and type(made.get("items")) is str:
        made["items"] = kind_of(made["items"])
    return made


def wrong_schema(parameters: dict[str, Any]) -> str:
    """Why an object is no JSON Schema, in a few words; empty where it is one."""
    try:
        return _wrong(encode(parameters))
    except (RowError, ValueError):
        return ""  # it cannot be written at all, which is told where it is


@lru_cache(maxsize=2048)
def _wrong(schema: bytes) -> str:
    import jsonschema_rs

    try:
        jsonschema_rs.meta.validate(decode(schema))
    except jsonschema_rs.ValidationError as error:
        found = mismatch(error)
        return f"${found.place}: {found.text}"
    return ""
