"""Rows of shapes of their own: completions, ShareGPT and alpaca, TRL's, Gemini's and Anthropic's."""

from __future__ import annotations

import json
from typing import Any

from tests.differential.traps.rows import (
    MISSING,
    SCHEMA,
    Row,
    call,
    calling,
    changed,
    said,
    system,
    text,
    tool,
    user,
)

LINE: Row = {"prompt": "Great food ->", "completion": " good\n"}
_TEXTS: dict[str, Any] = {
    "missing": MISSING,
    "null": None,
    "empty": "",
    "a number": 3,
    "a list": ["a"],
    "an object": {"a": 1},
}


def _completions() -> dict[str, Row]:
    made: dict[str, Row] = {"completion": LINE}
    for key in LINE:
        made |= {f"{key}: {name}": changed(LINE, (key,), value) for name, value in _TEXTS.items()}
    made["completion: a key more"] = {**LINE, "id": 1}
    made["completion: in capitals"] = {"Prompt": "a", "Completion": "b"}
    made["completion: messages"] = {"prompt": [user()], "completion": [said()]}
    made["completion: no space before it"] = {**LINE, "completion": "good\n"}
    made["completion: text alone"] = {"text": "Great food -> good"}
    return made


COMPLETIONS = _completions()


def talk(*turns: Any, **more: Any) -> Row:
    """ShareGPT's turns: who and what."""
    said_so = [{"from": one, "value": f"A text of the {one}."} if isinstance(one, str) else one for one in turns]
    return {"conversations": said_so, **more}


_CALL = {"from": "function_call", "value": json.dumps({"name": "forecast", "arguments": {"city": "Lyon"}})}
_BARE = json.dumps([{"name": "forecast", "description": "d", "parameters": SCHEMA}])
_ORDERS = (
    "human gpt", "human gpt human gpt", "human", "gpt", "gpt human", "human human gpt", "human gpt gpt", "human gpt human",
    "system human gpt", "human system gpt", "system", "system system human gpt", "observation gpt", "human observation",
    "human gpt observation gpt", "user assistant", "human chatgpt", "human bing", "tool gpt", "",
)  # fmt: skip
_VALUES: dict[str, Any] = {**_TEXTS, "parts": [text()], "blank": " "}


def _turns() -> dict[str, Row]:
    made: dict[str, Row] = {f"turns: {order or 'none'}": talk(*order.split()) for order in _ORDERS}
    for name, value in _VALUES.items():
        made[f"value of the human: {name}"] = changed(talk("human", "gpt"), ("conversations", 0, "value"), value)
        made[f"value of gpt: {name}"] = changed(talk("human", "gpt"), ("conversations", 1, "value"), value)
        made[f"value of the system: {name}"] = changed(
            talk("system", "human", "gpt"), ("conversations", 0, "value"), value
        )
        made[f"column system: {name}"] = changed(talk("human", "gpt", system="s"), ("system",), value)
    made |= {
        "from: missing": changed(talk("human", "gpt"), ("conversations", 0, "from"), MISSING),
        "from: null": changed(talk("human", "gpt"), ("conversations", 0, "from"), None),
        "conversations: null": {"conversations": None}, "conversations: text": {"conversations": "a"},
        "conversations: a key more": talk("human", "gpt", id="a", source="b"), "conversations: a weight": talk("human", {"from": "gpt", "value": "a", "weight": 0}),
        "conversations: roles": {"conversations": [user(), said()]},
        "calls": talk("human", _CALL, "observation", "gpt", tools=_BARE), "calls: no tools": talk("human", _CALL, "observation", "gpt"),
        "calls: tools as a list": talk("human", _CALL, "observation", "gpt", tools=[json.loads(_BARE)[0]]), "calls: tools wrapped": talk("human", _CALL, "observation", "gpt", tools=json.dumps([tool()])),
        "calls: tools empty": talk("human", "gpt", tools=""), "calls: tools no JSON": talk("human", "gpt", tools="forecast"), "calls: tools null": talk("human", "gpt", tools=None),
        "calls: several": talk("human", {"from": "function_call", "value": json.dumps([json.loads(_CALL["value"])] * 2)}, "observation", "gpt", tools=_BARE),
        "calls: no JSON": talk("human", {"from": "function_call", "value": "forecast(Lyon)"}, "observation", "gpt", tools=_BARE),
        "calls: no name": talk("human", {"from": "function_call", "value": '{"arguments": {}}'}, "observation", "gpt", tools=_BARE),
        "calls: no arguments": talk("human", {"from": "function_call", "value": '{"name": "forecast"}'}, "observation", "gpt", tools=_BARE),
        "calls: arguments as text": talk("human", {"from": "function_call", "value": '{"name": "forecast", "arguments": "{}"}'}, "observation", "gpt", tools=_BARE),
        "calls: at the end": talk("human", _CALL, tools=_BARE), "calls: a JSON list in the text": talk("human", {"from": "function_call", "value": "[]"}, "observation", "gpt", tools=_BARE),
        "images: one": talk({"from": "human", "value": "<image>What?"}, "gpt", images=["a.png"]), "images: no mark": talk("human", "gpt", images=["a.png"]),
        "images: two marks": talk({"from": "human", "value": "<image><image>"}, "gpt", images=["a.png"]), "images: no column": talk({"from": "human", "value": "<image>What?"}, "gpt"),
        "images: none": talk("human", "gpt", images=[]),
    }  # fmt: skip
    return made


