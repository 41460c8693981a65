"""How an agent uses ftdata: a page that comes with the package."""

from __future__ import annotations

from pathlib import Path

PATH = Path(__file__).with_name("SKILL.md")
"""The page. Its head has the name and the description by which agents find it."""
