"""Trajectories of SWE-agent and mini-SWE-agent.

Source: SWE-agent's page on trajectories, mini-swe-agent's page on its output (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.vendor import as_list, as_object, vendor
from ftdata.formats.transcripts.sessions.conversation import exchange

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed
    from ftdata.formats.transcripts.bodies.shape import Message

_TURN = frozenset(("role", "content", "tool_calls", "tool_call_id", "reasoning_content"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of a trajectory, with how it ended in its metadata; a drop where nothing was answered.

    Raises:
        RowError: If there is no history, or it cannot be read; with the JSON path.
    """
    name = "history" if "history" in row else "messages"
    given = row.get(name)
    if type(given) is not list or not given:
        raise RowError(f"expected a history of messages; got {shown(given)}", json_path=f"$.{name}")
    main = as_object(given[0]).get("agent")
    turns = [_turn(one) for one in given if as_object(one).get("agent") == main]
    found = bodies.conversation(turns, f"$.{name}", repaired)
    info = as_object(row.get("info"))
    stats = as_object(info.get("model_stats"))
    config = as_object(as_object(info.get("config")).get("model"))
    facts = {"id": row.get("instance_id"), "model": config.get("model_name"), "cost": stats.get("instance_cost")}
    tools = as_list(row.get("tools"))
    own = {"exit_status": info.get("exit_status"), "submission": info.get("submission"),
           "environment": row.get("environment")}  # fmt: skip
    made = exchange(found.messages, repaired, facts=facts, own=own, tools=tools or None)
    return made.examples(repaired) if made else Drop("the trajectory has no answer")


def _turn(one: Any) -> Message:
    made = {key: value for key, value in as_object(one).items() if key in _TURN and value is not None}
    ids = as_object(one).get("tool_call_ids")
    if type(ids) is list and ids and "tool_call_id" not in made and made.get("role") == "tool":
        made["tool_call_id"] = ids[0]
    return made


def _recognised(row: dict[str, Any]) -> bool:
    if type(row.get("history")) is list and ("trajectory" in row or "replay_config" in row):
        return True
    info = as_object(row.get("info"))
    return type(row.get("messages")) is list and ("trajectory_format" in row or "mini_version" in info)


SWE_AGENT = vendor(
    "swe-agent", "trajectories of SWE-agent and mini-SWE-agent", parse, _recognised,
    sign="a history and how it ended", source="SWE-agent's page on trajectories (2026)", dialect_of="openai",
)  # fmt: skip
