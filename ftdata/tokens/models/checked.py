"""Checking what a file of one's own says of models: the shapes as pydantic's models, made when there is such a file.

pydantic takes longer to load than all the package's own tables; tests hold those to the same models.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model
from pydantic import Field as Bounds

from ftdata.errors import InputError, shown
from ftdata.facts.methods import Method
from ftdata.tokens.functions import CONSTANTS
from ftdata.tokens.images import known_method
from ftdata.tokens.models.shapes import Evidence, Facts, Model, Place, Prices, Restriction, day, method

_CONFIG = ConfigDict(extra="forbid", frozen=True)


def _functions(value: str) -> str:
    if value not in CONSTANTS:
        raise ValueError(f"expected one of {', '.join(CONSTANTS)}")
    return value


def _images(value: str) -> str:
    if not known_method(value):
        raise ValueError("expected tiles, tiles-mini, or patches- and a factor such as patches-1.62")
    return value


_PRICE = Annotated[float | None, Bounds(ge=0)]
_SIZE = Annotated[int | None, Bounds(gt=0)]
_DAY = Annotated[str, BeforeValidator(day)]

_NARROWER: dict[type[Facts], dict[str, Any]] = {
    Evidence: {"as_of": _DAY},
    Prices: {one.name: _PRICE for one in fields(Prices)},
    Restriction: {},
    Place: {},
    Model: {
        "context": _SIZE,
        "limit": _SIZE,
        "as_of": _DAY,
        "methods": tuple[Annotated[Method, BeforeValidator(method)], ...],
        "functions": Annotated[str, AfterValidator(_functions)],
        "images": Annotated[str, AfterValidator(_images)],
    },
}
"""What a value must be beyond its declared type."""


def _models() -> dict[type[Facts], type[BaseModel]]:
    made: dict[type[Facts], type[BaseModel]] = {}
    for shape, narrower in _NARROWER.items():
        types = get_type_hints(shape, localns={one.__name__: model for one, model in made.items()}) | narrower
        given: dict[str, Any] = {one.name: (types[one.name], _default(one, made)) for one in fields(shape)}
        made[shape] = create_model(shape.__name__, __config__=_CONFIG, __doc__=shape.__doc__, **given)
    return made


def _default(one: Field[Any], made: dict[type[Facts], type[BaseModel]]) -> Any:
    alias = one.name.rstrip("_") if one.name.endswith("_") else None
    if one.default_factory is not MISSING:
        return Bounds(default_factory=one.default_factory)
    if one.default is MISSING:
        return Bounds(alias=alias)
    return made[type(one.default)]() if isinstance(one.default, Facts) else one.default


MODELS = _models()
"""The models, by the shapes."""


def checked(shape: type[Facts], facts: Any, where: str, path: str) -> dict[str, Any]:
    """The facts that a file says, each as its shape has it.

    Raises:
        InputError: If they are not what the shape holds; with the place.
    """
    try:
        valid = MODELS[shape].model_validate(facts)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join((where, *map(str, first["loc"])))
        raise InputError(f"{place}: {first['msg']}; got {shown(first['input'])}", path=path) from None
    return valid.model_dump(by_alias=True, exclude_unset=True)
