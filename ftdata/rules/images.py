"""Images: how many, where from, of which format, size and mode. Those in ``data:`` URLs are decoded and looked at."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.formats.targets import DETAILS, IMAGE_BYTES, IMAGE_FORMATS
from ftdata.lazily import pattern
from ftdata.rules.registry import Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_GUIDE = "OpenAI's guide to vision fine-tuning: images that break a rule are skipped in silence"
_DATA = pattern(r"data:([\w.+-]+/[\w.+-]+)?(;[\w=.+-]+)*?(;base64)?,", re.ASCII)
_KIND: Any = ("chat",)


def images_of(look: RowLook) -> Iterator[tuple[dict[str, Any], str]]:
    """Each image part of a row, with its path."""
    for turns, path in look.conversations():
        for index, turn in enumerate(turns):
            content = turn.get("content") if type(turn) is dict else None
            for number, part in enumerate(content if type(content) is list else ()):
                if type(part) is dict and part.get("type") == "image_url":
                    yield part, f"{path}[{index}].content[{number}]"


class Picture(NamedTuple):
    """What the first bytes of an image say: its format, and its mode where that can be told."""

    format: str
    mode: str


def picture(data: bytes) -> Picture | None:
    """The format and mode of an image; None for what is not an image that is known."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        modes = {0: "greyscale", 2: "RGB", 3: "palette", 4: "greyscale with alpha", 6: "RGBA"}
        return Picture("PNG", modes.get(data[25], "") if len(data) > 25 else "")
    if data.startswith(b"\xff\xd8\xff"):
        return Picture("JPEG", {1: "greyscale", 3: "RGB", 4: "CMYK"}.get(_jpeg_components(data), ""))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("WEBP", "RGB")
    for begin, name in ((b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"%PDF", "PDF")):
        if data.startswith(begin):
            return Picture(name, "")
    return Picture("HEIC", "") if data[4:8] == b"ftyp" else None


