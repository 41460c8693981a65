"""Test sets of evaluation tools: a conversation, the answer that is expected, and metadata.

Sources: Inspect's reference of datasets (``input``, ``target``, ``id``, ``metadata``), promptfoo's reference of test
cases (``vars``, ``assert``, ``metadata``; a template in a variable is rendered), Langfuse's API reference of dataset
items (``input``, ``expectedOutput``, ``metadata``), 2026.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, shown
from ftdata.formats.dumping import METADATA, accepted, carried, leave_out, losses, text_of

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

KINDS: tuple[Kind, ...] = ("chat",)
LOSES = losses(
    "example weight", "deprecated functions", "message name", "message weight", "reasoning", "refusal",
    "developer role", "parallel_tool_calls", "parts", "empty tools", "other keys of messages",
    other_keys="put them into the metadata",
)  # fmt: skip

_SAID = frozenset(("role", "content", "refusal"))
_ROLES = ("system", "user", "assistant")
_RAW, _END = "{% raw %}", "{% endraw %}"


def case(example: Example, name: str, lost: Counter[str]) -> tuple[list[dict[str, Any]], str, dict[str, Any]]:
    """What is asked, the text of the answer that is expected, and the metadata.

    Raises:
        RowError: If it is not a chat of text, or nothing answers at its end.
    """
    _, current, holder = accepted(example, name, KINDS, lost)
    if holder.get("tools"):
        raise RowError(
            f"{name} holds tests of text; got tools, which its own configuration defines", json_path="$.tools"
        )
    said = [_message(turn, name, f"$.messages[{index}]", lost) for index, turn in enumerate(holder["messages"])]
    if len(said) < 2 or said[-1]["role"] != "assistant":
        raise RowError(
            "expected an answer at the end, which is what the test expects; got none", json_path="$.messages"
        )
    return said[:-1], said[-1]["content"], dict(current.get(METADATA) or {})


def _message(turn: dict[str, Any], name: str, path: str, lost: Counter[str]) -> dict[str, Any]:
    if turn["role"] not in (*_ROLES, "developer") or turn.get("tool_calls"):
        raise RowError(f"{name} holds tests of text; got calls or their results", json_path=path)
    leave_out(turn, _SAID, lost)
    if turn["role"] == "developer":
        lost["developer role"] += 1
    if type(turn.get("refusal")) is str:
        lost["refusal"] += 1
    return {"role": "system" if turn["role"] == "developer" else turn["role"], "content": text_of(turn, lost, path)}


def chat(row: dict[str, Any], known: frozenset[str], asked: Any, answer: Any, path: str) -> Example:
    """The chat of a test: what is asked, and the expected answer.

    Raises:
        RowError: If a message is none of text; with the JSON path.
    """
    if type(asked) is str:
        asked = [{"role": "user", "content": asked}]
    if type(asked) is not list or not asked:
        raise RowError(f"expected messages or text; got {shown(asked)}", json_path=path)
    messages = []
    for index, turn in enumerate(asked):
        if type(turn) is not dict or turn.get("role") not in _ROLES or type(turn.get("content")) is not str:
            raise RowError(f"expected a message of text; got {shown(turn)}", json_path=f"{path}[{index}]")
        messages.append(dict(turn))
    if type(answer) is list and len(answer) == 1:
        answer = answer[0]
    if type(answer) is not str:
        raise RowError(f"expected the text of the expected answer; got {shown(answer)}")
    messages.append({"role": "assistant", "content": answer})
    example: dict[str, Any] = {"messages": messages}
    given = row.get(METADATA)
    if given is not None and type(given) is not dict:
        raise RowError(f"expected an object; got {shown(given)}", json_path="$.metadata")
    if given:
        example[METADATA] = dict(given)
    return carried(row, known | {METADATA}, example)


def _with(row: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    return {**row, METADATA: metadata} if metadata else row


def _plain(turns: Any) -> bool:
    """Whether these are messages of text and nothing else."""
    return type(turns) is list and bool(turns) and all(
        type(turn) is dict and turn.keys() == {"role", "content"} and turn["role"] in _ROLES
        and type(turn["content"]) is str for turn in turns
    )  # fmt: skip


# -- Inspect ----------------------------------------------------------------------------------------------------------

_SAMPLE = frozenset(("input", "target", "id", METADATA))


def to_inspect(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A sample of Inspect's."""
    asked, answer, metadata = case(example, "inspect", lost)
    return _with({"input": asked, "target": answer}, metadata)


