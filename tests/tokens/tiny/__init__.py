"""An open model's folder: a tokenizer of bytes, with the chat template of Qwen3."""

from pathlib import Path

TINY = Path(__file__).parent
