"""Alpaca: instruction, input and output, with system, history, and pairs of answers.

Sources: Stanford Alpaca (the prompt with its headings), LLaMA-Factory's data documentation (system, history, chosen,
rejected, kto_tag; instruction and input joined by a new line).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.errors import RowError, shown
from ftdata.formats.dumping import accepted, add_tag, carried, instructions, leave_out, losses, spread, text_of
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference")
_KNOWN = frozenset(("instruction", "input", "output", "system", "history", "chosen", "rejected", "kto_tag"))
_READ = _KNOWN - {"kto_tag"}
_NO_INPUT = "<noinput>"

Join = Callable[[str, str], str]
"""What makes the user's turn of instruction and input."""


def lines(instruction: str, given: str) -> str:
    """One behind the other, a new line between them."""
    return f"{instruction}\n{given}" if instruction and given else instruction or given


def paragraphs(instruction: str, given: str) -> str:
    """One behind the other, a blank line between them."""
    return f"{instruction}\n\n{given}" if instruction and given else instruction or given


def stanford(instruction: str, given: str) -> str:
    """The prompt of the first Alpaca, with its headings."""
    task = "Below is an instruction that describes a task"
    if given:
        task += ", paired with an input that provides further context"
    task += ". Write a response that appropriately completes the request."
    given = f"### Input:\n{given}\n\n" if given else ""
    return f"{task}\n\n### Instruction:\n{instruction}\n\n{given}### Response:"


@dataclass(frozen=True)
class _Parse:
    join: Join

    def __call__(self, row: dict[str, Any], repaired: Counter[str]) -> Example:
        """A chat or a preference example.

        Raises:
            RowError: If there is no instruction, no output and no pair, or one of them is not text.
        """
        if "instruction" not in row:
            keys = ", ".join(map(shown, row)) or "none"
            raise RowError(f"expected instruction and output; got the keys {keys}", json_path="$")
        given = _text(row, "input")
        if given == _NO_INPUT:
            given = ""
            repaired[f"{_NO_INPUT} taken for no input"] += 1
        asked = self.join(_text(row, "instruction"), given)
        if not asked:
            raise RowError("expected an instruction; got none", json_path="$.instruction")
        messages = [{"role": "system", "content": said}] if (said := _text(row, "system")) else []
        if row.get("history"):
            messages += _past(row["history"])
        messages.append({"role": "user", "content": asked})
        return carried(row, _READ, _answered(row, messages))


def _answered(row: dict[str, Any], messages: list[dict[str, Any]]) -> Example:
    if row.get("chosen") is not None and row.get("rejected") is not None:
        pair = {
            output: [{"role": "assistant", "content": _text(row, key)}]
            for output, key in (("preferred_output", "chosen"), ("non_preferred_output", "rejected"))
        }
        return {"input": {"messages": messages}, **pair}
    if "output" not in row:
        raise RowError(f"expected output; got the keys {', '.join(map(shown, row))}", json_path="$")
    messages.append({"role": "assistant", "content": _text(row, "output")})
    return {"messages": messages}


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if type(value) is not str:
        raise RowError(f"expected text; got {shown(value)}", json_path=f"$.{key}")
    return value


def _past(history: Any) -> list[dict[str, Any]]:
    """The messages of pairs of question and answer."""
    messages: list[dict[str, Any]] = []
    for index, pair in enumerate(history if type(history) is list else [history]):
        if type(pair) is not list or [type(text) for text in pair] != [str, str]:
            raise RowError(f"expected a question and its answer; got {shown(pair)}", json_path=f"$.history[{index}]")
        messages += [{"role": "user", "content": pair[0]}, {"role": "assistant", "content": pair[1]}]
    return messages


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "refusal"))


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of the last instruction and its output, what came before as history.

    Raises:
        RowError: If it is not a chat in which user and assistant take turns, or it has tools.
    """
    kind, current, holder = accepted(example, "alpaca", _KINDS, lost)
    if holder.get("tools"):
        raise RowError(
            "expected no tools, which alpaca does not support", json_path="$.tools", hint="Write --to sharegpt."
        )
    system, spoken = instructions(holder["messages"], lost)
    texts = [_said(message, index, lost) for index, message in enumerate(spoken)]
    row: dict[str, Any] = {"instruction": "", "input": ""}
    if kind == "preference":
        if len(texts) % 2 == 0:
            raise _out_of_turn(len(texts) - 1)
        for key, output in (("chosen", "preferred_output"), ("rejected", "non_preferred_output")):
            if len(current[output]) != 1:
                raise RowError(f"expected one answer; got {len(current[output])}", json_path=f"$.{output}")
            row[key] = _said(current[output][0], 1, lost)
    else:
        if len(texts) % 2:
            raise _out_of_turn(len(texts) - 1)
        row["output"] = texts.pop()
        add_tag(row, current)
    row["instruction"] = texts.pop()
    if not row["instruction"]:
        raise RowError("expected an instruction; got an empty user turn", json_path="$.messages")
    if system is not None:
        row["system"] = system
    if texts:
        row["history"] = [[asked, answer] for asked, answer in zip(texts[::2], texts[1::2], strict=True)]
    return spread(row, current, _KNOWN, lost)


def _said(message: dict[str, Any], index: int, lost: Counter[str]) -> str:
    if message["role"] != ("assistant" if index % 2 else "user"):
        raise _out_of_turn(index)
    if len(message) == 2 and type(text := message.get("content")) is str:
        return text  # as most are
    leave_out(message, _SAID, lost)
    if message.get("tool_calls"):
        raise RowError("expected text; got calls, which alpaca does not support", hint="Write --to sharegpt.")
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    return text_of(message, lost, f"$.messages[{index}]")


def _out_of_turn(index: int) -> RowError:
    return RowError(
        "expected alternating user and assistant turns, the assistant last; got another order",
        json_path=f"$.messages[{index}]",
    )


def _recognised(row: dict[str, Any]) -> bool:
    return "instruction" in row and ("output" in row or ("chosen" in row and "rejected" in row))


_LINES = Format(
    name="alpaca",
    about="instruction, input and output, with system, history, chosen and rejected, kto_tag",
    kinds=_KINDS,
    parse=_Parse(lines),
    dump=dump,
    recognises=_recognised,
    sign="instruction and output",
    loses=losses(
        "metadata", "example weight", "message name", "message weight", "reasoning", "refusal", "developer role",
        "parallel_tool_calls", "parts", "empty tools", "system messages", "empty system prompt",
        "other keys of messages", "deprecated functions",
        other_keys="rows have no place for them",
    ) | {"metadata": "a key that the row has itself"},
    source="Stanford Alpaca; LLaMA-Factory's data documentation",
)  # fmt: skip
ALPACA = replace(
    _LINES,
    variants={
        "paragraphs": replace(
            _LINES,
            name="alpaca:paragraphs",
            about="alpaca, instruction and input with a blank line between them",
            parse=_Parse(paragraphs),
        ),
        "stanford": replace(
            _LINES,
            name="alpaca:stanford",
            about="alpaca, instruction and input in the first Alpaca's prompt with its headings",
            parse=_Parse(stanford),
        ),
    },
)
