"""Nothing that is said or written depends on the order of a set, which differs from process to process."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftdata.codec import encode
from tests.test_house import FILES, ROOT, tree_of

ORDERLESS = {"sorted", "set", "frozenset", "any", "all", "sum", "len", "min", "max", "Counter"}
"""What makes the same of any order."""
ORDERED = {"list", "tuple", "next", "iter", "map", "filter", "enumerate", "dict", "join", "extend", "fromkeys"}


def is_set(node: ast.AST) -> bool:
    """Whether an expression is a set, or what keys are less others."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.BitAnd | ast.BitOr | ast.BitXor):
        return not any(isinstance(side, ast.Constant) for side in (node.left, node.right))
    return isinstance(node, ast.Set | ast.SetComp) or name_of(node) in ("set", "frozenset")


def name_of(node: ast.AST | None) -> str:
    """The name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def loops_over_sets(tree: ast.AST) -> Iterator[int]:
    """The lines at which a set is gone through in its own order, and the order tells."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        user = above.get(node)
        user = above.get(user) if isinstance(user, ast.Starred) else user
        if name_of(user) in ORDERLESS:
            continue
        if (
            (isinstance(node, ast.For) and is_set(node.iter))
            or (isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp) and any(is_set(one.iter) for one in node.generators))
            or (name_of(node) in ORDERED and isinstance(node, ast.Call) and any(map(is_set, node.args)))
        ):  # fmt: skip
            yield node.lineno


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("for x in a.keys() - b: pass", True),
        ("for x in sorted(a.keys() - b): pass", False),
        ("', '.join(set(a))", True),
        ("', '.join(sorted(set(a)))", False),
        ("[x for x in {1, 2}]", True),
        ("any(x for x in {*a})", False),
        ("max(1, *map(f, {*a}))", False),
        ("{x for x in {*a}}", False),
        ("for x in range(n - 1): pass", False),
    ],
)
def test_a_loop_over_a_set_is_seen(code: str, told: bool) -> None:
    assert bool([*loops_over_sets(ast.parse(code))]) is told


def test_no_loop_goes_through_a_set_in_its_own_order() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in FILES for line in loops_over_sets(tree_of(path))]
    assert found == []


SAID = """
import sys
import ftdata
from ftdata.errors import FtdataError
from ftdata.formats import FORMATS
from ftdata.formats.targets import TARGETS

data = ftdata.read(sys.argv[1], format="openai")
for target in TARGETS:
    print(target, *data.check(target=target, workers=1).findings, sep="\\n")
for format in FORMATS:
    try:
        print(format, data.write(sys.argv[2], format=format, force=True, max_rejects="100%", workers=1).tally.to_dict())
    except FtdataError as error:
        print(format, error)
    else:
        print(open(sys.argv[2], encoding="utf-8").read())
"""


@pytest.mark.process
def test_the_same_is_said_and_written_whatever_the_order_of_sets(tmp_path: Path) -> None:
    extra = {key: key for key in ("zeta", "alpha", "mid", "weight", "name", "refusal", "audio")}
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}", **extra}, **extra}
    parts = [{"type": kind, kind: "x", **extra} for kind in ("text", "video", "audio", "image_url")]
    turns: list[dict[str, object]] = [
        {"role": "user", "content": parts, **extra},
        {"role": "assistant", "content": None, "tool_calls": [call], **extra},
        {"role": "tool", "tool_call_id": "c", "content": "r", **extra},
        {"role": "assistant", "content": "a", **extra},
    ]
    tools = [
        {"type": "function", "function": {"name": "f", "parameters": {"type": "object", **extra}, **extra}, **extra}
    ]
    plain = [
        {key: turn[key] for key in turn if key not in extra and key != "tool_calls"} for turn in (turns[0], turns[3])
    ]
    rows = [{"messages": turns, "tools": tools, **extra}, {"messages": turns}, {"messages": plain, **extra},
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", **extra}], **extra}]  # fmt: skip
    (tmp_path / "in.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in rows))
    said = {
        subprocess.run(
            [sys.executable, "-c", SAID, "in.jsonl", "out.jsonl"],
            cwd=tmp_path, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1
    assert len(said.pop().splitlines()) > 100
