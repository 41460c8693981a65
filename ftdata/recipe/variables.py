"""Values that are given when a recipe is run: ``${name}`` in it, and the variables that it declares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftdata.codec import member
from ftdata.errors import RecipeError, UsageError, did_you_mean, shown
from ftdata.lazily import pattern
from ftdata.marks import parse

if TYPE_CHECKING:
    from ftdata.recipe.problems import Problems

_NAME = pattern(r"\$\$\{|\$\{([^{}]+)\}")
_WORD = pattern(r"[A-Za-z_][A-Za-z0-9_-]*")


class Unset(str):
    """What stands for the value of a variable that has none: that is a problem already, and no second one."""


def escaped(text: str) -> str:
    """A text as a recipe says it, in which nothing is a variable."""
    return text.replace("${", "$${")


def setting(text: str) -> tuple[str, str]:
    """The name and the value of ``name=value``.

    Raises:
        UsageError: If it is none.
    """
    name, equals, value = text.partition("=")
    if not equals or not _WORD.fullmatch(name):
        raise UsageError(f"expected name=value; got {shown(text)}", hint="Such as --set seed=7.")
    return name, value


def values_of(says: Any, given: Mapping[str, Any], place: str, problems: Problems) -> dict[str, Any]:
    """The variables' values: those that are given, or else what the recipe declares them with.

    Raises:
        UsageError: If a value is given for an undeclared variable.
    """
    if not isinstance(says, dict):
        problems.add(place, f"expected names with their values; got {shown(says)}", "Such as seed: 7.")
        says = {}
    for name in given:
        if name not in says:
            hint = did_you_mean(name, says) if says else "It declares none: add vars to it."
            raise UsageError(f"the recipe has no variable {shown(name)}", hint=hint)
    values = {}
    for name, default in says.items():
        if isinstance(default, dict | list):
            problems.add(member(place, name), f"expected text, a number, true or false; got {shown(default)}")
        elif name in given:
            values[name] = _typed(given[name], default)
        elif default is None:
            problems.add(member(place, name), f"{name} has no value", f"Give it one: --set {name}=value.")
            values[name] = Unset(name)
        else:
            values[name] = default
    return values


def _typed(given: Any, default: Any) -> Any:
    """A value in text as YAML has it, unless the variable's own is text."""
    if not isinstance(given, str) or isinstance(default, str):
        return given
    try:
        found = parse(given)[0]
    except RecipeError:
        return given
    return found if isinstance(found, str | int | float | bool) else given


def filled_in(says: Any, values: Mapping[str, Any], place: str, problems: Problems) -> Any:
    """What is said, with the variables' values in it. A text that is one variable alone has that one's type."""
    if isinstance(says, dict):
        return {key: filled_in(one, values, member(place, key), problems) for key, one in says.items()}
    if isinstance(says, list):
        return [filled_in(one, values, f"{place}[{at}]", problems) for at, one in enumerate(says)]
    if not isinstance(says, str) or "${" not in says:
        return says
    for name in filter(None, _NAME.findall(says)):
        if name not in values:
            hint = did_you_mean(name, values) if values else f"Declare it: vars: {{{name}: …}}; or write $${{ for ${{."
            problems.add(place, f"unknown variable {shown(name)}", hint)
    alone = _NAME.fullmatch(says)
    if alone and alone[1]:
        return values.get(alone[1], Unset(says))
    return _NAME.sub(lambda found: "${" if found[1] is None else _text(values.get(found[1], "")), says)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
