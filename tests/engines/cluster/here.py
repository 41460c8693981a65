"""A cluster in this process: what goes to a worker and comes back is pickled, and workers die as they are told to."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import cloudpickle

from ftdata.engines.cluster.called import called
from ftdata.engines.cluster.protocol import TRIES, Lost


@dataclass(eq=False)
class Kept:
    """A handle."""

    data: bytes | None = None  # None where the task was lost


class Here:
    """The stand-in. A worker that dies has done its work before: what it left behind must not count."""

    name = "here"

    def __init__(self, slots: int = 2, dies: Callable[[], bool] = lambda: False) -> None:
        self._slots, self._dies = slots, dies
        self.calls = self.deaths = 0
        self.fetched = 0  # bytes that came to the driver

    def slots(self) -> int:
        return self._slots

    def put(self, value: bytes) -> Kept:
        return Kept(pickle.dumps(value))

    def submit(self, returns: int, said: Sequence[Any], values: Sequence[Any]) -> list[Kept]:
        version, key, payload = said
        made = [Kept() for _ in range(returns)]
        for _ in range(TRIES):
            self.calls += 1
            try:
                found = called(version, "", key, returns, _there(payload), *map(_there, values))
            except Lost:
                return made
            if not self._dies():
                for kept, value in zip(made, [found] if returns == 1 else found, strict=True):
                    kept.data = cloudpickle.dumps(value)  # type: ignore[no-untyped-call]
                return made
            self.deaths += 1
        return made

    def get(self, handle: Kept) -> Any:
        self.fetched += len(handle.data or b"")
        return _there(handle)

    def drop(self, handles: Sequence[Kept]) -> None:
        """All was done at once."""


def _there(value: Any) -> Any:
    """What a worker gets."""
    if isinstance(value, Kept):
        if value.data is None:
            raise Lost("killed")
        return pickle.loads(value.data)
    if isinstance(value, list):
        return [_there(one) for one in value]
    return pickle.loads(cloudpickle.dumps(value))  # type: ignore[no-untyped-call]


def at_random(seed: int, chance: float, most: int) -> Callable[[], bool]:
    """Deaths by chance, so many at most."""
    random, left = Random(seed), [most]

    def dies() -> bool:
        if left[0] and random.random() < chance:
            left[0] -= 1
            return True
        return False

    return dies
