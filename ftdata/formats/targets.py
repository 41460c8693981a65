"""Targets: the places to check a file for, and what each accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ftdata.classes import dataclass, field, replace
from ftdata.errors import UsageError, did_you_mean
from ftdata.facts.places import ALSO, place_facts

KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "chat": frozenset(("messages", "tools", "parallel_tool_calls", "functions")),
        "preference": frozenset(("input", "preferred_output", "non_preferred_output")),
        "completion": frozenset(("prompt", "completion")),
    }
)
"""The top-level keys of a line by its kind; a reinforcement line may have any others for its grader."""

INPUT_KEYS = frozenset(("messages", "tools", "parallel_tool_calls", "functions"))
"""The keys of a preference line's input."""

MESSAGE_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "system": frozenset(("role", "content", "name")),
        "developer": frozenset(("role", "content", "name")),
        "user": frozenset(("role", "content", "name")),
        "assistant": frozenset(("role", "content", "refusal", "name", "tool_calls", "function_call", "weight")),
        "tool": frozenset(("role", "content", "tool_call_id")),
        "function": frozenset(("role", "content", "name")),
    }
)

RESPONSE_KEYS = frozenset(("annotations", "audio"))
"""Keys that responses carry and requests for training do not."""

PART_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "text": frozenset(("type", "text")),
        "image_url": frozenset(("type", "image_url")),
        "refusal": frozenset(("type", "refusal")),
    }
)

NAME = r"[a-zA-Z0-9_-]{1,64}"
"""Names of messages, functions and tools: ``does not match '^[a-zA-Z0-9_-]{1,64}$'``, seen in public."""

MAX_ID = 40
"""Characters of a call's id (``string_above_max_length``, seen); whether the fine-tuning check has it is not known."""

MAX_TOOLS = 128
MAX_MESSAGES = 2048
DETAILS = ("auto", "low", "high")
IMAGE_BYTES = 10 << 20
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Target:
    """A service or a trainer, and its numbers.

    Attributes:
        name: As ``--for`` calls it.
        about: One line for people.
        images: Images that an example may hold.
        image_examples: Examples with images that a file may hold.
        file_bytes: Bytes of a file that can be uploaded at once.
        parts_bytes: Bytes of a file that can be uploaded in parts.
        least: Examples that a file must have.
        most: Examples that a file may have, None for any number.
        advised: Examples to start with.
        reinforcement: Examples that a file for reinforcement may have.
        takes_mark: Whether a file may begin with a byte order mark.
        outputs: Messages that an output of a preference line may have; 0 for any number.
        format: The format whose `refuses` says what is wrong with a row as it stands, for other services than OpenAI's.
        reads: The formats whose rows it takes as they lie.
        own: Whether its rows have another shape than OpenAI's: then these rules judge the examples that rows come to.
        leaves: Rules and groups of rules that hold for OpenAI's service and not for this one.
        lines: Kinds of example that it takes as lines of OpenAI's shape, though its own rows have another.
        bounds: The least and the most examples of a kind, where they are other than `least` and `reinforcement` say.
        wants_ids: Whether each call must have an id.
        labels: Whether it trains on answers with a label each, wanted or not: KTO.
        wants_results: Whether it refuses a file in which a call has no result before the next message.
    """

    name: str
    about: str
    images: int = 10
    image_examples: int = 50_000
    file_bytes: int = 512 << 20
    parts_bytes: int = 8 << 30
    least: int = 1
    most: int | None = None
    advised: int = 0
    reinforcement: int = 50_000
    takes_mark: bool = False
    outputs: int = 1
    format: str = ""
    reads: tuple[str, ...] = ()
    own: bool = False
    leaves: frozenset[str] = frozenset()
    wants_ids: bool = True
    wants_results: bool = False
    labels: bool = False
    lines: frozenset[str] = frozenset()
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)

    @property
    def written(self) -> str:
        """The format in which a conversion writes for it: what ``--to`` takes."""
        return self.format or "openai"

    def bounds_of(self, kind: str) -> tuple[int, int | None]:
        """The least and the most examples of a kind that a file may have; None for any number."""
        return self.bounds.get(kind, (self.least, self.reinforcement if kind == "reinforcement" else self.most))


_FILES = ("file-extension", "file-size", "large-file", "many-image-examples")
_TEXTS = ("many-messages", "many-tools", "long-call-id", "special-token")
_LIMITS = (*_TEXTS, "many-images")
_LOOSE = ("message-name", "image-detail", "tool-content-parts")
"""What OpenAI's services look at, and others pass over or take as they take it anywhere."""
_KEYS = ("unknown-message-key", "response-key")
_TRAINER = frozenset(
    ("rows", "messages", "kinds", "images", "limits", "tool-name", "call-name", "missing-call-id", "unknown-call-id",
     "function-result", *_LIMITS)
)  # fmt: skip
"""What is a service's own. A trainer reads any file, and ids are for those that look at them."""


_TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("openai", "OpenAI's fine-tuning", reads=("openai", "completion")),
        Target(
            "azure", "Azure OpenAI", takes_mark=True, outputs=0, format="azure", reads=("openai", "completion"),
            wants_ids=False, wants_results=True,
        ),
        Target(
            "together", "Together", format="together", reads=("openai", "completion"),
            leaves=frozenset(("unknown-key", "weight-role", "completions", *_LOOSE, *_KEYS, *_FILES, *_TEXTS)),
        ),
        Target(
            "fireworks", "Fireworks", format="fireworks", reads=("openai", "fireworks"), wants_ids=False,
            leaves=frozenset(
                ("unknown-key", "carried-metadata", "example-weight", "missing-call-id", "system-in-rft", *_LOOSE,
                 *_KEYS, *_FILES, *_LIMITS)
            ),
        ),
        Target(
            "tinker", "Tinker", format="tinker", reads=("openai", "tinker"), wants_ids=False,
            leaves=frozenset(
                ("unknown-key", "example-weight", "weight-role", "missing-call-id", *_KEYS, *_FILES, *_LIMITS)
            ),
        ),
        Target(
            "mistral", "mistral-finetune", format="mistral", reads=("openai", "mistral"), own=True, leaves=_TRAINER,
        ),
        Target(
            "bedrock", "Amazon Bedrock (Nova)", format="bedrock", reads=("bedrock",), own=True,
            lines=frozenset(("reinforcement",)), leaves=(_TRAINER - {"limits"}) | {*_FILES, "byte-order-mark"},
        ),
        Target("gemini", "Gemini on Vertex AI", format="gemini", reads=("gemini",), own=True, leaves=_TRAINER),
        Target("anthropic", "Anthropic's Messages", format="anthropic", reads=("anthropic",), own=True,
               leaves=_TRAINER),
        Target(
            "trl", "TRL", format="trl", reads=("trl", "openai", "completion"), own=True, leaves=_TRAINER,
            wants_ids=False, labels=True,
        ),
        Target(
            "llama-factory", "LLaMA-Factory", format="llama-factory",
            reads=("sharegpt", "alpaca", "openai", "trl", "llama-factory"), own=True, leaves=_TRAINER, wants_ids=False,
            labels=True,
        ),
        Target(
            "axolotl", "axolotl (chat_template)", format="axolotl", reads=("openai", "axolotl", "trl"), own=True,
            leaves=_TRAINER, wants_ids=False,
        ),
        Target(
            "nemo", "NVIDIA NeMo", least=1, advised=0, format="nemo", reads=("nemo", "openai", "trl", "completion"),
            own=True, leaves=_TRAINER, wants_ids=False,
        ),
        Target(
            "open", "open models, by their chat template", format="open",
            reads=("openai", "ftdata", "open", "fireworks", "completion"),
            leaves=_TRAINER, wants_ids=False, labels=True,
        ),
    )
}  # fmt: skip

_MIB = 1 << 20
_COUNTS = ("images", "image_examples", "least", "most", "advised", "reinforcement")


class Targets(Mapping[str, Target]):
    """The targets by name, each with the numbers of its place's data file, which is read when it is asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Target] = {}

    def __getitem__(self, name: str) -> Target:
        if name not in self._known:
            self._known[name] = replace(_TARGETS[name], **_numbers(place_facts(name).get("files", {})))
        return self._known[name]

    def shape(self, name: str) -> Target:
        """The target without those numbers, for who only asks what its rows are: a data file takes long to read."""
        return _TARGETS[name]

    def __contains__(self, name: object) -> bool:
        return name in _TARGETS

    def __iter__(self) -> Iterator[str]:
        return iter(_TARGETS)

    def __len__(self) -> int:
        return len(_TARGETS)


def _numbers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a place's data file says of files, as a target has it."""
    numbers = {key: facts[key] for key in _COUNTS if key in facts}
    for key, mib in (("file_bytes", "mib_at_once"), ("parts_bytes", "mib_in_parts")):
        if mib in facts:
            numbers[key] = facts[mib] * _MIB
    if "bounds" in facts:
        numbers["bounds"] = {kind: (least, most) for kind, (least, most) in facts["bounds"].items()}
    return numbers


TARGETS = Targets()


def target(name: str) -> Target:
    """The target of this name.

    Raises:
        UsageError: If there is none.
    """
    name = ALSO.get(name, name)
    if name not in TARGETS:
        raise UsageError(f'unknown target "{name}"', hint=did_you_mean(name, TARGETS))
    return TARGETS[name]
