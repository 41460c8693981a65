"""Requests that failed, told in words that count together."""

from __future__ import annotations

from typing import Any

from ftdata.errors import shown
from ftdata.findings import Drop
from ftdata.formats.transcripts.bodies.responses import UNFINISHED, is_response
from ftdata.formats.transcripts.facts import first, number
from ftdata.lazily import pattern

FAILED = "the request failed"
NO_ANSWER = "the request has no answer"

_KIND = pattern(r"\b([A-Z]\w*(?:Error|Exception|Timeout|Interrupt|Exit))\b")


def failure(error: Any, status: Any, answer: Any) -> str:
    """Why a request failed, in words that count together; empty where it did not."""
    if type(answer) is dict and answer.get("error") and not answer.get("choices"):
        error = answer["error"]
    if not error and is_response(answer) and type(answer) is dict:
        error = {"code": answer["status"]} if answer.get("status") in UNFINISHED else None
    if type(status) is str:
        status = number(status)  # as a table has it
    why = [f"status {status}"] if type(status) is int and not 200 <= status < 300 else []
    if type(error) is dict and (kind := first(error, "code", "type", *(() if why else ("status",)))) is not None:
        why.append(str(kind)[:80])
    if error or why:
        return FAILED + (": " + ": ".join(why) if why else "")
    return NO_ANSWER if answer is None else ""


def failed(error: Any) -> Drop:
    """The drop of a request that ended in an error, with the error's kind where its text names one."""
    found = _KIND.search(error[:2000]) if type(error) is str else None
    return Drop(f"{FAILED}: {found[1]}" if found else FAILED)


def no_call(what: str, kind: Any) -> Drop:
    """The drop of what a log holds beside the calls of models: ``a run of type "chain" is not a model call``."""
    return Drop(f"{what} {shown(kind)} is not a model call")
