"""Verifying: whether the recipe in a manifest gives the same bytes again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.errors import FtdataError, UsageError
from ftdata.manifest import Digest, Manifest, manifest_of
from ftdata.recipe.recipe import Recipe

if TYPE_CHECKING:
    from ftdata.writing import Result


def rerun(manifest: Manifest, *, workers: int | None = None) -> Iterator[str]:
    """What comes out otherwise when the recipe is run again, into a temporary folder; nothing if the bytes are equal.

    Args:
        manifest: The manifest of a run whose steps can be said in a recipe.
        workers: Worker processes.

    Raises:
        UsageError: If its steps were done by a program.
    """
    says = manifest.says["recipe"]
    if says is None:
        raise UsageError(
            "cannot be run again: its steps were done by a program", hint="Run that again.", path=manifest.path
        )
    with tempfile.TemporaryDirectory(prefix="ftdata-") as temporary:
        moved = _moved(says, Path(temporary))
        folder = manifest.located(manifest.says["folder"])
        try:
            run, *others = Recipe(moved, folder="" if folder == os.curdir else folder).runs(workers=workers)
            assert not others  # noqa: S101 - a manifest is of one run
            result, *_ = run.write(force=True, workers=workers)
        except FtdataError as error:
            yield f"the run failed: {error}"
            return
        yield from _differences(manifest, result)
        pruning = Digest.of(run.pruning_path).sha256 if run.pruning_path else None
        if any(was.sha256 != pruning for was in manifest.files("pruning")):
            yield f"{manifest.files('pruning')[0].path}: the run remembers other changes of prompts"


def _moved(says: Any, temporary: Path) -> Any:
    """The recipe with its outputs and rejects in a temporary folder, each in one of its own."""
    if isinstance(says, Mapping):
        made = {key: _moved(one, temporary / key.replace("/", "_")) for key, one in says.items()}
        if isinstance(says.get("write"), Mapping):
            own = temporary / "write"
            own.mkdir(parents=True)
            write = {**says["write"], "path": str(own / Path(says["write"]["path"]).name)}
            if says["write"].get("rejects") not in (None, "none"):
                write["rejects"] = str(own / "rejects.jsonl")
            if "pruning" in says["write"]:
                write["pruning"] = str(own / "pruning.json")
            made["write"] = write
        return made
    return says


def _differences(manifest: Manifest, result: Result) -> Iterator[str]:
    was = manifest.files("outputs")
    now = [Digest(one.path, one.bytes, one.sha256, one.rows) for one in result.written]
    if len(was) != len(now):
        yield f"the run wrote {len(now)} files, and there were {len(was)}"
    for one, other in zip(was, now, strict=False):
        if one.sha256 != other.sha256:
            yield (
                f"{one.path}: the run wrote other bytes: {other.rows:,} rows with sha256 {str(other.sha256)[:12]}…; "
                f"there were {one.rows:,} with {str(one.sha256)[:12]}…"
            )
    again = manifest_of(manifest.path, result, [])
    if again.says["account"] != manifest.says["account"]:
        yield "the account differs: other rows were dropped, rejected or changed"
