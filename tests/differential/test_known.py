"""The file of known disagreements: read by a run that is not in the default one."""

from __future__ import annotations

import re

from tests.differential.environments import PEERS
from tests.differential.known import known_in
from tests.differential.traps import READ_BY


def test_known_disagreements_name_peers_and_sources() -> None:
    names = {peer.name for peer in PEERS}
    for kind in known_in():
        assert names.issuperset(kind.peers), kind
        assert kind.peers, kind
        assert kind.because, kind
        assert kind.source, kind
        assert kind.says or kind.cases, kind
        re.compile(kind.says)
        re.compile(kind.cases)


def test_each_peer_has_rows() -> None:
    assert {peer.target for peer in PEERS} - set(READ_BY) == {"harmony"}  # which is only written
