"""Dataclasses as the standard library's, of which nothing is made before it is needed.

The standard library compiles six methods for a frozen class as the class statement runs, a millisecond each class, and
brings `inspect` with it. Here a class statement notes the fields; `__init__` is compiled for the first instance,
comparing and showing go over the fields, and what `dataclasses.fields`, `replace` and `asdict` look for is made when
they look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import fields as fields
    from dataclasses import replace as replace
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, eq: bool = True, slots: bool = False) -> Any:
        """A class with the fields that are annotated in it; see `dataclasses.dataclass`."""
        made = _maker(frozen=frozen, eq=eq, slots=slots)
        return made if cls is None else made(cls)

    def field(**said: Any) -> Any:
        """What is said of a field; see `dataclasses.field`."""
        return _Field(**said)

    def fields(one: Any) -> tuple[_Field, ...]:
        """The fields of a class or an instance; see `dataclasses.fields`."""
        return tuple(_fields_of(one if isinstance(one, type) else type(one)).values())

    def replace(one: Any, /, **changes: Any) -> Any:
        """The same with other values; see `dataclasses.replace`."""
        for name, each in _fields_of(type(one)).items():
            if not each.init:
                if name in changes:
                    raise ValueError(f"field {name} is declared with init=False, it cannot be specified with replace()")
            elif name not in changes:
                changes[name] = getattr(one, name)
        return type(one)(**changes)


_FIELDS, _PARAMS, _OWN, _ALL = "__dataclass_fields__", "__dataclass_params__", "_fields_declared", "_fields_by_name"


class _Missing:
    """The default of a field that has none."""


class _Field:
    """A field: its default or what makes it, and where it counts."""

    __slots__ = ("compare", "default", "default_factory", "hash", "init", "kw_only", "metadata", "name", "repr", "type")

    def __init__(
        self,
        *,
        default: Any = _Missing,
        default_factory: Any = _Missing,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
        hash: bool | None = None,
        kw_only: bool = False,
        metadata: Mapping[Any, Any] = MappingProxyType({}),
    ) -> None:
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.compare = init, repr, compare
        self.hash, self.kw_only, self.metadata = hash, kw_only, metadata
        self.name, self.type = "", cast("Any", None)  # which the class says


class _Params:
    """What the standard library asks where classes below one of ours are made."""

    def __init__(self, frozen: bool) -> None:
        self.frozen = frozen


class _Late:
    """An attribute of a class that is made when it is first asked for."""

    def __init__(self, owner: type, name: str, make: Callable[[type], Any]) -> None:
        self.owner, self.name, self.make = owner, name, make

    def __get__(self, one: object, cls: type | None = None) -> Any:
        made = self.make(self.owner)
        setattr(self.owner, self.name, made)
        return made


def _maker(*, frozen: bool, eq: bool, slots: bool) -> Callable[[type], type]:
    def made(cls: type) -> type:
        if not frozen and any(getattr(getattr(base, _PARAMS, None), "frozen", False) for base in cls.__mro__[1:]):
            raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
        own = vars(cls)
        declared = {name: _declared(cls, name, annotation) for name, annotation in _annotated(cls)}
        named = {name: method for name, method in _methods(frozen=frozen, eq=eq).items() if name not in own}
        if eq and own.get("__hash__") is None and "__eq__" not in own:
            named["__hash__"] = _hash if frozen else None
        if slots:
            cls = _slotted(cls, declared)
            if frozen and "__getstate__" not in own:
                named |= {"__getstate__": _state, "__setstate__": _restore}
        named |= {_OWN: declared, _PARAMS: _Params(frozen), "__replace__": replace}
        named |= {name: _Late(cls, name, make) for name, make in _LATE.items()}
        if "__init__" not in own:
            named["__init__"] = _late_init(cls, frozen=frozen)
        for name, method in named.items():
            setattr(cls, name, method)
        return cls

    return made


def _annotated(cls: type) -> Iterator[tuple[str, Any]]:
    """The names and annotations of the fields in the body of a class."""
    for name, annotation in cls.__annotations__.items():
        if not str(annotation).startswith(("ClassVar", "typing.ClassVar")):
            yield name, annotation


def _declared(cls: type, name: str, annotation: Any) -> _Field:
    """A field as the body of a class declares it; the class keeps its default."""
    default = vars(cls).get(name, _Missing)
    if type(default).__module__ == "dataclasses":
        raise TypeError(f"{name} is a field of another kind: take `field` from where `dataclass` is from")
    one = default if isinstance(default, _Field) else _Field(default=default)
    if type(one.default).__hash__ is None:
        raise ValueError(f"the default of {name} can change: give a default_factory")
    one.name, one.type = name, annotation
    if one is default:
        delattr(cls, name)
        if one.default is not _Missing:
            setattr(cls, name, one.default)
    return one


def _slotted(cls: type, declared: Mapping[str, _Field]) -> type:
    """The class again, with a slot for each field that the classes above it have none for."""
    above = {slot for base in cls.__mro__[1:-1] for slot in vars(base).get("__slots__", ())}
    body = {name: value for name, value in vars(cls).items() if name not in declared}
    for name in ("__dict__", "__weakref__"):
        body.pop(name, None)
    body["__slots__"] = tuple(name for name in declared if name not in above)
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _fields_of(cls: type) -> Mapping[str, _Field]:
    """The fields of a class by name, those of the classes above it first; also of one of the standard library's."""
    for base in cls.__mro__:
        if _OWN in vars(base):
            found: Mapping[str, _Field] = getattr(base, _ALL)
            return found
        if _FIELDS in vars(base):
            return _of_standard(vars(base)[_FIELDS])
    raise TypeError(f"{cls.__name__} is no dataclass")


