"""The top of a row: its kind and its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.codec import member
from ftdata.errors import shown
from ftdata.example.parts import kind_of
from ftdata.facts.methods import METHOD_OF
from ftdata.formats.fates import meaning_of
from ftdata.formats.targets import INPUT_KEYS, KEYS
from ftdata.rules.mending import turns_of
from ftdata.rules.registry import Problem, fixes, rule
from ftdata.rules.rewording import reword
from ftdata.rules.toolbox import definitions

if TYPE_CHECKING:
    from ftdata.rules.checker import Elsewhere
    from ftdata.rules.look import RowLook

_SCHEMA = "OpenAI's API description, July 2025"
_HOLDS = {
    "chat": "messages",
    "reinforcement": "messages",
    "preference": "input, preferred_output and non_preferred_output",
    "completion": "prompt and completion",
}
_OLD = {"preferred_completion": "preferred_output", "non_preferred_completion": "non_preferred_output"}


def looks_like(row: Mapping[str, Any]) -> str | None:
    """The kind by the keys alone, also of rows that no parser would take."""
    if "input" in row and ({*_OLD} | {*_OLD.values()}) & row.keys():
        return "preference"
    return kind_of(row)


@rule(
    "other-format", "error", "The rows are in another format than the service takes",
    over="format",
    why="The service reads its own lines alone: what these rows would come to is in no file yet.",
    fix="Convert the file, and check what was written.",
    source="OpenAI: 'Example X is missing key 'messages'', seen; ftdata formats tells what rows of each format hold",
    since="0.2.0",
)  # fmt: skip
def other_format(other: Elsewhere, target: str) -> Iterator[Problem]:
    """Told once, at the first row. The other findings are of the rows that a conversion would write."""
    if not other.format:
        what = f"the rows are in no known format, so nothing else is told of them for {target}"
        yield Problem("$", what, hint=f"See what they hold, and how to make chats of them: {other.command}")
        return
    what = f"the rows are {other.format} ({other.sign}), which {target} does not take"
    yield Problem("$", f"{what}; other findings are of what they would become", hint=f"Convert them: {other.command}")


@rule(
    "wrong-kind", "error", "A line is of another kind than the method trains on",
    over="row",
    why="A file holds one kind of line, the one of its job's method; another one fails the whole job.",
    fix="Put the lines into a file of their own, or name the method that they are for with --method.",
    source="OpenAI: 'Input file F is in the fine-tune-chat format, but the specified fine-tuning job is not using "
    "'supervised'', 'Example X is missing key 'messages'', seen",
)  # fmt: skip
def wrong_kind(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Lines that another method takes."""
    kind = looks_like(row)
    # Both have messages: which of the two a line is, is only told by its end.
    if kind is None or kind == look.kind or {kind, look.kind} == {"chat", "reinforcement"}:
        return
    what = f"expected a line for {METHOD_OF[look.kind]} ({_HOLDS[look.kind]}), this one is for {METHOD_OF[kind]}"
    yield Problem("$", f"{what} ({_HOLDS[kind]})")


