"""The names that the world gives to roles, lists of turns, texts, masks, labels, images and the sides of a pair.

Sources: the data documentation and converters of ms-swift, LLaMA-Factory, axolotl, TRL, NeMo, Fireworks and Mistral;
the cards of public training sets; and reports of rows that lost a part of their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftdata.lazily import pattern

CALL = "call"
"""The role of a turn that is a call alone, its text the call's JSON."""

_ROLES: Mapping[str, tuple[str, ...]] = {
    "user": ("user", "human", "prompter", "customer", "client", "usuario", "utilisateur", "benutzer", "nutzer",
             "用户", "人类", "ユーザー"),
    "assistant": ("assistant", "gpt", "chatgpt", "bard", "bing", "model", "bot", "chatbot", "ai", "ai assistant",
                  "agent", "claude", "gemini", "llm", "asistente", "assistent", "助手", "助理", "アシスタント"),
    "system": ("system", "system prompt", "system message", "sistema", "système", "系统", "システム"),
    "developer": ("developer",),
    "tool": ("tool", "observation", "tool response", "tool result", "tool output", "function response",
             "function result", "function output", "function observation", "ipython"),
    CALL: ("function call", "tool call", "tool calls", "function calls"),
}  # fmt: skip


def folded(word: str) -> str:
    """A name as the tables have it: small letters, one space for underscores and hyphens, nothing around it."""
    return _SEPARATORS.sub(" ", word).strip().casefold()


_SEPARATORS = pattern(r"[\s_-]+")

ROLES: Mapping[str, str] = {folded(name): role for role, names in _ROLES.items() for name in names}
"""The role by the folded name of who speaks."""

SPEAKERS: Mapping[str, str] = {
    spelled: role
    for role, names in _ROLES.items()
    for name in names
    for spelled in (name, name.replace(" ", "_"), name.replace(" ", "-"))
}
"""The same by the usual spellings, which need no folding."""


_ASSISTANTS = (
    "assistant agent bot gpt ai model support operator rep representative chatbot staff advisor seller doctor tutor "
    "admin teammate operator helpdesk technician consultant employee moderator bot 客服 助手 "
    "机器人 助理 回答者 担当者 オペレーター アシスタント mitarbeiter berater assistent "
    "conseiller assistante asistente agente soporte"
)
_USERS = (
    "user human customer client visitor caller patient student requester enduser buyer guest contact lead "
    "用户 客户 顾客 提问者 顧客 お客様 ユーザー kunde kundin benutzer nutzer utilisateur usager usuario cliente"
)
SIDES: Mapping[str, str] = {
    **dict.fromkeys(_ASSISTANTS.split(), "assistant"),
    **dict.fromkeys(_USERS.split(), "user"),
}
"""Which side people are on in talks of customers and those who answer them, by what they are called."""


def role_of(word: object) -> str | None:
    """The role that a name means, `CALL` included; None where it is not known."""
    return ROLES.get(folded(word)) if type(word) is str else None


def side_of(name: str) -> str | None:
    """The role that a speaker's name tells: by all of it, or by its first or last word; None where it tells none.

    Examples:
        >>> side_of("Agent Ann"), side_of("Ann (Support)"), side_of("Ann")
        ('assistant', 'assistant', None)
    """
    if role := role_of(name):
        return role
    words = re.findall(r"[^\W_]+", name.casefold())
    found = [SIDES.get("".join(words)), *(SIDES.get(word) for word in (*words[:1], *words[-1:]))]
    found += [role for word, role in SIDES.items() if not word.isascii() and name.startswith(word)]  # 客服小李
    return next((role for role in found if role), None)


LISTS = ("messages", "conversations", "conversation", "dialog", "dialogue", "dialogs", "dialogues", "thread", "turns",
         "chat", "chats", "msgs", "message list", "chat history", "utterances", "messages json", "conversation json",
         "conversations json", "rounds")  # fmt: skip
"""What a list of turns is called, folded; the first that a row has is its conversation."""

SPEAKER_KEYS = ("role", "from", "speaker", "author", "sender")
TEXT_KEYS = ("content", "value", "text", "message", "utterance")
"""The keys of a turn, the usual ones first."""

THOUGHTS = frozenset(("reasoning_content", "thinking", "reasoning", "thought", "thoughts", "reasoning_text"))
"""Keys of an answer whose text is the thought that led to it."""

MASKS: Mapping[str, bool] = {
    **dict.fromkeys(("weight", "loss", "train", "training", "trainable", "trained", "learn", "learnable", "loss_weight",
                     "train_on_turn", "loss_mask"), True),
    **dict.fromkeys(("masked", "is_masked", "ignore", "ignored", "no_loss", "no_train"), False),
}  # fmt: skip
"""Keys that say whether a turn is trained, and what true means there; ``mask`` alone says either."""

