"""What a verb is as JSON values: for programs that write recipes, forms or other bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftdata.verbs.declaration import Option, Verb


def described(verb: Verb) -> dict[str, Any]:
    """A verb as JSON values: its name, options, examples, and what must hold among the options, in sentences."""
    return {
        "name": verb.name,
        "summary": verb.summary,
        "about": list(verb.about),
        "options": [_option(one) for one in verb],
        "conditions": [sentence for one in verb.conditions for sentence in one.said()],
        "examples": list(verb.examples),
    }


def _option(one: Option) -> dict[str, Any]:
    return {
        "name": one.name,
        "flags": list(one.spelled),
        "old": list(one.old),
        "about": one.about,
        "schema": dict(one.kind.schema),
        "metavar": one.kind.metavar,
        "choices": list(one.kind.choices),
        "repeated": one.kind.repeated,
        "data": one.kind.data,
        "required": one.required,
        "default": default_of(one),
        "section": one.section,
    }


def default_of(one: Option) -> Any:
    """What an option is where it is not given, as a JSON value; None where it must be given too."""
    if one.required:
        return None
    return list(one.default) if isinstance(one.default, tuple) else one.default
