"""Formats: rows to examples and back, one module per wire format. A format knows nothing about files."""

from typing import TYPE_CHECKING

from ftdata.formats.detect import Detected, confirmed, detect
from ftdata.formats.registry import Format, Formats, named
from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.formats.openai import FTDATA, OPENAI

_HERE = "ftdata.formats."

FORMATS = Formats(
    {
        "openai": _HERE + "openai",
        "ftdata": _HERE + "openai",
        "open": _HERE + "openai",
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
        "tinker": _HERE + "tinker",
        "bedrock": _HERE + "bedrock",
        "nemo": _HERE + "nemo",
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
        "openai-pairs": _HERE + "transcripts.envelopes.pairs",
        "openai-responses": _HERE + "transcripts.envelopes.retrieved",
        "chatgpt": _HERE + "transcripts.envelopes.chatgpt",
        "openai-batch": _HERE + "transcripts.envelopes.batch",
        "anthropic-batch": _HERE + "transcripts.envelopes.batch",
        "gemini-batch": _HERE + "transcripts.envelopes.batch",
        "langsmith": _HERE + "transcripts.envelopes.langsmith",
        "langchain": _HERE + "transcripts.envelopes.langchain",
        "helicone": _HERE + "transcripts.envelopes.helicone",
        "weave": _HERE + "transcripts.envelopes.weave",
        "litellm": _HERE + "transcripts.envelopes.litellm",
        "phoenix": _HERE + "transcripts.envelopes.phoenix",
        "otel": _HERE + "transcripts.envelopes.otel",
        "openpipe": _HERE + "transcripts.envelopes.openpipe",
        "curator": _HERE + "transcripts.envelopes.curator",
        "langfuse": _HERE + "transcripts.envelopes.langfuse",
        "dialogue": _HERE + "transcripts.dialogue",
        "claude-code": _HERE + "transcripts.sessions.claude_code",
        "codex": _HERE + "transcripts.sessions.codex",
        "agent-session": _HERE + "transcripts.sessions.agent_session",
        "gemini-cli": _HERE + "transcripts.sessions.gemini_cli",
        "pydantic-ai": _HERE + "transcripts.sessions.pydantic_ai",
        "braintrust": _HERE + "transcripts.envelopes.braintrust",
        "opik": _HERE + "transcripts.envelopes.opik",
        "mlflow": _HERE + "transcripts.envelopes.mlflow",
        "openai-agents": _HERE + "transcripts.envelopes.openai_agents",
        "bedrock-logs": _HERE + "transcripts.envelopes.bedrock_logs",
        "inspect": _HERE + "transcripts.envelopes.evals",
        "promptfoo": _HERE + "transcripts.envelopes.evals",
        "lm-eval": _HERE + "transcripts.envelopes.evals",
        "openai-evals": _HERE + "transcripts.envelopes.evals",
        "distilabel": _HERE + "transcripts.envelopes.curation",
        "argilla": _HERE + "transcripts.envelopes.curation",
        "claude-ai": _HERE + "transcripts.envelopes.curation",
        "swe-agent": _HERE + "transcripts.envelopes.trajectories",
        "ai-sdk": _HERE + "transcripts.envelopes.ai_sdk",
        "layouts": _HERE + "layouts",
        "tree": _HERE + "tree",
    }
)

__getattr__ = names_of(
    globals(),
    {
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
    "Detected",
    "Format",
    "confirmed",
    "detect",
    "named",
]
