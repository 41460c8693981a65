"""Images: sizes from headers, tokens by tiles and patches."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

import ftdata
from ftdata.tokens.images import ASSUMED, Image, image_tokens, images_in, known_method


@pytest.mark.parametrize(
    "image, method, tokens",
    [
        (Image(1024, 1024), "tiles", 765),
        (Image(2048, 4096), "tiles", 1105),
        (Image(4096, 8192, low=True), "tiles", 85),
        (Image(512, 512), "tiles", 255),
        (Image(1, 1), "tiles", 255),
        (Image(1024, 1024, low=True), "tiles-mini", 2833),
        (Image(512, 512), "tiles-mini", 2833 + 5667),
        (Image(1024, 1024), "patches-1.62", 1659),
        (Image(32, 32), "patches-2.46", 3),
        (Image(9000, 9000), "patches-1.72", 2642),
        (Image(1024, 1024), "", 0),
    ],
)
def test_tokens(image: Image, method: str, tokens: int) -> None:
    assert image_tokens(image, method) == tokens


def test_methods() -> None:
    assert all(map(known_method, ("", "tiles", "tiles-mini", "patches-1.62")))
    assert not any(map(known_method, ("tile", "patches-", "patches-x", "patches--1")))


def url(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
JPEG = b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"\0" * 14 + b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640)
VP8X = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
VP8L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (639 | 479 << 14).to_bytes(4, "little")
VP8 = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 640, 480)


@pytest.mark.parametrize("data", [PNG, GIF, JPEG, VP8X, VP8L, VP8], ids=["png", "gif", "jpeg", "vp8x", "vp8l", "vp8"])
def test_sizes_are_read_from_headers(data: bytes) -> None:
    part = {"type": "image_url", "image_url": {"url": url(data, "x"), "detail": "high"}}
    assert images_in([part]) == [Image(640, 480)]


@pytest.mark.parametrize(
    "given",
    [
        {"url": "https://example.com/a.png"},
        {"url": url(b"nothing", "png")},
        {"url": url(PNG[:20], "png")},
        {"url": url(JPEG[:8], "jpeg")},
        {"url": "data:image/png;base64,???"},
        {"url": url(b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "png")},
        {},
        "https://example.com/a.png",
    ],
)
def test_an_unknown_size_is_assumed(given: Any) -> None:
    assert images_in([{"type": "image_url", "image_url": given}, {"type": "text", "text": "x"}]) == [
        Image(*ASSUMED, assumed=True)
    ]


def test_images_in_an_example() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    with_image = [{"role": "user", "content": [{"type": "text", "text": "hi"}, part]}]
    without = [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]
    for model, tokens in (("gpt-4o", 765), ("gpt-4o-mini", 25501), ("gpt-4.1-mini", 1659), ("gpt-3.5-turbo", 0)):
        assert ftdata.count_tokens(with_image, model=model) - ftdata.count_tokens(without, model=model) == tokens
    assert ftdata.count_tokens(with_image, model="gpt-4o").estimated == (
        "images by their size",
        "linked images as 1024 x 1024",
    )
