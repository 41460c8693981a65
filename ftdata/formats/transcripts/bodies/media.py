"""Pictures, sound and files among the parts of a message, whoever's they are, as chat examples hold them.

Source: as of `parts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown

if TYPE_CHECKING:
    from ftdata.formats.transcripts.bodies.shape import Message, Reading

IMAGES = frozenset(("image", "image_url", "image-url", "input_image", "media"))
AUDIO = frozenset(("input_audio", "audio"))
FILES = frozenset(("file", "input_file", "document", "pdf", "blob", "binary", "uri", "file_data", "file-url",
                   "audio-url", "video-url", "document-url", "video"))  # fmt: skip
KINDS = IMAGES | AUDIO | FILES

ORIGINAL = 'the detail "original" of images left out'
_HELD = {"input_audio": "input_audio", "file": "file"}
_URLS = ("url", "uri", "image_url", "fileUri", "file_uri", "file_url")
_DATA = ("data", "base64", "image", "file_data", "content", "bytes")
_MIMES = ("media_type", "mime_type", "mimeType", "mediaType")


def typed(part: Message) -> tuple[str, Message] | None:
    """The type and the fields of Gemini's and Bedrock's parts, which have no type; None where it is no such part."""
    for key in ("inlineData", "inline_data", "fileData", "file_data"):
        if type(part.get(key)) is dict:
            return "blob", {"type": "blob", **part[key]}
    for key in ("image", "document", "video"):
        inner = part.get(key)
        if type(inner) is dict and type(inner.get("source")) is dict:
            mime = inner.get("format")
            mime = f"image/{mime}" if key == "image" else f"application/{mime}"
            given = {"media_type": mime, **inner["source"]}
            if type(inner.get("name")) is str:
                given["filename"] = inner["name"]
            return "blob", {"type": "blob", **given}
    return None


def part(given: Message, path: str, reading: Reading) -> Message:
    """The part of a picture, a sound or a file.

    Raises:
        RowError: If it is something else, or what it shows is not in the row.
    """
    kind = given["type"]
    if type(held := given.get(_HELD.get(kind, ""))) is dict:
        return _held(kind, held, given, path)
    if type(text := _text_of_document(given)) is str:
        return {"type": "text", "text": text}
    source = given["source"] if type(given.get("source")) is dict else given
    mime = next((source[key] for key in _MIMES if type(source.get(key)) is str), "")
    if source is not given and source.get("type") == "content" and type(source.get("content")) is list:
        return _of_content(source["content"], path)
    if kind in IMAGES or mime.startswith("image/") or given.get("modality") == "image":
        return _image(given, source, mime, path, reading)
    if kind in AUDIO or mime.startswith("audio/"):
        return _audio(given, source, mime, path)
    return _file(given, source, mime, path)


def _held(kind: str, held: Message, given: Message, path: str) -> Message:
    """A part that a chat has just so; a file that is only named is not in the row."""
    if kind == "file" and "file_data" not in held:
        raise elsewhere("file", held.get("file_id") or held.get("file_url"), path)
    return given


def _text_of_document(given: Message) -> Any:
    """The text of a document that is text."""
    source = given.get("source")
    if type(source) is dict and source.get("type") == "text":
        return source.get("data")
    if given["type"] in ("document", "file") and given.get("source_type") == "text":
        return given.get("text")
    return None


def _of_content(inner: list[Any], path: str) -> Message:
    texts = [one.get("text") for one in inner if type(one) is dict and one.get("type") == "text"]
    if len(texts) != len(inner):
        raise RowError("expected a document of text; got other blocks in it", json_path=path)
    return {"type": "text", "text": "\n\n".join(map(str, texts))}


def _address(source: Message, mime: str) -> str:
    """The address of what a part shows, or its data in one; empty where neither is there."""
    for key in _URLS:
        url = source.get(key)
        url = url.get("url") if type(url) is dict else url
        if type(url) is str and url:
            return url
    for key in _DATA:
        data = source.get(key)
        if type(data) is str and data:
            plain = data.startswith(("data:", "http://", "https://"))
            return data if plain else f"data:{mime or 'image/png'};base64,{data}"
    return ""


def _image(given: Message, source: Message, mime: str, path: str, reading: Reading) -> Message:
    if type(url := given.get("image_url")) is dict and type(url.get("url")) is str:
        return {"type": "image_url", "image_url": url}
    address = _address(source, mime)
    if not address:
        raise elsewhere("image", given.get("file_id") or source.get("file_id"), path)
    image = {"url": address}
    if given.get("detail") == "original":
        reading[ORIGINAL] += 1
    elif type(given.get("detail")) is str:
        image["detail"] = given["detail"]
    return {"type": "image_url", "image_url": image}


def _audio(given: Message, source: Message, mime: str, path: str) -> Message:
    if type(given.get("transcript")) is str:
        return {"type": "text", "text": given["transcript"]}
    data = next((source[key] for key in ("data", "base64", "content") if type(source.get(key)) is str), None)
    if data is None:
        raise elsewhere("audio", source.get("id") or source.get("file_id") or source.get("url"), path)
    form = given.get("format") or mime.removeprefix("audio/").removeprefix("x-")
    return {"type": "input_audio", "input_audio": {"data": data, "format": {"mpeg": "mp3"}.get(form, form) or "wav"}}


def _file(given: Message, source: Message, mime: str, path: str) -> Message:
    data = next((source[key] for key in _DATA if type(source.get(key)) is str and source[key]), None)
    if data is None:
        named = next((source[key] for key in ("file_id", *_URLS) if source.get(key)), None)
        raise elsewhere(_called(given), named, path)
    if not data.startswith("data:"):
        data = f"data:{mime or 'application/pdf'};base64,{data}"
    name = next((given[key] for key in ("filename", "title", "name") if type(given.get(key)) is str), None)
    return {"type": "file", "file": {**({"filename": name} if name else {}), "file_data": data}}


def _called(given: Message) -> str:
    """What the part is, for messages."""
    return "video" if "video" in given["type"] else "audio" if "audio" in given["type"] else "file"


def elsewhere(what: str, name: Any, path: str) -> RowError:
    """The error of what is only named in the row."""
    hint = "Put its address or its data in the part (image_url, file_data), or leave such rows out."
    return RowError(f"the {what} is not in the row; got {shown(name)}", hint=hint, json_path=path)
