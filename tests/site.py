"""The built site, in a browser: ``python -m tests.site site`` after the docs were built.

Pages of each kind are opened at three widths and in the dark: nothing is wider than the screen, nothing is loaded from
elsewhere, axe finds nothing serious, and every link between pages leads somewhere, its anchor too.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PAGES = ("", "guide/convert/", "guide/report/", "reference/commands/", "reference/commands/dedupe/",
         "reference/rules/weight/", "reference/formats/trl/", "reference/places/together/", "zh/")  # fmt: skip
WIDTHS = (390, 820, 1400)
SERIOUS = ("serious", "critical")
THEME = ("color-contrast", "scrollable-region-focusable")
"""What axe finds in the theme itself: its colours of code, and code blocks that scroll."""


OWN = ("data:", "blob:", "https://api.github.com/repos/")
"""What a page may load: the theme asks how many stars the repository has."""


class Links(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        held = dict(attrs)
        if tag == "a" and held.get("href"):
            self.links.append(str(held["href"]))
        self.anchors |= {str(held[name]) for name in ("id", "name") if held.get(name)}


def dead_links(site: Path) -> Iterator[str]:
    """Links between pages that lead nowhere."""
    read = {}
    for path in site.rglob("*.html"):
        read[path] = Links()
        read[path].feed(path.read_text(encoding="utf-8"))
    for path, page in read.items():
        if path.name == "404.html":
            continue  # its links are those of the root
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                yield f"{path.relative_to(site)}: {link}"
            elif parts.fragment and target in read and unquote(parts.fragment) not in read[target].anchors | {"__top"}:
                yield f"{path.relative_to(site)}: {link} (no such anchor)"


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site on the loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _note(asked: list[str], request: Any) -> None:
    asked.append(request.url)


def faults(site: Path) -> Iterator[str]:
    """What is wrong with the pages in a browser."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    from tests.chromium import ARGUMENTS, chromium

    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS])
        for name in PAGES:
            for width, scheme in [*((width, "light") for width in WIDTHS), (WIDTHS[-1], "dark")]:
                page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
                elsewhere: list[str] = []
                page.on("request", functools.partial(_note, elsewhere))
                page.goto(address + name)
                where = f"/{name} at {width}, {scheme}"
                yield from (f"{where}: loads {url}" for url in elsewhere if not url.startswith((address, *OWN)))
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    yield f"{where}: wider than the screen"
                for found in Axe().run(page).response["violations"]:
                    if found["impact"] in SERIOUS and found["id"] not in THEME:
                        yield f"{where}: {found['id']}: {found['nodes'][0]['html'][:120]}"
                page.close()
        browser.close()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    wrong = [*dead_links(folder), *faults(folder)]
    sys.exit("\n".join(wrong) if wrong else 0)
