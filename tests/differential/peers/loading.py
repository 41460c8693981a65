"""What the trainers' peers share: files loaded by Hugging Face's datasets, a tokenizer that is made, and no torch."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

_CACHE = tempfile.TemporaryDirectory(prefix="peers-")
os.environ["HF_HOME"] = _CACHE.name


def loaded(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines, with the types that datasets gives to them."""
    from datasets import load_dataset

    yield from load_dataset("json", data_files=str(path), split="train", cache_dir=_CACHE.name)


def tokenizer(template: str) -> Any:
    """A tokenizer that knows bytes and the tokens of ChatML."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(
        [AddedToken(name, special=True) for name in ("<|im_start|>", "<|im_end|>", "<|endoftext|>")]
    )
    known = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    known.chat_template = template
    return known


class _Anything(ModuleType):
    """A module of which everything may be imported, called and inherited from, and nothing is true."""

    __version__ = "0.0"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Nothing,), {})


class _Meta(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Nothing,), {})


class _Nothing(metaclass=_Meta):
    def __init__(self, *given: Any, **more: Any) -> None:
        pass

    def __call__(self, *given: Any, **more: Any) -> Any:
        return given[0] if given and callable(given[0]) else self

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        return _Anything(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def without(*names: str) -> None:
    """Let packages be imported that are not there: the trainers compute with them, and reading rows does not."""
    for name in ("datasets", "transformers"):
        importlib.import_module(name)  # they ask whether torch is there, before it seems to be
    sys.meta_path.append(_Finder(names))
