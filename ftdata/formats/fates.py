"""Account for every key of a row: it is used, kept as metadata under its own name, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import NoneType
from typing import Any

from ftdata.codec import member
from ftdata.errors import RowError, shown
from ftdata.example.parts import holder_of, kind_of, lists_in
from ftdata.example.words import Example
from ftdata.facts import names
from ftdata.formats.definitions import read_tools
from ftdata.formats.wording import image_url, worded

IMAGE_MARK = "<image>"
_MEDIA_MARKS = ("<audio>", "<video>")
_Place = Callable[[Example, str, Any], bool]
"""Puts a value under a key to where examples have it; false where it is bookkeeping after all."""


def placed(example: Example, extra: dict[str, Any]) -> dict[str, Any]:
    """What of a row's further keys is bookkeeping, after the others have been put into the example.

    Args:
        example: Changed in place.
        extra: Keys that the format of the row does not read.

    Raises:
        RowError: If one carries meaning and has no place in the example; with its path.
    """
    rest = {}
    for key, value in sorted(extra.items(), key=lambda item: item[0].lower() not in names.REJECTED):
        place = None if value is None or value in ("", [], {}) else _place(key, value)
        if place is None or not place(example, key, value):
            rest[key] = value
    return {key: rest[key] for key in extra if key in rest}


def meaning_of(key: str, value: Any) -> str:
    """What a key carries that is more than bookkeeping, in a few words; empty where it carries nothing of the kind."""
    place = None if value is None or value in ("", [], {}) else _place(key, value)
    return _MEANINGS.get(place, "") if place else ""


def _place(key: str, value: Any) -> _Place | None:
    """The function for a key by its name, or by what it holds."""
    low = key.lower()
    if low in _BY_NAME:
        return _BY_NAME[low]
    if type(value) is list:
        if names.is_conversation(value):
            return _conversation
        if all(map(names.is_tool, value)):
            return _tools
    return None


def _system(example: Example, key: str, value: Any) -> bool:
    if type(value) is not str:
        return False
    messages = _asked(example, key, "a system prompt")
    spoken = [turn.get("content") for turn in messages if turn.get("role") in ("system", "developer")]
    if value in spoken:
        return True
    if spoken:
        raise RowError("expected one system prompt; got another beside the messages", json_path=member("$", key))
    holder_of(example)["messages"] = [{"role": "system", "content": value}, *messages]
    return True


def _tools(example: Example, key: str, value: Any) -> bool:
    repaired: Counter[str] = Counter()
    tools = read_tools(value, member("$", key), repaired)
    _asked(example, key, "definitions of tools")
    holder = holder_of(example)
    there = holder.get("tools")
    if there and there != tools:
        raise RowError("expected one list of tools; got another", json_path=member("$", key))
    if tools:
        holder["tools"] = tools
    return True


def _asked(example: Example, key: str, what: str) -> list[dict[str, Any]]:
    """The messages that are asked with.

    Raises:
        RowError: If the example has none.
    """
    holder = holder_of(example)
    if not holder:
        hint = "Read the rows as chats: --from trl, or --user and --assistant."
        raise RowError(f"prompt and completion have no place for {what}", hint=hint, json_path=member("$", key))
    messages: list[dict[str, Any]] = holder["messages"]
    return messages


def _label(example: Example, key: str, value: Any) -> bool:
    says = names.wanted(value)
    kind = kind_of(example)
    if says is None or kind == "preference":
        return False
    if kind == "completion":
        hint = "Read the rows with their labels (--from trl), or drop the column."
        raise RowError("prompt and completion rows cannot hold a label", hint=hint, json_path=member("$", key))
    metadata = {**example.get("metadata", {})}
    metadata.setdefault("kto_tag", says)
    example["metadata"] = metadata
    return True


def _weight(example: Example, key: str, value: Any) -> bool:
    if type(value) not in (int, float, bool):
        return False
    example["weight"] = value
    return True


def _images(example: Example, key: str, value: Any) -> bool:
    messages = _asked(example, key, "an image")
    holder_of(example)["messages"] = with_images(messages, value, member("$", key))
    return True


def with_images(messages: list[dict[str, Any]], value: Any, path: str) -> list[dict[str, Any]]:
    """The messages with images, a list or one alone, where texts have marks or parts for them.

    Raises:
        RowError: If one is not an image, or there are more or fewer marks than images.
    """
    images = [image_url(image) for image in (value if type(value) is list else [value])]
    if None in images:
        raise RowError(f"expected the path or URL of an image; got {shown(value)}", json_path=path)
    return _with_them(messages, [image for image in images if image], path)


def _with_them(messages: list[dict[str, Any]], images: list[str], path: str) -> list[dict[str, Any]]:
    """The messages with the images where texts have marks or parts for them.

    Without any marks they stand before the first user's text, as TRL puts them there.

    Raises:
        RowError: If there are more or fewer marks than images.
    """
    asked = [turn for turn in messages if turn["role"] == "user"]
    marks = sum(map(_marks, asked))
    if not marks and asked and not any(_has_image(turn) for turn in messages):
        content = asked[0]["content"]
        parts = [{"type": "text", "text": content}] if type(content) is str else list(content)
        first = {**asked[0], "content": [*map(_image, images), *parts]}
        return [first if turn is asked[0] else turn for turn in messages]
    if marks != len(images):
        if not marks and {url for turn in messages for url in _urls(turn)}.issuperset(images):
            return messages  # they stand in the parts already
        raise RowError(f"expected {marks} images, as the text has marks; got {len(images)}", json_path=path)
    left = iter(images)
    return [
        {**turn, "content": _with_images(turn["content"], left)} if turn["role"] == "user" and _marks(turn) else turn
        for turn in messages
    ]


def _marks(turn: dict[str, Any]) -> int:
    content = turn.get("content")
    if type(content) is str:
        return content.count(IMAGE_MARK)
    return sum(map(_is_blank, content)) if type(content) is list else 0


def _is_blank(part: dict[str, Any]) -> bool:
    """Whether a part only holds the place of an image."""
    return part.get("type") == "image" and len(part.keys() - {"text"}) == 1


def _has_image(turn: dict[str, Any]) -> bool:
    content = turn.get("content")
    return type(content) is list and any(part.get("type") in ("image_url", "image") for part in content)


def _urls(turn: dict[str, Any]) -> list[str]:
    content = turn.get("content")
    parts = content if type(content) is list else []
    return [part["image_url"]["url"] for part in parts if part.get("type") == "image_url"]


def _image(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def _with_images(content: Any, left: Any) -> list[dict[str, Any]]:
    if type(content) is list:
        return [_image(next(left)) if _is_blank(part) else part for part in content]
    first, *others = content.split(IMAGE_MARK)
    parts = [{"type": "text", "text": first}] if first else []
    for text in others:
        parts.append(_image(next(left)))
        if text:
            parts.append({"type": "text", "text": text})
    return parts


def refuse_unplaced(row: dict[str, Any]) -> None:
    """Refuse a completion with definitions of tools, images, audio or video: its further keys are all bookkeeping.

    Raises:
        RowError: If it has some; with its path.
    """
    for key, value in row.items():
        place = None if value is None or value in ("", [], {}) else _BY_NAME.get(key.lower())
        if place is _media:
            _media(row, key, value)
        elif place is _tools or place is _images:
            _asked(row, key, _MEANINGS[place])


def _media(example: Example, key: str, value: Any) -> bool:
    hint = "Drop these rows, or remove the column and the marks in the text."
    raise RowError("examples cannot hold audio or video", hint=hint, json_path=member("$", key))


def _rejected(example: Example, key: str, value: Any) -> bool:
    """The other answer: the chat becomes a preference example."""
    path = member("$", key)
    if kind_of(example) == "preference":
        raise RowError("expected one rejected answer; got another", json_path=path)
    if "messages" not in example:
        hint = "Give the prompt and both answers: --user, --chosen and --rejected."
        raise RowError("expected a prompt and a chosen answer; got a rejected one", hint=hint, json_path=path)
    messages = example["messages"]
    other = _side(value, path)
    same = next(
        (i for i, (a, b) in enumerate(zip(messages, other, strict=False)) if a != b), min(len(messages), len(other))
    )
    if not same:
        same = len(messages) - 1  # an answer alone
    elif len(other) > same:
        other = other[same:]
    if not 0 < same < len(messages) or messages[-1].get("role") != "assistant":
        raise RowError("expected a chosen answer at the end of the messages; got none", json_path="$.messages")
    holder = {name: example.pop(name) for name in ("tools", "functions", "parallel_tool_calls") if name in example}
    del example["messages"]
    pair: Example = {"input": {"messages": messages[:same], **holder}, "preferred_output": messages[same:],
            "non_preferred_output": other}  # fmt: skip
    rest = {name: example.pop(name) for name in [*example]}
    example.update({**pair, **rest})
    return True


def _side(value: Any, path: str) -> list[dict[str, Any]]:
    """The messages of a side: an answer as text, a turn, or a conversation.

    Raises:
        RowError: If it is something else, or several answers.
    """
    given = value if type(value) is list else [value]
    if given and all(type(one) is str for one in given):
        if len(given) > 1:
            hint = "Write one row for each."
            raise RowError(f"expected one answer; got {len(given)}", hint=hint, json_path=path)
        return [{"role": "assistant", "content": given[0]}]
    if not names.is_conversation(given):
        raise RowError(f"expected an answer as text or messages; got {shown(value)}", json_path=path)
    return worded(given, path, Counter())


def _chosen(example: Example, key: str, value: Any) -> bool:
    if _said_already(example, value):
        return False
    hint = "Give the prompt and both answers: --user, --chosen and --rejected."
    raise RowError("expected a rejected answer beside the chosen one; got none", hint=hint, json_path=member("$", key))


def _conversation(example: Example, key: str, value: Any) -> bool:
    if _said_already(example, value):
        return False
    hint = "Keep one of them, or combine them in a mapping with --map."
    raise RowError("expected one list of turns; got another", hint=hint, json_path=member("$", key))


def _said_already(example: Example, value: Any) -> bool:
    """Whether all texts of a value stand in the example."""
    there: set[Any] = {
        content
        for holder, keys in ((holder_of(example), ("messages",)), (example, lists_in(example)))
        for key in keys
        for turn in holder.get(key, ())
        if type(content := turn.get("content")) is str
    }
    there |= {text for text in map(example.get, ("prompt", "completion")) if type(text) in (str, NoneType)}
    given = value if type(value) is list else [value]
    texts = [one if type(one) is str else _text_of(one) for one in given]
    return all(text in there for text in texts)


def _text_of(turn: Any) -> Any:
    return (
        next((turn[key] for key in names.TEXT_KEYS if type(turn.get(key)) is str), None) if type(turn) is dict else None
    )


_BY_NAME: dict[str, _Place] = {
    **dict.fromkeys(names.SYSTEMS, _system),
    **dict.fromkeys(names.TOOLS, _tools),
    **dict.fromkeys(names.IMAGES, _images),
    **dict.fromkeys(names.OTHER_MEDIA, _media),
    **dict.fromkeys(names.REJECTED, _rejected),
    **dict.fromkeys(names.CHOSEN, _chosen),
    **dict.fromkeys(names.LABELS, _label),
    **dict.fromkeys(names.WEIGHTS, _weight),
}
_MEANINGS: dict[_Place, str] = {
    _system: "a system prompt",
    _tools: "definitions of tools",
    _images: "images",
    _media: "audio or video",
    _rejected: "a rejected answer",
    _chosen: "a chosen answer",
    _label: "a label of the answer",
    _weight: "a weight of the example",
    _conversation: "a list of turns",
}
