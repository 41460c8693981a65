"""Together's checker of files, which the SDK runs before an upload."""

from __future__ import annotations

import os
from pathlib import Path

from tests.differential.peers import RefusedError, serve

os.environ["TOGETHER_NO_BANNER"] = os.environ["TOGETHER_DISABLE_TQDM"] = "true"

from together.lib.utils.files import check_file  # noqa: E402


def read(path: Path) -> None:
    report = check_file(path)
    if not report["is_check_passed"]:
        raise RefusedError(report["message"])


if __name__ == "__main__":
    serve("together", read)
