"""The server's tools."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Any

from ftdata import __version__
from ftdata.errors import MissingPackageError, UsageError
from ftdata.mcp.allowed import Allowed
from ftdata.mcp.calling import CallFailed, called, flags

try:
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations
except ImportError:
    raise MissingPackageError("ftdata mcp", "mcp", "mcp") from None

_FILES = 200  # that are listed

_INSTRUCTIONS = """Look at fine-tuning data with ftdata. Nothing is written, and only the files that the tool `files`
lists can be read. Begin with `look`, which proposes commands; `check` finds what a service would refuse, `stats` counts
tokens and cost, `convert` tells what a conversion would come to."""

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class ServerTools:
    """What an agent can ask. Each answer is what the command prints with --json, and has its exit code.

    Attributes:
        allowed: The files that may be read.
        seconds: How long a call may take.
    """

    def __init__(self, allowed: Allowed, seconds: float) -> None:
        self.allowed, self.seconds = allowed, seconds

    async def _call(self, command: str, options: dict[str, Any], *files: str) -> dict[str, Any]:
        try:
            real = [self.allowed.file(path) for path in files]
            return await called(command, flags(options), real, seconds=self.seconds)
        except (UsageError, CallFailed) as error:
            raise ToolError(str(error)) from None

    async def files(self) -> dict[str, Any]:
        """List the files that may be read."""
        found, more = self.allowed.files(_FILES)
        return {"files": found, "truncated": more}

    async def look(self, file: str, rows: int | None = None) -> dict[str, Any]:
        """Inspect a file: columns or turns, likely roles, its format, and commands to start with.

        Args:
            file: One of the files that may be read.
            rows: Look at so many rows only.
        """
        return await self._call("look", {"--rows": rows}, file)

    async def check(
        self, file: str, target: str | None = None, method: str | None = None, model: str | None = None,
        max_findings: int = 10,
    ) -> dict[str, Any]:  # fmt: skip
        """Check a file as strictly as the services do: findings with rule, place, message and hint.

        Args:
            file: One of the files that may be read.
            target: The service or trainer, such as openai, azure, together, trl. Defaults to openai.
            method: sft, dpo, rft or completion. Defaults to what the file holds.
            model: The model that it is to train.
            max_findings: Findings of each rule, at most 50.
        """
        most = min(max(max_findings, 1), 50)
        asked = {"--for": target, "--method": method, "--model": model, "--max-findings": most}
        return await self._call("check", asked, file)

    async def stats(self, file: str, model: str | None = None, place: str | None = None) -> dict[str, Any]:
        """Count tokens, and tell limits, epochs and cost.

        Args:
            file: One of the files that may be read.
            model: The model that it is to train. Defaults to several that last.
            place: Where the model is trained, such as together.
        """
        return await self._call("stats", {"--model": model, "--for": place}, file)

    async def convert(
        self, file: str, user: str | None = None, assistant: str | None = None, system: str | None = None,
        source_format: str | None = None, target_format: str | None = None, metadata: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Tell what a conversion would come to: the account by reason. Nothing is written.

        Args:
            file: One of the files that may be read.
            user: Of a table: a column, or a template such as "{{ subject }}: {{ body }}", of the user's turn.
            assistant: Of a table: a column or template of the answer.
            system: The system prompt.
            source_format: The format that is read. Defaults to what the rows look like.
            target_format: The format that would be written. Defaults to openai.
            metadata: Columns to carry along, separated by commas.
        """
        asked = {
            "--output": "out.jsonl", "--user": user, "--assistant": assistant, "--system": system,
            "--from": source_format, "--to": target_format, "--metadata": metadata, "--dry-run": True,
        }  # fmt: skip
        return await self._call("convert", asked, file)

    async def diff(self, file: str, other: str) -> dict[str, Any]:
        """Compare two files example by example: what was added, removed and changed.

        Args:
            file: One of the files that may be read: how it was.
            other: Another one: how it is now.
        """
        return await self._call("diff", {}, file, other)


def server(paths: Sequence[str], commands: Container[str], *, seconds: float = 120) -> MCPServer:
    """The server over these files and folders.

    Args:
        paths: What may be read.
        commands: The commands that there are: only tools of such are offered.
        seconds: How long a call may take.

    Raises:
        InputError: If one of them does not exist.
        MissingPackageError: If the package mcp is not installed.
    """
    tools = ServerTools(Allowed.of(paths), seconds)
    made = MCPServer("ftdata", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING")
    offered: list[Callable[..., Any]] = [tools.files, tools.look, tools.check, tools.stats, tools.convert]
    offered += [tools.diff] if "diff" in commands else []
    for one in offered:
        made.tool(annotations=_READS)(one)
    return made
