"""Mapping files to checked models: errors with the place, all of them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ftdata.authoring.mapping.models import Whole
from ftdata.codec import check_json, member
from ftdata.errors import RecipeError, RowError, at, shown
from ftdata.marks import load as marked

Lines = dict[str, int]
"""The line of each JSON path of a file."""


def load(path: Path) -> tuple[Any, Lines]:
    """What a .json, .yaml or .yml file holds, and the line of each place in it.

    Raises:
        RecipeError: If it cannot be read, or is no such file.
    """
    says, marks = marked(path)
    return says, {place: mark.line for place, mark in marks.items()}


def checked(says: Any, lines: Lines, path: str | None) -> Whole:
    """The mapping that this says.

    Raises:
        RecipeError: If it is invalid; lists all problems at once, each with its place.
    """
    with at(path):
        try:
            check_json(says)
        except RowError as error:
            raise RecipeError(error.message, hint=error.hint, json_path=error.json_path) from None
        try:
            return Whole.model_validate(says)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            found = [_problem(says, problem, lines, path) for problem in problems]
        first, *others = found
        if others:
            first.message = "\n".join([first.reason, *map(str, others[:9])])
            first.hint = ""
        raise first


_MEANINGS = {
    "missing": "needs {field}",
    "list_type": "expected a list",
    "dict_type": "expected an object",
    "bool_type": "expected true or false",
    "too_short": "expected at least one",
}


def _problem(says: Any, problem: Any, lines: Lines, path: str | None) -> RecipeError:
    context = problem.get("ctx", {})
    place, value, missing = _place(says, problem["loc"])
    if "key" in context:
        place, value = member(place, str(context["key"])), None
    line = lines.get(place)
    if problem["type"] == "mapping":
        return RecipeError(context["message"], hint=context["hint"], path=path, line=line, json_path=place)
    message = _MEANINGS.get(problem["type"], problem["msg"]).format(field=missing)
    if problem["type"] != "missing":
        message += f"; got {shown(value)}"
    elif missing == "role":
        message = "a turn needs a role"
    return RecipeError(message[0].lower() + message[1:], path=path, line=line, json_path=place)


def _place(says: Any, loc: tuple[int | str, ...]) -> tuple[str, Any, str]:
    """The JSON path and value at pydantic's place, which also names members of unions; and what is missing there."""
    path, value, missing = "$", says, ""
    for step in loc:
        if isinstance(value, dict) and step in value:
            path, value, missing = member(path, str(step)), value[step], ""
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path, value, missing = f"{path}[{step}]", value[step], ""
        else:
            missing = str(step)
    return path, value, missing
