"""Relabel: replace codes in answers with words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, did_you_mean, shown
from ftdata.example import parts
from ftdata.findings import OTHER, Drop, Tally
from ftdata.steps.keys import code_of
from ftdata.steps.turns import one_of

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Mapped

UNLABELLED = ("reject", "keep", "drop")

_COMPARED = 500  # labels among which the nearest is looked for
_SHOWN = 10


@dataclass(frozen=True)
class Relabel:
    """Replaces the trained answers of a chat, or a completion, by their labels.

    Answers match exactly, without the white space around them; a number that a table wrote as 1.0 is also the code 1.

    Attributes:
        labels: From a code to its label.
        unlabelled: What becomes of an example with an answer that has none: `reject`, `keep` or `drop`.
        source: Where the labels come from, for messages.
    """

    labels: Mapping[str, str]
    unlabelled: str = "reject"
    source: str = "the labels"
    name: ClassVar[str] = "relabel"
    _nearest: Callable[[str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        one_of("unlabelled", self.unlabelled, UNLABELLED)
        object.__setattr__(self, "_nearest", _Nearest(tuple(self.labels)))

    def __call__(self, example: Example) -> Mapped:
        """The example with labels for answers.

        Raises:
            RowError: If an answer has no label, or the example is neither chat nor completion.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Mapped]:
        """The same, counting how often each code became its label."""
        said = self._said

        def relabel(example: Example) -> Mapped:
            used: list[str] = []
            try:
                made = self._relabelled(example, used)
            except RowError:
                if self.unlabelled == "keep":
                    changes["answers without a label kept"] += 1
                    return example
                if self.unlabelled == "drop":
                    return Drop("an answer without a label")
                raise
            for code in used:
                changes[said[code]] += 1
            return made

        return relabel

    @cached_property
    def _said(self) -> dict[str, str]:
        return {
            code: f"{shown(code)} {'became' if code != label else 'stayed'} {shown(label)}"
            for code, label in self.labels.items()
        }

    def _relabelled(self, example: Example, used: list[str]) -> Example:
        kind = parts.kind_of(example)
        if kind == "completion":
            text: str = example["completion"]
            code = text.strip()
            label = self._label(code, "$.completion", used)
            # White space around a completion is part of this form: it tells the answer from the prompt.
            return (
                example if label == code else {**example, "completion": text.replace(code, label, 1) if code else label}
            )
        if kind != "chat":
            raise RowError(f"only the answers of chats and completions have labels; this is {kind}")
        turns: list[dict[str, Any]] = example["messages"]
        changed = [self._turn(turn, f"$.messages[{at}].content", used) for at, turn in enumerate(turns)]
        if not used:
            raise RowError("has no trained answer that could have a label", json_path="$.messages")
        if all(new is old for new, old in zip(changed, turns, strict=True)):
            return example
        return {**example, "messages": changed}

    def _turn(self, turn: dict[str, Any], path: str, used: list[str]) -> dict[str, Any]:
        content = turn.get("content")
        if not parts.trained(turn) or not content:
            return turn
        text = parts.text_of(content)
        label = self._label(text.strip(), path, used)
        if label == text:
            return turn
        return {**turn, "content": label if isinstance(content, str) else [{"type": "text", "text": label}]}

    def _label(self, code: str, path: str, used: list[str]) -> str:
        known = code if code in self.labels else self._numbers.get(code_of(code))
        if known is None:
            raise RowError(
                f"expected an answer with a label in {self.source}; got {shown(code)}",
                hint=self._nearest(code), json_path=path,
            )  # fmt: skip
        used.append(known)
        return self.labels[known]

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The codes by how all tables write them, where that is one code's alone."""
        times = Counter(map(code_of, self.labels))
        return {plain: code for code in self.labels if times[plain := code_of(code)] == 1}

    def notes(self, tally: Tally) -> Iterator[str]:
        """The codes that no answer had."""
        seen = {what for step, what in tally.changed if step == self.name}
        unused = [code for code in self.labels if self._said[code] not in seen]
        if unused and OTHER not in seen:
            listed = ", ".join(map(shown, unused[:_SHOWN])) + (", …" if len(unused) > _SHOWN else "")
            yield f"{len(unused):,} of {len(self.labels):,} codes in {self.source} were not used: {listed}"


class _Nearest:
    """Names the code that was probably meant; asked again and again for the same few answers."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        self._alike = {_plain(code): code for code in reversed(codes)}
        self._found = lru_cache(maxsize=1000)(self._find)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Nearest, (self.codes,)

    def __call__(self, answer: str) -> str:
        return self._found(answer[:100])

    def _find(self, answer: str) -> str:
        alike = self._alike.get(_plain(answer))
        if alike is not None:
            return f"Did you mean {shown(alike)}?"
        # A long answer is no slip of a code, and among very many codes the nearest means little.
        if len(answer) > 40 or len(self.codes) > _COMPARED:
            return "Keep or drop such examples with --unlabelled."
        return did_you_mean(answer, self.codes)


def _plain(code: str) -> str:
    """What is left of a code when spreadsheets and people have been at it: no case, no .0, no leading zeros."""
    return code.casefold().strip().removesuffix(".0").lstrip("0") or "0"
