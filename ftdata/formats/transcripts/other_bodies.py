"""The bodies of Anthropic's Messages and of Gemini's generateContent, request and answer, read by their formats.

Source: anthropic-sdk-python's and python-genai's types (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.example.shapes import Example
from ftdata.formats import anthropic, gemini
from ftdata.formats.transcripts.exchange import Choice, Exchange, answered, asked, first
from ftdata.formats.transcripts.repair import unwrapped

_CONFIG = {"maxOutputTokens": "max_tokens", "topP": "top_p", "topK": "top_k", "stopSequences": "stop",
           "responseSchema": "response_format", "responseJsonSchema": "response_format"}  # fmt: skip
"""Gemini's names of settings, in the spelling of the JSON documentation, and ours."""


def exchange(
    request: dict[str, Any], answer: Any, repaired: Counter[str], request_path: str, answer_path: str
) -> Exchange | None:
    """The exchange of an Anthropic or Gemini request and its answer; None where the bodies are of another API.

    Raises:
        RowError: They are of one of these, and cannot be read.
    """
    if "contents" in request:
        return _gemini(request, answer, repaired, request_path, answer_path)
    if type(answer) is dict and "choices" in answer:
        return None
    said = type(answer) is dict and answer.get("type") == "message" and type(answer.get("content")) is list
    if said or anthropic.ANTHROPIC.fits(request):
        return _anthropic(request, answer, repaired, request_path, answer_path)
    return None


def _read(
    parse: Callable[[dict[str, Any], Counter[str]], Example],
    row: dict[str, Any],
    repaired: Counter[str],
    path: str,
    within: str = "$",
) -> dict[str, Any]:
    """What a format makes of a row that is put together from a body; errors tell the place in the body.

    Args:
        parse: The format's.
        row: Put together.
        repaired: Counts what is put right.
        path: Where the body stands.
        within: Where the row has what the body is.
    """
    try:
        return parse(row, repaired)
    except RowError as error:
        error.json_path = path + error.json_path.removeprefix(within)
        raise


def _anthropic(
    request: dict[str, Any], answer: Any, repaired: Counter[str], request_path: str, answer_path: str
) -> Exchange:
    body = {key: request[key] for key in ("system", "messages") if request.get(key) is not None}
    # A vendor's own tools have a type and no schema.
    body["tools"] = [tool for tool in request.get("tools") or () if type(tool) is not dict or "input_schema" in tool]
    made = _read(anthropic.parse, body, repaired, request_path)
    facts = asked({key: value for key, value in request.items() if key != "system"})
    finish = None
    content = answer
    if type(answer) is dict:
        facts |= answered(answer)
        finish, content = answer.get("stop_reason"), answer.get("content")
    if not content:
        choices = [Choice(None, finish, answer_path)]
    else:
        turn = {"messages": [{"role": "assistant", "content": _answerable(content, repaired)}]}
        said = _read(anthropic.parse, turn, repaired, answer_path, "$.messages[0]")["messages"]
        choices = [Choice(said[0], finish, answer_path)]
    own = request.get("metadata")
    return Exchange(messages=made["messages"], choices=choices, path=f"{request_path}.messages",
                    tools=made.get("tools"), tools_path=f"{request_path}.tools", facts=facts,
                    own=own if type(own) is dict else {})  # fmt: skip


def _answerable(content: Any, repaired: Counter[str]) -> Any:
    """An answer's blocks without those of tools that ran at the vendor's, which are counted."""
    if type(content) is not list:
        return content
    kept = [block for block in content if type(block) is not dict or not _is_server(block.get("type"))]
    if len(kept) < len(content):
        repaired["blocks of the vendor's own tools left out"] += len(content) - len(kept)
    return kept


def _is_server(kind: Any) -> bool:
    return type(kind) is str and (kind.startswith("server_tool") or kind.endswith("_tool_result"))


def _gemini(
    request: dict[str, Any], answer: Any, repaired: Counter[str], request_path: str, answer_path: str
) -> Exchange:
    config = first(request, "generationConfig", "generation_config", "config")
    config = dict(config) if type(config) is dict else {}
    contents = request["contents"]
    body = {key: request[key] for key in ("systemInstruction", "system_instruction", "tools") if request.get(key)}
    for key in ("system_instruction", "systemInstruction", "tools"):
        if key in config:  # where the Python SDK has them
            body.setdefault(key, config.pop(key))
    body["tools"] = [tool for tool in body.get("tools") or () if _declares(tool)]
    body["contents"] = [{"role": "user", "parts": [{"text": contents}]}] if type(contents) is str else contents
    made = _read(gemini.parse, body, repaired, request_path)
    settings = {_CONFIG.get(_camel(key), key): value for key, value in config.items()}
    facts = asked({**settings, "model": request.get("model")})
    return Exchange(messages=made["messages"], choices=_candidates(answer, repaired, answer_path),
                    path=f"{request_path}.contents", tools=made.get("tools"), tools_path=f"{request_path}.tools",
                    facts={**facts, **_of_answer(answer)})  # fmt: skip


def _declares(tool: Any) -> bool:
    return type(tool) is dict and ("functionDeclarations" in tool or "function_declarations" in tool)


def _camel(key: str) -> str:
    head, *rest = key.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _candidates(answer: Any, repaired: Counter[str], path: str) -> list[Choice]:
    answer = unwrapped(answer, repaired)
    if type(answer) is str:
        return [Choice(answer, path=path)]
    given = answer.get("candidates") if type(answer) is dict else None
    if type(given) is not list:
        raise RowError(f"expected an answer with candidates; got {shown(answer)}", json_path=path)
    choices = []
    for index, one in enumerate(given):
        here = f"{path}.candidates[{index}]"
        finish = first(one, "finishReason", "finish_reason")
        finish = finish.rpartition(".")[2] if type(finish) is str else None  # "FinishReason.STOP" of the Python SDK
        content = one.get("content")
        said = None
        if type(content) is dict and content.get("parts"):
            turn = {"contents": [{**content, "role": "model"}]}
            turns = _read(gemini.parse, turn, repaired, f"{here}.content", "$.contents[0]")["messages"]
            said = turns[0] if turns else None
        choices.append(Choice(said, finish, f"{here}.content"))
    return choices


def _of_answer(answer: Any) -> dict[str, Any]:
    if type(answer) is not dict:
        return {}
    usage = first(answer, "usageMetadata", "usage_metadata")
    usage = usage if type(usage) is dict else {}
    known = answered({"id": first(answer, "responseId", "response_id"), "created": answer.get("createTime")})
    known["model"] = first(answer, "modelVersion", "model_version")
    known["prompt_tokens"] = first(usage, "promptTokenCount", "prompt_token_count")
    known["completion_tokens"] = first(usage, "candidatesTokenCount", "candidates_token_count")
    return {key: value for key, value in known.items() if value is not None}
