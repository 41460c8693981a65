"""Sources: files, and how examples are made of their rows."""

from __future__ import annotations

from collections.abc import Sequence

from ftdata.dataset import Dataset
from ftdata.verbs import declared, verb
from ftdata.verbs.types import PathLike, Template


@verb(hidden=("data",))
def authored(
    data: Dataset,
    *,
    user: Template | None = None,
    assistant: Template | None = None,
    system: Template | None = None,
    metadata: Sequence[str] = (),
    map: PathLike | None = None,
    allow_empty: bool = False,
) -> Dataset:
    """Make examples of rows.

    Args:
        data: The rows.
        user: The user's turn: a column, or a template such as '{{ subject }}: {{ body }}'.
        assistant: The answer: a column or a template.
        system: The system prompt: text or a template.
        metadata: Columns to carry along in each example's metadata.
        map: A mapping, for what these options cannot say.
        allow_empty: Keep examples with an empty user turn or answer.
    """
    if map is not None:
        return data.to_chat(map, allow_empty=allow_empty)
    if user or assistant:
        return data.to_chat(
            user=user or "", assistant=assistant or "", system=system or "", metadata=metadata, allow_empty=allow_empty
        )
    return data if system is None else data.system(system)


AUTHORING = declared(authored)
