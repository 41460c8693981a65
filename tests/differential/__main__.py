"""``python -m tests.differential``: the same rows before `ftdata check` and before the readers of other people.

python -m tests.differential --setup        # once: an environment for each peer, in .peers
python -m tests.differential                # exit 1 at a disagreement that is not in known.toml
python -m tests.differential --page         # write docs/reference/differential.md, and what was met: known kinds alone
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.differential.cases import Case, cases
from tests.differential.environments import DEFAULT, PEERS, Peer, set_up
from tests.differential.judging import asked, told, written
from tests.differential.known import MET, Disagreement, known_in, met_in, sorted_out
from tests.differential.page import PAGE, page


@dataclass
class Run:
    """What came of a peer.

    Attributes:
        peer: The peer.
        version: Its version.
        cases: The rows that it was asked about.
        agreed: On how many both said the same.
        disagreements: The others.
    """

    peer: Peer
    version: str
    cases: int = 0
    agreed: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)


def run(peer: Peer, envs: Path, files: Sequence[Path] = ()) -> Run:
    """Put all rows of the peer's target before it and before ftdata."""
    with tempfile.TemporaryDirectory() as name:
        rows = cases(peer.target, files)
        paths = written(rows, Path(name))
        ours = [told(case, path) for case, path in zip(rows, paths, strict=True)]
        version, theirs = asked(peer, envs, paths)
    done = Run(peer, version)
    for case, said, answer in zip(rows, ours, theirs, strict=True):
        if answer is False:
            continue
        done.cases += 1
        found = list(_differing(peer, case, said, str(answer) if answer else ""))
        done.disagreements += found
        done.agreed += not found
    return done


def _differing(peer: Peer, case: Case, ours: list[str], theirs: str) -> list[Disagreement]:
    """What is to be explained: one verdict against the other, and each against a row that ftdata wrote."""
    if bool(ours) == bool(theirs) and not case.made:
        return []
    found = [Disagreement(peer.name, case, "ftdata", tuple(ours))] if ours else []
    return [*found, Disagreement(peer.name, case, "peer", (theirs,))] if theirs else found


def main() -> int:
    """Run what was asked for; 1 where something is new."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__.split("\n")[0])
    parser.add_argument("--envs", type=Path, default=DEFAULT, metavar="DIR", help="where the peers' environments are")
    parser.add_argument("--setup", action="store_true", help="make the environments: needs a package index")
    parser.add_argument("--page", action="store_true", help="write the page of the documentation")
    parser.add_argument(
        "--files", nargs="+", type=Path, default=(), help="put what these files come to before the peers"
    )
    parser.add_argument("peers", nargs="*", metavar="PEER", help="only these peers")
    given = parser.parse_args()
    chosen = [peer for peer in PEERS if not given.peers or peer.name in given.peers]
    if given.setup:
        failed = [peer.name for peer in chosen if not set_up(peer, given.envs)]
        print(f"not installed: {', '.join(failed)}" if failed else f"{len(chosen)} peers are in {given.envs}")
        return int(bool(failed))
    runs = []
    for peer in chosen:
        if not peer.python(given.envs).exists():
            print(f"{peer.name}: not installed: skipped (--setup installs it)")
            continue
        runs.append(run(peer, given.envs, given.files))
        print(f"{peer.name} {runs[-1].version}: {runs[-1].cases} rows, {runs[-1].agreed} judged alike", flush=True)
    return conclude(runs, write=given.page and len(runs) == len(PEERS), whole=not given.files)


def conclude(runs: list[Run], *, write: bool, whole: bool) -> int:
    """Tell what is new, and what is known and was not met; 1 where there is something of either."""
    known, met = known_in(), met_in()
    found = [one for each in runs for one in each.disagreements]
    unlike = sorted_out(found, known)
    new = [*unlike, *(one for one in found if whole and not write and str(one) not in met and one not in unlike)]
    for one in new:
        who = "ftdata" if one.side == "ftdata" else one.peer
        print(f"NEW {one.peer}: {one.case.name}: {who} refuses: {one.reasons[0][:300]}")
        print(f"    {json.dumps(one.case.row, ensure_ascii=False)[:600]}")
    asked_about = {each.peer.name for each in runs}
    gone = [kind for kind in known if whole and asked_about.issuperset(kind.peers) and not kind.seen]
    for kind in gone:
        print(f"GONE: no disagreement is as known.toml says: {kind.because}")
    print(f"{len(found)} disagreements, {len(new)} of them new")
    if write:
        MET.write_text("".join(f"{line}\n" for line in sorted(map(str, found))), encoding="utf-8")
        PAGE.write_text(page(runs, known), encoding="utf-8")
        print(f"written: {PAGE}")
    return int(bool(new or gone))


if __name__ == "__main__":
    sys.exit(main())
