"""Messages of a support tool, one a row and in no order, become chats: python examples/conversations.py [OUTPUT]."""

from __future__ import annotations

import sys
from pathlib import Path

import ftdata

HERE = Path(__file__).parent


def main(output: str) -> None:
    """Look, gather, write, and say what became of every message."""
    messages = ftdata.read(HERE / "messages.csv")
    print(messages.look())
    chats = messages.gather_messages(
        group_by="conversation_id",
        order_by="sent_at",
        role_column="speaker",
        content_column="text",
        role_map={"agent": "assistant", "customer": "user", "note": "drop"},
        system="You help customers with the {{ plan }} plan.",
        first_assistant="drop",
    )
    result = chats.write(output, force=True)
    print(f"{result.tally.read} messages, {result.tally.written} conversations in {result.paths[0]}")
    for (_, reason), count in result.tally.dropped.items():
        print(f"{count} dropped: {reason}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "conversations.jsonl")
