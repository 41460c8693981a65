"""Classes whose methods are made late are what the standard library makes."""

from __future__ import annotations

import dataclasses
import importlib
import pickle
import pkgutil
import re
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

import ftdata
from ftdata.classes import dataclass, field, replace
from ftdata.lazily import pattern


@dataclass(frozen=True)
class Place:
    path: str
    line: int = 1
    seen: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True)
class Further(Place):
    column: int = 0


@dataclass(frozen=True, slots=True)
class Small:
    name: str
    sizes: tuple[int, ...] = ()


@dataclass
class Open:
    count: int = 0
    twice: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.twice = 2 * self.count


@dataclass(frozen=True, eq=False)
class Alone:
    name: str


def test_they_are_made_compared_shown_and_hashed() -> None:
    assert Place("a", 2) == Place("a", line=2) != Place("a", 3)
    assert Place("a", seen=["x"]) == Place("a") and hash(Place("a", seen=["x"])) == hash(Place("a"))
    assert repr(Place("a")) == "Place(path='a', line=1)"
    assert Place("a").seen is not Place("a").seen
    assert Place("a") != Further("a") and Further("a", column=4).column == 4
    assert repr(Further("a")) == "Further(path='a', line=1, column=0)"
    assert Alone("a") != Alone("a") and len({Alone("a"), Alone("a")}) == 2


def test_what_is_frozen_stays_and_what_is_open_changes() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'line'"):
        Place("a").line = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del Small("a").name
    made = Open(3)
    made.count = 4
    assert (made.count, made.twice) == (4, 6)
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)
    with pytest.raises(AttributeError):
        object.__setattr__(Small("a"), "other", 1)


def test_the_functions_of_the_standard_library_take_them() -> None:
    assert dataclasses.replace(Place("a"), line=7) == replace(Place("a"), line=7) == Place("a", 7)
    kind: Any = Place
    assert dataclasses.is_dataclass(kind) and Further.__match_args__ == ("path", "line", "seen", "column")
    with pytest.raises(ValueError, match="twice is declared with init=False"):
        replace(Open(2), twice=3)
    assert dataclasses.asdict(Small("a", (1,))) == {"name": "a", "sizes": (1,)}
    assert [one.name for one in dataclasses.fields(Further)] == ["path", "line", "seen", "column"]
    for one in (Place("a", 2), Further("a"), Small("a", (1, 2)), Open(2)):
        assert pickle.loads(pickle.dumps(one)) == one


def test_they_go_with_classes_of_the_standard_library() -> None:
    @dataclasses.dataclass(frozen=True)
    class Below(Place):
        more: int = 0

    @dataclass(frozen=True)
    class Above(Below):
        most: int = 0
        named: int = field(default=5, kw_only=True)

    assert Above("a", named=6).named == 6
    with pytest.raises(TypeError, match="positional"):
        Above("a", 1, [], 2, 3, 4)  # type: ignore[call-arg]
    made = Above("a", 1, [], 2, 3)
    assert (made.path, made.more, made.most) == ("a", 2, 3) and Below("a", more=1) == Below("a", more=1)
    for one in (made, Below("a")):
        with pytest.raises(FrozenInstanceError):
            one.path = "b"  # type: ignore[misc]
    with pytest.raises(TypeError, match="cannot inherit non-frozen"):

        @dataclass
        class Loose(Place):  # type: ignore[misc]
            pass


@pytest.mark.parametrize("args", [(), ("a", 1, [], 2)])
def test_wrong_arguments_are_told_as_ever(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match=r"__init__\(\)"):
        Place(*args)


def _late() -> list[tuple[str, Any]]:
    found = []
    for module in pkgutil.walk_packages(ftdata.__path__, "ftdata."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if type(value).__module__ == "ftdata.lazily":
                    found.append((f"{module.name}.{name}", value))
    return found


def test_every_late_pattern_is_one() -> None:
    found = _late()
    assert len(found) > 100
    for name, late in found:
        assert isinstance(re.compile(*late.given), re.Pattern), name


def test_a_late_pattern_finds_what_the_pattern_does() -> None:
    late = pattern(r"(a+)b", re.IGNORECASE)
    assert late.fullmatch("AAB") and late.sub(r"\1", "aab") == "aa" and late.pattern == r"(a+)b"
    assert pickle.loads(pickle.dumps(late)) == late == pattern(r"(a+)b", re.IGNORECASE) != pattern(r"(a+)b")
