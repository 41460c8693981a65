"""Chats of OpenAI's shape: content, roles and their order, weights, names, pictures, keys, structure."""

from __future__ import annotations

import json
from typing import Any

from tests.differential.traps.rows import (
    CONTENTS,
    MISSING,
    Row,
    calling,
    chat,
    image,
    result,
    said,
    system,
    text,
    tool,
    tools_chat,
    turn,
    user,
)


def _contents() -> dict[str, Row]:
    made: dict[str, Row] = {}
    for name, value in CONTENTS.items():
        made[f"content of the system: {name}"] = chat(system(value), user(), said())
        made[f"content of the user: {name}"] = chat(user(value), said())
        made[f"content of the assistant: {name}"] = chat(user(), said(value))
        made[f"content of an earlier answer: {name}"] = chat(
            user(), said(value), user("And now?"), said("It has come.")
        )
        made[f"content beside calls: {name}"] = tools_chat(calling(content=value), result(), said())
        made[f"content of a result: {name}"] = tools_chat(calling(), result(value), said())
    made["content: parts of the user, text of the assistant"] = chat(user([text()]), said())
    made["content: parts of all"] = chat(system([text()]), user([text()]), said([text()]))
    made["content: text of the user, parts of the assistant"] = chat(user(), said([text()]))
    made["content: a result that is JSON text"] = tools_chat(calling(), result('{"sky": "rain"}'), said())
    return made


ORDERS = (
    "user", "assistant", "system", "system user", "system assistant", "assistant user", "user user",
    "user user assistant", "system user user assistant", "user assistant assistant", "user assistant user",
    "user assistant user assistant", "system system user assistant", "user system assistant", "user assistant system",
    "user assistant system user assistant", "assistant user assistant", "developer user assistant",
    "system developer user assistant", "user developer assistant", "tool user assistant", "user tool assistant",
    "user assistant tool", "user assistant tool assistant", "user function assistant", "human gpt", "user bot",
    "User Assistant", "user model", "critic user assistant",
)  # fmt: skip


def _orders() -> dict[str, Row]:
    made = {f"order: {order}": chat(*(_turn(role) for role in order.split())) for order in ORDERS}
    for name, role in {"missing": MISSING, "null": None, "a number": 1, "empty": "", "a list": ["user"]}.items():
        made[f"role of the first: {name}"] = chat(turn(role, "Where is my parcel?"), said())
        made[f"role of the last: {name}"] = chat(user(), turn(role, "It is on its way."))
    return made


def _turn(role: str) -> Row:
    if role == "tool":
        return result()
    return turn(role, name="forecast") if role == "function" else turn(role)


WEIGHTS: dict[str, Any] = {"0": 0, "1": 1, "2": 2, "-1": -1, "0.5": 0.5, "1.0": 1.0, "true": True, "false": False,
                           "text": "0", "null": None}  # fmt: skip


def _weights() -> dict[str, Row]:
    made: dict[str, Row] = {}
    for name, value in WEIGHTS.items():
        made[f"weight of the only answer: {name}"] = chat(user(), said(weight=value))
        made[f"weight of an earlier answer: {name}"] = chat(user(), said(weight=value), user("And now?"), said())
        made[f"weight of the row: {name}"] = chat(user(), said(), weight=value)
        made[f"train of the only answer: {name}"] = chat(user(), said(train=value))
        made[f"train of an earlier answer: {name}"] = chat(user(), said(train=value), user("And now?"), said())
    for role, one in (("user", user), ("system", system)):
        for name in ("0", "1", "true"):
            turns = (
                [one(weight=WEIGHTS[name]), said()] if role == "user" else [one(weight=WEIGHTS[name]), user(), said()]
            )
            made[f"weight of the {role}: {name}"] = chat(*turns)
    made["train of the user: true"] = chat(user(train=True), said())
    made["train of the user alone"] = chat(user(train=True), said(train=False))
    made["weight and train together"] = chat(user(), said(weight=0, train=True))
    return made


NAMES: dict[str, Any] = {"letters": "ann-B_9", "a space": "Ann B", "a dot": "ann.b", "65 letters": "a" * 65,
                         "empty": "", "a number": 3, "null": None}  # fmt: skip

PICTURES: dict[str, Any] = {
    "png": image(), "jpeg": image("jpeg"), "webp": image("webp"), "gif": image("gif"), "low detail": image(detail="low"),
    "no known detail": image(detail="most"), "a link": {"type": "image_url", "image_url": {"url": "https://a.org/b.png"}},
    "a path": {"type": "image_url", "image_url": {"url": "b.png"}}, "a url as text": {"type": "image_url", "image_url": "https://a.org/b.png"},
    "no url": {"type": "image_url", "image_url": {}}, "no image_url": {"type": "image_url"},
    "Hugging Face's": {"type": "image"}, "a path of the trainer": {"type": "image", "path": "b.png"},
}  # fmt: skip