def _jpeg_components(data: bytes) -> int:
    """The number of colour components, from the frame's header; 0 if there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return data[at + 9]
        at += 2 + size
    return 0


def url_of(part: dict[str, Any]) -> Any:
    """The URL of an image part, or what stands in its place."""
    image = part.get("image_url")
    return image.get("url") if type(image) is dict else None


def _decoded(part: dict[str, Any]) -> bytes | None:
    """The bytes of a data URL; None for other URLs.

    Raises:
        ValueError: If they are not base64.
    """
    url = url_of(part)
    if type(url) is not str or not url.startswith("data:"):
        return None
    found = _DATA.match(url)
    if not found or not found[3]:
        raise ValueError("expected data:image/…;base64,…")
    try:
        return base64.b64decode(url[found.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"no base64: {error}") from None


@rule(
    "image-url", "error", "An image part without a URL",
    over="image", kinds=("chat", "preference", "reinforcement"),
    why="The part has no image.",
    fix='Write {"type": "image_url", "image_url": {"url": "https://…"}}.',
    source="OpenAI's API description, July 2025: image_url is an object with a url",
)  # fmt: skip
def image_url(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """Texts and other values in place of the object, and objects without a URL."""
    if type(url_of(part)) is not str:
        yield Problem(f"{path}.image_url", "expected an object with a url", part.get("image_url"))


@rule(
    "image-scheme", "warning", "An image's URL that is neither http(s) nor data:",
    over="image", kinds=_KIND,
    why="The server cannot reach it: the image is skipped.",
    fix="Upload it somewhere, or write it as data:image/png;base64,….",
    source=_GUIDE,
)  # fmt: skip
def image_scheme(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """Local paths and other schemes."""
    url = url_of(part)
    if type(url) is str and not url.startswith(("https://", "http://", "data:")):
        yield Problem(f"{path}.image_url.url", "expected http://, https:// or data:", url)


@rule(
    "image-data", "warning", "A data: URL that holds no image",
    over="image", kinds=_KIND,
    why="It cannot be decoded: the image is skipped.",
    fix="Write data:image/png;base64, and the base64 of the file.",
    source=_GUIDE,
)  # fmt: skip
def image_data(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """What is no base64, or no image."""
    try:
        data = _decoded(part)
    except ValueError as error:
        yield Problem(f"{path}.image_url.url", str(error))
        return
    if data is not None and picture(data) is None:
        yield Problem(f"{path}.image_url.url", "the bytes are not an image")


@rule(
    "image-format", "warning", "An image that is not JPEG, PNG or WEBP, or says another format than it has",
    over="image", kinds=_KIND,
    why="Other formats are skipped.",
    fix="Save it as JPEG, PNG or WEBP.",
    source=f"{_GUIDE}; JPEG, PNG, WEBP",
)  # fmt: skip
def image_format(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """Formats by the bytes, not by the name."""
    found = _picture(part)
    if found and found.format not in IMAGE_FORMATS:
        yield Problem(f"{path}.image_url.url", f"expected JPEG, PNG or WEBP; got {found.format}")
    elif found and (said := _DATA.match(url_of(part))) and (said[1] or "").lower() not in (
        f"image/{found.format.lower()}", "image/jpg" if found.format == "JPEG" else "",
    ):  # fmt: skip
        yield Problem(f"{path}.image_url.url", f"the URL says {said[1]}, the bytes are {found.format}")


@rule(
    "image-mode", "warning", "An image that is neither RGB nor RGBA",
    over="image", kinds=_KIND,
    why="Other modes, such as greyscale and CMYK, are skipped.",
    fix="Convert it to RGB.",
    source=f"{_GUIDE}; RGB or RGBA",
)  # fmt: skip
def image_mode(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """The colour type of a PNG, the components of a JPEG."""
    found = _picture(part)
    if found and found.mode not in ("RGB", "RGBA", ""):
        yield Problem(f"{path}.image_url.url", f"expected RGB or RGBA; got {found.mode}")


def _picture(part: dict[str, Any]) -> Picture | None:
    try:
        data = _decoded(part)
    except ValueError:
        return None
    return picture(data) if data is not None else None


@rule(
    "image-size", "warning", "An image over 10 MB",
    over="image", kinds=_KIND,
    why="It is skipped.",
    fix="Save it smaller.",
    source=f"{_GUIDE}; 10 MB an image",
)  # fmt: skip
def image_size(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """Sizes of images in data URLs, without decoding them."""
    url = url_of(part)
    if type(url) is str and url.startswith("data:"):
        size = (len(url) - url.find(",") - 1) * 3 // 4
        if size > IMAGE_BYTES:
            yield Problem(f"{path}.image_url.url", f"{size:,} bytes, and {IMAGE_BYTES:,} are allowed")


@rule(
    "image-detail", "error", "A detail that is not auto, low or high",
    over="image", kinds=("chat", "preference", "reinforcement"),
    why="The schema has no other.",
    fix="Write auto, low or high, or remove it.",
    source="OpenAI's API description, July 2025: detail is auto, low or high",
)  # fmt: skip
def image_detail(part: dict[str, Any], path: str, look: RowLook) -> Iterator[Problem]:
    """Other values, such as the original of newer interfaces."""
    image = part.get("image_url")
    if type(image) is dict and "detail" in image and image["detail"] not in DETAILS:
        yield Problem(f"{path}.image_url.detail", "expected auto, low or high", image["detail"])


@rule(
    "many-images", "warning", "More images in an example than the service takes",
    over="row", kinds=_KIND, near=lambda look: look.images,
    why="OpenAI's guide of 2024 has 10, Azure 64; the example may be refused.",
    fix="Split the example, or leave images out.",
    source="OpenAI's guide (2024, the current number is not verified), Azure's documentation (2025)",
)  # fmt: skip
def many_images(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Counts over the target's limit."""
    count = sum(1 for _ in images_of(look))
    if count > look.target.images:
        yield Problem("$.messages", f"{count} images, and {look.target.images} are allowed for {look.target.name}")
