"""Tool definitions from functions: parameter types, and descriptions from docstrings and annotations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast, get_type_hints

from ftdata.errors import UsageError
from ftdata.example.strict import strict as as_strict
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ftdata.example.shapes import FunctionDefinition, Tool

_GOOGLE = pattern(r"^(?:Args|Arguments|Parameters|Params):[ \t]*\n((?:[ \t]+.*(?:\n|\Z)|[ \t]*\n)+)", re.MULTILINE)
_GOOGLE_ARG = pattern(r"(\*{0,2}\w+)(?:[ \t]*\([^)\n]*\))?[ \t]*:[ \t]*(.*)")
_NUMPY = pattern(r"^(?:Other )?Parameters[ \t]*\n-{3,}[ \t]*\n", re.MULTILINE)
_NUMPY_NEXT = pattern(r"^\S.*\n-{3,}[ \t]*$", re.MULTILINE)
_NUMPY_ARG = pattern(r"(\*{0,2}\w+(?:, *\w+)*)[ \t]*(?::.*)?\Z")
_FIELD = pattern(r"^[ \t]*[:@]param(?:eter)?[ \t]+(?:[^\s:]+[ \t]+)?(\w+)[ \t]*:[ \t]*(.*)", re.MULTILINE)
_FIELD_NEXT = pattern(r"^[ \t]*(?:[:@]\w+|\Z)|\n[ \t]*\n", re.MULTILINE)


def tool(
    of: Callable[..., object] | type[BaseModel], /, *, name: str | None = None, strict: bool | None = None
) -> Tool:
    """Create a tool definition from a typed function or a pydantic model.

    Name and description come from the function's name and the first paragraph of its docstring. The parameters'
    descriptions come from ``Annotated[str, "…"]``, ``Annotated[str, Field(description="…")]`` or the model's fields,
    or else from the docstring, in Google's style, NumPy's or as ``:param city: …``.

    Args:
        of: The function, or the model of its arguments.
        name: A name to use instead of its own.
        strict: True for a schema that strict mode accepts: every property is required, optional ones may
            be null, and there are no others. False only marks it as not strict.

    Raises:
        UsageError: If the parameters have no JSON Schema, such as ``*args`` or a type of your own; or none for strict
            mode.
    """
    definition: FunctionDefinition = {"name": name or of.__name__}
    described = _first_paragraph(of)
    if described:
        definition["description"] = described
    parameters = _parameters(of)
    definition["parameters"] = as_strict(parameters, definition["name"]) if strict else parameters
    if strict is not None:
        definition["strict"] = strict
    return {"type": "function", "function": definition}


def _first_paragraph(of: Callable[..., object]) -> str:
    text = inspect.cleandoc(of.__doc__ or "")
    first = " ".join(text.split("\n\n")[0].split())
    return "" if first.startswith((":param", "@param", "Args:", "Parameters")) else first


def described(of: Callable[..., object]) -> dict[str, str]:
    """Return a docstring's description of each parameter.

    Examples:
        >>> def ask(city, days):
        ...     '''Ask.
        ...
        ...     :param city: Its name.
        ...     :param int days: How many.
        ...     '''
        >>> described(ask)
        {'city': 'Its name.', 'days': 'How many.'}
    """
    text = inspect.cleandoc(of.__doc__ or "")
    found = _google(text) | _numpy(text) | _fields(text)
    return {name.lstrip("*"): " ".join(said.split()) for name, said in found.items() if said.strip()}


def _google(text: str) -> dict[str, str]:
    section = _GOOGLE.search(text)
    found: dict[str, str] = {}
    lines = [line for line in section[1].split("\n") if line.strip()] if section else []
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    name = ""
    for line in lines:
        match = _GOOGLE_ARG.match(line.strip()) if len(line) - len(line.lstrip()) == margin else None
        if match:
            name = match[1]
            found[name] = match[2]
        elif name:
            found[name] += " " + line.strip()
    return found


def _numpy(text: str) -> dict[str, str]:
    begin = _NUMPY.search(text)
    if begin is None:
        return {}
    after = text[begin.end() :]
    end = _NUMPY_NEXT.search(after)
    found: dict[str, str] = {}
    names: list[str] = []
    for line in (after[: end.start()] if end else after).split("\n"):
        if line[:1].strip() and (match := _NUMPY_ARG.match(line.rstrip())):
            names = [one.strip() for one in match[1].split(",")]
        elif line.strip():
            for one in names:
                found[one] = f"{found.get(one, '')} {line.strip()}"
    return found


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        end = _FIELD_NEXT.search(text, match.end())
        found[match[1]] = match[2] + " " + text[match.end() : end.start() if end else len(text)]
    return found


def _annotated(of: Callable[..., object]) -> dict[str, str]:
    """What plain texts in annotations say of each parameter."""
    try:
        hints = get_type_hints(of, include_extras=True)
    except (NameError, TypeError):
        return {}
    found: dict[str, str] = {}
    for name, hint in hints.items():
        for said in getattr(hint, "__metadata__", ()):
            text = said if isinstance(said, str) else getattr(said, "documentation", None)
            if isinstance(text, str):
                found.setdefault(name, text)
    return found


def _parameters(of: Callable[..., object] | type[BaseModel]) -> dict[str, Any]:
    from pydantic import BaseModel, PydanticUserError, TypeAdapter

    if isinstance(of, type) and issubclass(of, BaseModel):
        schema = of.model_json_schema()
    else:
        variadic = [p for p in inspect.signature(of).parameters.values() if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        if variadic:
            raise UsageError(
                f"{of.__name__} takes {variadic[0]}, which has no JSON Schema", hint="Name the parameters."
            )
        try:
            schema = TypeAdapter(cast("Any", of)).json_schema()
        except PydanticUserError as error:
            raise UsageError(f"{of.__name__} has a parameter without a JSON Schema: {error.message}") from None
    # The function's own name and description stand beside the parameters already.
    bare = cast("dict[str, Any]", _without_titles({k: v for k, v in schema.items() if k != "description"}))
    for name, said in {**described(of), **_annotated(of)}.items():
        if name in bare.get("properties", {}):
            bare["properties"][name].setdefault("description", said)
    return bare


def _without_titles(schema: object, *, named: bool = False) -> object:
    """The schema without the titles that pydantic makes from names; a property *called* title stays."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value, named=key in ("properties", "$defs") and not named)
        if key not in ("default", "enum", "const", "examples") or named
        else value
        for key, value in schema.items()
        if named or key != "title" or not isinstance(value, str)
    }