UNSURE_MASK = "mask"

SYSTEMS = frozenset(("system", "system_prompt", "system prompt", "systemprompt", "system_message", "systemmessage",
                     "sys_prompt", "system_instruction", "system_instructions", "systeminstruction"))  # fmt: skip
TOOLS = frozenset(("tools", "functions", "available_tools", "function_description", "function_descriptions",
                   "tool_definitions", "function_definitions", "tool_schemas", "function_schemas", "tools_json",
                   "available_functions", "tool_list"))  # fmt: skip
IMAGES = frozenset(("image", "images", "image_url", "image_urls", "image_path", "image_paths", "image_file",
                    "image_files", "img", "imgs", "pictures", "picture"))  # fmt: skip
OTHER_MEDIA = frozenset(("audio", "audios", "video", "videos"))
CHOSEN = frozenset(("chosen", "chosen_response", "chosen_responses", "chosen_messages", "chosen_answer",
                    "chosen_completion", "preferred", "preferred_response", "preferred_completion",
                    "preferred_output"))  # fmt: skip
REJECTED = frozenset(("rejected", "rejected_response", "rejected_responses", "rejected_messages", "rejected_answer",
                      "rejected_completion", "rejected_output", "reject_response", "dispreferred",
                      "dispreferred_response", "non_preferred_response", "non_preferred_completion",
                      "non_preferred_output"))  # fmt: skip
LABELS = frozenset(("label", "kto_tag", "kto_label", "desirable", "is_desirable", "is_chosen", "liked"))
"""Keys at the root that say whether an answer is wanted, where their value is one of `WANTED`."""

WANTED: Mapping[object, bool] = {
    **dict.fromkeys((1, "true", "1", "good", "desirable", "chosen", "wanted", "liked"), True),
    **dict.fromkeys((0, "false", "0", "bad", "undesirable", "rejected", "unwanted", "disliked"), False),
}
"""What labels say, true and false as 1 and 0."""

WEIGHTS = frozenset(("weight", "loss_weight", "example_weight", "sample_weight"))
"""Keys at the root whose number is the weight of the whole example."""

PROMPTS = frozenset(("prompt", "question", "query", "instruction", "problem", "user", "user_prompt", "input"))
ANSWERS = frozenset(("answer", "response", "completion", "output", "solution", "target", "generation"))
BOOKKEEPING = frozenset(("id", "uuid", "idx", "index", "source", "origin", "dataset", "split", "score", "scores",
                         "language", "lang", "category", "topic", "domain", "model", "created", "timestamp", "date",
                         "url", "license", "title", "difficulty", "quality", "tags", "hash", "metadata"))  # fmt: skip


def wanted(value: object) -> bool | None:
    """What a label says, true or false; None where it says neither."""
    if type(value) is str:
        value = value.strip().casefold()
    elif type(value) is float and value.is_integer():
        value = int(value)
    return WANTED.get(value) if type(value) in (str, bool, int) else None


def weighed(value: object) -> bool | None:
    """Whether a mask's value says yes: true or 1, or the text of one; None where it says neither yes nor no."""
    if type(value) is str:
        return _YES_NO.get(value.strip().casefold())
    return bool(value) if type(value) in (bool, int, float) and value in (0, 1) else None


_YES_NO = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}


def is_turn(value: object) -> bool:
    """Whether an object has a turn's speaker and its text, calls or parts, under any of their names."""
    if type(value) is not dict:
        return False
    keys = value.keys()
    speaker = next((key for key in SPEAKER_KEYS if key in keys), None)
    if speaker is None or type(value[speaker]) is not str:
        return False
    return any(key in keys for key in (*TEXT_KEYS, "tool_calls", "function_call", "parts"))


def is_conversation(value: object) -> bool:
    """Whether a value is a list of turns and nothing else."""
    return type(value) is list and len(value) > 0 and all(map(is_turn, value))


def is_tool(value: object) -> bool:
    """Whether an object defines a function: wrapped, or with its name beside its parameters."""
    if type(value) is not dict:
        return False
    function = value.get("function", value)
    return type(function) is dict and type(function.get("name")) is str and (
        function is not value or not {"parameters", "input_schema", "inputSchema"}.isdisjoint(value)
    )  # fmt: skip


def first_key(row: Mapping[str, Any], names: frozenset[str]) -> str | None:
    """The first key of a row among names, whatever their case."""
    return next((key for key in row if key in names or key.lower() in names), None)
