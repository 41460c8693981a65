"""What Bedrock refuses of rows for Nova: the rules of the validator that AWS publishes.

Source: aws-samples/amazon-nova-samples, nova_ft_dataset_validator.py (2026); what only the user guide says is not sure.
"""

from __future__ import annotations

import re
from typing import Any

from ftdata.errors import shown
from ftdata.formats.registry import Refusal, Refusals
from ftdata.lazily import pattern

_RESERVED = ("system:", "user:", "bot:", "assistant:", "<image>", "<video>", "<unk>")
_MARKED = pattern("|".join(map(re.escape, _RESERVED)), re.IGNORECASE)
_ALSO = pattern(r"\[EOS\]|thought:", re.IGNORECASE)
_FORMATS = {
    "image": ("jpeg", "png", "gif", "webp"),
    "video": ("mov", "mkv", "mp4", "webm"),
    "document": ("pdf",),
}
_MEDIA = ("image", "video", "document")
_HELD = ("text", *_MEDIA, "reasoningContent", "toolUse", "toolResult")
_PLACE = pattern(r"s3://[\w\-/.]+")


def is_reinforcement(row: dict[str, Any]) -> bool:
    """Whether a row is a reinforcement line in OpenAI's chat shape."""
    turns = row.get("messages")
    if type(turns) is not list or not turns or "schemaVersion" in row or not all(type(turn) is dict for turn in turns):
        return False
    if type(row.get("system")) is str or any(type(turn.get("content")) is list for turn in turns):
        return False
    return "reference_answer" in row or turns[-1].get("role") != "assistant"


def refusals(row: dict[str, Any]) -> Refusals:
    """Why the validator refuses a row, and what the user guide rules out."""
    if is_reinforcement(row):
        yield from _of_reinforcement(row)
        return
    turns = row["messages"]
    yield from _order(turns)
    yield from _of_sample(turns)
    for index, block in enumerate(row["system"] if type(row.get("system")) is list else ()):
        yield from _of_text(block.get("text"), f"$.system[{index}].text")
    tools = yield from _of_tools(row.get("toolConfig"))
    called: dict[str, bool] = {}
    for index, turn in enumerate(turns):
        path, content = f"$.messages[{index}]", turn.get("content")
        if "candidates" in turn:
            yield from _of_candidates(turn["candidates"], path, last=index == len(turns) - 1)
            continue
        blocks = [{"text": content}] if type(content) is str else content
        yield from _of_blocks(blocks, turn.get("role"), f"{path}.content")
        for number, block in enumerate(blocks):
            yield from _of_calls(block, f"{path}.content[{number}]", called, tools)
    if not all(called.values()):
        yield Refusal("$.messages", "a call without a result", sure=False)


def _order(turns: list[dict[str, Any]]) -> Refusals:
    if len(turns) < 2:
        yield Refusal("$.messages", "expected a user and an assistant message")
    for index, turn in enumerate(turns):
        if turn.get("role") != ("user", "assistant")[index % 2]:
            yield Refusal(f"$.messages[{index}].role", "expected alternating user and assistant turns, the user first")
            return
    if len(turns) > 1 and turns[-1]["role"] != "assistant":
        yield Refusal("$.messages", "expected the assistant at the end")


def _of_text(text: Any, path: str) -> Refusals:
    found = _MARKED.search(text) if type(text) is str else None
    if found:
        yield Refusal(path, f"the text holds {shown(found[0])}, which is reserved in any case and fails the job")
    elif type(text) is str and (found := _ALSO.search(text)):
        # AWS's validator lists them too, but joins them with what follows by a lost comma.
        yield Refusal(path, f"the text holds {shown(found[0])}, which the user guide reserves", sure=False)


def _of_blocks(blocks: list[dict[str, Any]], role: Any, path: str) -> Refusals:
    held = {key for block in blocks for key in _HELD if block.get(key) is not None}
    if not held - {"reasoningContent"}:
        yield Refusal(path, "expected text, an image, a call or a result; got none")
    elif held == {"text"} and not any(block.get("text") for block in blocks):
        yield Refusal(path, "expected text; got none")
    wrong = {*_MEDIA, "toolResult"} if role == "assistant" else {"toolUse", "reasoningContent"}
    for key in sorted(held & wrong):
        yield Refusal(path, f"{key} in a message of the {role}")
    yield from _of_media(blocks, held, path)
    for index, block in enumerate(blocks):
        here = f"{path}[{index}]"
        yield from _of_text(block.get("text"), f"{here}.text")
        thought = (block.get("reasoningContent") or {}).get("reasoningText") or {}
        yield from _of_text(thought.get("text"), f"{here}.reasoningContent.reasoningText.text")
        if "reasoningContent" in block and not thought.get("text"):
            yield Refusal(f"{here}.reasoningContent", "expected the text of a thought; got none")
        for key in _MEDIA:
            kind = (block.get(key) or {}).get("format")
            if block.get(key) is not None and str(kind).lower() not in _FORMATS[key]:
                yield Refusal(f"{here}.{key}.format", f"expected {', '.join(_FORMATS[key])}; got {shown(kind)}")
            uri = ((block.get(key) or {}).get("source") or {}).get("s3Location", {}).get("uri")
            if block.get(key) is not None and not (type(uri) is str and _PLACE.fullmatch(uri)):
                place = f"{here}.{key}.source"
                yield Refusal(place, f"expected s3:// and letters, digits, - . _ /; got {shown(uri)}")


