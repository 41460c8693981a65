"""Parts of content that a target has no place for: none of them vanishes, whoever writes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.formats import FORMATS

SAID = {"role": "assistant", "content": "A dog barks."}
MARK = "UklGRiQAAABXQVZF"
PARTS: dict[str, dict[str, Any]] = {
    "audio": {"type": "input_audio", "input_audio": {"data": MARK, "format": "wav"}},
    "file": {"type": "file", "file": {"file_id": MARK}},
    "video": {"type": "video_url", "video_url": {"url": f"https://x.org/{MARK}.mp4"}},
    "of no known type": {"type": "hologram", "hologram": MARK},
}
WRITERS = [
    one
    for name in FORMATS
    for one in (FORMATS[name], *FORMATS[name].variants.values())
    if FORMATS[name].writes and "chat" in one.kinds
]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("writer", WRITERS, ids=lambda one: one.name)
def test_a_part_is_written_or_refused(writer: Any, part: str) -> None:
    example = {"messages": [{"role": "user", "content": [{"type": "text", "text": "What?"}, PARTS[part]]}, SAID]}
    lost: Counter[str] = Counter()
    try:
        row = writer.dump(example, lost)
    except RowError as error:
        assert error.message
    else:
        assert MARK.encode() in encode(row) or lost, "it vanished"
