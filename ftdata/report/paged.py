"""A report on a dataset: the figures as JSON values, and the HTML page made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ftdata.asks import asked_by, asks, translated
from ftdata.classes import dataclass, field
from ftdata.errors import printable
from ftdata.report.page import assemble, pack, resource
from ftdata.report.shown import ShownExample, packed, renderings
from ftdata.verbs.types import Lang

if TYPE_CHECKING:
    from ftdata.codec import JSON
    from ftdata.files.output import Written

MAX_BYTES = 1_900_000
"""Bytes that a page may have: it travels by mail."""


@dataclass(frozen=True)
class DataReport:
    """What there is to know of a dataset: a page with `to_html` and `save`, and the same as JSON values.

    Attributes:
        says: Everything but the examples, as JSON values: ``files``, ``rules``, ``classes``, ``lengths``, ….
        examples: The examples that are shown, in the order of their origins.
    """

    says: Mapping[str, Any]
    examples: tuple[ShownExample, ...] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the examples, as JSON values."""
        return dict(self.says)

    def to_html(self, lang: Lang = "en") -> str:
        """Return a self-contained page that needs no network; data in it is never executed."""
        return self._page(lang).decode()

    def save(self, path: str, *, lang: Lang = "en", force: bool = False) -> Written:
        """Write the page, whole or not at all.

        Args:
            path: Where.
            lang: The language of its words: ``en`` or ``zh``.
            force: Replace an existing file.

        Raises:
            OutputError: If it exists and `force` is off, or it cannot be written.
        """
        from ftdata.files.sink import save

        return save(path, self._page(lang), force=force)

    def _page(self, lang: Lang) -> bytes:
        with asked_by(asks.get(), lang):
            return self._assembled(lang)

    def _assembled(self, lang: Lang) -> bytes:
        title = f"{self.says['title']} · ftdata"
        bare = assemble(title, _BODY, {"report": self._told(len(self.examples))}, _scripts(), _styles(), lang)
        room = MAX_BYTES - len(bare)
        rendered = renderings(self.examples, room // 2) if any(_is_rendered(one) for one in self.examples) else None
        more = {"renderings": rendered} if rendered is not None else {}
        room -= sum(len(pack(value)) for value in more.values())
        examples, count = packed(self.examples, self._by_place(), room)
        data = {"report": self._told(count)}
        return assemble(title, _BODY, data, _scripts(), _styles(), lang, packed={"examples": examples, **more})

    def _told(self, shown: int) -> dict[str, JSON]:
        rules = [_translated(rule, ("title", "why", "fix")) for rule in self.says["rules"]]
        return {**self.says, "rules": rules, "shown": shown}

    def _by_place(self) -> dict[str, list[JSON]]:
        """The findings by the place of their row."""
        found: dict[str, list[JSON]] = {}
        for rule in self.says["rules"]:
            for one in rule["findings"]:
                about = {"rule": rule["rule"], "severity": rule["severity"], "message": one["message"],
                         "json_path": one["json_path"], "hint": one["hint"]}  # fmt: skip
                if one["place"]:
                    found.setdefault(one["place"], []).append(_translated(about, ("message", "hint")))
        return found

    def __str__(self) -> str:
        says = self.says
        levels = ", ".join(f"{count:,} {level}" for level, count in says["levels"].items() if count) or "nothing found"
        tokens = says["lengths"]["tokens"]["sum"] if says["lengths"] else 0
        about = "" if says["counted"]["share"] == 1 else "about "
        return "\n".join((
            f"{printable(says['title'])}: {says['examples']:,} examples, {about}{tokens:,} tokens",
            f"findings  {levels}",
            f"shown     {len(self.examples):,} examples",
        ))  # fmt: skip

    def _repr_html_(self) -> str:
        page = escape(self.to_html(), quote=True)
        return f'<iframe sandbox="allow-scripts" width="100%" height="800" srcdoc="{page}"></iframe>'


def _translated(about: Mapping[str, Any], keys: Sequence[str]) -> dict[str, JSON]:
    """A rule or a finding as whoever reads the page is told of it; what it lists included."""
    said: dict[str, JSON] = {key: translated(about[key]) for key in keys if about[key]}
    if "findings" in about:
        said["findings"] = [_translated(one, ("message", "hint")) for one in about["findings"]]
    return {**about, **said}


def _is_rendered(one: ShownExample) -> bool:
    return bool(one.renderings or one.refused)


def _scripts() -> Sequence[str]:
    return (resource("charts.js"), resource("report.js"))


def _styles() -> Sequence[str]:
    return (resource("report.css"),)


_BODY = '<a class="skip" href="#main" data-t="skip"></a><div id="page"></div><noscript>JavaScript</noscript>'
