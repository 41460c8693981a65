"""Text that tokenizers and chat templates take for control marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.facts.marks import SPECIAL, TEMPLATE
from ftdata.facts.traces import Traces
from ftdata.rules.mending import calls_of, parts_of, turns_of
from ftdata.rules.registry import Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook


@rule(
    "special-token", "error", "The text of a special token",
    over="text", traces=Traces(r"<\|"),
    why="It ends texts or marks gaps in them; the server rejects it in messages.",
    fix="Remove it, or write it in another way: --unsafe-fixes removes it.",
    source="OpenAI: 'Example 6174 message contains an invalid token: <|fim_suffix|>', seen; the others belong to the "
    "same family",
)  # fmt: skip
def special_token(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """The tokenizers' own special tokens."""
    for found in SPECIAL.finditer(text):
        yield Problem(path, f"the special token {found[0]}")


@rule(
    "chat-markup", "warning", "Marks of a chat template in a text",
    over="text", traces=Traces(r"<\||INST\]|SYS>>|_of_turn>"),
    why="The turns were not taken apart, or a model may take the text for the beginning of a turn.",
    fix="Make messages of the turns, and remove the marks.",
    source="ChatML, Harmony, Llama and Gemma templates; the server's answer is not verified",
)  # fmt: skip
def chat_markup(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Marks such as <|im_start|> and [INST]; one finding a text."""
    found = TEMPLATE.search(text)
    if found:
        yield Problem(path, f"the mark {found[0]}")


@fixes("special-token", safe=False)
def without_tokens(row: dict[str, Any], kind: str) -> None:
    """Remove them, also where removing one brings two halves together."""
    holders: list[tuple[dict[str, Any], str]] = [(row, "prompt"), (row, "completion")]
    holders += [(turn, "content") for turn in turns_of(row)]
    holders += [(part, "text") for part in parts_of(row)]
    holders += [(call, "arguments") for call in calls_of(row)]
    for holder, key in holders:
        while type(holder.get(key)) is str and SPECIAL.search(holder[key]):
            holder[key] = SPECIAL.sub("", holder[key])