def is_sample(row: dict[str, Any]) -> bool:
    """Whether it is a sample of a data set."""
    return {"input", "target"} <= row.keys() <= _SAMPLE and _plain(row["input"])


def from_sample(row: dict[str, Any]) -> Example:
    """The chat of a sample.

    Raises:
        RowError: If it is none of text.
    """
    return chat(row, frozenset(("input", "target")), row["input"], row["target"], "$.input")


# -- promptfoo --------------------------------------------------------------------------------------------------------


def to_promptfoo(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A test case of promptfoo's: the prompt of its configuration is ``{{ messages }}``.

    The messages are one JSON text, since promptfoo makes several tests of a variable that is a list.
    """
    asked, answer, metadata = case(example, "promptfoo", lost)
    asserts = [{"type": "equals", "value": _raw(answer)}]
    return _with({"vars": {"messages": _raw(encode(asked).decode())}, "assert": asserts}, metadata)


def is_test(row: dict[str, Any]) -> bool:
    """Whether it is a test case as this writes it."""
    asserts, given = row.get("assert"), row.get("vars")
    return (
        row.keys() <= {"vars", "assert", METADATA, "description"}
        and type(given) is dict and given.keys() == {"messages"} and type(given["messages"]) is str
        and type(asserts) is list and len(asserts) == 1 and type(asserts[0]) is dict
        and asserts[0].get("type") == "equals" and type(asserts[0].get("value")) is str
    )  # fmt: skip


def from_test(row: dict[str, Any]) -> Example:
    """The chat of a test case.

    Raises:
        RowError: If its messages are none of text.
    """
    asked = decode(_bare(row["vars"]["messages"]).encode())
    known = frozenset(("vars", "assert"))
    return chat(row, known, asked, _bare(row["assert"][0]["value"]), "$.vars.messages")


def _raw(text: str) -> str:
    """The text so that promptfoo's templates leave it as it is.

    Raises:
        RowError: If it ends what would keep it so.
    """
    if "endraw" in text:
        raise RowError("the text has endraw in it, which promptfoo's templates take for their own")
    return f"{_RAW}{text}{_END}" if "{{" in text or "{%" in text or "{#" in text else text


def _bare(text: str) -> str:
    return text.removeprefix(_RAW).removesuffix(_END) if text.startswith(_RAW) and text.endswith(_END) else text


# -- Langfuse ---------------------------------------------------------------------------------------------------------


def to_langfuse(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A dataset item of Langfuse's, as its API takes it beside the data set's name."""
    asked, answer, metadata = case(example, "langfuse", lost)
    expected = {"role": "assistant", "content": answer}
    return _with({"input": {"messages": asked}, "expectedOutput": expected}, metadata)


def is_item(row: dict[str, Any]) -> bool:
    """Whether it is a dataset item as this writes it."""
    asked, expected = row.get("input"), row.get("expectedOutput")
    return (
        {"input", "expectedOutput"} <= row.keys() <= {"input", "expectedOutput", METADATA}
        and type(asked) is dict and asked.keys() == {"messages"} and _plain(asked["messages"])
        and _plain([expected]) and type(expected) is dict and expected["role"] == "assistant"
        and type(row.get(METADATA, {})) is dict
    )  # fmt: skip


def from_item(row: dict[str, Any]) -> Example:
    """The chat of a dataset item."""
    known = frozenset(("input", "expectedOutput"))
    return chat(row, known, row["input"]["messages"], row["expectedOutput"]["content"], "$.input.messages")