def _preferences() -> dict[str, Row]:
    a, b = {"from": "gpt", "value": "a"}, {"from": "gpt", "value": "b"}
    asked = {"instruction": "i", "input": "", "output": "o"}
    made: dict[str, Row] = {
        "sides": talk("human", chosen=a, rejected=b), "sides: text": talk("human", chosen="a", rejected="b"), "sides: one missing": talk("human", chosen=a),
        "sides: lists": talk("human", chosen=[a], rejected=[b]), "sides: behind an answer": talk("human", "gpt", chosen=a, rejected=b), "sides: of the human": talk("human", chosen={**a, "from": "human"}, rejected=b),
        "sides: no value": talk("human", chosen={"from": "gpt"}, rejected=b), "sides: value null": talk("human", chosen={**a, "value": None}, rejected=b), "sides: of roles": talk("human", chosen=said(), rejected=said("b")),
        "tag: true": talk("human", "gpt", kto_tag=True), "tag: text": talk("human", "gpt", kto_tag="true"), "tag: null": talk("human", "gpt", kto_tag=None), "tag: 1": talk("human", "gpt", kto_tag=1),
        "alpaca": asked, "alpaca: no input": {"instruction": "i", "output": "o"}, "alpaca: history": {**asked, "history": [["q", "a"]]}, "alpaca: history of one": {**asked, "history": [["q"]]}, "alpaca: history null": {**asked, "history": None},
        "alpaca: sides": {"instruction": "i", "input": "", "chosen": "a", "rejected": "b"}, "alpaca: a side null": {"instruction": "i", "input": "", "chosen": "a", "rejected": None}, "alpaca: sides as lists": {"instruction": "i", "chosen": ["a"], "rejected": ["b"]},
        "alpaca: system": {**asked, "system": "s"}, "alpaca: tag": {**asked, "kto_tag": False}, "alpaca: no instruction": {"input": "i", "output": "o"},
    }  # fmt: skip
    for key in asked:
        made |= {f"alpaca, {key}: {name}": changed(asked, (key,), value) for name, value in _TEXTS.items()}
    return made


SHAREGPT = {**_turns(), **_preferences()}


