"""Where each answer stands in a rendered conversation, for templates that do not mark what is trained."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.tokens.templates import ChatTemplate, Span

MARK = "\ue000\ue001"
"""Stands for an answer where it has to be found: characters that no template knows or trims."""

_HALF_A_MARK = pattern(r"<[^<>]*\Z")


class AnswerPlaces:
    """Finds answers in the text of a conversation.

    Attributes:
        differs: What a prompt for an answer ended with that the text has not before that answer; the first such.
    """

    def __init__(
        self, template: ChatTemplate, messages: list[Any], tools: list[Any] | None, text: str, stops: tuple[str, ...]
    ) -> None:
        self._template = template
        self._messages = messages
        self._tools = tools
        self._text = text
        self._stops = stops
        self.differs = ""

    def spans(self, indices: Collection[int]) -> list[Span]:
        """Where the assistant's among these messages stand, as far as that can be told."""
        found = (self.span(index) for index in sorted(indices) if self._messages[index].get("role") == "assistant")
        return [span for span in found if span is not None]

    def span(self, index: int) -> Span | None:
        """Where an answer stands: from behind its prompt to behind its end mark; None where that cannot be told."""
        text, last = self._text, index == len(self._messages) - 1
        prompt = self._rendered(self._messages[:index], reply=True)
        until = text if last else self._rendered(self._messages[: index + 1], reply=False)
        begins = prompt is not None and text.startswith(prompt)
        ends = until is not None and text.startswith(until)
        if begins and ends:
            return _span(len(prompt or ""), len(until or ""))
        if prompt is not None and not begins and not self.differs:
            self.differs = prompt[len(_HALF_A_MARK.sub("", prompt[: common(prompt, text)])) :]
        found = self._marked(index)
        if found is None:
            return None
        start, stop = found
        return _span(len(prompt or "") if begins else start, len(until or "") if ends else stop)

    def _rendered(self, messages: list[Any], *, reply: bool) -> str | None:
        """The text of the first messages; None where the template refuses so few."""
        try:
            return self._template(messages, self._tools, reply)
        except RowError:
            return None

    def _marked(self, index: int) -> Span | None:
        """Where an answer stands by the difference that another answer makes."""
        messages, text = self._messages, self._text
        other = {"role": messages[index]["role"], "content": MARK}
        whole = self._rendered([*messages[:index], other, *messages[index + 1 :]], reply=False)
        place = -1 if whole is None else whole.find(MARK)
        if whole is None or place < 0:
            return None
        start = min(common(whole, text), place)
        behind = len(whole) - place - len(MARK)
        stop = len(text) - min(common(whole[::-1], text[::-1]), behind, len(text) - start)
        return start, stop + self._end(index, other, text[stop:])

    def _end(self, index: int, other: dict[str, Any], behind: str) -> int:
        """How much of what stands behind an answer's text belongs to it: what follows it at the end of a talk too."""
        alone = self._rendered([*self._messages[:index], other], reply=False)
        if alone is None or MARK not in alone:
            return 0
        tail = alone[alone.rindex(MARK) + len(MARK) :]
        shared = tail[: common(tail, behind)]
        shared = shared if shared == tail else _HALF_A_MARK.sub("", shared)
        if shared.strip():
            return len(shared)
        # The mark at the end of a talk may be another one than between turns.
        stop = next((one for one in self._stops if behind.startswith(one)), "")
        return max(len(shared), len(stop))


def common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # slices are compared faster than characters
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _span(start: int, stop: int) -> Span | None:
    return (start, stop) if start < stop else None
