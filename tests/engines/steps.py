"""One step of each primitive, for the engine's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from ftdata.errors import RowError
from ftdata.example import content_hash
from ftdata.findings import Drop


def text_of(example: dict[str, Any]) -> str:
    return str(example["messages"][0]["content"])


@dataclass
class Hashes:
    """16 bytes an example."""

    data: bytearray = field(default_factory=bytearray)

    def add(self, example: dict[str, Any]) -> None:
        self.data += content_hash(example)

    def merge(self, later: Hashes) -> None:
        self.data += later.data


@dataclass(frozen=True)
class FirstOnly:
    """Drops what equals an earlier example: a survey and its decision."""

    name: ClassVar[str] = "first_only"

    def survey(self) -> Hashes:
        return Hashes()

    def decide(self, summary: Hashes) -> Keep:
        seen: set[bytes] = set()
        keep = bytearray()
        for start in range(0, len(summary.data), 16):
            digest = bytes(summary.data[start : start + 16])
            keep.append(digest not in seen)
            seen.add(digest)
        return Keep(bytes(keep))


@dataclass(frozen=True)
class Keep:
    keep: bytes

    def __call__(self, example: dict[str, Any], position: int) -> dict[str, Any] | Drop:
        return example if self.keep[position] else Drop("seen before")


@dataclass(frozen=True)
class Joined:
    """Makes one example of all that share a customer, in the order of their origin."""

    ranked: bool = False
    name: ClassVar[str] = "joined"

    def key(self, example: dict[str, Any]) -> Any:
        if "metadata" not in example:
            raise RowError("has no customer")
        return example["metadata"]["customer"]

    def work(self, group: list[dict[str, Any]]) -> list[dict[str, Any] | Drop]:
        turns = [turn for example in group for turn in example["messages"]]
        if len(group) == 3:
            return [Drop("three is a crowd")]
        return [{"messages": turns, "metadata": group[0]["metadata"]}]

    def rank(self, example: dict[str, Any]) -> Any:
        return example["metadata"]["customer"] if self.ranked else None


def example(text: str, customer: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "messages": [{"role": "user", "content": text}, {"role": "assistant", "content": f"re: {text}"}]
    }
    if customer is not None:
        made["metadata"] = {"customer": customer}
    return made


def doubled(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [found, found]
