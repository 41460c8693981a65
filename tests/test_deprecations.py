"""What goes is told for one release, and is gone in the next one."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import ftdata
from ftdata import deprecations
from ftdata.cli import RENAMED
from ftdata.deprecations import Deprecation, deprecated
from ftdata.lazily import names_of
from tests.cli.running import ftdata as run


def test_a_function_warns_where_it_is_called() -> None:
    @deprecated("0.2", use="ftdata.new")
    def old(number: int) -> int:
        """Twice."""
        return 2 * number

    with pytest.warns(DeprecationWarning, match=r"is deprecated since 0\.2 and goes in 0\.3; use ftdata\.new") as told:
        assert old(2) == 4
    assert told[0].filename == __file__
    assert (old.__name__, old.__doc__) == ("old", "Twice.")
    assert deprecations.KNOWN.pop().name.endswith("old")


def test_a_name_that_goes_stands_for_the_new_one() -> None:
    package = {"__name__": "ftdata"}
    found = names_of(package, {"ftdata.errors": ("InputError",)}, {"ReadError": ("0.2", "InputError")})
    with pytest.warns(DeprecationWarning, match=r"ftdata\.ReadError is deprecated.*use ftdata\.InputError"):
        assert found("ReadError") is ftdata.InputError
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found("InputError") is ftdata.InputError
    with pytest.raises(AttributeError):
        found("OtherError")


def test_a_command_that_was_called_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RENAMED, "inspect", "formats")
    done = run(tmp_path, "inspect", "openai")
    assert done.code == 0
    assert "note: inspect is now formats; the old name goes in the next release" in done.err
    assert done.out == run(tmp_path, "formats", "openai").out


@pytest.mark.parametrize(
    "since, version, overdue",
    [
        ("0.2", "0.2.0", False),
        ("0.2", "0.2.9", False),
        ("0.2", "0.3.0", True),
        ("0.9", "0.10.0", True),
        ("0.2", "1.0.0", True),
    ],
)
def test_when_it_is_to_be_gone(since: str, version: str, overdue: bool) -> None:
    assert Deprecation("a", since, "b").overdue(version) == overdue


def test_nothing_is_overdue() -> None:
    gone = [*deprecations.KNOWN, *(Deprecation(old, since, now) for old, (since, now) in ftdata._RENAMED.items())]
    assert [str(one) for one in gone if one.overdue(ftdata.__version__)] == []
    assert not set(ftdata._RENAMED) & set(ftdata.__all__)
