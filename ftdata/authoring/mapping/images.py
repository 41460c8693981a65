"""Images for content parts: URLs as they are, files and bytes as data URLs, their type and size checked."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from ftdata.codec import decode
from ftdata.errors import RowError, shown

MAX_IMAGE = 10 * 1024 * 1024
"""Bytes of an image, OpenAI's limit. Source: OpenAI's and Azure's vision fine-tuning guides (10 MB an image)."""

_TYPES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
_LINKS = ("http://", "https://", "data:")


def is_link(text: str) -> bool:
    """Whether this is a URL that goes into the example as it is."""
    return text.casefold().startswith(_LINKS)


def image_url(value: Any, folder: Path) -> str:
    """The URL of an image that is a URL, a file's path, or an object with ``url``, ``bytes`` or ``path``.

    Raises:
        RowError: If there is no such file, it is not a PNG, JPEG, WEBP or GIF image, or it is larger than
            `MAX_IMAGE`.
    """
    if isinstance(value, dict):
        return _from_object(value, folder)
    if not isinstance(value, str) or not value.strip():
        raise RowError(f"expected an image's URL or path; got {shown(value)}", hint="Skip such parts with if.")
    text = value.strip()
    if text.startswith("{"):
        try:
            return _from_object(decode(text.encode()), folder)
        except RowError as error:
            raise RowError(f"the image {shown(text)}: {error.message}", hint=error.hint) from None
    return text if is_link(text) else _from_file(folder / text, text)


def _from_object(value: dict[str, Any], folder: Path) -> str:
    """An image as HF datasets hold it, {bytes, path}, or as OpenAI's parts do."""
    link = value.get("image_url", value.get("url"))
    if link is not None:
        return image_url(link, folder)
    held = value.get("bytes")
    if held is None:
        return image_url(value.get("path"), folder)
    try:
        data = held if isinstance(held, bytes) else base64.b64decode(held, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise RowError(f"an image's bytes are base64 text; got {shown(held)}") from None
    return data_url(data, "the image")


def _from_file(path: Path, name: str) -> str:
    try:
        if not path.is_file():
            raise RowError(f"there is no image file {shown(name)}", hint=f"Looked for as {path}.")
        with path.open("rb") as file:
            data = file.read(MAX_IMAGE + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, RowError):
            raise
        raise RowError(f"the image file {shown(name)} cannot be read: {error}") from None
    return data_url(data, f"the image {shown(name)}")


def data_url(data: bytes, name: str) -> str:
    """The bytes of an image as a URL.

    Raises:
        RowError: If it is none that models take, or too large.
    """
    if len(data) > MAX_IMAGE:
        raise RowError(f"{name} is larger than {MAX_IMAGE >> 20} MB", hint="OpenAI skips such images. Make it smaller.")
    kind = next((kind for magic, kind in _TYPES if data.startswith(magic)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "webp"
    if not kind:
        raise RowError(f"{name} is not a PNG, JPEG, WEBP or GIF image")
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