def _all_fields(cls: type) -> dict[str, _Field]:
    found: dict[str, _Field] = {}
    for base in reversed(cls.__mro__):
        if _OWN in vars(base):
            found |= vars(base)[_OWN]
        elif _FIELDS in vars(base):
            found |= _of_standard(vars(base)[_FIELDS])
    return found


def _of_standard(fields: Mapping[str, Any]) -> dict[str, _Field]:
    from dataclasses import MISSING

    found = {}
    for name, one in fields.items():
        if one._field_type is _of_instances():
            defaults = (one.default, one.default_factory)
            default, factory = (_Missing if given is MISSING else given for given in defaults)
            found[name] = made = _Field(
                default=default, default_factory=factory, init=one.init, repr=one.repr, compare=one.compare,
                hash=one.hash, kw_only=one.kw_only, metadata=one.metadata,
            )  # fmt: skip
            made.name, made.type = name, one.type
    return found


def _of_instances() -> object:
    """What marks a field of the standard library's that is no class variable."""
    import dataclasses

    return getattr(dataclasses, "_FIELD")  # noqa: B009 - it has no public name


def _standard(cls: type) -> dict[str, Any]:
    """The fields of a class as the standard library wants them."""
    import dataclasses

    found = {}
    for name, one in _fields_of(cls).items():
        said = {"default": one.default, "default_factory": one.default_factory}
        made: Any = dataclasses.field(
            init=one.init, repr=one.repr, compare=one.compare, hash=one.hash, kw_only=one.kw_only,
            metadata=one.metadata, **{key: value for key, value in said.items() if value is not _Missing},
        )  # fmt: skip
        made.name, made.type, made._field_type = name, one.type, _of_instances()
        found[name] = made
    return found


def _matched(cls: type) -> tuple[str, ...]:
    return tuple(name for name, one in _fields_of(cls).items() if one.init and not one.kw_only)


def _compared(cls: type) -> tuple[str, ...]:
    return tuple(name for name, one in _fields_of(cls).items() if one.compare)


def _hashed(cls: type) -> tuple[str, ...]:
    return tuple(name for name, one in _fields_of(cls).items() if (one.compare if one.hash is None else one.hash))


_LATE = {
    _ALL: _all_fields,
    _FIELDS: _standard,
    "__match_args__": _matched,
    "_fields_compared": _compared,
    "_fields_hashed": _hashed,
}


def _methods(*, frozen: bool, eq: bool) -> dict[str, Any]:
    """The methods that go over the fields."""
    methods: dict[str, Any] = {"__repr__": _repr}
    if eq:
        methods["__eq__"] = _eq
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    return methods


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, one in _fields_of(type(self)).items() if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _values(one: Any) -> tuple[Any, ...]:
    return tuple([getattr(one, name) for name in one._fields_compared])


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(tuple([getattr(self, name) for name in self._fields_hashed]))


def _refuse(self: Any, name: str, *value: Any) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in _fields_of(type(self))]


def _restore(self: Any, state: list[Any]) -> None:
    for name, value in zip(_fields_of(type(self)), state, strict=True):
        object.__setattr__(self, name, value)


def _late_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """An `__init__` that puts the real one in its place when it is first called."""
    made = 0

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it stands for it
        nonlocal made
        made += 1
        if made <= _UNCOMPILED and type(self) is cls and _filled(cls, self, args, kwargs):
            return
        init = _compiled_init(cls, frozen=frozen)
        cls.__init__ = init  # type: ignore[misc]
        init(self, *args, **kwargs)

    return __init__


_UNCOMPILED = 3
"""Instances of a class that are filled field by field: compiling takes as long as fifty of them."""


def _filled(cls: type, one: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Fill an instance field by field; False where the compiled `__init__` has to say what is wrong."""
    fields = _fields_of(cls)
    given = dict(zip([name for name, each in fields.items() if each.init and not each.kw_only], args, strict=False))
    if len(given) < len(args) or kwargs.keys() & given.keys():
        return False
    given |= kwargs
    values: dict[str, Any] = {}
    for name, each in fields.items():
        if each.init and name in given:
            values[name] = given.pop(name)
        elif each.default_factory is not _Missing:
            values[name] = each.default_factory()
        elif each.default is not _Missing:
            values[name] = each.default
        elif each.init:
            return False
    if given:
        return False
    for name, value in values.items():
        object.__setattr__(one, name, value)
    if hasattr(one, "__post_init__"):
        one.__post_init__()
    return True


def _compiled_init(cls: type, *, frozen: bool) -> Callable[..., None]:
    """The `__init__` of the fields of a class: a parameter each, its default, and what stands behind it."""
    names: dict[str, Any] = {"_MISSING": _Missing, "_set": object.__setattr__}
    parameters, by_name, lines = ["self"], ["*"], []
    for name, one in _fields_of(cls).items():
        value = name
        if one.default_factory is not _Missing:
            names[f"_made_{name}"] = one.default_factory
            value = f"_made_{name}()" + (f" if {name} is _MISSING else {name}" if one.init else "")
        elif one.default is not _Missing:
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
