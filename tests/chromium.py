"""Pages in a real browser: one Chromium for all tests of a process, and what a page did while it was open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # most tests open no browser
    from playwright.sync_api import Browser, Dialog, Page

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WIDE, PHONE = (1280, 900), (360, 740)


@dataclass
class Shown:
    """A page that is open, and what it did.

    Attributes:
        page: The page.
        requests: The addresses that it asked for, but its own.
        said: What stands in its console, errors of scripts and refusals of the policy too.
        dialogs: What it asked in dialogs.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        """Whether it asked for nothing and reported nothing."""
        return not (self.requests or self.said or self.dialogs)

    def faults(self) -> list[str]:
        """What axe finds: the rule, and where."""
        from axe_playwright_python.sync_playwright import Axe

        found: dict[str, Any] = Axe().run(self.page).response
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


def chromium() -> str | None:
    """The path of Chromium; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this process."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        found = named or playwright.chromium.executable_path
        if not Path(found).exists():
            pytest.skip("no Chromium: apt-get install chromium, or playwright install chromium, or set CHROMIUM")
        opened = playwright.chromium.launch(executable_path=found, headless=True, args=[*ARGUMENTS])
        yield opened
        opened.close()


def dismissed(dialog: Dialog, shown: Shown) -> None:
    """Note a dialog, and let the page go on."""
    shown.dialogs.append(dialog.message)
    dialog.dismiss()


@contextmanager
def showing(
    browser: Browser,
    page: bytes | Path | str,
    folder: Path | None = None,
    *,
    size: tuple[int, int] = WIDE,
    dark: bool = False,
) -> Iterator[Shown]:
    """A page in the browser: its bytes (written to a file of the folder), its file, or its address.

    Scripts of a test run although the page's policy allows none but its own.
    """
    if isinstance(page, bytes):
        assert folder is not None
        written = folder / "shown.html"
        written.write_bytes(page)
        page = written
    address = page.resolve().as_uri() if isinstance(page, Path) else page
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    try:
        opened = context.new_page()
        shown = Shown(opened)
        own = address.split("#")[0]
        opened.on("request", lambda one: shown.requests.append(one.url) if one.url.split("#")[0] != own else None)
        opened.on("console", lambda one: shown.said.append(one.text))
        opened.on("pageerror", lambda one: shown.said.append(str(one)))
        opened.on("dialog", lambda one: dismissed(one, shown))
        opened.goto(address)
        yield shown
    finally:
        context.close()