def _pictures() -> dict[str, Row]:
    made: dict[str, Row] = {}
    for name, part in PICTURES.items():
        made[f"picture: {name}"] = chat(user([text("What is this?"), part]), said())
        made[f"picture, all parts: {name}"] = chat(user([text("What is this?"), part]), said([text("A cat.")]))
    made["picture of the assistant"] = chat(user([text("Draw.")]), said([text("Here."), image()]))
    made["picture of the system"] = chat(system([text("See."), image()]), user([text("What?")]), said([text("A cat.")]))
    made["picture with a weight"] = chat(user([text("What?"), image()], weight=1), said([text("A cat.")]))
    made["11 pictures"] = chat(user([text("What?"), *[image()] * 11]), said([text("Cats.")]))
    made["11 pictures in two messages"] = chat(
        user([*[image()] * 6]), said([text("Cats.")]), user([*[image()] * 5]), said([text("Dogs.")])
    )
    made["an audio part"] = chat(
        user([{"type": "input_audio", "input_audio": {"data": "aaaa", "format": "wav"}}]), said()
    )
    made["a file part"] = chat(user([text("Read."), {"type": "file", "file": {"file_id": "file-1"}}]), said())
    return made


ROW_KEYS: dict[str, Any] = {
    "id": "a-1", "metadata": {"a": "b"}, "source": "web", "text": "a text", "system": "Be brief.", "images": [],
    "tools": [], "parallel_tool_calls": False, "functions": [{"name": "f", "parameters": {"type": "object", "properties": {}}}],
    "response_format": {"type": "json_object"}, "prompt": "a prompt", "label": True, "input": "an input",
    "model": "gpt-4.1", "temperature": 1, "chat_template_kwargs": {"enable_thinking": False},
}  # fmt: skip

TURN_KEYS: dict[str, Any] = {
    "id": 3, "refusal": None, "annotations": [], "audio": None, "tool_calls": None, "function_call": None, "name": None,
    "reasoning": "It was sent.", "reasoning_content": "It was sent.", "thinking": "It was sent.", "tool_call_id": "x",
    "prefix": True, "channel": "final", "reasoning_content null": None, "reasoning_content number": 3,
}  # fmt: skip


def _keys() -> dict[str, Row]:
    made = {f"key of the row: {name}": chat(user(), said(), **{name: value}) for name, value in ROW_KEYS.items()}
    made |= {
        f"key of the row, null: {name}": chat(user(), said(), **{name: None})
        for name in ("tools", "metadata", "functions")
    }
    for name, value in TURN_KEYS.items():
        made[f"key of an answer: {name}"] = chat(user(), said(**{name.partition(" ")[0]: value}))
    for name in ("id", "tool_calls", "reasoning_content", "function_call", "tool_call_id"):
        made[f"key of a question: {name}"] = chat(user(**{name: TURN_KEYS[name]}), said())
    for name, value in NAMES.items():
        made[f"name of the user: {name}"] = chat(user(name=value), said())
        made[f"name of the assistant: {name}"] = chat(user(), said(name=value))
    made["refusal beside no content"] = chat(user(), said(None, refusal="No."))
    made["refusal beside content"] = chat(user(), said("No.", refusal="No."))
    return made


def _structures() -> dict[str, Row]:
    turns = [user(), said()]
    return {
        "plain": chat(), "plain, no system": chat(user(), said()), "plain, long": chat(*turns * 20),
        "messages: missing": {}, "messages: null": {"messages": None}, "messages: empty": {"messages": []},
        "messages: text": {"messages": "Hello"}, "messages: JSON text": {"messages": json.dumps(turns)},
        "messages: an object": {"messages": turns[0]}, "messages: of texts": {"messages": ["Hello", "Hi"]},
        "messages: in a list": {"messages": [turns]}, "messages: a null": {"messages": [None, *turns]},
        "messages: an empty one": {"messages": [{}, *turns]}, "messages: under dialog": {"dialog": turns},
        "messages: under conversations": {"conversations": turns},
        "messages: of from and value": {"messages": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
        "messages: and a pair": {**chat(), "input": chat(), "preferred_output": [said()], "non_preferred_output": [said()]},
        "text with special tokens": chat(user("<|im_start|>system"), said("<|im_end|> <|endoftext|>")),
        "text of other alphabets": chat(user("你好，世界 🙂"), said("مرحبا\u2028\u0085")),
        "text of control characters": chat(user("a\u0000b\u001bc"), said("d")),
        "text with marks of pictures": chat(user("See <image> and <video>."), said("I see.")),
        "text with a thought": chat(user(), said("<think>It was sent.</think>It is on its way.")),
        "text of the answer in JSON": chat(user(), said('{"where": "on its way"}')),
        "messages: tools without calls": chat(user(), said(), tools=[tool()]),
    }  # fmt: skip


CHATS = {**_structures(), **_contents(), **_orders(), **_weights(), **_pictures(), **_keys()}
