"""TRL's rows: conversational, prompt and completion, preference (explicit and implicit prompt), unpaired preference.

Source: TRL's page on dataset formats (July 2026). Arguments are objects there, results are named and calls have no ids;
datasets loaded from Arrow have a null for each key that another message has, and those are pruned.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.facts import names
from ftdata.formats.arguments import as_text, value_of
from ftdata.formats.definitions import read_tools
from ftdata.formats.dumping import accepted, carried, leave_out, losses, refuse_unasked, spread, text_of
from ftdata.formats.fates import meaning_of
from ftdata.formats.gate import gate
from ftdata.formats.judges.judge import Judge
from ftdata.formats.judges.trl import refusals
from ftdata.formats.nulls import PRUNED, UNDECLARED, prune, without_null_arguments
from ftdata.formats.registry import Format
from ftdata.formats.settling import listed, sided
from ftdata.formats.sides import apart
from ftdata.formats.turns import Turns
from ftdata.formats.wording import worded

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference", "completion")
_KNOWN = frozenset(("messages", "prompt", "completion", "chosen", "rejected", "label", "tools", "metadata"))
_READ = _KNOWN - {"label"}
_ANSWERS = frozenset(("response", "resp", "response_body", "output", "result", "raw_response", "response_message"))
_BESIDE_PAIRS = frozenset(("instruction", "conversations", "system", "system_prompt", "question", "input", "context"))
"""Columns with which a pair is none of TRL's: what they say would be passed over."""
_MESSAGE_KEYS = frozenset(("role", "content", "tool_calls", "tool_call_id", "name", "reasoning_content", "weight"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat, preference or completion example.

    Raises:
        RowError: If it has none of TRL's columns, or a message is malformed; with the JSON path.
    """
    row, nulls = prune(row)
    if nulls:
        repaired[PRUNED] += nulls
    row = sided(listed(row, repaired), repaired)
    tools = read_tools(row["tools"], "$.tools", repaired) if "tools" in row else []
    example, read = _example(row, tools, repaired)
    if type(row.get("metadata")) is dict and row["metadata"]:
        example["metadata"] = dict(row["metadata"])
    example, count = without_null_arguments(carried(row, read, example))
    if count:
        repaired[UNDECLARED] += count
    gate(example)
    return example


def _example(
    row: dict[str, Any], tools: list[dict[str, Any]], repaired: Counter[str]
) -> tuple[Example, frozenset[str]]:
    """The example, and the keys of the row that it is made of."""
    more = {"tools": tools} if tools else {}
    if "chosen" in row and "rejected" in row:
        return _pair(row, more, repaired)
    if "messages" in row:
        return {"messages": messages_of(row["messages"], "$.messages", repaired), **more}, _READ
    if "prompt" in row and "completion" in row:
        if type(row["prompt"]) is type(row["completion"]) is str and not any(map(meaning_of, row, row.values())):
            return {"prompt": row["prompt"], "completion": row["completion"]}, _READ
        asked = messages_of(_spoken(row["prompt"], "user"), "$.prompt", repaired)
        both = messages_of([*asked, *_spoken(row["completion"], "assistant")], "$.completion", repaired)
        # Only the completion is trained.
        for message in both[: len(asked)]:
            if message["role"] == "assistant":
                message["weight"] = 0
        return {"messages": both, **more}, _READ
    if type(row.get("prompt")) is list:
        return {"messages": messages_of(row["prompt"], "$.prompt", repaired), **more}, _READ
    keys = ", ".join(map(shown, row)) or "none"
    hint = "Rows of text alone need the template that made them: --from chatml or harmony." if "text" in row else ""
    raise RowError(
        f"expected messages, prompt and completion, or chosen and rejected; got the keys {keys}",
        hint=hint,
        json_path="$",
    )


def _pair(row: dict[str, Any], more: dict[str, Any], repaired: Counter[str]) -> tuple[Example, frozenset[str]]:
    (chosen, tools), (rejected, _) = (_side(row, key, repaired) for key in ("chosen", "rejected"))
    more = more or ({"tools": tools} if tools else {})
    name = "prompt" if "prompt" in row else "messages" if "messages" in row else names.first_key(row, names.PROMPTS)
    given = messages_of(_spoken(row[name], "user"), "$.prompt", repaired) if name else []
    if name == "messages" and given and given[-1].get("role") == "assistant":
        name, given = None, []  # the chosen answer in its conversation, once more
    asked, chosen, rejected = apart(given, chosen, rejected)
    messages = messages_of(asked, "$.prompt", repaired)
    pair = {
        "input": {"messages": messages, **more},
        "preferred_output": messages_of([*asked, *chosen], "$.chosen", repaired)[len(messages) :],
        "non_preferred_output": messages_of([*asked, *rejected], "$.rejected", repaired)[len(messages) :],
    }
    return pair, _READ | {name} if name else _READ


def _side(row: dict[str, Any], key: str, repaired: Counter[str]) -> tuple[list[Any], list[dict[str, Any]]]:
    """The turns of a side and its tools: text, turns, an object that holds them, or JSON text of such an object."""
    side = row[key]
    if type(side) is str and side.lstrip()[:1] in ("{", "["):
        found = value_of(side) if side.lstrip()[0] == "{" else listed({"messages": side}, repaired)
        if type(found) is dict and type(found.get("messages")) is list:
            repaired["JSON text read as a list of turns"] += side.lstrip()[0] == "{"
            side = found
    tools = []
    if type(side) is dict:
        tools = read_tools(side["tools"], f"$.{key}.tools", Counter()) if side.get("tools") else []
        side = side["messages"] if type(side.get("messages")) is list else [side]
    turns = _spoken(side, "assistant")
    if type(turns) is not list or not all(type(turn) is dict for turn in turns):
        raise RowError(f"expected messages or text; got {shown(turns)}", json_path=f"$.{key}")
    return turns, tools


def _spoken(said: Any, role: str) -> list[Any]:
    return [{"role": role, "content": said}] if type(said) is str else said


def messages_of(given: Any, path: str, repaired: Counter[str] | None = None) -> list[dict[str, Any]]:
    """The messages with arguments as JSON text, and with ids that link calls and results.

    Raises:
        RowError: If it is not a list of messages, or a call in it has no name.
    """
    if type(given) is not list:
        raise RowError(f"expected a list of messages; got {shown(given)}", json_path=path)
    given = worded(given, path, Counter() if repaired is None else repaired, calls=False)
    turns = Turns()
    for index, message in enumerate(given):
        if type(message) is not dict:
            raise RowError(f"expected a message; got {shown(message)}", json_path=f"{path}[{index}]")
        calls = message.get("tool_calls")
        if calls:
            _call(turns, message, f"{path}[{index}].tool_calls")
        elif message.get("role") == "tool":
            content = message.get("content")
            text = content if type(content) in (str, list) else as_text(content)
            id = message.get("tool_call_id")
            turns.result(text, f"{path}[{index}]", name=message.get("name"), id=id)
        else:  # an empty list of calls, which tables fill in, says nothing
            turns.messages.append({key: value for key, value in message.items() if key != "tool_calls"})
    return turns.messages


def _call(turns: Turns, message: dict[str, Any], path: str) -> None:
    functions, ids = [], []
    calls = message["tool_calls"]
    for index, call in enumerate(calls if type(calls) is list else [calls]):
        function = call.get("function", call) if type(call) is dict else None
        if type(function) is not dict or type(function.get("name")) is not str:
            raise RowError(f"expected a call with a function's name; got {shown(call)}", json_path=f"{path}[{index}]")
        functions.append((function["name"], as_text(function.get("arguments"))))
        ids.append(call.get("id"))
    made = turns.call(functions, ids=ids)
    rest = {key: value for key, value in message.items() if key != "tool_calls"}
    turns.messages[-1] = {**rest, "tool_calls": made["tool_calls"]}


# -- writing ----------------------------------------------------------------------------------------------------------


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of messages, of prompt, chosen and rejected, or of prompt and completion.

    Raises:
        RowError: If it is of another kind.
    """
    kind, current, holder = accepted(example, "trl", _KINDS, lost)
    if kind == "completion":
        row: dict[str, Any] = {"prompt": current["prompt"], "completion": current["completion"]}
        return spread(row, current, _KNOWN, lost, nulls=False)
    if kind == "preference":
        asked, chosen, rejected = _as_text(
            [holder["messages"], current["preferred_output"], current["non_preferred_output"]], lost
        )
        row = {"prompt": _written(asked, lost), "chosen": _written(chosen, lost), "rejected": _written(rejected, lost)}
    elif type((current.get("metadata") or {}).get("kto_tag")) is bool:
        return _as_completion(current, holder, lost)  # an unpaired preference has its label beside a completion
    else:
        (messages,) = _as_text([holder["messages"]], lost)
        row = {"messages": _written(messages, lost)}
    return _with_tools(row, current, holder, lost)


def _as_completion(current: Example, holder: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    """A chat as prompt and completion.

    Raises:
        RowError: If the last message is not the assistant's.
    """
    (messages,) = _as_text([holder["messages"]], lost)
    if messages[-1]["role"] != "assistant" or len(messages) == 1:
        raise RowError("expected an answer at the end; got none", json_path=f"$.messages[{len(messages) - 1}]")
    if any(m["role"] == "assistant" and m.get("weight") != 0 for m in messages[:-1]):
        lost["earlier answers"] += 1
    past = [{key: item for key, item in message.items() if key != "weight"} for message in messages[:-1]]
    row = {"prompt": _written(past, lost), "completion": _written(messages[-1:], lost)}
    return _with_tools(row, current, holder, lost)


def _with_tools(row: dict[str, Any], current: Example, holder: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if holder.get("tools"):
        row["tools"] = holder["tools"]
    metadata = current.get("metadata")
    if metadata and type(metadata.get("kto_tag")) is bool:
        row["label"] = metadata["kto_tag"]
        current = {**current, "metadata": {key: item for key, item in metadata.items() if key != "kto_tag"}}
    return spread(row, current, _KNOWN, lost, nulls=False)


def dump_prompt_completion(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A chat as prompt and completion, so that only its last answer is trained; other kinds as `dump`.

    Raises:
        RowError: If the last message is not the assistant's.
    """
    kind, current, holder = accepted(example, "trl", _KINDS, Counter())
    if kind != "chat":
        return dump(example, lost)
    accepted(example, "trl", _KINDS, lost)
    return _as_completion(current, holder, lost)


def dump_tools_json(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump`, tools as JSON text, which Arrow cannot merge into one type."""
    row = dump(example, lost)
    return {**row, "tools": encode(row["tools"]).decode()} if "tools" in row else row


def _as_text(lists: list[list[dict[str, Any]]], lost: Counter[str]) -> list[list[dict[str, Any]]]:
    """The messages, parts as text where none of them is anything else: templates of models for text know no parts."""
    parted = [turn for turns in lists for turn in turns if type(turn.get("content")) is list]
    if not parted or any(part["type"] not in ("text", "refusal") for turn in parted for part in turn["content"]):
        return lists
    return [
        [{**turn, "content": text_of(turn, lost)} if type(turn.get("content")) is list else turn for turn in turns]
        for turns in lists
    ]


_FIRST = ("role", "content")
_PLAIN = ("system", "user", "assistant")


def _written(messages: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    refuse_unasked(messages, by_id=True)
    names: dict[str, str] = {}
    written = []
    for message in messages:
        if len(message) == 2 and message["role"] in _PLAIN and type(message.get("content")) is str:
            written.append(message)
            continue
        leave_out(message, _MESSAGE_KEYS, lost)
        said = {key: value for key, value in message.items() if key in _MESSAGE_KEYS and key != "weight"}
        if message.get("weight") == 0:
            lost["message weight"] += 1
        if message["role"] == "developer":
            lost["developer role"] += 1
            said["role"] = "system"
        if message.get("tool_calls"):
            said["tool_calls"] = [_call_written(call, names) for call in message["tool_calls"]]
            if said.get("content") is None:  # many templates add it to a text, and null or nothing stops them
                said = {"role": said["role"], "content": "", **{key: said[key] for key in said if key not in _FIRST}}
        elif message.get("content") is None and message.get("refusal"):
            said["content"] = message["refusal"]
        if message["role"] == "tool" and message.get("tool_call_id") in names:
            said = {"role": "tool", "name": names[message["tool_call_id"]], **said}
        written.append(said)
    return written


def _call_written(call: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    function = call["function"]
    names[call.get("id", "")] = function["name"]
    return {**call, "function": {**function, "arguments": value_of(function["arguments"])}}


def _recognised(row: dict[str, Any]) -> bool:
    if "chosen" in row and "rejected" in row:
        if not _BESIDE_PAIRS.isdisjoint(row) or type(row["chosen"]) not in (list, str):
            return False
        return type(row["chosen"]) is list or "prompt" in row
    prompt = row.get("prompt")
    if type(prompt) is list and "completion" not in row and not _ANSWERS.isdisjoint(row):
        return False  # a request and its response
    labelled = names.wanted(row.get("label")) is not None
    if type(prompt) is list or (labelled and ("completion" in row or "messages" in row)):
        return True
    turns = row.get("messages")
    if type(turns) is not list or not turns or type(turns[0]) is not dict or "role" not in turns[0]:
        return False
    if any(type(turn) is dict and "train" in turn for turn in turns):
        return False  # axolotl's, which has objects for arguments too
    return type(row.get("tools")) is str or any(map(_marked, turns))


def _beyond(row: dict[str, Any]) -> bool:
    """Whether a row is of a type without messages: text, a prompt of text, a pair with its prompt in it, or steps."""
    if "completions" in row and "labels" in row:
        return True
    said = [row[key] for key in ("text", "prompt", "chosen", "rejected") if key in row]
    return bool(said) and _READ.isdisjoint(row.keys() - _TEXTS) and all(type(one) is str for one in said)


_TEXTS = frozenset(("text", "prompt", "chosen", "rejected"))


def _marked(turn: Any) -> bool:
    """Whether a message is as TRL alone has it: with an object for arguments."""
    if type(turn) is not dict:
        return False
    calls = turn.get("tool_calls")
    for call in calls if type(calls) is list else ():
        function = call.get("function") if type(call) is dict else None
        if type(function) is dict and type(function.get("arguments")) is dict:
            return True
    return False


_ROWS = Format(
    name="trl",
    about="messages, prompt and completion, chosen and rejected, label; with objects for arguments, as TRL has them",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=dump,
    recognises=_recognised,
    sign="TRL's columns, or objects for arguments",
    dialect_of="openai",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message weight", "refusal", "developer role",
        "parallel_tool_calls", "empty tools", "other keys of messages", "parts",
        other_keys="rows have no place for them",
    ) | {
        "metadata": "a key that the row has itself",
        "earlier answers": "only the completion is trained: the last answer, where an example has a label",
    },
    source="TRL's page on dataset formats (July 2026)",
    refuses=refusals,
    judges=(Judge(parse, dump, alone=False, reshapes=True),),
    beyond=_beyond,
)  # fmt: skip
TRL = replace(
    _ROWS,
    variants={
        "prompt-completion": replace(
            _ROWS,
            name="trl:prompt-completion",
            about="trl, chats as prompt and completion, so that the last answer alone is trained",
            dump=dump_prompt_completion,
            loses={
                **_ROWS.loses,
                "earlier answers": "only the last answer is trained: --per-answer makes one row each",
            },
        ),
        "tools-json": replace(
            _ROWS,
            name="trl:tools-json",
            about="trl, tools as JSON text for datasets below 4.7",
            dump=dump_tools_json,
        ),
    },
)
