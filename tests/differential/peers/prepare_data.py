"""What ``openai tools fine_tunes.prepare_data`` said of prompts and completions."""

from __future__ import annotations

from pathlib import Path

from openai.validators import get_validators, read_any_format

from tests.differential.peers import NotMineError, RefusedError, rows_of, serve


def read(path: Path) -> None:
    if not all(type(row) is dict and {"prompt", "completion"} & row.keys() for row in rows_of(path)):
        raise NotMineError
    twice = path.with_suffix(".twice.jsonl")  # a file of one row is read as another format
    twice.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    frame, remediation = read_any_format(str(twice), fields=["prompt", "completion"])
    if remediation.error_msg:
        raise RefusedError(remediation.error_msg)
    for validator in get_validators():
        remediation = validator(frame)
        if remediation is None:
            continue
        if remediation.error_msg:
            raise RefusedError(remediation.error_msg)
        if remediation.name == "additional_column" and remediation.necessary_msg:
            raise RefusedError(remediation.necessary_msg)
        if remediation.necessary_fn:
            frame = remediation.necessary_fn(frame)


if __name__ == "__main__":
    serve("openai", read)
