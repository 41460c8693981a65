"""Messages in the making: calls get ids, and results find the call that they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftdata.errors import RowError
from ftdata.formats.ids import call_id

Function = tuple[str, str]
"""A call: the function's name, and its arguments as JSON text."""


class Turns:
    """The messages of one conversation, added in order.

    Attributes:
        messages: So far.
    """

    __slots__ = ("_calls", "_waiting", "messages")

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self._waiting: list[tuple[str, str]] = []  # name and id of the calls that have no result yet
        self._calls = 0

    def say(self, role: str, content: Any) -> dict[str, Any]:
        """Add a message of text or parts."""
        message = {"role": role, "content": content}
        self.messages.append(message)
        return message

    def call(
        self, functions: Sequence[Function], *, content: str | None = None, ids: Sequence[str | None] = ()
    ) -> dict[str, Any]:
        """Add a message that calls; ids are made where there are none."""
        message: dict[str, Any] = {"role": "assistant"}
        if content is not None:
            message["content"] = content
        message["tool_calls"] = []
        self.messages.append(message)
        self._waiting = []
        self._add(message["tool_calls"], functions, ids)
        return message

    def call_too(self, functions: Sequence[Function]) -> dict[str, Any]:
        """Let the assistant's message just before call, after its text or beside its calls; or add one that does."""
        last = self.messages[-1] if self.messages else {}
        if last.get("role") != "assistant":
            return self.call(functions)
        if "tool_calls" not in last:
            last["tool_calls"] = []
            self._waiting = []
        self._add(last["tool_calls"], functions, ())
        return last

    def _add(self, calls: list[dict[str, Any]], functions: Sequence[Function], ids: Sequence[str | None]) -> None:
        for index, (name, arguments) in enumerate(functions):
            id = (ids[index] if ids else None) or call_id(self._calls, name, arguments)
            self._calls += 1
            self._waiting.append((name, id))
            calls.append({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})

    def result(self, content: Any, path: str, *, name: str | None = None, id: str | None = None) -> dict[str, Any]:
        """Add the result of the call of this id, or else of this name, or else of the first one without a result.

        Raises:
            RowError: If no call waits for a result.
        """
        if id is None:
            if not self._waiting:
                raise RowError("expected a call before this result; got none", json_path=path)
            index = next((i for i, (called, _) in enumerate(self._waiting) if called == name), 0)
            id = self._waiting.pop(index)[1]
        else:
            self._waiting = [waiting for waiting in self._waiting if waiting[1] != id]
        message = {"role": "tool", "tool_call_id": id, "content": content}
        self.messages.append(message)
        return message
