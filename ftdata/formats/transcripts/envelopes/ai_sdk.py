"""Chats of the AI SDK as apps store them: UI messages of parts, a conversation a row.

Its telemetry is OpenTelemetry's: see `envelopes.otel`.

Source: the AI SDK's reference of UIMessage, versions 4 to 6 (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.bodies.ai_sdk import AI_SDK as BODY
from ftdata.formats.transcripts.envelopes.vendor import as_object, vendor
from ftdata.formats.transcripts.facts import first, iso
from ftdata.formats.transcripts.sessions.conversation import exchange

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

_KNOWN = frozenset(("messages", "id", "chatId", "createdAt", "created_at", "tools", "metadata"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of the conversation up to its last answer; a drop where nothing was answered.

    Raises:
        RowError: If a message cannot be read; with the JSON path.
    """
    given = row.get("messages")
    if type(given) is not list:
        raise RowError(f"expected a chat's messages; got {shown(given)}", json_path="$.messages")
    said = bodies.conversation(given, "$.messages", repaired)
    facts = {"id": first(row, "id", "chatId"), "created": iso(first(row, "createdAt", "created_at"))}
    found = exchange(said.messages, repaired, facts=facts)
    if found is None:
        return Drop("the conversation has no answer")
    bodies.define(found, row, "$")
    own = {key: value for key, value in row.items() if key not in _KNOWN}
    found.own = {**found.own, **own, **as_object(row.get("metadata"))}
    return found.examples(repaired)


def _recognised(row: dict[str, Any]) -> bool:
    given = row.get("messages")
    if type(given) is not list or not given or "sessionId" in row:
        return False
    held = [one for one in given if type(one) is dict and type(one.get("parts")) is list]
    return bool(held) and (any(map(BODY.recognises, held)) or any("id" in one for one in held))


AI_SDK = vendor(
    "ai-sdk", "chats of the AI SDK's UI messages", parse, _recognised, sign="messages of parts",
    source="the AI SDK's reference of UIMessage (2026)",
)  # fmt: skip
