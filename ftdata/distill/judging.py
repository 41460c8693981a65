"""Asking a judge: each answer becomes a request for a score of it, by a rubric."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.distill.prompts import readable
from ftdata.errors import InputError, RowError, UsageError
from ftdata.example import parts
from ftdata.expressions import Template
from ftdata.expressions.words import FURTHER, PARTS, carried
from ftdata.formats.calling import to_tools
from ftdata.steps.meeting import judge_id, spoken

if TYPE_CHECKING:
    from ftdata.example.words import Example

Message = Mapping[str, Any]

ANSWER_FORM: dict[str, Any] = {
    "title": "verdict",
    "type": "object",
    "properties": {"reason": {"type": "string"}, "score": {"type": "number"}},
    "required": ["reason", "score"],
    "additionalProperties": False,
}
"""What a judge answers, unless another form is asked for: why, and then the score."""

_KEPT = ("id", "custom_id", "choice", "model")


@dataclass(frozen=True)
class AskJudge:
    """The step from an example to what a judge is asked about its answer, under an id of all that was said.

    A rubric that names ``{{ answer }}`` is the whole of what the judge reads. Any other one is its system prompt, and
    it reads the conversation, what was expected (where that is known), and the answer; thoughts are left out.

    Attributes:
        sent: From what is asked to the part of the request that holds the prompt.
        rubric: What makes an answer good.
    """

    sent: Callable[[Example], dict[str, Any]]
    rubric: Template
    name: ClassVar[str] = "requests"

    def __call__(self, example: Example) -> Example:
        """What is asked.

        Raises:
            RowError: If the example does not end with an answer, or lacks what the rubric names.
        """
        with readable():
            id = judge_id(example)
            if id is None:
                hint = "Judge chats that end with the assistant's answer."
                raise RowError("there is no answer to judge", hint=hint, json_path="$.messages")
            known = example.get("metadata") or {}
            record: Example = {"custom_id": id, "messages": self._messages(example)}
            if metadata := {name: known[name] for name in _KEPT if name in known}:
                record["metadata"] = metadata
            record["body"] = self.sent(record)
            return record

    def _messages(self, example: Example) -> list[dict[str, Any]]:
        if "answer" in self.rubric.columns:
            return [{"role": "user", "content": self.rubric.renderer()(_words(example))}]
        return [{"role": "system", "content": self.rubric.source}, {"role": "user", "content": shown_to_judge(example)}]


def _words(example: Example) -> dict[str, Any]:
    """What a rubric may name: the words of expressions, and what the example carries."""
    parts_of = {name: read(example) for name, read in PARTS.items()}
    further = {name: read(example) for name, read in FURTHER.items()}
    answer = shown_turn(to_tools(example)["messages"][-1])
    return {**further, **carried(example), **parts_of, "answer": answer}


def shown_to_judge(example: Example) -> str:
    """The conversation, what was expected and the answer, as a judge reads them."""
    turns = to_tools(example)["messages"]
    said = "\n\n".join(f"[{turn['role']}]\n{shown_turn(turn)}" for turn in turns[:-1])
    expected = (example.get("metadata") or {}).get("expected")
    known = expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False)
    told = [("Conversation", said), *([("Expected answer", known)] if expected is not None else []),
            ("Answer to judge", shown_turn(turns[-1]))]  # fmt: skip
    return "\n\n".join(f"# {title}\n\n{text}" for title, text in told)


def shown_turn(turn: Message) -> str:
    """What a message says, without thoughts; each call as a line of its function and arguments."""
    content = spoken(dict(turn)).get("content")
    calls = [f"[calls {call.get('name')} with {call.get('arguments')}]" for call in parts.calls(turn)]
    return "\n".join(filter(None, [parts.text_of(content) or turn.get("refusal") or "", *calls]))


def rubric_of(path: str) -> Template:
    """The rubric in a file.

    Raises:
        InputError: If it cannot be read.
        UsageError: If it is empty, or no template.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the rubric cannot be read: {error}", path=path) from None
    if not text.strip():
        raise UsageError("the rubric is empty", path=path)
    return Template(text.strip())
