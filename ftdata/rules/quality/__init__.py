"""Quality: what a server takes and a model learns all the same."""

from ftdata.rules.quality import answers, facts, languages, personal, sets, systems, texts

__all__ = ["answers", "facts", "languages", "personal", "sets", "systems", "texts"]