def _trl() -> dict[str, Row]:
    asked, a, b = [user()], [said()], [said("No idea.")]
    pair: Row = {"prompt": asked, "chosen": a, "rejected": b}
    made: dict[str, Row] = {
        "prompt and completion": {"prompt": asked, "completion": a}, "prompt alone": {"prompt": asked}, "prompt of text": {"prompt": "q", "completion": "a"}, "prompt of text, completion of messages": {"prompt": "q", "completion": a},
        "prompt of messages, completion of text": {"prompt": asked, "completion": "a"}, "completion alone": {"completion": a}, "prompt: ends with the assistant": {"prompt": [user(), said()], "completion": a}, "prompt: the system alone": {"prompt": [system()], "completion": a},
        "pair": pair, "pair of texts": {"prompt": "q", "chosen": "a", "rejected": "b"}, "pair without prompt": {"chosen": [*asked, *a], "rejected": [*asked, *b]}, "pair without prompt, of texts": {"chosen": "q a", "rejected": "q b"}, "pair: the sides alike": {"chosen": [*asked, *a], "rejected": [*asked, *a]},
        "pair: text and messages": {"prompt": "q", "chosen": a, "rejected": b}, "pair: one side of text": {**pair, "rejected": "b"}, "pair: rejected missing": {"prompt": asked, "chosen": a}, "pair: chosen missing": {"prompt": asked, "rejected": b}, "pair: a side null": {**pair, "rejected": None}, "pair: a side empty": {**pair, "rejected": []},
        "pair: prompt null": {**pair, "prompt": None}, "pair: prompt empty": {**pair, "prompt": []}, "pair: tools": {**pair, "tools": [tool()]}, "pair: scores": {**pair, "score_chosen": 5, "score_rejected": 1}, "pair: nothing in common": {"chosen": a, "rejected": b},
        "tools as JSON text": {"messages": [*asked, *a], "tools": json.dumps([tool()])}, "tools: no JSON": {"messages": [*asked, *a], "tools": "forecast"}, "tools: empty text": {"messages": [*asked, *a], "tools": ""},
        "calls with objects": {"messages": [user(), calling(call({"city": "Lyon"}, known=MISSING)), {"role": "tool", "name": "forecast", "content": "rain"}, said()], "tools": [tool()]},
        "steps": {"prompt": "q", "completions": ["a", "b"], "labels": [True, False]}, "steps: a label too few": {"prompt": "q", "completions": ["a", "b"], "labels": [True]}, "steps: labels as numbers": {"prompt": "q", "completions": ["a"], "labels": [1]}, "steps: a step null": {"prompt": "q", "completions": ["a", None], "labels": [True, False]}, "steps: no labels": {"prompt": "q", "completions": ["a"]},
        "text": {"text": "a text"}, "text: null": {"text": None}, "text: a number": {"text": 3}, "text: a list": {"text": ["a"]}, "conversations": {"conversations": [{"from": "user", "value": "q"}, {"from": "assistant", "value": "a"}]},
        "thoughts": {"messages": [user(), said(reasoning_content="I look.")]}, "thinking": {"messages": [user(), said(thinking="I look.")]}, "a result by name": {"messages": [user(), calling(), {"role": "tool", "name": "forecast", "content": "rain"}, said()]},
    }  # fmt: skip
    for name, value in {"true": True, "false": False, "1": 1, "text": "true", "null": None, "0.5": 0.5}.items():
        made[f"label: {name}"] = {"prompt": asked, "completion": a, "label": value}
    for key in ("prompt", "completion", "chosen"):
        base = pair if key == "chosen" else {"prompt": asked, "completion": a}
        for name, value in {
            "content null": [user(None)],
            "no role": [{"content": "a"}],
            "role null": [{"role": None, "content": "a"}],
            "a null": [None],
            "of texts": ["a"],
            "an object": user(),
            "a number": 3,
        }.items():
            made[f"{key}: {name}"] = changed(base, (key,), value)
    return made


TRL = _trl()

_G: Row = {
    "systemInstruction": {"role": "system", "parts": [{"text": "s"}]},
    "contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}],
}
_PARTS: dict[str, Any] = {
    "missing": MISSING, "null": None, "empty": [], "text": "a", "of texts": ["a"], "text null": [{"text": None}], "text a number": [{"text": 3}], "text empty": [{"text": ""}], "two keys": [{"text": "a", "functionCall": {"name": "f", "args": {}}}], "none of the keys": [{}], "an unknown key": [{"text": "a", "poem": 1}],
    "a type of OpenAI's": [{"type": "text", "text": "a"}], "two texts": [{"text": "a"}, {"text": "b"}], "a call": [{"functionCall": {"name": "f", "args": {"a": 1}}}], "a call, snake case": [{"function_call": {"name": "f", "args": {}}}], "a call without name": [{"functionCall": {"args": {}}}], "a call without args": [{"functionCall": {"name": "f"}}], "args as text": [{"functionCall": {"name": "f", "args": "{}"}}],
    "a call with an id": [{"functionCall": {"id": "1", "name": "f", "args": {}}}], "a response": [{"functionResponse": {"name": "f", "response": {"a": 1}}}], "a response of text": [{"functionResponse": {"name": "f", "response": "rain"}}], "a thought": [{"text": "t", "thought": True}, {"text": "a"}], "a file": [{"fileData": {"mimeType": "image/png", "fileUri": "gs://a/b.png"}}],
    "a file of the web": [{"fileData": {"mimeType": "image/png", "fileUri": "https://a.org/b.png"}}], "a file of the disk": [{"fileData": {"mimeType": "image/png", "fileUri": "b.png"}}], "a file without type": [{"fileData": {"fileUri": "gs://a/b.png"}}], "data": [{"inlineData": {"mimeType": "image/png", "data": "aaaa"}}], "data that is no base64": [{"inlineData": {"mimeType": "image/png", "data": "???"}}],
}  # fmt: skip
_G_TOOLS: dict[str, Any] = {
    "good": [{"functionDeclarations": [{"name": "f", "description": "d", "parameters": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}}]}], "types in small letters": [{"functionDeclarations": [{"name": "f", "parameters": SCHEMA}]}], "snake case": [{"function_declarations": [{"name": "f"}]}], "OpenAI's": [tool()], "an object": {"functionDeclarations": []}, "no name": [{"functionDeclarations": [{"description": "d"}]}],
    "null": None, "none": [], "a type of no kind": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "dict"}}]}], "a key more": [{"functionDeclarations": [{"name": "f", "strict": True}]}], "name with a space": [{"functionDeclarations": [{"name": "a b"}]}], "parameters as text": [{"functionDeclarations": [{"name": "f", "parameters": "{}"}]}],
    "additionalProperties": [{"functionDeclarations": [{"name": "f", "parameters": {**SCHEMA, "additionalProperties": False}}]}], "in a JSON schema": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": SCHEMA}]}],
}  # fmt: skip


