"""Trajectories in the Agent Trajectory Interchange Format (ATIF), as Harbor's agents and others log them.

Source: the RFC of ATIF (v1.0 to v1.6) and Harbor's page on the trajectory format (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import Message, Reading
from ftdata.formats.transcripts.envelopes.vendor import as_list, as_object, vendor
from ftdata.formats.transcripts.facts import iso
from ftdata.formats.transcripts.sessions.conversation import META, exchange

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

_ROLES = {"system": "system", "user": "user", "agent": "assistant"}


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of a trajectory; a drop where the agent says nothing.

    What it took over from an earlier trajectory is context: its answers have the weight 0.

    Raises:
        RowError: If it has no steps, or one cannot be read; with the JSON path.
    """
    given = row.get("steps")
    if type(given) is not list or not given:
        raise RowError(f"expected a trajectory with its steps; got {shown(given)}", json_path="$.steps")
    reading = Reading()
    turns: list[Message] = []
    for index, step in enumerate(given):
        turns += _turns(step, f"$.steps[{index}]", reading, first=not turns)
    agent, totals = as_object(row.get("agent")), as_object(row.get("final_metrics"))
    facts = {"session": row.get("session_id"), "created": iso(as_object(given[0]).get("timestamp")),
             "model": agent.get("model_name"), "cost": totals.get("total_cost_usd"),
             "prompt_tokens": totals.get("total_prompt_tokens"),
             "completion_tokens": totals.get("total_completion_tokens")}  # fmt: skip
    own = {"agent": agent.get("name"), "agent_version": agent.get("version"), **as_object(row.get("extra"))}
    found = exchange(turns, reading, facts=facts, own=own, tools=as_list(agent.get("tool_definitions")) or None)
    reading.add_to(repaired)
    return found.examples(repaired) if found else Drop("the trajectory has no answer")


def _turns(step: Any, path: str, reading: Reading, *, first: bool) -> list[Message]:
    """What is said in a step, and what came of its calls."""
    role = _ROLES.get(str(as_object(step).get("source")))
    if role is None:
        raise RowError(f"expected a step of system, user or agent; got {shown(step)}", json_path=path)
    if role == "system" and not first:
        reading[META] += 1  # what the harness did on its own, such as to shorten the context
        return []
    speech = parts.Speech(role, reading)
    if step.get("reasoning_content"):
        speech.add({"type": "thinking", "thinking": step["reasoning_content"]}, f"{path}.reasoning_content")
    message = step.get("message")
    for at, part in enumerate([message] if type(message) is str else as_list(message)):
        if part:
            speech.add({"type": "text", "text": part} if type(part) is str else part, f"{path}.message[{at}]")
    for at, call in enumerate(as_list(step.get("tool_calls"))):
        made = {"type": "tool_call", "id": call.get("tool_call_id"), "name": call.get("function_name"),
                "arguments": call.get("arguments")} if type(call) is dict else call  # fmt: skip
        speech.add(made, f"{path}.tool_calls[{at}]")
    said = speech.closed()
    if step.get("is_copied_context") is True:
        said = [{**turn, "weight": 0} if turn["role"] == "assistant" else turn for turn in said]
    return [*said, *_observed(step, path, reading)]


def _observed(step: Message, path: str, reading: Reading) -> list[Message]:
    """The results of calls; what was observed of none is what the agent is told next."""
    turns: list[Message] = []
    for at, one in enumerate(as_list(as_object(step.get("observation")).get("results"))):
        here = f"{path}.observation.results[{at}]"
        result, told = as_object(one), parts.Speech("user", reading)
        if result.get("source_call_id"):
            told.add({"type": "tool_result", "tool_use_id": result["source_call_id"],
                      "content": result.get("content") or ""}, here)  # fmt: skip
        elif result.get("content"):
            for part in [result["content"]] if type(result["content"]) is str else as_list(result["content"]):
                told.add({"type": "text", "text": part} if type(part) is str else part, f"{here}.content")
        turns += told.closed()
    return turns


def _recognised(row: dict[str, Any]) -> bool:
    version = row.get("schema_version")
    return type(version) is str and version.startswith("ATIF") and type(row.get("steps")) is list


ATIF = vendor(
    "atif", "trajectories in the Agent Trajectory Interchange Format, as Harbor and its agents log them", parse,
    _recognised, sign="a schema_version of ATIF and steps", source="the RFC of ATIF (2026); Harbor's documentation",
)  # fmt: skip
