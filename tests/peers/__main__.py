"""``python -m tests.peers [FILE...]``: how many of our rows the peers accept that are installed.

    pip install mistral-common 'together<2' openai-harmony
    pip install --no-deps trl transformers tokenizers safetensors   # its data utilities, without torch

Files are in any format that ftdata reads; without any, made-up conversations with calls are taken.
"""

from __future__ import annotations

import copy
import importlib
import io
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ftdata
from ftdata.tokens.vocab import unpacked
from tests.bench.data import sharegpt_jsonl

Row = dict[str, Any]
Accept = Callable[[Row], None]
"""Raises where the peer refuses a row."""


def mistral_common() -> Accept:
    """mistral-common's validator for fine-tuning: its models of messages, then its rules for their order and ids."""
    request = importlib.import_module("mistral_common.protocol.instruct.request")
    validator = importlib.import_module("mistral_common.protocol.instruct.validator")
    check = validator.MistralRequestValidatorV3(mode=validator.ValidationMode.finetuning)

    def accept(row: Row) -> None:
        messages = [{key: value for key, value in turn.items() if key != "weight"} for turn in row["messages"]]
        check.validate_request(request.ChatCompletionRequest(messages=messages, tools=row.get("tools")))

    return accept


def together() -> Accept:
    """together's checker of files, a file for each row."""
    os.environ["TOGETHER_NO_BANNER"] = "1"
    check_file = importlib.import_module("together.utils.files").check_file
    folder = Path(tempfile.mkdtemp())

    def accept(row: Row) -> None:
        path = folder / "row.jsonl"
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
        with redirect_stderr(io.StringIO()):  # its progress bar
            report = check_file(path)
        if not report["is_check_passed"]:
            raise ValueError(report["message"])

    return accept


def trl() -> Accept:
    """TRL's own preparation of rows: what is conversational, prompts taken out of pairs, content as parts."""
    utils = importlib.import_module("trl.data_utils")

    def accept(row: Row) -> None:
        if not utils.is_conversational(row):
            raise ValueError("is not conversational")
        if "chosen" in row:
            pair = utils.maybe_extract_prompt({key: row[key] for key in ("prompt", "chosen", "rejected") if key in row})
            if not (pair["prompt"] and pair["chosen"] and pair["rejected"]):
                raise ValueError("no prompt, or no answers")
            return
        for turn in row.get("messages", ()):
            for call in turn.get("tool_calls") or ():
                if not isinstance(call["function"]["arguments"], dict):
                    raise TypeError("arguments are no object")
        utils.prepare_multimodal_messages(copy.deepcopy(row["messages"]), [])

    return accept


def harmony() -> Accept:
    """openai-harmony's parser of what gpt-oss says, and its rendering of what it understood."""
    folder = Path(tempfile.mkdtemp())
    (folder / "o200k_base.tiktoken").write_bytes(unpacked("o200k_base"))  # it would fetch the same file
    os.environ["TIKTOKEN_ENCODINGS_BASE"] = str(folder)
    library = importlib.import_module("openai_harmony")
    encoding = library.load_harmony_encoding(library.HarmonyEncodingName.HARMONY_GPT_OSS)
    whole = library.RenderConversationConfig(auto_drop_analysis=False)

    def accept(row: Row) -> None:
        text = row["text"]
        messages = encoding.parse_messages_from_completion_tokens(encoding.encode(text, allowed_special="all"))
        if len(messages) != text.count("<|start|>"):
            raise ValueError(f"{len(messages)} messages understood of {text.count('<|start|>')}")
        tokens = encoding.render_conversation(library.Conversation.from_messages(messages), whole)
        # It names a call's recipient before the channel, and writes no mark that stops the model.
        back = _RECIPIENT.sub(r"<|channel|>\2 to=\1", encoding.decode_utf8(tokens))
        if back != text.removesuffix("<|return|>") + "<|end|>" * text.endswith("<|return|>"):
            raise ValueError("is rendered otherwise")

    return accept


_RECIPIENT = re.compile(r"(?<=<\|start\|>assistant) to=(\S+?)<\|channel\|>(\w+)")


PEERS: dict[str, tuple[str, Callable[[], Accept]]] = {
    "mistral": ("mistral_common", mistral_common),
    "together": ("together", together),
    "trl": ("trl", trl),
    "harmony": ("openai_harmony", harmony),
}


def written(source: Path, format: str, folder: Path) -> Iterator[Row]:
    """The rows of a file in another format."""
    output = folder / f"{source.stem}.{format}.jsonl"
    ftdata.read(source).write(output, format=format, force=True, max_rejects="100%")
    if not output.exists():
        return  # the format holds none of its rows
    with output.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main(paths: list[Path]) -> None:
    """Print the acceptances of each file by each peer, and the first reasons of refusals."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not paths:
            paths = [folder / "made-up.jsonl"]
            sharegpt_jsonl(paths[0], 300)
        for format, (module, peer) in PEERS.items():
            if find_spec(module) is None:
                print(f"{module}: not installed")
                continue
            accept = peer()
            for path in paths:
                tell(module, path, accept, written(path, format, folder))


def tell(module: str, path: Path, accept: Accept, rows: Iterator[Row]) -> None:
    """Feed the rows to the peer, and print what came of it."""
    refused: Counter[str] = Counter()
    count = 0
    for row in rows:
        count += 1
        try:
            accept(row)
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is its refusal
            refused[str(error).split("\n")[0][:150]] += 1
    print(f"{module}: {path.name}: {count - refused.total()} of {count} accepted")
    for reason, times in refused.most_common(3):
        print(f"    {times} x {reason}")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
