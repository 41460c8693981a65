from __future__ import annotations

from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError

ROWS = [
    {
        "messages": [
            {"role": "Kunde", "content": "q"},
            {"role": "Notiz", "content": "n"},
            {"role": "Wir", "content": "a"},
        ]
    }
]
CHAT = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


@pytest.mark.parametrize(
    "row",
    [
        ROWS[0],
        {
            "conversations": [
                {"from": "Kunde", "value": "q"},
                {"from": "Notiz", "value": "n"},
                {"from": "Wir", "value": "a"},
            ]
        },
    ],
    ids=["messages", "sharegpt"],
)
def test_names_in_rows_become_roles(row: dict[str, Any]) -> None:
    read = ftdata.read([row], role_map={"Kunde": "user", "Wir": "assistant", "Notiz": "drop"})
    assert list(read) == [CHAT]


def test_a_name_that_means_no_role_is_refused() -> None:
    with pytest.raises(UsageError, match="one of"):
        ftdata.read(ROWS, role_map={"Kunde": "usr"})
