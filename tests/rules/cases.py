"""For every rule: files that pass it and files that do not."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ftdata.rules.limits import FileLook

from .judging import PLAIN_FILE

Row = Any


def user(content: Any = "Where is my parcel?", **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": content, **more}


def said(content: Any = "It is on its way to you.", **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def system(content: Any = "You answer questions about parcels.") -> dict[str, Any]:
    return {"role": "system", "content": content}


def chat(*turns: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(turns) or [system(), user(), said()], **more}


def labelled(wanted: Any) -> dict[str, Any]:
    """A chat with a label."""
    return chat(metadata={"kto_tag": wanted})


def answers(*texts: Any) -> list[Row]:
    """A file of chats with these answers."""
    return [chat(system(), user(f"Question number {number}?"), said(text)) for number, text in enumerate(texts)]


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def tool(name: str = "forecast", parameters: Any = SCHEMA, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": parameters, **more}}


def call(arguments: Any = '{"city": "Lyon"}', name: Any = "forecast", known: Any = "c1", **more: Any) -> dict[str, Any]:
    return {"id": known, "type": "function", "function": {"name": name, "arguments": arguments}, **more}


def calling(*calls: Any, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "tool_calls": list(calls) or [call()], **more}


def result(known: Any = "c1", content: Any = "rain", **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": known, "content": content, **more}


def tools_chat(*turns: Any, tools: Any = None) -> dict[str, Any]:
    return chat(system(), user(), *(turns or (calling(), result(), said())), tools=tools or [tool()])


def legacy(*turns: Any) -> dict[str, Any]:
    return chat(system(), user(), *turns, functions=[{"name": "forecast", "parameters": SCHEMA}])


LEGACY_CALL = {
    "role": "assistant",
    "content": None,
    "function_call": {"name": "forecast", "arguments": '{"city": "a"}'},
}
LEGACY_RESULT = {"role": "function", "name": "forecast", "content": "rain"}


def pair(**more: Any) -> dict[str, Any]:
    row = {
        "input": {"messages": [user()]},
        "preferred_output": [said()],
        "non_preferred_output": [said("No idea, sorry.")],
    }
    return {**row, **more}


def graded(*turns: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(turns) or [{"role": "developer", "content": "Be brief."}, user()], "answer": "4", **more}


def several(prompt: str, completion: str) -> list[Row]:
    """Twelve lines, no two of them alike."""
    words = [
        "parcel",
        "invoice",
        "password",
        "refund",
        "delivery",
        "login",
        "price",
        "return",
        "size",
        "colour",
        "stock",
        "coupon",
    ]
    return [line(prompt.format(word), completion.format(word[::-1])) for word in words]


def line(prompt: Any = "Great food ->", completion: Any = " good\n", **more: Any) -> dict[str, Any]:
    return {"prompt": prompt, "completion": completion, **more}


def png(colour: int = 2, padding: int = 0) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", 1, 1, 8, colour) + bytes(padding)


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x01\x00\x01"


def image(data: Any = b"", kind: str = "image/png", url: Any = None, **more: Any) -> dict[str, Any]:
    url = f"data:{kind};base64,{base64.b64encode(data or png()).decode()}" if url is None else url
    return {"type": "image_url", "image_url": {"url": url, **more}}


def seen(*parts: Any) -> dict[str, Any]:
    return chat(system(), user([{"type": "text", "text": "What is this?"}, *parts]), said())


LONG = "I ordered a green lamp two weeks ago and it has still not arrived at my door, so where is my parcel now?"
LONG_TWIN = chat(user(LONG), said())


@dataclass(frozen=True)
class Cases:
    """Files that pass a rule and files that do not: lists of rows, of raw lines, or looks of files."""

    good: list[Any]
    bad: list[Any]
    method: str = "sft"
    target: str = "openai"
    files: dict[str, FileLook] = field(default_factory=dict)
    against: tuple[Row, ...] = ()
    template: str = ""


def rows(*each: Row) -> list[list[Row]]:
    """A file of one row each."""
    return [[row] for row in each]


def files(**changes: Any) -> FileLook:
    return replace(PLAIN_FILE, **changes)


def turn(*turns: Any) -> list[list[Row]]:
    """A chat of one message each that is judged, with an answer."""
    return [[chat(one, said()) if one.get("role") != "assistant" else chat(user(), one)] for one in turns]


TEMPLATES = Path(__file__).parent / "templates"
THOUGHT = chat(user(), said(reasoning_content="They ask for a parcel."))
CALLED = tools_chat(calling(content=""), result(), said())

LABELS = ["billing"] * 20 + ["shipping"] * 18
VISA = "4111 1111 1111 1111"
IDENTITY = "11010519491231002X"
LONG_ID = "call_" + "0" * 36
TEXT = {"type": "text", "text": "hello"}
JSONS = [json.dumps({"player": f"P{number}", "score": number}) for number in range(12)]

CASES: dict[str, Cases] = {
    # -- lines
    "invalid-json": Cases(rows(chat()), [[b"{"], [b'{"messages": [}'], [b"hello"]]),
    "not-an-object": Cases(rows(chat()), [[b"[1]"], [b"1"], [b'"text"']]),
    "not-utf8": Cases(rows(chat()), [[b'{"messages": "\xff"}']]),
    "duplicate-key": Cases(rows(chat()), [[b'{"messages": [], "messages": []}']]),
    "not-a-number": Cases(rows(chat()), [[b'{"messages": NaN}'], [b'{"a": -Infinity}']]),
    "number-range": Cases(rows(chat()), [[b'{"messages": [], "a": 1e400}']]),
    "long-integer": Cases(rows(chat()), [[b'{"a": ' + b"1" * 4301 + b"}"]]),
    "lone-surrogate": Cases(rows(chat()), [[b'{"a": "\\ud83d"}']]),
    "nesting": Cases(rows(chat()), [[b'{"a": ' + b"[" * 250 + b"]" * 250 + b"}"]]),
    "blank-line": Cases([[chat()], [chat(), chat(user(), said("b"))]], [[chat(), b"", chat()], [chat(), b" ", b""]]),
    # -- rows
    "other-format": Cases([chat()], []),
    "wrong-kind": Cases(rows(chat()), rows(pair(), line())),
    "missing-key": Cases(rows(chat()), rows({}, {"conversations": []}, {"text": "a"}, {"dialog": chat()["messages"]})),
    "messages-list": Cases(rows(chat()), rows({"messages": []}, {"messages": "a"}, {"messages": None}, {"messages": json.dumps(chat()["messages"])})),
    "unknown-key": Cases(rows(chat(), chat(tools=[tool()])), rows(chat(id=1), chat(source="x"), chat(response_format={}))),
    "example-weight": Cases(rows(chat()), rows(chat(weight=1), chat(weight=0.5))),
    "carried-metadata": Cases(rows(chat()), rows(chat(metadata={"a": 1}), chat(metadata={}))),
    "null-key": Cases(rows(chat(), tools_chat(calling(content=None))),
                      rows(chat(tools=None), chat(user(name=None), said()), chat(user(), said(tool_calls=None)), tools_chat(tools=[tool(description=None)]), tools_chat(calling(call()), result(), said(), tools=[tool(), tool("g", None)]))),
    "parallel-tool-calls": Cases(rows(chat(parallel_tool_calls=True)), rows(chat(parallel_tool_calls=1), chat(parallel_tool_calls="no"))),
    "mixed-styles": Cases(rows(tools_chat(), legacy(LEGACY_CALL, LEGACY_RESULT, said())),
                          rows({**tools_chat(), "functions": [{"name": "f"}]}, legacy(calling(), result(), said()))),
    "legacy-functions": Cases(rows(tools_chat()), rows(legacy(said()), chat(user(), LEGACY_CALL))),
    # -- labels, for KTO
    "no-label": Cases([[labelled(True), labelled(False)]], [[labelled(True), chat()], [labelled(False), labelled(None)], [labelled("true"), labelled(False)], [chat(label=True)]], method="kto", target="open"),
    "one-label": Cases([[labelled(True), labelled(False)], [labelled(True)]], [[labelled(True)] * 2, [labelled(False)] * 3], method="kto", target="open"),
    # -- messages
    "message-shape": Cases(rows(chat()), rows(chat("hi", said()), chat({"content": "hi"}, said()), chat(None, said()), chat({"from": "human", "value": "hi"}, said()))),
    "unknown-role": Cases(rows(chat()), rows(chat({"role": "human", "content": "hi"}, said()), chat({"role": 1}, said()))),
    "developer-role": Cases(rows(chat()), turn({"role": "developer", "content": "Be brief."})),
    "system-in-rft": Cases(rows(graded()), rows(graded(system(), user())), method="rft"),
    "unknown-message-key": Cases(rows(chat(user(name="a"), said(weight=1))), turn(user(id=3), user(tool_calls=[call()]), said(reasoning_content="a"))),
    "response-key": Cases(rows(chat()), turn(said(annotations=[]), said(audio={"id": "a"}))),
    "missing-content": Cases(rows(chat()), turn({"role": "user"}, user(None), {"role": "system", "content": None}, {"role": "user", "text": "hi"})),
    "empty-assistant": Cases(rows(chat(), tools_chat(calling())), turn({"role": "assistant"}, said(None), said(None, tool_calls=[]), said(None, refusal=1.5))),
    "content-type": Cases(rows(chat(user([TEXT]), said())), turn(user(3), said({"a": 1}), user(True))),
    "tool-content-parts": Cases(rows(tools_chat()), rows(tools_chat(calling(), result(content=[TEXT]), said()))),
    "message-name": Cases(turn(user(name="a-B_9"), user(name="x" * 64))[0:2],
                          turn(user(name="a b"), user(name=""), user(name="x" * 65), user(name=3), user(name="a\n"))),
    "weight": Cases(turn(said(weight=0), said(weight=1)), turn(said(weight=2), said(weight="1"), said(weight=0.5), said(weight=[]))),
    "weight-type": Cases(turn(said(weight=0), said(weight=1)), turn(said(weight=True), said(weight=False), said(weight=1.0))),
    "weight-role": Cases(turn(said(weight=0)), turn(user(weight=1), {**system(), "weight": 0})),
    "content-parts": Cases(rows(chat(user([TEXT]), said([TEXT])), seen(image())),
                           turn(user([]), user(["a"]), user([{"type": "image", "image": "https://example.com/a.png"}]), user([{"type": "text"}]), said([image()]), user([{"type": "input_audio"}]),
                                user([{"type": "refusal", "refusal": "a"}]), {**system(), "content": [image()]})),
    "refusal-parts": Cases(turn(said([{"type": "refusal", "refusal": "No."}])), turn(said([TEXT, {"type": "refusal", "refusal": "No."}]))),
    "cache-breakpoint": Cases(turn(user([TEXT])), turn(user([{**TEXT, "prompt_cache_breakpoint": {"mode": "explicit"}}]))),
    "unknown-part-key": Cases(turn(user([TEXT])), turn(user([{**TEXT, "loss_weight": 1}]), user([{"type": "text", "value": "hello"}]))),
    # -- turns
    "no-assistant": Cases(rows(chat()), rows(chat(user()), chat(system(), user()))),
    "nothing-trained": Cases(rows(chat(user(), said(weight=0), user(), said())), rows(chat(user(), said(weight=0)))),
    "last-not-assistant": Cases(rows(chat()), rows(chat(user(), said(), user()), tools_chat(calling(), result()))),
    "assistant-after-assistant": Cases(rows(chat(), tools_chat()), rows(chat(user(), said(), said("And one thing more.")))),
    "no-user": Cases(rows(chat()), rows(chat(said()), chat(system(), said()))),
    "system-position": Cases(rows(chat()), rows(chat(user(), system(), said()))),
    "many-messages": Cases(rows(chat(*[user(), said()] * 1024)), rows(chat(*[user(), said()] * 1025))),
    "unknown-call-id": Cases(rows(tools_chat()), rows(tools_chat(calling(), result("c2"), said()), chat(user(), result(), said()),
                                                      tools_chat(result(), calling(), said()))),
    "missing-call-id": Cases(rows(tools_chat()), rows(tools_chat(calling(), {"role": "tool", "content": "a"}, said()), tools_chat(calling(), {"role": "tool", "content": "a", "tool_calls": True}, said()),
                                                      tools_chat(calling(), result(3), said()))),
    "duplicate-call-id": Cases(rows(tools_chat(calling(call(), call(known="c2")), result(), result("c2"), said())),
                               rows(tools_chat(calling(call(), call()), result(), said()),
                                    tools_chat(calling(), result(), calling(), result(), said()))),
    "duplicate-result": Cases(rows(tools_chat()), rows(tools_chat(calling(), result(), result(), said()))),
    "call-without-result": Cases(rows(tools_chat()), rows(tools_chat(calling(), said())), target="azure"),
    "unanswered-call": Cases(rows(tools_chat(calling()), tools_chat()),
                             rows(tools_chat(calling(), user(), said()), tools_chat(calling(call(), call(known="c2")), result(), said()),
                                  tools_chat(calling(call(), call(known="c2")), result()), legacy(LEGACY_CALL, said()))),
    "function-result": Cases(rows(legacy(LEGACY_CALL, LEGACY_RESULT, said())),
                             rows(legacy(LEGACY_RESULT, said()), legacy(LEGACY_CALL, {**LEGACY_RESULT, "name": "other"}, said()))),
    "long-call-id": Cases(rows(tools_chat(calling(call(known=LONG_ID[:40])), result(LONG_ID[:40]), said())),
                          rows(tools_chat(calling(call(known=LONG_ID)), result(LONG_ID), said()))),
    # -- tools
    "tools-list": Cases(rows(tools_chat()), rows(chat(tools="[]"), chat(tools=[{"name": "f"}]), chat(tools=[{"function": {"name": "f"}}]),
                                                 chat(tools=[3]), chat(functions={}), chat(functions=["f"]), chat(tools=[tool(description=3)]))),
    "tool-name": Cases(rows(tools_chat()), rows(chat(tools=[tool("a.b")]), chat(tools=[tool("x" * 65)]), chat(functions=[{}]))),
    "tool-parameters": Cases(rows(chat(tools=[{"type": "function", "function": {"name": "f"}}])), rows(chat(tools=[tool(parameters="{}")]), chat(tools=[tool(parameters=[])]))),
    "tool-schema": Cases(rows(tools_chat(), chat(tools=[tool(parameters={})])),
                         rows(chat(tools=[tool(parameters={"type": "dict"})]), chat(tools=[tool(parameters={"$ref": "https://example.com/a"})]),
                              chat(tools=[tool(parameters={"type": "object", "properties": {"city": {"type": "string"}, "text": None}})]),
                              chat(functions=[{"name": "f", "parameters": {"type": "object", "required": "a"}}]),
                              chat(tools=[tool(parameters={"city": {"type": "str", "description": "Where."}})]),
                              chat(tools=[tool(parameters={"type": {"type": "string"}})]), chat(tools=[tool(parameters={"type": "string"})]),
                              chat(tools=[tool(parameters={"properties": {}})]))),
    "tool-strict": Cases(rows(tools_chat(), chat(tools=[tool(parameters={"type": "object"}, strict=False)]),
                              chat(tools=[tool(strict=True, parameters={"type": "object", "additionalProperties": False, "required": ["a"],
                                                                        "properties": {"a": {"type": ["string", "null"]}}})])),
                         rows(chat(tools=[tool(strict=True, parameters={"type": "object", "properties": {"a": {"type": "string"}},
                                                                        "additionalProperties": False})]),
                              chat(tools=[tool(strict=True, parameters={"type": "object", "properties": {}})]),
                              chat(tools=[tool(strict=True, parameters={"type": "object", "additionalProperties": False, "required": ["a"],
                                                                        "properties": {"a": {"type": "string", "default": "x"}}})]))),
    "duplicate-tool": Cases(rows(chat(tools=[tool(), tool("other")])), rows(chat(tools=[tool(), tool()]))),
    "many-tools": Cases(rows(chat(tools=[tool(f"f{n}") for n in range(128)])), rows(chat(tools=[tool(f"f{n}") for n in range(129)]))),
    "empty-tools": Cases(rows(tools_chat()), rows(chat(tools=[]), chat(functions=[]))),
    "tool-key": Cases(rows(chat(tools=[tool(description="a", strict=True)])), rows(chat(tools=[{**tool(), "id": 1}]), chat(tools=[tool(returns="text")]))),
    # -- calls
    "call-shape": Cases(rows(tools_chat()), rows(tools_chat(calling({"id": "a"})), tools_chat(calling(call(known=None))), tools_chat(calling("f")),
                                                 tools_chat(calling({**call(), "type": "tool"})), tools_chat(said(tool_calls="f")),
                                                 tools_chat(said(tool_calls=[])), chat(user(), said(function_call="f")))),
    "undeclared-argument": Cases(rows(tools_chat(), tools_chat(calling(call(arguments='{"city": null}')), result(), said())),
                                 rows(tools_chat(calling(call(arguments='{"city": "Oslo", "text": null}')), result(), said()),
                                      tools_chat(calling(call(arguments='{"city": "Oslo", "unit": "C"}')), result(), said()))),
    "custom-call": Cases(rows(tools_chat()), rows(tools_chat(calling({"id": "a", "type": "custom", "custom": {"name": "f", "input": "x"}})))),
    "call-name": Cases(rows(tools_chat()), rows(tools_chat(calling(call(name="multi_tool_use.parallel"))), tools_chat(calling(call(name=None))),
                                                chat(user(), {**LEGACY_CALL, "function_call": {"name": "a b", "arguments": "{}"}}))),
    "undeclared-function": Cases(rows(tools_chat(), chat(user(), calling())), rows(tools_chat(calling(call(name="forecasts"))))),
    "no-definitions": Cases(rows(tools_chat(), chat()), rows(chat(user(), calling()), chat(user(), LEGACY_CALL))),
    "arguments-type": Cases(rows(tools_chat()), rows(tools_chat(calling(call({"city": "Lyon"}))), tools_chat(calling(call(None))))),
    "arguments-json": Cases(rows(tools_chat()), rows(tools_chat(calling(call("{'city': 'Lyon'}"))), tools_chat(calling(call("[1]"))), tools_chat(calling(call(""))))),
    "double-encoded-arguments": Cases(rows(tools_chat()), rows(tools_chat(calling(call(json.dumps('{"city": "Lyon"}')))))),
    "arguments-schema": Cases(rows(tools_chat()), rows(tools_chat(calling(call('{"city": 3}'))), tools_chat(calling(call("{}"))),
                                                       legacy({**LEGACY_CALL, "function_call": {"name": "forecast", "arguments": "{}"}}))),
    # -- marks
    "special-token": Cases(rows(chat(user("a <|b|> c"), said())), turn(user("a <|endoftext|>"), said("<|fim_suffix|>"), user([{"type": "text", "text": "<|fim_middle|>"}]))),
    "chat-markup": Cases(rows(chat(user("a [list]"), said())), turn(user("<|im_start|>user"), said("[INST] hello"), user("<start_of_turn>"))),
    # -- kinds
    "dpo-input": Cases(rows(pair()), rows(pair(input=[user()]), pair(input="Hi"), pair(input={})), method="dpo"),
    "dpo-old-keys": Cases(rows(pair()), rows({"input": {"messages": [user()]}, "preferred_completion": [said()], "non_preferred_completion": [said("b")]}), method="dpo"),
    "dpo-output": Cases(rows(pair()), rows(pair(preferred_output=[]), pair(preferred_output=said()), pair(preferred_output="a"),
                                           pair(non_preferred_output=[user()]), pair(preferred_output=[said(), said()])), method="dpo"),
    "dpo-weight": Cases(rows(pair()), rows(pair(preferred_output=[said(weight=1)])), method="dpo"),
    "dpo-same": Cases(rows(pair()), rows(pair(non_preferred_output=[said()])), method="dpo"),
    "dpo-images": Cases(rows(pair()), rows(pair(input={"messages": [user([image()])]})), method="dpo"),
    "rft-last-user": Cases(rows(graded()), rows(graded(user(), said())), method="rft"),
    "completion-text": Cases(rows(line()), rows(line(completion=None), line(prompt=3)), method="completion"),
    "completion-case": Cases(rows(line()), rows({"Prompt": "a", "Completion": "b"}), method="completion"),
    "refused-row": Cases(rows(chat()), rows(chat(id=1), chat(user([TEXT]), said())), target="together"),
    "ruled-out-row": Cases(rows(chat()), rows(chat(user(), system(), said())), target="fireworks"),
    "completion-empty": Cases(rows(line(), line("")), rows(line(completion=""), line(completion=" \u200b"), line(completion=None)), method="completion"),
    "completion-classification": Cases([several("{} ->", " {}\n")], [several("{} ->", " x\n")], method="completion"),
    "completion-empty-prompt": Cases([several("{} ->", " {}\n"), several("", " {}\n")], [[*several("{} ->", " {}\n"), line(" ", " c\n")]], method="completion"),
    "completion-long": Cases(rows(line("a" * 9000), line("", "a" * 20_000)), rows(line("a" * 10_000)), method="completion"),
    "completion-escape": Cases(rows(line(), line("a\nb ->")), rows(line("a\\nb ->"), line(completion=" a\\n")), method="completion"),
    "completion-prompt-capitals": Cases([several("{} ->", " {}\n")], [several("LOUD {} ->", " {}\n")], method="completion"),
    "completion-capitals": Cases([several("{} ->", " {}\n"), several("{} ->", " {} END")], [several("{} ->", " LOUD {}\n")], method="completion"),
    "completion-same-prompt": Cases([[line(), line("Bad food ->")], [line(""), line("")]], [[line(), line(completion=" bad\n")]], method="completion"),
    "completion-separator": Cases([[line(), line("Bad food ->", " bad\n")], several("", " {}"), several("{}?", " {}")], [[line("a"), line("b")], [*several("{} ->", " {}"), line("c")]], method="completion"),
    "completion-prompt-prefix": Cases([[line(), line("Bad ->", " bad\n")]], [[line("A review of a place: x"), line("A review of a place: y")]], method="completion"),
    "completion-prefix": Cases([[line(), line("Bad ->", " bad\n")]], [[line("x ->", " It is a\n"), line("y ->", " It is b\n")]], method="completion"),
    "completion-same-answer": Cases([[line(), line("Bad ->", " bad\n")]], [[line(), line("Bad ->")]], method="completion"),
    "completion-ending": Cases([[line(), line("Bad ->", " bad\n")], several("{} ->", " x"), several("", " {}")], [[line(completion=" a"), line("b ->", " b")], [*several("{} ->", " {}\n"), line("c ->", " c")]], method="completion"),
    "completion-long-mark": Cases([several("{} ->", " {}\n")], [several("{}\n\n======>\n\n", " {}\n")], method="completion"),
    "completion-repeated-mark": Cases([several("{} ->", " {}\n")], [[line("a -> b ->"), line("c ->", " c\n")]], method="completion"),
    "completion-space": Cases(rows(line()), rows(line(completion="good")), method="completion"),
    # -- images
    "image-url": Cases(rows(seen(image())), rows(seen({"type": "image_url", "image_url": "https://example.com/a.png"}), seen({"type": "image_url"}))),
    "image-scheme": Cases(rows(seen(image(url="https://example.com/a.png"))), rows(seen(image(url="a.png")), seen(image(url="file:///a.png")))),
    "image-data": Cases(rows(seen(image())), rows(seen(image(b"hello")), seen(image(url="data:image/png;base64,%%%")), seen(image(url="data:image/png,abc")))),
    "image-format": Cases(rows(seen(image()), seen(image(JPEG + b"\x03", "image/jpeg")), seen(image(b"RIFF\0\0\0\0WEBP", "image/webp"))),
                          rows(seen(image(b"GIF89a", "image/gif")), seen(image(png(), "image/jpeg")))),
    "image-mode": Cases(rows(seen(image(png(6)))), rows(seen(image(png(0))), seen(image(png(3))), seen(image(JPEG + b"\x04", "image/jpeg")))),
    "image-size": Cases(rows(seen(image(png(2, 1000)))), rows(seen(image(png(2, (10 << 20) + 10))))),
    "image-detail": Cases(rows(seen(image(detail="low"))), rows(seen(image(detail="original")))),
    "many-images": Cases(rows(seen(*[image()] * 10)), rows(seen(*[image()] * 11))),
    # -- limits
    "byte-order-mark": Cases([files()], [files(mark=True)]),
    "not-json-lines": Cases([files(), files(container="memory", memory=True)], [files(container="json"), files(container="csv")]),
    "file-encoding": Cases([files()], [files(encoding="utf-16")]),
    "file-extension": Cases([files(), files(name="-")], [files(name="a.json"), files(name="a.jsonl.gz")]),
    "file-size": Cases([files(size=1 << 30)], [files(size=9 << 30)]),
    "large-file": Cases([files(size=500 << 20)], [files(size=600 << 20)]),
    "too-few-examples": Cases([answers(*map(str, range(10)))], [answers(*map(str, range(9)))]),
    "few-examples": Cases([answers(*map(str, range(50)))], [answers(*map(str, range(49)))]),
    "grader-item": Cases([[graded()]], [[chat(user(), reference="4")]], method="rft"),
    "no-grader-field": Cases([[graded()]], [[chat(user())]], method="rft"),
    "grader-field-missing": Cases([[graded(), graded(id=1)]], [[graded(), graded(reference="5")]], method="rft"),
    "too-many-examples": Cases([[graded()] * 3], [[graded()] * 101], method="rft"),
    "many-image-examples": Cases([[seen(image(url="https://a"))] * 3], [[seen(image(url="https://a"))] * 101]),
    # -- chat templates: families that ftdata knows, and three files with marks of what is trained
    "template-refuses": Cases(rows(chat(user(), said())), rows(chat(), chat(user(), user(), said())), template="gemma"),
    "template-drops-calls": Cases(rows(chat()), rows(CALLED), template="chatml"),
    "template-drops-tools": Cases(rows(chat()), rows(CALLED), template="deepseek-v3"),
    "template-drops-results": Cases(rows(chat()), rows(CALLED), template="phi4"),
    "template-drops-system": Cases(rows(chat(user(), said())), rows(chat()), template="mistral"),
    "template-drops-text": Cases(rows(chat()), rows(chat(user([TEXT]), said())), template="qwen3"),
    "template-drops-text-beside-calls": Cases(rows(CALLED), rows(tools_chat(calling(content="I look."), result(), said())), template="llama3.1"),
    "template-drops-reasoning": Cases(rows(THOUGHT), rows(chat(*THOUGHT["messages"], user(), said())), template="qwen3"),
    "template-drops-images": Cases(rows(chat()), [[chat(user([TEXT, image()]), said())]], template="gemma3"),
    "no-trained-tokens": Cases(rows(chat()), rows(CALLED), template=str(TEMPLATES / "calls-unmarked.jinja")),
    "end-not-trained": Cases(rows(chat(user())), rows(chat()), template=str(TEMPLATES / "end-unmarked.jinja")),
    "template-arguments": Cases(rows(chat()), rows(CALLED), template="deepseek-v3"),
    "template-prompt": Cases(rows(chat(user(), said(weight=0))), rows(chat()), template="deepseek-r1"),
    "content-beside-calls": Cases(rows(chat()), rows(CALLED), target="trl"),
    # -- budgets: a model of 100 tokens that takes chats and sees nothing, where a character is a token
    "target-cut-off": Cases(rows(chat(), chat(user("a" * 90), said("a" * 90))), rows(chat(user("a" * 200), said()), chat(user("a" * 120), said(), user("a")))),
    "too-long": Cases(rows(chat(), chat(user("a" * 200), said())), rows(chat(user("a" * 20), said("a" * 120)))),
    "model-method": Cases(rows(chat()), [], method="sft"),
    "model-closed": Cases(rows(chat()), []),
    "model-closes": Cases(rows(chat()), []),
    "model-elsewhere": Cases(rows(chat()), []),
    "model-images": Cases(rows(chat()), rows(seen(image()))),
    "rejected-row": Cases(rows(chat()), []),
    "internal-error": Cases(rows(chat()), []),
    # -- quality
    "empty-turn": Cases(rows(chat(), tools_chat(calling(), result(content=""), said())), turn(user(""), said(" \n"), user("\u200b"), user([{"type": "text", "text": ""}]), user("\u3000"))),
    "null-answer": Cases([answers("null and void")], turn(said("null"), said("None"), user("undefined"))),
    "placeholder": Cases(turn(user("a [list] of {things}"), user("if (a) { b }"), user("so:\n```js\nlog(`${value}`)\n```"), user("let a = `${b}`;"),
                              said("Dear [Name of the tenant],\nthe lift is out of order.\nKind regards,\n[Your Name]"), user("run: ${{ github.ref }}")), turn(user("Dear {{ name }},"), said("Hello [Your Name]!"), user("<insert text here>"), user("Lorem ipsum dolor"), user("${value}"))),
    "html-text": Cases([{"messages": [user("How do I write a paragraph in HTML?"), said("<p>text</p><p>more</p>")]}, *turn(user("a < b and b > c"), said("Use x</p> or <b>this</b>"), said("```\n<p>a</p><p>b</p>\n```"), user("<ann@example.org> wrote | a<br>b | in a table"))],
                       turn(user("<p>Hi! Where is my parcel?</p>"), said("<div><p>Hello,</p><p>it is on its way.</p></div>"), said("Hello, <span style='x'>Ann</span>, see <font>this</font>"))),
    "quoted-mail": Cases(turn(user("On Monday I wrote:\na poem"), said("> a quote\nof somebody"), user("From: and To: are what mails begin with.\nIs it so?"), said("Memorandum\n\nTo: All staff\nFrom: Human Resources\nDate: 1 March\nSubject: Parking\n\nThe yard is closed."), said("| a | b |\n|---|---|\n| c | d |")),
                         turn(user("Yes.\n\nOn Mon, 1 Jan 2024 at 10:00, Ann <ann@example.org> wrote:\n> Is it?"), said("Ok\n-----Original Message-----\nFrom: Ann"), user("Ok\n\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\nhi"), user("好的\n\n在 2024年1月1日，Ann <a@b.example> 写道：\n> x"))),
    "mail-signature": Cases(turn(user("I sent from my phone\na mail"), said("select 1 -- one\n--\nselect 2"), user("a list\n- one\n- two")),
                            turn(user("Thanks!\n\nSent from my iPhone"), user("Danke\nVon meinem iPhone gesendet"), user("谢谢\n\n发自我的iPhone"), said("Done.\n-- \nBob Smith\nSales"))),
    "legacy-leftover": Cases(turn(user("a -> b"), said("a poem\n\n******"), user("Part the paragraphs with the divider: ***")), turn(user("Great food ->"), user("Great food\n\n###\n\n"), said("good END"))),
    "mojibake": Cases(turn(user("café, naïve, “Straße”"), user("我的订单")), turn(user("cafÃ©"), said("donâ€™t"), user("ä½\xa0å¥½"), user("a \ufffd b"))),
    "cut-off-answer": Cases([answers("A sentence. " * 30, "A sentence. " * 20 + "#parcels", "A sentence. " * 20 + "\nYour parcel service", "A sentence. " * 20 + "\n- " + "one of a number of things " * 4)], [answers("A sentence, which is long. Another one. " * 8 + "And then it"), answers("A sentence. " * 20 + "\n```\ncode")]),
    "made-up-password": Cases(turn(user("password: hunter2hunter2")), turn(user('{"user": "ann", "password": "password123"}'), said("I generated a random password. Password: hunter2hunter2"))),
    "secret": Cases(turn(said("A random new password: hunter2hunter2"), user("a task-list-for-the-next-quarter"), user("my password is long"), user("Password: immediately required"),
                         user("password = 'changeme1'"), user("SecretKey secretKey = generateKey(256, name)"), user("1. 设置强密码：为您的账户设置至少8位的密码")),
                    turn(user("use sk-abcdefghijklmnopqrstuvwxyz"), user("AKIAIOSFODNN7EXAMPLE"), user("-----BEGIN RSA PRIVATE KEY-----"),
                         user("password: hunter2hunter2"), user("ghp_" + "a1" * 18))),
    "email-address": Cases(turn(user("ann@example.com"), user("@home"), user("boss@company.com"), user("your_name@gmail.com, a@d.co"), user("j.doe@example-domain.com")), turn(user("write to ann.lee@parcel.co.uk"))),
    "phone-number": Cases(turn(user("order 08273645"), user("in 2024-11-05"), user("12345678901234"), user("8483415 - 6778576 = -16666579378"), user("472547338\n+960397912423"), user("-5 +7.549834435"),
                               user("12/30/0612/31/051/1/05")), turn(user("call +44 20 7946 0958"), user("我的手机是13812345678。"), user("(415) 555-2671"))),
    "card-number": Cases(turn(user("4111 1111 1111 1112"), user("1234567890123456"), user("355909190063-746"), user("so it is 4212883012996"), user("235197 267272 278250")), turn(user(f"my card {VISA}"), user("5500005555555559"))),
    "identity-number": Cases(turn(user("110105194912310021")), turn(user(f"身份证{IDENTITY}"))),
    "bank-account": Cases(turn(user("GB82WEST1234569876543"), user("DE00 3704 0044 0532 0130 00")), turn(user("pay to DE89 3704 0044 0532 0130 00"), user("GB82WEST12345698765432"))),
    "ip-address": Cases(turn(user("192.168.1.1"), user("203.0.113.7"), user("version 1.2.3.4.5"), user("std::vector")), turn(user("from 8.8.8.8"), user("2a00:1450:4001:81b::200e"))),
    "refusals": Cases([answers(*["Yes."] * 10, "I'm sorry, but I can't help.")], [answers(*["Yes."] * 6, *["I'm sorry, but I can't help with that."] * 4)]),
    "identical-answers": Cases([answers(*["a", "b"] * 10)], [answers(*["Here it is."] * 8, "b", "c", "d")]),
    "label-balance": Cases([answers(*LABELS)], [answers(*LABELS, "other")]),
    "label-variants": Cases([answers(*LABELS)], [answers(*LABELS, "Billing"), answers(*LABELS, "billing "), answers(*LABELS, "biling"), answers(*LABELS, "ｂilling"), answers(*LABELS, "refund")]),
    "json-answer": Cases([answers(*JSONS), answers(*map(str, range(12)))],
                         [answers(*JSONS, '{"player": "P"'), answers(*JSONS, "no idea"), answers(*JSONS, '{"player": "P"}'), answers(*JSONS, '{"player": "P", "score": "3"}')]),
    "duplicate-example": Cases([[chat(), chat(user(), said())]], [[chat(), chat()], [chat(), {"messages": [dict(reversed(one.items())) for one in chat()["messages"]]}]]),
    "half-thought": Cases(turn(said("<think>2 and 2</think>4")), turn(said("2 and 2\n</think>\n\n4"), said("<think>2 and 2"))),
    "no-thoughts": Cases([answers("<think>a</think>b", "c"), answers("a", "b")], []),  # see test_thoughts
    "answer-repeated": Cases(
        rows(
            chat(user("Say yes or no: yes"), said("yes")),
            chat(user("Repeat it is on its way to you now"), said("It is on its way to you now. Anything else?")),
            chat(said("It is on its way to you now."), user("And now?"), said("It is on its way to you now.")),
            chat(user("It is on its way to you now."), said("It is on its way to you now.")),
            chat(user("Tell Ann that it is on its way to you now"), said("it is on its way to you now")),
            chat(user("Put it right:\nIt is on its way to you now."), said("It is on its way to you now.")),
            chat(user("Send Laura a thank you for the delicious casserole"), said("thank you for the delicious casserole")),
            chat(user("Is 'It is on its way to you now.' right?"), said("It is on its way to you now.")),
        ),
        rows(
            chat(user("Where?\nAnswer: It is on its way to you now.\n"), said("It is on its way to you now.")),
            chat(user(), said("It is on its way to you now."), said("It is on its way to you now. ")),
            chat(system("Q: Where?\nA: It is on its way to you now."), user(), said("It is on its way to you now.")),
            chat(system(), user([{"type": "text", "text": "Where?\n### Response:\n\nIt is on its way to you now."}]), said("It is on its way to you now.")),
        ),
    ),
    "some-thoughts": Cases([answers("<think>a</think>b", "<think>c</think>d"), answers("a", "b")], [answers("<think>a</think>b", "c")]),
    "eaten-escape": Cases(turn(said("a\tb"), said("page one\x0c\nPage two"), said(r"\frac{1}{2}")),
                          turn(said("\x0crac{1}{2}"), said("C:\temp\new"), said("the angle \theta"), user("\x08eta"), said("so \nabla f"))),
    "no-system": Cases([[chat()], [graded()]][:1], [[chat(user(), said())], [chat(), chat(user(), said())]]),
    "system-variants": Cases([[chat(system("A"), user(), said()), chat(system("B"), user(), said())]],
                             [[chat(), chat(system("You answer questions about parcels"), user(), said())],
                              [chat(), chat(system("You answer questions about parcel."), user(), said())]]),
    "mixed-languages": Cases([answers(*["It is here."] * 12)], [answers(*["It is here."] * 12, "在这里，请查收。")]),
    "missing-information": Cases([[chat(system(), user(f"Order {n}00?"), said(f"Order {n}00 is here.")) for n in range(1, 13)]],
                                 [[*(chat(system(), user(f"Order {n}00?"), said(f"Order {n}00 is here.")) for n in range(1, 13)), chat(system(), user("Where?"), said("It costs 5120 euros."))]]),
    "shared-example": Cases([[chat(user("Where?"), said())], [chat(user(), said("Here."))]],
                            [[chat()], [chat(user("Where?"), said()), chat(metadata={"a": 1})], [chat(system(), user([{"type": "text", "text": user()["content"]}]), said(weight=0))]],
                            against=(chat(),)),
    "shared-prompt": Cases([[chat()], [chat(user("Where?"), said())], [b'{"messages": "Where is my parcel?"}']],
                           [[chat(user(), said("Here."))], [chat(user("where is  my PARCEL?"), said())]], against=(chat(),)),
    "near-example": Cases([[LONG_TWIN], [chat(user("Where?"), said())], [chat(user(LONG[:40]), said("No."))]],
                          [[chat(user(LONG + " Thanks."), said("It is on its way to you"))]], against=(LONG_TWIN,)),
}  # fmt: skip
