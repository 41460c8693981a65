"""Which peers there are, and an environment of its own for each."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path(".peers")


@dataclass(frozen=True)
class Peer:
    """Somebody else's reader of training data.

    Attributes:
        name: The module in `tests.differential.peers`, with dashes.
        target: The target of ``ftdata check`` whose rows it reads; or a format that is only written.
        about: What of it is run.
        pins: Distributions to install, with what they depend on.
        bare: Distributions to install alone: they depend on gigabytes that reading data does not touch.
    """

    name: str
    target: str
    about: str
    pins: tuple[str, ...]
    bare: tuple[str, ...] = ()

    @property
    def distribution(self) -> str:
        """The distribution whose version is told."""
        return (self.bare or self.pins)[0].partition("==")[0]

    def python(self, folder: Path) -> Path:
        """The interpreter of its environment."""
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        return folder / self.name / scripts / "python"


_TRAINER = ("pillow", "jinja2", "numpy")

PEERS: tuple[Peer, ...] = (
    Peer(
        "together", "together", "check_file, in the last version that looks at content (later ones leave it to the server)",
        ("together==2.14.0",),
    ),
    Peer("openai", "openai", "the SDK's types of messages and tools", ("openai==3.57.0",)),
    Peer(
        "prepare-data", "openai", "the validators of `openai tools fine_tunes.prepare_data`, of the last version that has them",
        ("pandas==2.3.3", "openpyxl", "requests", "aiohttp", "tqdm"), ("openai==0.28.1",),
    ),
    Peer(
        "trl", "trl", "what its trainers do with a row before they tokenize it, with the chat template of Qwen 3",
        ("datasets==5.2.0", "transformers==5.16.1", *_TRAINER), ("trl==1.16.0",),
    ),
    Peer(
        "llama-factory", "llama-factory", "loading, converting and encoding, with the template qwen",
        ("datasets==4.0.0", "transformers==5.6.0", "omegaconf", "pydantic", "fsspec", *_TRAINER), ("llamafactory==0.9.5",),
    ),
    Peer(
        "axolotl", "axolotl", "the strategy chat_template, with the template qwen_25",
        ("datasets==4.8.4", "transformers==5.16.1", "pydantic==2.12.5", "addict", "colorama", *_TRAINER), ("axolotl==0.19.0",),
    ),
    Peer("mistral-common", "mistral", "its validator of requests for fine-tuning", ("mistral-common==1.13.1",)),
    Peer("google-genai", "gemini", "the SDK's types, which forbid other keys", ("google-genai==3.6.1",)),
    Peer("anthropic", "anthropic", "the SDK's types of messages and tools", ("anthropic==2.14.0",)),
    Peer("fireworks", "fireworks", "the SDK's types of messages and tools", ("fireworks-ai==1.2.30",)),
    Peer("harmony", "harmony", "its parser, and its rendering of what was parsed", ("openai-harmony==0.0.8",)),
)  # fmt: skip


def set_up(peer: Peer, folder: Path) -> bool:
    """Make the environment of a peer; whether that worked."""
    home = folder / peer.name
    venv.create(home, with_pip=True, clear=True)
    install = [str(peer.python(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*install, *peer.pins], check=False).returncode == 0
    if done and peer.bare:
        done = subprocess.run([*install, "--no-deps", *peer.bare], check=False).returncode == 0
    return done
