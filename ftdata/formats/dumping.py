"""Shared by formats when they write: which examples they accept, and what they cannot hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.example.parts import kind_of
from ftdata.formats.calling import FUNCTIONS, check_calls, to_tools
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind
    from ftdata.formats.fates import meaning_of, placed
    from ftdata.formats.ids import with_ids
    from ftdata.formats.refusing import refuse
else:
    meaning_of = late(globals(), "ftdata.formats.fates", "meaning_of")
    placed = late(globals(), "ftdata.formats.fates", "placed")
    with_ids = late(globals(), "ftdata.formats.ids", "with_ids")
    refuse = late(globals(), "ftdata.formats.refusing", "refuse")

METADATA = "metadata"
WEIGHT = "example weight"
OTHER_KEYS = "other keys of messages"
_NAMES = {
    "name": "message name",
    "weight": "message weight",
    "reasoning_content": "reasoning",
    "refusal": "refusal",
    "tool_calls": "tool calls",
}
_WHY = {
    FUNCTIONS: "written as tools, with ids made of name and place",
    METADATA: "rows have no place for it",
    WEIGHT: "examples have no weight of their own",
    OTHER_KEYS: "messages have no others",
    "message name": "speakers have no names",
    "message weight": "every answer is trained",
    "reasoning": "there is no field for it; it can be moved into the text",
    "refusal": "written as the answer's text",
    "developer role": "written as system",
    "parallel_tool_calls": "there is no such switch",
    "parts": "several parts of text are joined",
    "empty tools": "an empty list of tools is left out",
    "image detail": "images have none",
    "strict": "definitions have no such switch",
    "spacing of arguments": "arguments are objects, so their spacing is not kept",
    "system messages": "joined into one at the front",
    "empty system prompt": "left out",
    "call id": "calls have none; results stand in the order of their calls",
}
_EXTRA_KEYS: dict[Kind, frozenset[str]] = {
    "chat": frozenset(("messages", "tools", "parallel_tool_calls", "metadata")),
    "preference": frozenset(("input", "preferred_output", "non_preferred_output", "metadata")),
    "completion": frozenset(("prompt", "completion", "metadata")),
}
_HINTS: dict[Kind, str] = {
    "completion": "Read the file with --from completion, so that it becomes chats.",
    "reinforcement": "Write --to openai or ftdata.",
}


def under(name: str, key: str) -> str:
    """The loss of one key, under its own name: ``metadata: source``."""
    return f"{name}: {key}"


def losses(*names: str, **own: str) -> dict[str, str]:
    """Names of losses with the reasons that formats share, and others with their own."""
    return {**{name: _WHY[name] for name in names}, **{name.replace("_", " "): why for name, why in own.items()}}


def accepted(
    example: Example, format: str, kinds: Collection[Kind], lost: Counter[str], *, weighs: bool = False
) -> tuple[Kind, Example, dict[str, Any]]:
    """Its kind, the example with tools in place of deprecated functions, and what holds its messages and tools.

    Counts the keys at the top that no format but ftdata's own has.

    Args:
        example: The example.
        format: The format's name.
        kinds: The kinds that it holds.
        lost: Counts.
        weighs: Whether its rows have a weight of their own.

    Raises:
        RowError: If the format does not hold its kind, or would train an example that has the weight 0; or a side of
            a pair does not begin with an answer.
    """
    kind = kind_of(example)
    if kind is None or kind not in kinds:
        article = "an" if (kind or "x")[0] in "aeiou" else "a"
        hint = _HINTS.get(kind, "") if kind else ""
        raise RowError(f"{format} holds {' and '.join(kinds)} examples; got {article} {kind} example", hint=hint)
    if kind != "completion":
        check_calls(example, format)
    current = to_tools(example)
    if current is not example:
        lost[FUNCTIONS] += 1
    holder = current
    if kind == "preference":
        holder = current["input"]
        _refuse_unanswered(current)
    if "parallel_tool_calls" in holder:
        lost["parallel_tool_calls"] += 1
    if holder.get("tools") == []:
        lost["empty tools"] += 1
    if not _EXTRA_KEYS[kind].issuperset(current):
        for key in [key for key in current if key not in _EXTRA_KEYS[kind]]:
            if key == "weight":
                if not weighs:
                    _refuse_weightless(current)
                    lost[WEIGHT] += 1
            else:
                lost["other keys"] += 1
                lost[under("other keys", key)] += 1
    return kind, current, holder


def _refuse_unanswered(example: Example) -> None:
    """Refuse a pair with a side that does not begin with an answer."""
    for key in ("preferred_output", "non_preferred_output"):
        if not example[key]:
            raise RowError("expected an answer; got none", json_path=f"$.{key}")
        if example[key][0]["role"] != "assistant":
            raise RowError("expected an answer; got another message", json_path=f"$.{key}[0]")


def spread(
    row: dict[str, Any], example: Example, known: frozenset[str], lost: Counter[str], *, nulls: bool = True
) -> dict[str, Any]:
    """The row with the example's metadata before its own keys; counts what would clash with a known key.

    Args:
        row: The row's own keys.
        example: With metadata or without.
        known: Keys that mean something to the format.
        lost: Counts.
        nulls: Whether a null says something in the format.

    Raises:
        RowError: If the metadata say that the answer is not wanted, and the format has no such key.
    """
    metadata = example.get("metadata")
    if not metadata:
        return row
    # Written without its label, an unwanted answer would be trained like any other.
    if "kto_tag" not in known:
        _refuse_unwanted(metadata)
    # A column called images or functions would be read as what its name says.
    kept = {
        key: value
        for key, value in metadata.items()
        if key not in known and (nulls or value is not None) and not meaning_of(key, value)
    }
    gone = [key for key in metadata if key not in kept and not (key == "kto_tag" and key in row)]
    if gone:
        _lose(gone, lost)
    return {**kept, **row}


def add_tag(row: dict[str, Any], example: Example) -> None:
    """Write whether the answer is wanted, where an unpaired preference says so."""
    tag = (example.get("metadata") or {}).get("kto_tag")
    if type(tag) is bool:
        row["kto_tag"] = tag


def without_metadata(example: Example, lost: Counter[str]) -> None:
    """Count that metadata stays behind.

    Raises:
        RowError: If the metadata say that the answer is not wanted, which the format would train.
    """
    metadata = example.get("metadata")
    if metadata:
        _lose(metadata, lost)
        _refuse_unwanted(metadata)


def _lose(keys: Iterable[str], lost: Counter[str]) -> None:
    lost[METADATA] += 1
    for key in keys:
        lost[under(METADATA, key)] += 1


def _refuse_weightless(example: Example) -> None:
    if example["weight"] == 0:
        hint = "Leave it out, or write openai or fireworks, which can say so."
        raise RowError("expected an example to train on; got one with weight 0", hint=hint, json_path="$.weight")


def _refuse_unwanted(metadata: Mapping[str, Any]) -> None:
    if metadata.get("kto_tag") is False:
        raise RowError(
            "expected a wanted answer; got one labelled as unwanted (kto_tag false)",
            hint="To keep it with its label, use --to trl, sharegpt or ftdata.",
            json_path="$.metadata.kto_tag",
        )


def carried(row: Mapping[str, Any], known: frozenset[str], example: Example) -> Example:
    """The example with what else the row says put where it belongs, and further keys as its metadata.

    Raises:
        RowError: If a key that the format does not read carries meaning, and has no place; with the JSON path.
    """
    if not known.issuperset(row):
        extra = placed(example, {key: value for key, value in row.items() if key not in known})
        if extra:
            example["metadata"] = {**extra, **example.get("metadata", {})}
    return example


def leave_out(message: Mapping[str, Any], kept: frozenset[str], lost: Counter[str]) -> None:
    """Count the keys of a message that stay behind; those with nothing in them, or with a default, say nothing."""
    if kept.issuperset(message):
        return
    for key, value in message.items():
        if key in kept:
            continue
        # Defaults say nothing, so leaving them out loses nothing.
        if value is None or (key == "weight" and value == 1) or (key == "tool_calls" and not value):
            continue
        lost[_NAMES.get(key, OTHER_KEYS)] += 1
        if key not in _NAMES:
            lost[under(OTHER_KEYS, key)] += 1


def text_of(message: Mapping[str, Any], lost: Counter[str], path: str = "") -> str:
    """A message's content as one text; counts parts that are joined, refusals that become text.

    Raises:
        RowError: If it holds an image or another thing that is not text.
    """
    content = message.get("content")
    if type(content) is str:
        return content
    if not content:
        refusal = message.get("refusal")
        return refusal if type(refusal) is str else ""
    if len(content) > 1:
        lost["parts"] += 1
    texts = []
    for part in content:
        if part["type"] == "refusal":
            lost["refusal"] += 1
        elif part["type"] != "text":
            refuse(lost, f"expected only text; got a part of type {part['type']}", path)
            continue
        texts.append(part[part["type"]])
    return "".join(texts)


def refuse_unasked(messages: list[dict[str, Any]], path: str = "$.messages", *, by_id: bool = False) -> None:
    """Refuse results that no call waits for, where a result says by its place alone which call it answers.

    Args:
        messages: The messages to be written.
        path: Where they stand.
        by_id: Whether results with an id are found by that.

    Raises:
        RowError: If there is one, because a reader of the output could not tell whose it is.
    """
    waiting = 0
    for index, message in enumerate(messages):
        if message.get("tool_calls"):
            waiting = len(message["tool_calls"])
        elif message["role"] == "tool":
            if waiting < 1 and not (by_id and message.get("tool_call_id")):
                raise RowError("expected the result of a call before it; got none", json_path=f"{path}[{index}]")
            waiting -= 1


def text_of_part(part: Mapping[str, Any], lost: Counter[str], path: str = "$.messages") -> str:
    """The text of a part that is not an image, where images are written; counts refusals that become text.

    Raises:
        RowError: If it is of another type, such as a file or audio, because dropping it would be a silent loss.
    """
    kind = part["type"]
    if kind not in ("text", "refusal"):
        refuse(lost, f"expected text and images; got a part of type {kind}", path)
        return ""
    lost["refusal"] += kind == "refusal"
    text: str = part[kind]
    return text


def instructions(messages: list[dict[str, Any]], lost: Counter[str]) -> tuple[str | None, list[dict[str, Any]]]:
    """The system prompt for formats that have one outside of the messages, and the other messages.

    Raises:
        RowError: If there are no other messages.
    """
    roles = [message["role"] for message in messages]
    developers = roles.count("developer")
    count = roles.count("system") + developers
    if not count:
        return None, messages
    if count == len(messages):
        raise RowError("expected a turn after the system prompt; got none", json_path="$.messages")
    if developers:
        lost["developer role"] += 1
    if count == 1 and roles[0] in _INSTRUCTING:
        spoken, rest = messages[:1], messages[1:]
    else:
        lost["system messages"] += 1
        spoken = [message for message in messages if message["role"] in _INSTRUCTING]
        rest = [message for message in messages if message["role"] not in _INSTRUCTING]
    for message in spoken:
        leave_out(message, _SPOKEN, lost)
    said = "\n\n".join([text_of(message, lost) for message in spoken])
    if not said:
        lost["empty system prompt"] += 1
    return said or None, rest


_INSTRUCTING = ("system", "developer")
_SPOKEN = frozenset(("role", "content"))


def in_order(messages: list[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """The messages with the results behind each call in the order of its calls, for formats without ids.

    Raises:
        RowError: If a result answers no call before it.
    """
    if "tool" not in [message["role"] for message in messages]:
        return messages
    messages = with_ids(messages)
    ordered: list[dict[str, Any]] = []
    ids: list[str] = []
    start = 0
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message.get("tool_call_id") not in ids:
                raise RowError("expected the result of a call before it; got another id",
                               json_path=f"{path}[{index}].tool_call_id")  # fmt: skip
            if ordered[-1]["role"] != "tool":
                start = len(ordered)
            ordered.append(message)
            ordered[start:] = sorted(ordered[start:], key=lambda result: ids.index(result["tool_call_id"]))
        else:
            ordered.append(message)
            if message["role"] == "assistant" and message.get("tool_calls"):
                # Results belong to the latest calls only: formats without ids match them by position.
                ids = [call.get("id", "") for call in message["tool_calls"]]
    return ordered
