"""Dataclasses as the standard library's, whose methods are made when they are first needed.

The standard library compiles six methods for a frozen class as the class statement runs, a millisecond each class and
most of what a short command would take. Here the fields are found as it finds them (`fields`, `replace` and `asdict`
work), comparing and showing go over them, and `__init__` is compiled for the first instance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, eq: bool = True, slots: bool = False) -> Any:
        """A class with the fields that are annotated in it; see `dataclasses.dataclass`."""
        made = _maker(frozen=frozen, eq=eq, slots=slots)
        return made if cls is None else made(cls)


_FIELDS, _PARAMS = "__dataclass_fields__", "__dataclass_params__"


@dataclasses.dataclass
class _Params:
    """What the standard library asks where classes below one of ours are made."""

    frozen: bool


_OF_INSTANCES = vars(_Params)[_FIELDS]["frozen"]._field_type
"""What marks a field that is no class variable."""


def _maker(*, frozen: bool, eq: bool, slots: bool) -> Callable[[type], type]:
    def made(cls: type) -> type:
        cls.__doc__ = cls.__doc__ or cls.__name__  # else its signature would be worked out for it
        own = vars(cls)
        hashes = eq and own.get("__hash__") is None and "__eq__" not in own
        methods = _methods(frozen=frozen, eq=eq)
        named = {name: method for name, method in methods.items() if name not in own}
        if hashes:
            named["__hash__"] = _hash if frozen else None
        below = any(getattr(getattr(base, _PARAMS, None), "frozen", False) for base in cls.__mro__[1:])
        if slots:
            whole: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, frozen=frozen and below)(
                cls
            )
            if frozen:
                getattr(whole, _PARAMS).frozen = True  # asked by the standard library where classes below it are made
        else:
            whole = _with_fields(cls, frozen=frozen)
        names = tuple(one.name for one in dataclasses.fields(whole))
        compared = tuple(one.name for one in dataclasses.fields(whole) if one.compare)
        whole._fields_compared = compared
        if slots and frozen and "__getstate__" not in own:
            named |= {"__getstate__": _state(names), "__setstate__": _restored(names)}
        if "__init__" not in own:
            named["__init__"] = _late_init(whole, frozen=frozen)
        for name, method in named.items():
            setattr(whole, name, method)
        done: type = whole
        return done

    return made


def _with_fields(cls: Any, *, frozen: bool) -> Any:
    """The class with the fields annotated in it, as the standard library finds them, in a fifth of the time."""
    if not frozen and any(getattr(getattr(base, _PARAMS, None), "frozen", False) for base in cls.__mro__[1:]):
        raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        found |= getattr(base, _FIELDS, {})
    for name, annotation in cls.__annotations__.items():
        if not str(annotation).startswith(("ClassVar", "typing.ClassVar")):
            found[name] = _field(cls, name, annotation)
    setattr(cls, _FIELDS, found)
    setattr(cls, _PARAMS, _Params(frozen))
    matched = tuple(name for name, one in found.items() if one.init and not one.kw_only)
    setattr(cls, "__match_args__", matched)  # noqa: B010 - which has a type of its own
    cls.__replace__ = _replaced
    return cls


def _field(cls: Any, name: str, annotation: Any) -> Any:
    default = vars(cls).get(name, MISSING)
    one: Any = default if isinstance(default, dataclasses.Field) else dataclasses.field(default=default)
    if type(one.default).__hash__ is None:
        raise ValueError(f"the default of {name} can change: give a default_factory")
    one.name, one.type, one.kw_only = name, annotation, one.kw_only is True
    one._field_type = _OF_INSTANCES
    if one is default:
        delattr(cls, name)
        if one.default is not MISSING:
            setattr(cls, name, one.default)
    return one


def _replaced(self: Any, /, **changes: Any) -> Any:
    return dataclasses.replace(self, **changes)


def _methods(*, frozen: bool, eq: bool) -> dict[str, Any]:
    """The methods that go over the fields."""
    methods: dict[str, Any] = {"__repr__": _repr}
    if eq:
        methods["__eq__"] = _eq
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    return methods


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _values(one: Any) -> tuple[Any, ...]:
    return tuple([getattr(one, name) for name in one._fields_compared])


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _state(names: tuple[str, ...]) -> Callable[[Any], list[Any]]:
    return lambda self: [getattr(self, name) for name in names]


def _restored(names: tuple[str, ...]) -> Callable[[Any, list[Any]], None]:
    def restored(self: Any, state: list[Any]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return restored


def _late_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """An `__init__` that puts the real one in its place when it is first called."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it stands for it
        init = _compiled_init(cls, frozen=frozen)
        cls.__init__ = init  # type: ignore[misc]
        init(self, *args, **kwargs)

    return __init__


def _compiled_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """The `__init__` of the fields of a class: a parameter each, its default, and what stands behind it."""
    names: dict[str, Any] = {"_MISSING": MISSING, "_set": object.__setattr__}
    parameters, by_name, lines = ["self"], ["*"], []
    for one in dataclasses.fields(cls):
        name, value = one.name, one.name
        if one.default_factory is not MISSING:
            names[f"_made_{name}"] = one.default_factory
            value = f"_made_{name}()" + (f" if {name} is _MISSING else {name}" if one.init else "")
        elif one.default is not MISSING:
            names[f"_default_{name}"] = one.default
            value = name if one.init else f"_default_{name}"
        elif not one.init:
            continue
        if one.init:
            has = {"_made_": "=_MISSING", "_default_": f"=_default_{name}"}
            (by_name if one.kw_only else parameters).append(
                name + next((end for start, end in has.items() if start + name in names), "")
            )
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters += by_name if len(by_name) > 1 else []
    text = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"])
    exec(text, names)  # noqa: S102 - of names of fields, as the standard library does
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init
