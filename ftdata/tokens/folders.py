"""Find an open model's tokenizer and chat template: in its folder, or in the Hugging Face cache on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftdata.classes import dataclass
from ftdata.codec import decode
from ftdata.errors import InputError, UsageError, at, did_you_mean
from ftdata.lazily import pattern
from ftdata.tokens.families import FAMILIES, family_source

TOKENIZER, CONFIG, TEMPLATE, SPECIAL = (
    "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json",
)  # fmt: skip
TEMPLATES = "additional_chat_templates"
_ROLES = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_HUB_NAME = pattern(r"[\w.-]+/[\w.-]+")
_NO_LIMIT = 10**9  # transformers writes 10**30 where a tokenizer knows no limit


@dataclass(frozen=True)
class ModelFiles:
    """What lies in a model's folder beside its weights.

    Attributes:
        templates: The chat templates by name; the only one is called "default".
        constants: The special tokens that templates may name, such as ``eos_token``.
        limit: The tokens that the model takes, as its tokenizer says; None where it does not.
    """

    templates: Mapping[str, str]
    constants: Mapping[str, str]
    limit: int | None = None


def located(name: str) -> Path | None:
    """The tokenizer.json of a path, a folder, or a model in the Hugging Face cache; None if it is none of these."""
    path = Path(name)
    if path.is_dir():
        return path / TOKENIZER
    if name.endswith(".json"):
        return path
    if _HUB_NAME.fullmatch(name):
        return _cached(name)
    return None


def _cached(name: str) -> Path | None:
    """The tokenizer of a model that was downloaded before: the revision that its main branch had, else the latest."""
    home = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    root = Path(home) if home else Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface") / "hub"
    model = root / ("models--" + name.replace("/", "--"))
    main = model / "refs" / "main"
    revisions = [model / "snapshots" / main.read_text().strip()] if main.is_file() else []
    if (model / "snapshots").is_dir():
        revisions += sorted((model / "snapshots").iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    return next((one / TOKENIZER for one in revisions if (one / TOKENIZER).is_file()), None)


def model_files(folder: Path) -> ModelFiles:
    """What lies in a folder.

    Raises:
        InputError: If a file in it cannot be read.
    """
    config = _json(folder / CONFIG)
    limit = config.get("model_max_length")
    return ModelFiles(
        _templates(folder, config),
        _constants(_json(folder / SPECIAL)) | _constants(config),
        limit if type(limit) is int and 0 < limit < _NO_LIMIT else None,
    )


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    with at(str(path)):
        value = decode(path.read_bytes())
        if not isinstance(value, dict):
            raise InputError("expected a JSON object")
    return value


def _templates(folder: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """The chat templates; files of their own come before what the configuration holds."""
    found = {}
    if (folder / TEMPLATE).is_file():
        found["default"] = _text(folder / TEMPLATE)
    if (folder / TEMPLATES).is_dir():
        found |= {path.stem: _text(path) for path in sorted((folder / TEMPLATES).glob("*.jinja"))}
    if found:
        return found
    held = config.get("chat_template")
    if isinstance(held, list):
        pairs = [(entry.get("name"), entry.get("template")) for entry in held if isinstance(entry, dict)]
        return {name: source for name, source in pairs if isinstance(name, str) and isinstance(source, str)}
    return {"default": held} if isinstance(held, str) else {}


def _constants(config: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for role in _ROLES:
        token = config.get(role)
        token = token.get("content") if isinstance(token, dict) else token
        if isinstance(token, str) and token:
            found[role] = token
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("expected a chat template in UTF-8", path=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path)) from None


def template_files(name: str, model: ModelFiles | None) -> ModelFiles:
    """The template that is named, with the special tokens that it may use.

    Args:
        name: A file, a folder, one of the model's own templates, or a family that ftdata knows.
        model: The model whose tokenizer is used, if there is one: its special tokens go before the family's.

    Raises:
        InputError: If the file cannot be read, or the folder holds no template.
        UsageError: If there is no such file, and no such name.
    """
    path = Path(name)
    if path.is_dir() or path.name == CONFIG:
        found = model_files(path if path.is_dir() else path.parent)
        if not found.templates:
            raise InputError("there is no chat template", hint=f"Name a file such as {TEMPLATE}.", path=name)
    elif path.is_file():
        found = ModelFiles({"default": _text(path)}, {} if model else {"bos_token": "<s>", "eos_token": "</s>"})
    elif model is not None and name in model.templates:
        found = ModelFiles({"default": model.templates[name]}, {})
    elif name in FAMILIES:
        found = ModelFiles({"default": family_source(name)}, FAMILIES[name].constants)
    else:
        known = [*(model.templates if model else ()), *FAMILIES]
        hint = did_you_mean(name, known) or f"Name a file, or one of {', '.join(known)}."
        raise UsageError(f'there is no chat template "{name}"', hint=hint)
    return ModelFiles(found.templates, {**found.constants, **(model.constants if model else {})},
                      model.limit if model else None)  # fmt: skip
