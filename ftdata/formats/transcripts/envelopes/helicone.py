"""Requests of Helicone with their bodies, as its export tool and its API give them.

Source: Helicone's API description (HeliconeRequest) and its page on exporting data (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.facts import first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failure
from ftdata.formats.transcripts.repair import unwrapped

_MARKS = frozenset(("request_id", "request_created_at", "request_path", "request_properties", "llmSchema",
                    "response_status", "signed_body_url"))  # fmt: skip
_SESSIONS = ("Helicone-Session-Id", "helicone-session-id", "sessionId")
_CONVERSATION = frozenset(("messages", "contents", "input", "prompt"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each choice; a drop where the request failed.

    Raises:
        RowError: If the bodies were not exported, or cannot be read; with the JSON path.
    """
    request, answer = unwrapped(row.get("request_body"), repaired), bodies.opened(row.get("response_body"), repaired)
    if failed := failure(None, row.get("response_status"), {} if answer is None else answer):
        return Drop(failed)
    if type(request) is not dict or not _CONVERSATION & request.keys():
        hint = (
            "The bodies lie behind signed_body_url, which lasts for a short time: export them with --include-body, "
            "or download them into request_body and response_body."
        )
        raise RowError("expected the request's body; got none", hint=hint, json_path="$.request_body")
    if not answer:
        return Drop(NO_ANSWER)
    found = bodies.exchange(
        request, answer, repaired, request_path="$.request_body", answer_path="$.response_body"
    )  # fmt: skip
    own = first(row, "request_properties", "properties")
    own = own if type(own) is dict else {}
    found.know(
        id=found.facts.get("id") or row.get("request_id"),
        model=found.facts.get("model") or first(row, "response_model", "model", "request_model"),
        created=iso(row.get("request_created_at")),
        prompt_tokens=row.get("prompt_tokens"),
        completion_tokens=row.get("completion_tokens"),
        cost=first(row, "cost", "costUSD", "cost_usd"),
        status=row.get("response_status"),
        session=first(own, *_SESSIONS),
        **scored(_scores(row)),
    )
    user = first(row, "request_user_id", "user_id")
    found.own = {**found.own, **own, "provider": row.get("provider"), "user": user}
    return found.examples(repaired)


def _scores(row: dict[str, Any]) -> dict[str, Any]:
    given = row.get("scores")
    made = {
        name: one["value"] if type(one) is dict and "value" in one else one
        for name, one in (given.items() if type(given) is dict else ())
    }
    if type(row.get("feedback_rating")) is bool:
        made["feedback"] = int(row["feedback_rating"])
    return made


def _recognised(row: dict[str, Any]) -> bool:
    return bool({"request_body", "signed_body_url"} & row.keys()) and len(_MARKS & row.keys()) > 1


HELICONE = Format(
    name="helicone",
    about="requests that Helicone logged, with their bodies",
    kinds=("chat",),
    parse=parse,
    dump=only_read("helicone"),
    recognises=_recognised,
    sign="request_body with Helicone's names beside it",
    dialect_of="openai-pairs",
    writes=False,
    transcript=True,
    source="Helicone's API description (2026)",
)
