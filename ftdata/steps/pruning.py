"""Pruning at inference: apply to a live request what was done to training examples.

OpenAI's fine-tuning guide advises the same definitions in training and at inference. The file that `strip` and `system`
write with ``--pruning`` records what they did; `prune` does exactly that to a request.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ftdata.classes import dataclass
from ftdata.errors import InputError, RowError, UsageError, of_system
from ftdata.steps.prompting import System
from ftdata.steps.stripping import Strip

if TYPE_CHECKING:
    from ftdata.example.words import Example

PathLike = str | os.PathLike[str]
Prunes = Strip | System

VERSION: Final = 1
_STEPS: Final[dict[str, type[Prunes]]] = {"strip": Strip, "system": System}
_OURS = ("messages", "tools", "functions", "parallel_tool_calls")


@dataclass(frozen=True)
class Pruning:
    """Changes to training examples that requests need too.

    Attributes:
        steps: The steps that stripped definitions and changed system prompts, in order.

    Examples:
        >>> pruning = Pruning.load({"ftdata_pruning": 1, "steps": [{"strip": {"function_descriptions": True}}]})
        >>> tool = {"type": "function", "function": {"name": "now", "description": "The time."}}
        >>> prune({"model": "ft:…", "messages": [{"role": "user", "content": "?"}], "tools": [tool]}, pruning)["tools"]
        [{'type': 'function', 'function': {'name': 'now'}}]
    """

    steps: tuple[Prunes, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the content of the file as JSON values."""
        return {"ftdata_pruning": VERSION, "steps": [{step.name: step.to_dict()} for step in self.steps]}

    def save(self, path: PathLike, *, force: bool = False) -> None:
        """Write the file.

        Raises:
            OutputError: If it exists and `force` is off, or cannot be written.
        """
        from ftdata.files.sink import save

        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"
        with of_system():
            save(os.fspath(path), text.encode(), force=force)

    @classmethod
    def load(cls, source: PathLike | Mapping[str, Any]) -> Pruning:
        """Load a pruning from a file, or from the result of `to_dict`.

        Raises:
            InputError: If it cannot be read, or is not a pruning file.
        """
        path = None if isinstance(source, Mapping) else os.fspath(source)
        try:
            held = source if isinstance(source, Mapping) else json.loads(Path(source).read_text(encoding="utf-8"))
            if held["ftdata_pruning"] != VERSION:
                raise InputError("was written by another version of ftdata", path=path)
            return cls(tuple(_STEPS[name].of(fields) for step in held["steps"] for name, fields in step.items()))
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=path) from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                "is not a pruning file", hint="strip and system write one: --pruning FILE.", path=path
            ) from None


def prune(request: Mapping[str, Any], pruning: Pruning | PathLike | Mapping[str, Any], /) -> dict[str, Any]:
    """Return the request with the definitions and system prompt that the training examples had.

    Args:
        request: The arguments of a chat completion: ``messages``, and ``tools`` or ``functions``. It is not changed.
        pruning: A `Pruning`, the path of its file (better loaded once), or the file's content.

    Raises:
        UsageError: If the request has no messages of dicts, or demands a function that was pruned away.
        InputError: If the pruning file cannot be read.
    """
    known = pruning if isinstance(pruning, Pruning) else Pruning.load(pruning)
    turns = request.get("messages")
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise UsageError(
            "a request has messages that are dicts", hint="Use .model_dump(exclude_none=True) of an SDK's objects."
        )
    before: Example = {key: request[key] for key in _OURS if key in request}
    after = before
    for step in known.steps:
        try:
            after = step(after)
        except RowError as error:
            raise UsageError(error.message, hint=error.hint) from None
    pruned = {key: after.get(key, value) for key, value in request.items() if key in after or key not in before}
    pruned.update({key: value for key, value in after.items() if key not in pruned})
    return _without_choice(pruned, request)


def _without_choice(pruned: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """The request without a choice among tools that are all gone, which the API refuses."""
    for choice, tools in (("tool_choice", "tools"), ("function_call", "functions")):
        if choice not in pruned or not request.get(tools):
            continue
        wanted = pruned[choice]
        held = wanted.get("function", wanted) if isinstance(wanted, dict) else {}
        name = held.get("name") if isinstance(held, dict) else None
        left = [tool.get("function", tool).get("name") for tool in pruned.get(tools) or ()]
        if name is not None and name not in left:
            raise UsageError(f'{choice} demands the function "{name}", which was pruned away')
        if not left:
            del pruned[choice]
    return pruned
