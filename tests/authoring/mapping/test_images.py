"""Images in content parts: where they come from, what they must be."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ftdata.authoring.columns import ToChatWithValues
from ftdata.authoring.mapping import Mapping
from ftdata.authoring.mapping.images import MAX_IMAGE, image_url
from ftdata.errors import RowError

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0..", "jpeg"),
        (b"GIF89a..", "gif"),
        (b"GIF87a", "gif"),
        (b"RIFF....WEBPVP8 ", "webp"),
    ],
    ids=["png", "jpeg", "gif89", "gif87", "webp"],
)
def test_the_type_is_told_by_the_bytes(tmp_path: Path, data: bytes, kind: str) -> None:
    (tmp_path / "wrong.txt").write_bytes(data)
    url = f"data:image/{kind};base64,{as_text(data)}"
    assert image_url("wrong.txt", tmp_path) == url
    assert image_url(f" {tmp_path / 'wrong.txt'} ", Path("/nowhere")) == url
    for value in (
        {"bytes": data, "path": "x"},
        {"bytes": as_text(data), "path": None},
        {"bytes": None, "path": "wrong.txt"},
    ):
        assert image_url(value, tmp_path) == url
    assert image_url(json.dumps({"bytes": as_text(data)}), tmp_path) == url


@pytest.mark.parametrize(
    "url", ["https://x.org/a.png", "http://x.org/a", "data:image/png;base64,AAAA", "HTTPS://X.ORG"]
)
def test_urls_pass_through(url: str) -> None:
    for value in (url, {"url": url}, {"image_url": {"url": url, "detail": "low"}}, {"image_url": url}):
        assert image_url(value, Path()) == url


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("no.png", 'there is no image file "no.png". Looked for as {folder}/no.png.'),
        ("folder", 'there is no image file "folder". Looked for as {folder}/folder.'),
        ("text.png", 'the image "text.png" is not a PNG, JPEG, WEBP or GIF image'),
        ("large.png", 'the image "large.png" is larger than 10 MB. OpenAI skips such images. Make it smaller.'),
        ("", 'expected an image\'s URL or path; got "". Skip such parts with if.'),
        (None, "expected an image's URL or path; got null. Skip such parts with if."),
        (7, "expected an image's URL or path; got 7. Skip such parts with if."),
        ({}, "expected an image's URL or path; got null. Skip such parts with if."),
        ({"bytes": "not base64!"}, 'an image\'s bytes are base64 text; got "not base64!"'),
        ({"bytes": 7}, "an image's bytes are base64 text; got 7"),
        ({"bytes": ""}, "the image is not a PNG, JPEG, WEBP or GIF image"),
        ('{"url": ', 'the image "{\\"url\\":": not valid JSON: the JSON ends too early at column 7. Is the object spread over '
                     "several lines?"),
        ("a\x00b", 'there is no image file "a\\u0000b". Looked for as {folder}/a\x00b.'),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_image(tmp_path: Path, value: Any, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "large.png").write_bytes(PNG + b"\0" * MAX_IMAGE)
    with pytest.raises(RowError) as caught:
        image_url(value, tmp_path)
    assert str(caught.value) == message.replace("{folder}", str(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(RowError, match="there is no image file"):
        image_url("pipe.png", tmp_path)


@pytest.mark.parametrize("folder", ["", "images_dir: pictures\n"], ids=["beside the mapping", "in a folder"])
def test_files_are_found_beside_the_mapping(tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held = tmp_path / ("pictures" if folder else "")
    held.mkdir(exist_ok=True)
    (held / "a.png").write_bytes(PNG)
    path = tmp_path / "m.yaml"
    text = "messages:\n  - role: user\n    content:\n      - text: q\n      - image: '{{ file }}.png'\n      - image: a.png\n"
    path.write_text(folder + text)
    monkeypatch.chdir("/")
    step = Mapping.load(path).bound(("q", "file"))
    assert not isinstance(step, ToChatWithValues)
    made: Any = step({"q": "Q", "file": "a"})
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{as_text(PNG)}"}}
    assert made["messages"][0]["content"] == [{"type": "text", "text": "Q"}, image, image]
    with pytest.raises(RowError, match=r'\$\.messages\[0\]: there is no image file "b\.png"'):
        step({"q": "Q", "file": "b"})
