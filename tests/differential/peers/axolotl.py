"""What axolotl's strategy chat_template makes of the rows of a file, configured as ``--to axolotl`` says."""

from __future__ import annotations

from pathlib import Path

from tests.differential.peers import RefusedError, serve
from tests.differential.peers.loading import loaded, tokenizer, without

without("torch", "accelerate", "peft", "trl", "bitsandbytes", "triton", "xformers", "torchao")

from axolotl.prompt_strategies.chat_template import (  # noqa: E402
    ChatTemplatePrompter,
    ChatTemplateStrategy,
)
from axolotl.utils.chat_templates import get_chat_template  # noqa: E402

_TEMPLATE = get_chat_template("qwen_25")
_TOKENIZER = tokenizer(_TEMPLATE)
_STRATEGY = ChatTemplateStrategy(
    ChatTemplatePrompter(_TOKENIZER, _TEMPLATE, max_length=8193, message_field_training="train"),
    tokenizer=_TOKENIZER,
    train_on_inputs=False,
    sequence_len=8192,
    roles_to_train=["assistant"],
    train_on_eos="turn",
)


def read(path: Path) -> None:
    for row in loaded(path):
        labels = _STRATEGY.tokenize_prompt(row)["labels"]
        if not any(label != -100 for label in labels):
            raise RefusedError("dropped: no trainable tokens")


if __name__ == "__main__":
    serve("axolotl", read)