def _gemini() -> dict[str, Row]:
    made: dict[str, Row] = {
        "contents": _G,
        "system, snake case": {"system_instruction": _G["systemInstruction"], "contents": _G["contents"]},
    }
    for name, value in _PARTS.items():
        made[f"parts of the user: {name}"] = changed(_G, ("contents", 0, "parts"), value)
        made[f"parts of the model: {name}"] = changed(_G, ("contents", 1, "parts"), value)
    for name, value in {
        "missing": MISSING,
        "null": None,
        "assistant": "assistant",
        "a number": 3,
        "function": "function",
        "system": "system",
        "user": "user",
    }.items():
        made[f"role of the model: {name}"] = changed(_G, ("contents", 1, "role"), value)
        made[f"role of the user: {name}"] = changed(_G, ("contents", 0, "role"), value)
    for name, value in {
        "text": "s",
        "null": None,
        "no parts": {"role": "system"},
        "a part": {"parts": {"text": "s"}},
        "no role": {"parts": [{"text": "s"}]},
    }.items():
        made[f"system: {name}"] = changed(_G, ("systemInstruction",), value)
    for name, value in {
        "missing": MISSING,
        "null": None,
        "empty": [],
        "an object": _G["contents"][0],
        "the user alone": _G["contents"][:1],
        "the model alone": _G["contents"][1:],
        "the user twice": [_G["contents"][0]] * 2 + _G["contents"][1:],
        "the model twice": [*_G["contents"], _G["contents"][1]],
        "ends with the user": [*_G["contents"], _G["contents"][0]],
    }.items():
        made[f"contents: {name}"] = changed(_G, ("contents",), value)
    made |= {f"tools: {name}": {**_G, "tools": value} for name, value in _G_TOOLS.items()}
    made |= {
        f"key of the row: {name}": {**_G, name: value}
        for name, value in {
            "id": 1,
            "labels": {"a": "b"},
            "generationConfig": {"temperature": 1},
            "toolConfig": {},
            "messages": [],
        }.items()
    }
    asked, answer = _G["contents"][:1], _G["contents"][1]
    sides = [{"score": 1, "completion": answer}, {"score": 0, "completion": answer}]
    for name, value in {
        "good": sides,
        "of floats": [{**sides[0], "score": 1.0}, {**sides[1], "score": 0.0}],
        "one": sides[:1],
        "three": [*sides, sides[1]],
        "alike": [sides[0]] * 2,
        "scores as text": [{**sides[0], "score": "1"}, sides[1]],
        "of the user": [{"score": 1, "completion": asked[0]}, sides[1]],
        "no completion": [{"score": 1}, sides[1]],
        "null": None,
    }.items():
        made[f"completions: {name}"] = {"contents": asked, "completions": value}
    made["completions: behind the model"] = {"contents": _G["contents"], "completions": sides}
    return made


GEMINI = _gemini()

