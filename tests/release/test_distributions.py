"""The files of a release: what is in them, and what the package index shows."""

from __future__ import annotations

import email
import importlib.util
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from pathlib import Path
from types import ModuleType

import pytest
import yaml

import ftdata
from ftdata.schemas import SITE

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def of_git(*folders: str) -> set[str]:
    done = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        pytest.skip("this is no checkout")
    return set(done.stdout.splitlines())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel."""
    pytest.importorskip("hatchling")
    place = tmp_path_factory.mktemp("dist")
    for target in ("wheel", "sdist"):
        done = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(place)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.process
def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {name for name in names if name.startswith("ftdata/")} == of_git("ftdata")
    rest = {name for name in names if not name.startswith("ftdata/")}
    info = f"ftdata-{ftdata.__version__}.dist-info"
    assert {Path(name).parts[0] for name in rest} == {info}
    for name in ("ftdata/py.typed", "ftdata/samples/tickets.csv", f"{info}/licenses/LICENSE"):
        assert name in names
    assert any(name.endswith(".toml") for name in names)
    assert "ftdata = ftdata.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()


@pytest.mark.process
def test_the_sdist_can_be_tested(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    wanted = of_git("ftdata", "tests", "examples", "docs")
    assert wanted <= names
    assert {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "SECURITY.md", "CONTRIBUTING.md"} <= names
    assert not {name for name in names if name.startswith((".github", ".venv", "dist"))}


def metadata(wheel: zipfile.ZipFile) -> Message:
    return email.message_from_bytes(wheel.read(f"ftdata-{ftdata.__version__}.dist-info/METADATA"))


@pytest.mark.process
def test_what_the_index_shows(wheel: zipfile.ZipFile) -> None:
    found = metadata(wheel)
    assert found["Description-Content-Type"] == "text/markdown"
    text = str(found.get_payload())
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(links) > 20
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    said = {url.split(", ")[0]: url.split(", ")[1] for url in found.get_all("Project-URL", [])}
    assert said == PROJECT["urls"]
    assert found["Requires-Python"] == ">=3.11"


def hook() -> ModuleType:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text, made",
    [
        ("[a](docs/a.md#b)", "[a](https://x/r/blob/v1/docs/a.md#b)"),
        ("![a](docs/a.png)", "![a](https://x/r/raw/v1/docs/a.png)"),
        ("[a](https://y/z), [b](#c), [m](mailto:a@b.org)", "[a](https://y/z), [b](#c), [m](mailto:a@b.org)"),
    ],
)
def test_links_are_made_absolute(text: str, made: str) -> None:
    assert hook().readme(text, "https://x/r", "1") == made


def test_every_relative_link_of_the_readme_leads_to_a_file() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    made = hook().readme(text, PROJECT["urls"]["Repository"], ftdata.__version__)
    start = f"{PROJECT['urls']['Repository']}/"
    for link in re.findall(re.escape(start) + r"(?:blob|raw)/v[^/]+/([^)\s#]+)", made):
        assert (ROOT / link).exists(), link


def test_the_addresses_are_the_same_everywhere() -> None:
    urls = PROJECT["urls"]
    assert urls["Documentation"] == SITE
    known = [ROOT / name for name in ("SECURITY.md", "Dockerfile", "action.yml", "README.md", "mkdocs.yml")]
    for path in known:
        for owner in re.findall(r"github\.com/([\w-]+)/ftdata\b", path.read_text(encoding="utf-8")):
            assert f"https://github.com/{owner}/ftdata" == urls["Repository"], path


# -- Pythons ----------------------------------------------------------------------------------------------------------


def test_the_pythons_are_the_same_everywhere() -> None:
    said = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)]
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]
    assert said == ["3.11", "3.12", "3.13", "3.14"]
    assert ci["tests"]["strategy"]["matrix"]["python"] == said
    assert ci["wheel"]["strategy"]["matrix"]["python"] == said
    assert PROJECT["requires-python"] == f">={said[0]}"


def test_what_has_no_wheels_everywhere_is_an_extra() -> None:
    needed = " ".join(PROJECT["dependencies"])
    for name in ("splintr", "pyarrow", "ray", "mcp", "lingua", "presidio", "tokenizers"):
        assert name not in needed


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from ftdata.steps.near import sketches

    monkeypatch.setitem(sys.modules, "rensa", None)
    sketches._minhash.cache_clear()
    rows = [{"messages": [{"role": "user", "content": f"{n} " + "a long enough question about parcels " * 3},
                          {"role": "assistant", "content": "Yes."}]} for n in range(3)]  # fmt: skip
    with pytest.raises(ftdata.MissingPackageError, match="needs the package rensa"):
        ftdata.read(rows).dedupe(near=0.8).to_list()
    sketches._minhash.cache_clear()
