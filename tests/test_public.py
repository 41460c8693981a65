"""What is public is written down, can be imported, and is all that the example package uses."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import ftdata
from ftdata import plugins

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reference" / "public.md").read_text(encoding="utf-8")
LISTED = {
    module: re.findall(r"`(\w+)`", names)
    for module, names in re.findall(r"^\| `(ftdata[\w.]*)` \| (.+) \|$", PAGE, re.M)
}
ALL = ("ftdata.errors",)
"""Modules of which all is public."""


def test_what_is_listed_can_be_imported_and_has_a_docstring() -> None:
    assert len(LISTED) > 10
    for module, names in LISTED.items():
        home = import_module(module)
        assert home.__doc__, module
        for name in names:
            assert hasattr(home, name), f"{module}.{name}"


def test_the_example_package_uses_nothing_else() -> None:
    tree = ast.parse((ROOT / "examples" / "plugin" / "ftdata_acme.py").read_text(encoding="utf-8"))
    used = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ftdata")
        for alias in node.names
    }
    assert len(used) > 10
    for module, name in used:
        if module == "ftdata":
            assert name in ftdata.__all__
        elif module not in ALL:
            known = [
                *LISTED.get(module, []),
                *(inner.rpartition(".")[2] for inner in LISTED if inner.startswith(f"{module}.")),
            ]
            assert name in known, f"{module}.{name} is not listed in docs/reference/public.md"


def test_every_group_of_entry_points_is_listed() -> None:
    for group in (*get_args(plugins.Group), "ftdata.engines"):
        assert f"`{group}`" in PAGE, group
        assert f"`{group}`" in (ROOT / "docs" / "guide" / "extending.md").read_text(encoding="utf-8"), group


def test_every_public_name_of_the_library_is_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    assert [name for name in ftdata.__all__ if f"ftdata.{name}" not in reference] == []
