"""Chat templates of well-known families of open models, written anew to render as the models' own do.

They serve where the model's folder is not at hand: ``--template qwen3``. The model's own template is the measure;
`tests/peers` compares both.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ftdata.classes import dataclass


@dataclass(frozen=True)
class Family:
    """A family of models with one chat template.

    Attributes:
        about: Models that have it.
        constants: The special tokens that the template names.
    """

    about: str
    constants: Mapping[str, str]


def _family(about: str, eos: str, bos: str = "") -> Family:
    tokens = {"bos_token": bos, "eos_token": eos}
    return Family(about, MappingProxyType({name: token for name, token in tokens.items() if token}))


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "chatml": _family("Models trained on ChatML without tools", eos="<|im_end|>"),
        "qwen2.5": _family("Qwen2.5-Instruct", eos="<|im_end|>"),
        "qwen3": _family("Qwen3, which thinks before it answers", eos="<|im_end|>"),
        "llama3": _family("Llama 3", bos="<|begin_of_text|>", eos="<|eot_id|>"),
        "llama3.1": _family("Llama 3.1 and 3.3", bos="<|begin_of_text|>", eos="<|eot_id|>"),
        "mistral": _family("Mistral with the Tekken tokenizer", bos="<s>", eos="</s>"),
        "gemma": _family("Gemma and Gemma 2", bos="<bos>", eos="<eos>"),
        "gemma3": _family("Gemma 3", bos="<bos>", eos="<eos>"),
        "deepseek-v3": _family(
            "DeepSeek V3", bos="<｜begin▁of▁sentence｜>", eos="<｜end▁of▁sentence｜>"
        ),
        "deepseek-r1": _family(
            "DeepSeek R1 and its distillates", bos="<｜begin▁of▁sentence｜>", eos="<｜end▁of▁sentence｜>"
        ),
        "phi3": _family("Phi-3", bos="<s>", eos="<|endoftext|>"),
        "phi3.5": _family("Phi-3.5", bos="<s>", eos="<|endoftext|>"),
        "phi4": _family("Phi-4", bos="<|endoftext|>", eos="<|im_end|>"),
        "smollm2": _family("SmolLM2-Instruct", bos="<|im_start|>", eos="<|im_end|>"),
        "gpt-oss": _family("gpt-oss, in harmony", bos="<|startoftext|>", eos="<|return|>"),
    }
)  # fmt: skip
"""The families by name; each has a file of that name here."""


def family_source(name: str) -> str:
    """The template of a family."""
    return Path(__file__).with_name(f"{name}.jinja").read_text(encoding="utf-8")
