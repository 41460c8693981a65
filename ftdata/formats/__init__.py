"""Formats: rows to examples and back, one module a wire format. A format knows nothing of files."""

from typing import TYPE_CHECKING

from ftdata.formats.detect import Detected, confirmed, detect
from ftdata.formats.registry import Format, Formats, named
from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.formats.columns import Columns, ToChat
    from ftdata.formats.openai import FTDATA, OPENAI

_HERE = "ftdata.formats."

FORMATS = Formats(
    {
        "openai": _HERE + "openai",
        "ftdata": _HERE + "openai",
        "azure": _HERE + "azure",
        "completion": _HERE + "completion",
        "sharegpt": _HERE + "sharegpt",
        "alpaca": _HERE + "alpaca",
        "trl": _HERE + "trl",
        "mistral": _HERE + "mistral",
        "gemini": _HERE + "gemini",
        "anthropic": _HERE + "anthropic",
        "together": _HERE + "together",
        "fireworks": _HERE + "fireworks",
        "bedrock": _HERE + "bedrock",
        "llama-factory-v1": _HERE + "weighted_parts",
        "cohere": _HERE + "cohere",
        "chatml": _HERE + "chatml",
        "harmony": _HERE + "harmony",
        "hermes": _HERE + "hermes",
        "llama-factory": _HERE + "llama_factory",
        "axolotl": _HERE + "axolotl",
        "glaive": _HERE + "glaive",
        "xlam": _HERE + "xlam",
        "toolace": _HERE + "toolace",
        "openai-pairs": _HERE + "transcripts.pairs",
        "openai-responses": _HERE + "transcripts.retrieved",
        "chatgpt": _HERE + "transcripts.chatgpt",
        "openai-batch": _HERE + "transcripts.batch",
        "langsmith": _HERE + "transcripts.langsmith",
        "langchain": _HERE + "transcripts.langchain",
        "helicone": _HERE + "transcripts.helicone",
        "weave": _HERE + "transcripts.weave",
        "litellm": _HERE + "transcripts.litellm",
        "phoenix": _HERE + "transcripts.phoenix",
        "otel": _HERE + "transcripts.otel",
        "openpipe": _HERE + "transcripts.openpipe",
        "curator": _HERE + "transcripts.curator",
        "langfuse": _HERE + "transcripts.langfuse",
        "dialogue": _HERE + "transcripts.dialogue",
        "layouts": _HERE + "layouts",
        "tree": _HERE + "tree",
    }
)

__getattr__ = names_of(
    globals(),
    {
        "ftdata.formats.columns": (
            "Columns",
            "ToChat",
        ),
        "ftdata.formats.openai": (
            "FTDATA",
            "OPENAI",
        ),
    },
)

__all__ = [
    "FORMATS",
    "FTDATA",
    "OPENAI",
    "Columns",
    "Detected",
    "Format",
    "ToChat",
    "confirmed",
    "detect",
    "named",
]