def _of_media(blocks: list[dict[str, Any]], held: set[str], path: str) -> Refusals:
    """Too many images, videos or documents in a message, or a video beside others."""
    for key, most in (("image", 10), ("video", 1), ("document", 1)):
        if sum(block.get(key) is not None for block in blocks) > most:
            yield Refusal(path, f"more than {most} {key}{'s' if most > 1 else ''}")
    if "video" in held and held & {"image", "document"}:
        yield Refusal(path, "a video beside images or documents")


def _of_sample(turns: list[dict[str, Any]]) -> Refusals:
    """What only a whole conversation shows: two documents, and a video in a row for preference."""
    contents = [turn.get("content") for turn in turns]
    held = [
        (key, index)
        for index, content in enumerate(contents)
        for block in (content if isinstance(content, list) else ())
        for key in ("document", "video")
        if block.get(key) is not None
    ]
    documents = [index for key, index in held if key == "document"]
    if len(set(documents)) > 1:
        yield Refusal(f"$.messages[{documents[-1]}].content", "a second document; a row may have one")
    if turns and "candidates" in turns[-1]:
        for index in sorted({index for key, index in held if key == "video"}):
            yield Refusal(f"$.messages[{index}].content", "a video, in a row for preference")


def _of_tools(config: Any) -> Any:
    """What is wrong with the tools; returns their names, None where there are none."""
    if config is None:
        return None
    names: set[str] = set()
    if type(config.get("tools")) is not list or not config["tools"]:
        yield Refusal("$.toolConfig.tools", "expected a list of tools")
        return names
    for index, tool in enumerate(config["tools"]):
        spec, path = tool["toolSpec"], f"$.toolConfig.tools[{index}].toolSpec"
        for key in ("name", "description"):
            if type(spec.get(key)) is not str or not spec[key].strip():
                yield Refusal(f"{path}.{key}", f"expected a {key}; got {shown(spec.get(key))}")
        schema = (spec.get("inputSchema") or {}).get("json")
        if type(schema) is not dict or "type" not in schema:
            yield Refusal(f"{path}.inputSchema.json", "expected a schema with a type")
        if spec.get("name") in names:
            yield Refusal(f"{path}.name", "two tools have this name")
        names.add(spec.get("name"))
    return names


def _of_calls(block: dict[str, Any], path: str, called: dict[str, bool], tools: set[str] | None) -> Refusals:
    """Calls and results, given which ids were called and whether they have a result."""
    if block.get("toolUse") is not None:
        use = block["toolUse"]
        known = use.get("toolUseId")
        if type(known) is not str or not known.strip() or type(use.get("input")) is not dict:
            yield Refusal(f"{path}.toolUse", "expected toolUseId, name and an object as input")
        elif known in called:
            yield Refusal(f"{path}.toolUse.toolUseId", f"two calls have this id; got {shown(known)}")
        if tools is not None and use.get("name") not in tools:
            yield Refusal(f"{path}.toolUse.name", f"no tool is called {shown(use.get('name'))}")
        called[str(known)] = False
    if block.get("toolResult") is not None:
        result = block["toolResult"]
        known = result.get("toolUseId")
        if known not in called or called[known]:
            yield Refusal(f"{path}.toolResult.toolUseId", "a result of a call that is not there, or has one")
        if not result.get("content"):
            yield Refusal(f"{path}.toolResult.content", "expected content; got none")
        called[str(known)] = True


def _of_candidates(candidates: Any, path: str, *, last: bool) -> Refusals:
    """The answers of a preference row."""
    if not last:
        yield Refusal(path, "expected candidates in the last message only")
    labels = [one.get("preferenceLabel") for one in candidates]
    if len(candidates) < 2 or {str(label).lower() for label in labels} != {"preferred", "non-preferred"}:
        yield Refusal(f"{path}.candidates", "expected a candidate labelled preferred and one labelled non-preferred")
    for index, one in enumerate(candidates):
        yield from _of_blocks(one["content"], "assistant", f"{path}.candidates[{index}].content")


def _of_reinforcement(row: dict[str, Any]) -> Refusals:
    """Nova's rows for reinforcement: OpenAI's chat shape, with the system's message first."""
    roles = [turn.get("role") for turn in row["messages"]]
    if "user" not in roles:
        yield Refusal("$.messages", "expected a user message; got none")
    for index, turn in enumerate(row["messages"]):
        path, content = f"$.messages[{index}]", turn.get("content")
        if roles[index] not in ("system", "user", "assistant"):
            yield Refusal(f"{path}.role", f"expected system, user or assistant; got {shown(roles[index])}")
        if roles[index] == "system" and index and roles[0] != "system":
            yield Refusal(f"{path}.role", "a system message that is not the first")
        if content is not None and not str(content).strip():
            yield Refusal(f"{path}.content", "expected text; got none")
        yield from _of_text(content, f"{path}.content")
    answer = row.get("reference_answer")
    if answer is not None and (type(answer) not in (str, dict) or not answer):
        yield Refusal("$.reference_answer", f"expected text or an object; got {shown(answer)}")
    for index, tool in enumerate(row.get("tools") or ()):
        function, path = tool["function"], f"$.tools[{index}].function"
        for key in ("name", "description"):
            if type(function.get(key)) is not str or not function[key].strip():
                yield Refusal(f"{path}.{key}", f"expected a {key}; got {shown(function.get(key))}")
        schema = function.get("parameters")
        if type(schema) is not dict or schema.get("type") != "object" or type(schema.get("properties")) is not dict:
            yield Refusal(f"{path}.parameters", "expected a schema of the type object, with properties")