_A: Row = {"system": "s", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
_USE = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
_DONE = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "rain"}
_BLOCKS: dict[str, Any] = {
    "missing": MISSING, "null": None, "empty": "", "none": [], "a number": 3, "of texts": ["a"], "a text": [text()], "text empty": [text("")], "text null": [text(None)], "no type": [{"text": "a"}], "no known type": [{"type": "poem"}], "a picture": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aaaa"}}], "a picture by link": [{"type": "image", "source": {"type": "url", "url": "https://a.org/b.png"}}],
    "a picture of OpenAI's": [{"type": "image_url", "image_url": {"url": "https://a.org/b.png"}}], "a picture without source": [{"type": "image"}], "a thought": [{"type": "thinking", "thinking": "t", "signature": "s"}, text()], "a thought unsigned": [{"type": "thinking", "thinking": "t"}, text()], "a call": [_USE], "a call without id": [{"type": "tool_use", "name": "f", "input": {}}], "a call, input as text": [{**_USE, "input": "{}"}], "a call without input": [{"type": "tool_use", "id": "t", "name": "f"}], "a result": [_DONE], "a result of no id": [{"type": "tool_result", "content": "a"}],
}  # fmt: skip


def _anthropic() -> dict[str, Row]:
    made: dict[str, Row] = {"messages": _A}
    for name, value in _BLOCKS.items():
        made[f"content of the user: {name}"] = changed(_A, ("messages", 0, "content"), value)
        made[f"content of the assistant: {name}"] = changed(_A, ("messages", 1, "content"), value)
    for name, value in {
        "missing": MISSING,
        "null": None,
        "system": "system",
        "tool": "tool",
        "a number": 3,
        "human": "human",
    }.items():
        made[f"role of the user: {name}"] = changed(_A, ("messages", 0, "role"), value)
    for name, value in {
        "missing": MISSING,
        "null": None,
        "blocks": [text()],
        "a number": 3,
        "empty": "",
        "of texts": ["a"],
    }.items():
        made[f"system: {name}"] = changed(_A, ("system",), value)
    for name, value in {
        "missing": MISSING,
        "null": None,
        "empty": [],
        "an object": _A["messages"][0],
        "assistant first": _A["messages"][1:],
        "user last": _A["messages"][:1],
        "user twice": [_A["messages"][0], *_A["messages"]],
    }.items():
        made[f"messages: {name}"] = changed(_A, ("messages",), value)
    called = [
        _A["messages"][0],
        {"role": "assistant", "content": [_USE]},
        {"role": "user", "content": [_DONE]},
        _A["messages"][1],
    ]
    mine: Row = {"name": "f", "description": "d", "input_schema": SCHEMA}
    made |= {
        "call": {"messages": called, "tools": [mine]}, "call: no result": {"messages": [*called[:2], called[0], called[3]], "tools": [mine]}, "call: result as text": changed({"messages": called, "tools": [mine]}, ("messages", 2, "content"), "rain"), "call: another id": changed({"messages": called, "tools": [mine]}, ("messages", 2, "content", 0, "tool_use_id"), "x"),
        "call: result of blocks": changed({"messages": called, "tools": [mine]}, ("messages", 2, "content", 0, "content"), [text()]), "call: result a number": changed({"messages": called, "tools": [mine]}, ("messages", 2, "content", 0, "content"), 3), "call: result null": changed({"messages": called, "tools": [mine]}, ("messages", 2, "content", 0, "content"), None), "call: no tools": {"messages": called}, "call: an error": changed({"messages": called, "tools": [mine]}, ("messages", 2, "content", 0, "is_error"), True),
        "tools: OpenAI's": {**_A, "tools": [tool()]}, "tools: no name": {**_A, "tools": [{"input_schema": SCHEMA}]}, "tools: no schema": {**_A, "tools": [{"name": "f"}]}, "tools: schema of no type": {**_A, "tools": [{"name": "f", "input_schema": {}}]}, "tools: schema of another type": {**_A, "tools": [{"name": "f", "input_schema": {"type": "array"}}]}, "tools: a type": {**_A, "tools": [{**mine, "type": "custom"}]}, "tools: of the server": {**_A, "tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools: an object": {**_A, "tools": mine}, "tools: name with a space": {**_A, "tools": [{**mine, "name": "a b"}]}, "tools: description null": {**_A, "tools": [{**mine, "description": None}]},
        "key of the row: id": {**_A, "id": 1}, "key of the row: model": {**_A, "model": "claude", "max_tokens": 10}, "key of a message": changed(_A, ("messages", 0, "name"), "ann"), "key of the row: metadata": {**_A, "metadata": {"user_id": "a"}},
    }  # fmt: skip
    return made


ANTHROPIC = _anthropic()
