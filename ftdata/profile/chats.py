"""What examples hold: kinds, roles, turns, tools, system prompts, answers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.example import parts
from ftdata.profile.counting import Frequencies, Lengths

if TYPE_CHECKING:
    from ftdata.example.words import Example

TOP_NAMES = 20
"""Names of tools, keys and system prompts that are listed."""

_KNOWN = frozenset(("messages", "metadata", "tools", "functions", "parallel_tool_calls", "prompt", "completion",
                    "input", "preferred_output", "non_preferred_output"))  # fmt: skip


class Chats:
    """A survey of examples; of system prompts, answers, tools and keys, 10,000 distinct ones each are told apart."""

    def __init__(self) -> None:
        self.rows = 0
        self.kinds: Counter[str] = Counter()
        self.roles: Counter[str] = Counter()
        self.weights: Counter[str] = Counter()
        self.turns = Lengths()
        self.prompts = Lengths()
        self.answers = Lengths()
        self.images = 0
        self.said = Frequencies()
        self.systems = Frequencies()
        self.tools = Frequencies()
        self.calls = Frequencies()
        self.metadata = Frequencies()
        self.keys = Frequencies()

    def add(self, example: Example) -> None:
        """Take in an example."""
        self.rows += 1
        self.kinds[parts.kind_of(example) or "unknown"] += 1
        messages = parts.messages(example)
        if parts.kind_of(example) == "preference":
            messages += [*example["preferred_output"], *example["non_preferred_output"]]
        for message in messages:
            self._message(message)
        if messages:
            self.turns.add(len(messages))
            system = parts.system_prompt(example)
            if system:
                self.systems.add(system)
        answer = parts.answer(example)
        if answer:
            self.answers.add(len(answer))
            self.said.add(answer)
        self.prompts.add(len(parts.prompt(example)))
        for tool in parts.tools(example):
            self.tools.add(str(tool.get("name")))
        for name in example.get("metadata") or ():
            self.metadata.add(name)
        for name in example:
            if name not in _KNOWN:
                self.keys.add(name)

    def _message(self, message: dict[str, Any]) -> None:
        role = message["role"]
        self.roles[role] += 1
        if role == "assistant":
            weight = message.get("weight")
            self.weights["none" if weight is None else str(weight)[:10]] += 1
            for call in parts.calls(message):
                self.calls.add(str(call.get("name")))
        content = message.get("content")
        if isinstance(content, list):
            self.images += sum(isinstance(part, dict) and part.get("type") == "image_url" for part in content)

    def merge(self, later: Chats) -> None:
        """Take in what was seen of later examples."""
        self.rows += later.rows
        self.images += later.images
        for name in ("kinds", "roles", "weights"):
            getattr(self, name).update(getattr(later, name))
        for name in ("turns", "prompts", "answers", "said", "systems", "tools", "calls", "metadata", "keys"):
            getattr(self, name).merge(getattr(later, name))

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "kinds": dict(self.kinds.most_common()),
            "roles": dict(self.roles.most_common()),
            "messages": self.turns.to_dict(),
            "prompt_lengths": self.prompts.to_dict(),
            "answer_lengths": self.answers.to_dict(),
            "answers": self.said.to_dict(),
            "systems": self.systems.to_dict(TOP_NAMES),
            "tools": self.tools.to_dict(TOP_NAMES),
            "calls": self.calls.to_dict(TOP_NAMES),
            "weights": dict(self.weights.most_common()),
            "metadata": self.metadata.to_dict(TOP_NAMES),
            "further_keys": self.keys.to_dict(TOP_NAMES),
            "images": self.images,
        }
