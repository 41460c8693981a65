"""Definitions of tools keep what docstrings and annotations say; strict ones are taken by strict mode."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from ftdata.errors import UsageError
from ftdata.example.strict import refusals
from ftdata.example.tooling import tool


def google(city: str, days: int = 3, unit: Literal["C", "F"] = "C") -> str:
    """The weather.

    Args:
        city (str): Its name,
            in English.
        days: How many: at most seven.

    Returns:
        str: A sentence.
    """
    return city


def numpy(city: str, days: int) -> str:
    """The weather.

    Parameters
    ----------
    city : str
        Its name,
        in English.
    days
        How many: at most seven.

    Returns
    -------
    str
        A sentence.
    """
    return city


def sphinx(city: str, days: int) -> str:
    """The weather.

    :param str city: Its name,
        in English.
    :param days: How many: at most seven.
    :returns: A sentence.
    """
    return city


def annotated(
    city: Annotated[str, "Its name, in English."], days: Annotated[int, Field(description="How many: at most seven.")]
) -> str:
    """The weather.

    :param city: not this
    """
    return city


@pytest.mark.parametrize("of", [google, numpy, sphinx, annotated], ids=lambda of: of.__name__)
def test_descriptions_of_parameters_are_kept(of: Any) -> None:
    function: Any = tool(of)["function"]
    properties = function["parameters"]["properties"]
    assert function["description"] == "The weather."
    assert properties["city"]["description"] == "Its name, in English."
    assert properties["days"]["description"] == "How many: at most seven."
    assert set(properties.get("unit", {})) <= {"default", "enum", "type"}


class Place(BaseModel):
    name: str
    height: float | None = None


def nested(places: list[Place], near: Place | None = None, note: str = "") -> None: ...
def open_ended(given: dict[str, int]) -> None: ...


@pytest.mark.parametrize("of", [google, numpy, nested, Place], ids=lambda of: of.__name__)
def test_a_strict_definition_is_taken_by_strict_mode(of: Any) -> None:
    function: Any = tool(of, strict=True)["function"]
    assert function["strict"] is True
    assert list(refusals(function["parameters"])) == []


def test_what_may_be_left_out_may_be_null_in_strict_mode() -> None:
    function: Any = tool(google, strict=True)["function"]
    assert function["parameters"]["required"] == ["city", "days", "unit"]
    assert function["parameters"]["properties"]["unit"]["enum"] == ["C", "F", None]
    assert function["parameters"]["properties"]["days"]["type"] == ["integer", "null"]


def test_an_object_of_any_keys_has_no_strict_definition() -> None:
    with pytest.raises(UsageError, match=r"open_ended\.given takes arbitrary keys"):
        tool(open_ended, strict=True)


REFUSED: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "no object": ({"type": "string"}, [("", "the root must be an object, without anyOf")]),
    "a default": (
        {"type": "object", "additionalProperties": False, "required": ["a"],
         "properties": {"a": {"type": "string", "default": "x"}}},
        [(".properties.a", '"default" is not taken')],
    ),
    "an object inside": (
        {"type": "object", "additionalProperties": False, "required": ["a"],
         "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string"}}}}}},
        [(".properties.a.items", "an object without additionalProperties: false"),
         (".properties.a.items", 'required does not name "b"')],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_strict_mode_refuses_is_said_with_its_place(schema: Any, why: list[tuple[str, str]]) -> None:
    assert list(refusals(schema)) == why


def test_a_deep_schema_is_refused() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(11):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": False}
    assert [why for _, why in refusals(schema)] == ["more than 10 levels of objects"]
