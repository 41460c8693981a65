"""Marks that tokenizers and chat templates take for more than text."""

from __future__ import annotations

import re

from ftdata.lazily import pattern

SPECIAL_TOKENS = ("<|endoftext|>", "<|endofprompt|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>")
"""``Example 6174 message contains an invalid token: <|fim_suffix|>``, seen; the others are of the same vocabulary."""

SPECIAL = pattern("|".join(map(re.escape, SPECIAL_TOKENS)))

TEMPLATE = pattern(
    r"<\|(?:im_start|im_end|im_sep|start|end|channel|message|call|return|start_header_id|end_header_id|eot_id|"
    r"begin_of_text|end_of_text|user|assistant|system|tool)\|>|\[/?INST\]|<</?SYS>>|<start_of_turn>|<end_of_turn>"
)
"""Of ChatML, Harmony, Llama, Mistral and Gemma templates, as their model cards show them."""
