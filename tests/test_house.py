"""The house: imports point one way, importing is cheap, every name is documented, nothing is oversized."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ftdata

ROOT = Path(ftdata.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

# A room may import from the floors below it. Rooms on one floor do not know each other.
FLOORS = [
    {"errors"}, {"codec"}, {"example"}, {"findings"}, {"expressions"}, {"files", "formats", "tokens", "profile"}, {"rules"},
    {"steps"}, {"engines"}, {"report"}, {"writing"}, {"dataset"}, {"distill", "recipe"}, {"cli"},
]  # fmt: skip
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.split(".")[0] == "ftdata"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if len(parts) == 1:
            assert room == "cli", "only the command line may ask for the version"
        elif parts[1] != room:
            assert FLOOR[parts[1]] < FLOOR[room], f"{room} imports {parts[1]}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= 45, f"{node.name} has {lines} lines"


HEAVY = [
    "pandas",
    "datasets",
    "pyarrow",
    "tiktoken",
    "tokenizers",
    "quicktok",
    "rich",
    "jinja2",
    "pydantic",
    "orjson",
    "jiter",
    "cloudpickle",
    "yaml",
]


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code, absent",
    [
        ("import ftdata", HEAVY),
        ("import ftdata.cli", [*HEAVY, "logging"]),
        (
            "import ftdata; ftdata.read",
            ["pandas", "datasets", "pyarrow", "tiktoken", "rich", "jinja2", "pydantic", "yaml"],
        ),
        (
            "import ftdata.engines.worker",
            ["pandas", "datasets", "pyarrow", "tiktoken", "rich", "jinja2", "pydantic", "yaml"],
        ),
    ],
    ids=["package", "cli", "read", "worker"],
)
def test_importing_pulls_in_nothing_heavy(code: str, absent: list[str]) -> None:
    assert modules_after(code).isdisjoint(absent)


def test_public_names_are_what_they_say() -> None:
    assert sorted(ftdata.__all__) == ftdata.__all__
    for name in ftdata.__all__:
        assert getattr(ftdata, name).__module__.startswith("ftdata") or name in ("Example", "Message")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ftdata.nothing  # noqa: B018
    assert set(ftdata.__all__) <= set(dir(ftdata))


def test_every_public_object_has_a_docstring() -> None:
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"


def test_nothing_public_is_any() -> None:
    code = "import ftdata\n" + "".join(f"reveal_type(ftdata.{name})\n" for name in ftdata.__all__)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-incremental", "-c", code],
        capture_output=True, text=True, check=False, cwd=ROOT.parent,
    )  # fmt: skip
    revealed = [line.split('Revealed type is "')[1] for line in done.stdout.splitlines() if "Revealed type" in line]
    assert len(revealed) == len(ftdata.__all__), done.stdout
    for name, kind in zip(ftdata.__all__, revealed, strict=True):
        # JSON values are dict[str, Any]; a bare Any, or a function that returns one, is a hole in the types.
        holes = kind.replace("dict[str, Any]", "").replace("dict[builtins.str, Any]", "")
        holes = holes.replace("builtins.dict[builtins.str, Any]", "").replace("Callable[..., object]", "")
        assert kind != 'Any"', name
        assert "-> Any" not in holes or name in ("Key", "Predicate"), f"{name}: {kind}"