@rule(
    "missing-key", "error", "A line lacks the keys of its kind",
    over="row",
    why="Without them the line is not an example.",
    fix="If the rows are a table or in another format, make examples of them with ftdata convert.",
    source="OpenAI: 'Example X is missing key 'messages'', 'Unexpected file format, expected either "
    "prompt/completion pairs or chat messages', seen",
)  # fmt: skip
def missing_key(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Lines of no kind at all, or with part of their kind's keys."""
    kind = looks_like(row)
    if kind is None and look.kind == "completion" and looks_like({key.lower(): None for key in row}) == look.kind:
        return  # completion-case tells it
    if kind is None and "messages" not in row:
        keys = ", ".join(map(shown, list(row)[:8])) or "none"
        yield Problem("$", f"expected {_HOLDS[look.kind]}; got the keys {keys}")
    elif kind == look.kind == "preference":
        for key, old in (("preferred_output", "preferred_completion"),
                         ("non_preferred_output", "non_preferred_completion")):  # fmt: skip
            if key not in row and old not in row:
                yield Problem("$", f"expected {key}; got none")


@rule(
    "messages-list", "error", "The messages are not a list, or an empty one",
    over="row",
    why="A conversation is a list of at least one message.",
    fix="Write the messages as a list of objects with a role and content.",
    source=f"{_SCHEMA}: messages is an array of at least one item",
    kinds=("chat", "preference", "reinforcement"),
)  # fmt: skip
def messages_list(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """No list where messages stand."""
    holder, path = look.holder()
    if "messages" in holder and (type(holder["messages"]) is not list or not holder["messages"]):
        yield Problem(f"{path}.messages", "expected a list of at least one message", holder["messages"])


@rule(
    "unknown-key", "error", "A key that the service does not know",
    over="row",
    why="The server rejects a file whose lines carry further keys.",
    fix="Remove it: --fix does, and puts where it belongs what carries meaning; ftdata convert reads it so too.",
    source="OpenAI: 'Example 1 contains an extra \"weight\"' (invalid_file_format), seen",
    kinds=("chat", "preference", "completion"),
)  # fmt: skip
def unknown_key(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Keys that are not in the schema."""
    if looks_like(row) != look.kind and "messages" not in row:
        return
    known = KEYS[look.kind]
    for key in row:
        if key not in known and key not in ("metadata", "weight") and not (look.kind == "preference" and key in _OLD):
            yield Problem(member("$", key), f"the key {shown(key)} is not known{_carrying(key, row[key])}")
    if look.kind == "preference" and type(row.get("input")) is dict:
        for key in row["input"]:
            if key not in INPUT_KEYS:
                yield Problem(member("$.input", key), f"the key {shown(key)} is not known")


def _carrying(key: str, value: Any) -> str:
    meaning = meaning_of(key, value)
    return f", and it carries {meaning}" if meaning else ""


@fixes("unknown-key", safe=True)
def drop_unknown(row: dict[str, Any], kind: str) -> None:
    """Put what carries meaning where it belongs, and leave the other keys out."""
    if kind not in KEYS or ("messages" not in row and looks_like(row) != kind):
        return
    reword(row, kind)
    if looks_like(row) != kind:
        return  # with the answer that is not wanted it is of another kind, and told so
    for key in [key for key in row if key not in KEYS[kind] and key not in (*_OLD, "weight", "metadata")]:
        if not meaning_of(key, row[key]):
            del row[key]
    if kind == "preference" and type(row.get("input")) is dict:
        row["input"] = {
            key: value for key, value in row["input"].items() if key in INPUT_KEYS or meaning_of(key, value)
        }


@rule(
    "example-weight",
    "error",
    "A weight for the whole example",
    over="row",
    why="Fireworks has such weights; OpenAI's server rejects the file.",
    fix="Give the assistant's messages a weight of 0 or 1 instead, or leave the weight out.",
    source="OpenAI: 'Example 1 contains an extra \"weight\"' (invalid_file_format), seen",
    kinds=("chat", "preference", "completion"),
)  # fmt: skip
def example_weight(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """A weight at the top of a line."""
    if "weight" in row:
        yield Problem("$.weight", "a weight belongs to a message", row["weight"])


@rule(
    "carried-metadata", "error", "The lines carry metadata",
    over="row",
    why="Metadata is ftdata's own way to carry columns along; the server rejects it as an unknown key.",
    fix="Finish the file: ftdata convert FILE -o UPLOAD --to openai (or --fix).",
    source="OpenAI: 'Example 1 contains an extra ...' (invalid_file_format), seen",
    kinds=("chat", "preference", "completion"),
    once=True,
)  # fmt: skip
def carried_metadata(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """The key metadata."""
    if "metadata" in row:
        yield Problem("$.metadata", "the rows carry metadata")


@fixes("carried-metadata", safe=True)
def drop_metadata(row: dict[str, Any], kind: str) -> None:
    """Leave it out, unless it says that the answer is not wanted."""
    metadata = row.get("metadata")
    if not (type(metadata) is dict and metadata.get("kto_tag") is False):
        row.pop("metadata", None)


@rule(
    "null-key", "warning", "A key whose value is null",
    over="row",
    why="Null is not the same as absent: tables fill absent keys with nulls, and the server may refuse them.",
    fix="Remove the key: --fix does.",
    source=f"{_SCHEMA}: the keys are optional, most may not be null; Hugging Face datasets adds them",
)  # fmt: skip
def null_key(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Nulls at the top, in messages and definitions, where they say nothing."""
    if look.kind != "reinforcement":
        for key, value in row.items():
            if value is None and key != "metadata":
                yield Problem(member("$", key), f"{key} is null")
    if look.kind == "preference" and type(row.get("input")) is dict:
        for key in [key for key, value in row["input"].items() if value is None]:
            yield Problem(member("$.input", key), f"{key} is null")
    holder, path = look.holder()
    for here, function in definitions(holder.get("tools"), holder.get("functions")):
        for key in null_definitions(function):
            yield Problem(f"{path}.{here}.{key}", f"{key} is null")
    for turns, path in look.conversations():
        for index, turn in enumerate(turns):
            if type(turn) is dict and None in turn.values():
                for key in nulls(turn):
                    yield Problem(f"{path}[{index}].{key}", f"{key} is null")


def nulls(turn: dict[str, Any]) -> list[str]:
    """The keys of a message that are null and may be left out: content only where it is not needed."""
    return [key for key, value in turn.items() if value is None and key not in ("content", "role")]


def null_definitions(function: Any) -> list[str]:
    """The keys of a definition that are null, and may only be absent; strict may be null."""
    return [key for key in ("description", "parameters") if type(function) is dict and function.get(key, "") is None]


@fixes("null-key", safe=True)
def drop_nulls(row: dict[str, Any], kind: str) -> None:
    """Leave the keys out."""
    if kind != "reinforcement":  # there any key may be data for the grader
        for key in [key for key, value in row.items() if value is None and key != "metadata"]:
            del row[key]
    if kind == "preference" and type(row.get("input")) is dict:
        row["input"] = {key: value for key, value in row["input"].items() if value is not None}
    given = row.get("input") if kind == "preference" else row
    holder = given if type(given) is dict else {}
    for _, function in definitions(holder.get("tools"), holder.get("functions")):
        for key in null_definitions(function):
            del function[key]
    for turn in turns_of(row):
        for key in nulls(turn):
            del turn[key]


@rule(
    "parallel-tool-calls", "error", "parallel_tool_calls is neither true nor false",
    over="row",
    why="It says whether a model may call several functions at once.",
    fix="Write true or false.",
    source=f"{_SCHEMA}: parallel_tool_calls is a boolean",
    kinds=("chat", "preference"),
)  # fmt: skip
def parallel_tool_calls(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Another value."""
    holder, path = look.holder()
    value = holder.get("parallel_tool_calls")
    if value is not None and type(value) is not bool:
        yield Problem(f"{path}.parallel_tool_calls", "expected true or false", value)


@rule(
    "mixed-styles", "warning", "Both tools and the deprecated functions in one example",
    over="row",
    why="A model that learns both ways of calling learns neither well, and results cannot be paired with calls.",
    fix="Use tools and tool_calls throughout.",
    source=f"{_SCHEMA}: functions and function_call are deprecated in favour of tools and tool_calls",
    kinds=("chat", "preference", "reinforcement"),
)  # fmt: skip
def mixed_styles(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Both styles, be it in definitions or in calls."""
    holder, path = look.holder()
    new, old = bool(holder.get("tools")), bool(holder.get("functions"))
    for turns, _ in look.conversations():
        for turn in turns:
            if type(turn) is dict:
                new = new or bool(turn.get("tool_calls")) or turn.get("role") == "tool"
                old = old or bool(turn.get("function_call")) or turn.get("role") == "function"
    if new and old:
        yield Problem(path, "both tools and deprecated functions are used")


@rule(
    "legacy-functions", "info", "The deprecated functions and function_call are used",
    over="row",
    why="They still work; newer models and other trainers know tools and tool_calls.",
    fix="Write tools and tool_calls.",
    source=f"{_SCHEMA}: functions and function_call are deprecated",
    kinds=("chat", "preference", "reinforcement"),
    once=True,
)  # fmt: skip
def legacy_functions(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """The style of 2023."""
    holder, path = look.holder()
    if holder.get("functions"):
        yield Problem(f"{path}.functions", "the rows use the deprecated functions")
        return
    for turns, here in look.conversations():
        for index, turn in enumerate(turns):
            if type(turn) is dict and (turn.get("function_call") or turn.get("role") == "function"):
                yield Problem(f"{here}[{index}]", "the rows use the deprecated function_call")
                return
