"""A machine of a cluster is lost while a plan runs. It is a program, as a process is connected to one Ray alone."""

from __future__ import annotations

import logging
import sys
import time
import warnings
from pathlib import Path

import ftdata
from ftdata.engines import Local, Outcome
from ftdata.engines.cluster.engine import Clustered
from ftdata.engines.cluster.ray import connect
from ftdata.formats import FTDATA
from tests.engines.cluster.plans import PLANS, outcome, written


def main(folder: Path, name: str) -> None:
    """Lose the second of two nodes when some blocks are done, and say whether the bytes are the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Ray's own modules
        import ray
        from ray.cluster_utils import Cluster
    small = {"num_cpus": 1, "object_store_memory": 80 << 20}
    nodes = Cluster(initialize_head=True, head_node_args={**small, "include_dashboard": False})
    try:
        second = nodes.add_node(**small)  # type: ignore[arg-type] # its options are untyped
        ray.init(address=nodes.address, logging_level=logging.ERROR, log_to_driver=False)
        data = PLANS[name](ftdata.read(written(folder, 480)))
        done = 0

        def lose(size: int) -> None:
            nonlocal done
            done += 1
            if done == 4:
                nodes.remove_node(second, allow_graceful=False)
                while _alive() > 1:  # until it is known, so that the rest must do without it
                    time.sleep(0.1)

        engine = Clustered(cluster=connect(""), block_size=6000)
        made = b"".join(piece for _, piece, _ in engine.map(data.plan(FTDATA), Outcome(on_progress=lose)))
        expected, _, _ = outcome(Local(1), data)
        print(f"nodes left: {_alive()}; same bytes: {made == expected}; lines: {len(made.splitlines())}")
    finally:
        ray.shutdown()
        nodes.shutdown()  # type: ignore[no-untyped-call]


def _alive() -> int:
    import ray

    return sum(one["Alive"] for one in ray.nodes())  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
