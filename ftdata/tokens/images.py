"""The tokens of images, by the three ways that are known; billing in training follows the same notion, so estimates.

- **tiles**: gpt-4o, and gpt-4.1 as measured: 85 for low detail; else the image is scaled into 2048 x 2048, its
  shorter side to 768, and costs 85 and 170 for each tile of 512 x 512.
- **tiles-mini**: gpt-4o-mini: the same with 2,833 and 5,667.
- **patches-F**: a patch of 32 x 32 is a token, at most 1,536, times the factor F.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, NamedTuple

ASSUMED = (1024, 1024)
"""Width and height of an image that is only linked: nothing is fetched."""

HEADER = 200_000
"""Characters of a data: URL that are looked at for the image's size; a JPEG may carry a large preview before it."""

MAX_PATCHES = 1536


class Image(NamedTuple):
    """An image in a message: pixels, whether it is sent in low detail, and whether its size is assumed."""

    width: int
    height: int
    low: bool = False
    assumed: bool = False


def images_in(content: Iterable[object]) -> list[Image]:
    """The images among a message's content parts."""
    return [
        _image(part["image_url"])
        for part in content
        if isinstance(part, dict) and part.get("type") == "image_url" and "image_url" in part
    ]


def image_tokens(image: Image, method: str) -> int:
    """The tokens of one image; none where the model sees no images."""
    if method.startswith("patches-"):
        patches = min(MAX_PATCHES, ceil(image.width / 32) * ceil(image.height / 32))
        return ceil(patches * float(method.removeprefix("patches-")))
    if method in _TILES:
        base, tile = _TILES[method]
        return base if image.low else base + tile * _tiles(image.width, image.height)
    return 0


_TILES = {"tiles": (85, 170), "tiles-mini": (2833, 5667)}


def known_method(method: str) -> bool:
    """Whether images can be counted so."""
    if method.startswith("patches-"):
        try:
            return 0 < float(method.removeprefix("patches-")) < 1000
        except ValueError:
            return False
    return not method or method in _TILES


def _tiles(width: int, height: int) -> int:
    shrink = min(1.0, 2048 / max(width, height))
    width, height = max(1, int(width * shrink)), max(1, int(height * shrink))
    shrink = min(1.0, 768 / min(width, height))
    # Rounded, as 768 / 2048 * 2048 must not become a tile more.
    return ceil(round(width * shrink, 6) / 512) * ceil(round(height * shrink, 6) / 512)


def _image(holder: object) -> Image:
    given: Mapping[str, Any] = holder if isinstance(holder, dict) else {"url": holder}
    low = given.get("detail") == "low"
    url = given.get("url")
    size = _size_of(url) if isinstance(url, str) and url.startswith("data:") else None
    return Image(*(size or ASSUMED), low, size is None)


def _size_of(url: str) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, WEBP or GIF in a data: URL, by its header."""
    start = url.find(",") + 1
    text = url[start : start + HEADER]
    try:
        data = base64.b64decode(text[: len(text) // 4 * 4])
        size = _png(data) or _jpeg(data) or _webp(data) or _gif(data)
    except (binascii.Error, ValueError, struct.error, IndexError):
        return None
    return size if size and min(size) > 0 else None


def _png(data: bytes) -> tuple[int, int] | None:
    return struct.unpack(">II", data[16:24]) if data.startswith(b"\x89PNG\r\n\x1a\n") else None


def _gif(data: bytes) -> tuple[int, int] | None:
    return struct.unpack("<HH", data[6:10]) if data[:6] in (b"GIF87a", b"GIF89a") else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF
