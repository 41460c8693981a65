"""Answers that the model is shown before it is asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.lazily import pattern
from ftdata.rules.registry import ALL, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_LEAST = 20
"""Characters of an answer that is looked for: labels and short facts stand in their questions by right."""

_MOST = 8
"""Places of an answer that a quick look goes through, so that it takes no longer than the text is long."""

_ANSWERED = pattern(
    r"(?i)(?:^|\n|[^\w])(?:assistant|answer|response|output|completion|reply|model|bot|ai|gpt|a|回答|答案|答|助手|antwort|"
    r"r[ée]ponse|respuesta|risposta|resposta)(?:<\|\w+\|>|\[/INST\])?(?=\W{0,5}[:：>\]\n])\W{1,6}$"
)
"""What stands before an answer that was saved with its prompt: a name and a colon, a bracket or a line's end.

Without it the answer may be a quote, as was asked.
"""


def _again(look: RowLook) -> bool:
    """Whether the answer stands in the example twice, as far as a look at all its text tells."""
    answer = look.answer
    if answer is None or len(answer) < _LEAST:
        return False
    said, text = answer.strip(), look.text
    at, last = text.find(said), text.rfind(said)
    if len(said) < _LEAST or at == last:
        return False
    closing = 0  # how often it ends a line, as it does where it ends a text
    for _ in range(_MOST):
        end = at + len(said)
        rest = text[end : text.find("\n", end)]
        closing += not rest or rest.isspace()
        if closing > 1 or at == last:
            return closing > 1
        at = text.find(said, at + 1)
    return True


@rule(
    "answer-repeated", "warning", "An answer that stands in its own prompt",
    over="row", kinds=ALL, near=_again, since="0.2.0",
    why="The model learns to copy what it will not be shown in use, and validation looks better than it is.",
    fix="Take the answer out of the prompt. A log's request may have been saved with the answer already in it.",
    source="logs whose request holds the answer too, seen in the exports of four tools (2026)",
)  # fmt: skip
def answer_repeated(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """A prompt that ends with the answer behind a mark of one, or the same answer given right before it."""
    answer = (look.answer or "").strip()
    before: tuple[str, str, str] | None = None
    for text, path, role in look.texts():
        if text is look.answer or text.strip() == answer:
            if before is not None and role == before[2] == "assistant" and before[0].strip() == answer:
                yield Problem(path, "the message before it says the same")
                return
        elif (
            role in ("user", "system")
            and text.rstrip().endswith(answer)
            and _ANSWERED.search(text, 0, text.rfind(answer))
        ):
            yield Problem(path, "ends with the answer that is to be learned")
            return
        before = (text, path, role)
