"""Row methods as options of `convert`, `look`, `head` and `requests`, and of a recipe's sources.

A command applies them in the order of `ROWED`, whatever order they were given in; an option given several times, in the
order given. A recipe may also list them under ``rows``, in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftdata.dataset.rowing import RowVerbs
from ftdata.dataset.rowtexts import RowTexts
from ftdata.verbs import VerbPart, VerbParts, composed

SECTION = "Rows"
"""The heading of their options."""

KNOWN = ("rename", "trim", "fill", "replace", "times", "where")
"""The options that the short help names; the full help explains all of them."""

ROWED = VerbParts(
    (
        VerbPart(RowTexts.explode, {"columns": "explode"}, ("explode",), section=SECTION),
        VerbPart(RowVerbs.rename, {"columns": "rename"}, ("rename",), section=SECTION),
        VerbPart(RowVerbs.trim, {"columns": "trim"}, ("trim",), section=SECTION),
        VerbPart(RowVerbs.fill, {"columns": "fill"}, ("fill",), section=SECTION),
        VerbPart(
            RowVerbs.replace,
            {"texts": "replace", "columns": "replace_in", "patterns": "replace_patterns"},
            ("replace",),
            section=SECTION,
        ),
        VerbPart(
            RowVerbs.split_column,
            {"column": "split_column", "into": "split_into", "at": "split_at"},
            ("split_column",),
            section=SECTION,
        ),
        VerbPart(
            RowVerbs.join_columns,
            {"columns": "join_columns", "into": "join_into", "between": "join_with"},
            ("join_columns",),
            section=SECTION,
        ),
        VerbPart(RowVerbs.set_columns, {"columns": "set_column"}, ("set_column",), section=SECTION),
        VerbPart(RowVerbs.types, {"columns": "types"}, ("types",), section=SECTION),
        VerbPart(
            RowTexts.html_to_text, {"columns": "html_to_text", "links": "links"}, ("html_to_text",), section=SECTION
        ),
        VerbPart(
            RowTexts.strip_mail, {"columns": "strip_mail", "parts": "mail_parts"}, ("strip_mail",), section=SECTION
        ),
        VerbPart(
            RowVerbs.times,
            {"columns": "times", "time_format": "time_format", "day_first": "day_first"},
            ("times",),
            section=SECTION,
        ),
        VerbPart(RowVerbs.where, {"expressions": "where"}, ("where",), section=SECTION),
        VerbPart(RowVerbs.keep_columns, {"columns": "keep_columns"}, ("keep_columns",), section=SECTION),
        VerbPart(RowVerbs.drop_columns, {"columns": "drop_columns"}, ("drop_columns",), section=SECTION),
    )
)
"""The row methods, in the order in which a command applies them."""

ROWS = composed("rows", ROWED, "Put rows right before examples are made of them.")
"""All of them as one verb."""


def parted(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Separate the options of row methods from the others."""
    own = {one.name for one in ROWS}
    return (
        {name: value for name, value in values.items() if name in own},
        {name: value for name, value in values.items() if name not in own},
    )
