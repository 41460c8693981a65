"""What the package index shows: the README, whose links start at the repository there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(!?)(\[[^\]]*\])\((?![a-z]+:|#)([^)\s]+)\)")


def readme(text: str, repository: str, version: str) -> str:
    """The README with absolute links, to the files as they are in this version."""

    def absolute(found: re.Match[str]) -> str:
        mark, words, path = found.groups()
        return f"{mark}{words}({repository}/{'raw' if mark else 'blob'}/v{version}/{path})"

    return LINK.sub(absolute, text)


class CustomMetadataHook(MetadataHookInterface):
    """Gives the project its README."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set what `dynamic` names."""
        source = Path(self.root, "ftdata", "__init__.py").read_text(encoding="utf-8")
        version = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
        assert version is not None  # noqa: S101 - the version stands there
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        made = readme(text, metadata["urls"]["Repository"], version[1])
        metadata["readme"] = {"content-type": "text/markdown", "text": made}
