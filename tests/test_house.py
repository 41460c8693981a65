"""The house: imports point one way, importing is cheap, every name is documented, nothing is oversized."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import ftdata

ROOT = Path(ftdata.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

# A room may import from the floors below it. Rooms on one floor do not know each other.
FLOORS = [
    {"classes"}, {"deprecations"}, {"lazily"}, {"digits"}, {"threads"}, {"lang"}, {"asks"}, {"errors"}, {"verbs", "plugins"}, {"codec"}, {"marks"}, {"example"}, {"facts"}, {"findings"}, {"expressions"}, {"files", "formats", "tokens", "profile"}, {"rows"}, {"authoring"}, {"rules"},
    {"steps"}, {"engines"}, {"report"}, {"writing"}, {"manifest"}, {"dataset"}, {"distill", "recipe", "view"}, {"jobs"}, {"samples", "schemas", "skill", "mcp"}, {"cli"},
]  # fmt: skip
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


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
    for name in imported(tree_of(path)):
        parts = name.split(".")
        if len(parts) == 1:
            asks = (
                room in ("cli", "manifest", "mcp") or path.parent.name == "cluster"
            )  # whose workers must have the same
            assert asks, "only the command line, manifests, the server and clusters may ask for the version"
        elif parts[1] != room:
            assert FLOOR[parts[1]] < FLOOR[room], f"{room} imports {parts[1]}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    assert text_of(path).count("\n") <= 400
    for node in ast.walk(tree_of(path)):
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
    "splintr",
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


@pytest.mark.process
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


# What most runs have no use for, though what they use lives in the same rooms.
UNUSED = [
    *("pandas", "datasets", "pyarrow", "tiktoken", "rich", "jinja2", "pydantic", "yaml", "asyncio", "multiprocessing"),
    *("ftdata.rules", "ftdata.tokens", "ftdata.profile", "ftdata.dataset.found", "ftdata.dataset.splits"),
    *("ftdata.formats.completion", "ftdata.authoring.mapping", "ftdata.report.notebook", "ftdata.report.proposal"),
]
STEPS = {
    f"ftdata.{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}"
    for path in FILES
    if room_of(path) == "steps" and path.stem not in ("__init__", "primitives", "selection", "user")
}
CONVERT = """
import ftdata, sys
data = ftdata.read([{"instruction": "2 + 2?", "output": "4"}], format="alpaca")
data.write(sys.argv[1], format="cohere", force=True)
"""


@pytest.mark.process
def test_converting_imports_no_steps(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(f"{CONVERT}print(*sys.modules)", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "run.py", tmp_path / "out.jsonl"], capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    assert "ftdata.formats.cohere" in modules
    assert len(STEPS) > 40
    assert modules.isdisjoint(STEPS)
    assert modules.isdisjoint(UNUSED)


@pytest.mark.process
def test_a_worker_starts_with_little() -> None:
    modules = modules_after("import ftdata.engines.worker, ftdata.engines.flow, ftdata.formats.gemini")
    assert modules.isdisjoint(STEPS)
    few = [
        "engines.local",
        "engines.pool",
        "files.csv",
        "files.arrow",
        "files.excel",
        "files.output",
        "formats.columns",
    ]
    assert modules.isdisjoint([*UNUSED, "cloudpickle", "subprocess", *(f"ftdata.{name}" for name in few)])


@pytest.mark.parametrize("package", ["engines", "files", "formats", "steps"])
def test_a_lazy_name_is_no_module(package: str) -> None:
    """A module would take the place of a name that is asked for later."""
    for path in (ROOT / package).glob("*.py"):
        import_module(f"ftdata.{package}.{path.stem}" if path.stem != "__init__" else f"ftdata.{package}")
    room = import_module(f"ftdata.{package}")
    assert not [name for name in room.__all__ if isinstance(getattr(room, name), ModuleType)]
    with pytest.raises(AttributeError, match=f"module 'ftdata.{package}' has no attribute 'nothing'"):
        room.nothing  # noqa: B018


def test_public_names_are_what_they_say() -> None:
    assert sorted(ftdata.__all__) == ftdata.__all__
    for name in ftdata.__all__:
        assert getattr(ftdata, name).__module__.startswith("ftdata") or name in ("Example", "Message")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ftdata.nothing  # noqa: B018
    assert set(ftdata.__all__) <= set(dir(ftdata))


def test_every_public_object_has_a_docstring() -> None:
    for path in FILES:
        tree = tree_of(path)
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"


@pytest.mark.process
def test_nothing_public_is_any(tmp_path: Path) -> None:
    """Told by mypy with the settings of the project, so that it reads nothing that it has read before."""
    code = tmp_path / "public.py"
    code.write_text("import ftdata\n" + "".join(f"reveal_type(ftdata.{name})\n" for name in ftdata.__all__))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", str(code)], capture_output=True, text=True, check=False, cwd=ROOT.parent
    )
    revealed = [line.split('Revealed type is "')[1] for line in done.stdout.splitlines() if "Revealed type" in line]
    assert len(revealed) == len(ftdata.__all__), done.stdout
    for name, kind in zip(ftdata.__all__, revealed, strict=True):
        # JSON values are dict[str, Any]; a bare Any, or a function that returns one, is a hole in the types.
        holes = kind.replace("dict[str, Any]", "").replace("dict[builtins.str, Any]", "")
        holes = holes.replace("builtins.dict[builtins.str, Any]", "").replace("Callable[..., object]", "")
        assert kind != 'Any"', name
        assert "-> Any" not in holes or name in ("Key", "Predicate"), f"{name}: {kind}"


def test_no_two_public_classes_have_one_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in FILES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}
