"""Quality: what a server takes and a model learns all the same."""

from ftdata.rules.quality import (
    answers,
    escapes,
    facts,
    languages,
    mails,
    personal,
    repeated,
    sets,
    systems,
    texts,
    thoughts,
)

__all__ = [
    "answers",
    "escapes",
    "facts",
    "languages",
    "mails",
    "personal",
    "repeated",
    "sets",
    "systems",
    "texts",
    "thoughts",
]
