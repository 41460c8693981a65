"""What a page may ask of its server, and the page itself."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ftdata.asks import translated
from ftdata.classes import dataclass, field
from ftdata.codec import JSON, encode
from ftdata.errors import FtdataError, UsageError
from ftdata.report.page import LANGS, assemble, resource, strings
from ftdata.view.edits import EditsFile, edits_beside
from ftdata.view.opened import Filters, OpenFile

if TYPE_CHECKING:
    from ftdata.view.listing import RowList
    from ftdata.view.rows import Row

MAX_PAGE = 200
"""Rows that are given at once."""

_WAIT = 0.9
"""Seconds for which an answer waits for rows that are not found yet."""

_LARGEST = 32 << 20
"""Bytes of an example that are sent to the page."""

_BODY = '<div id="app"></div>'


class BadRequestError(UsageError):
    """A request that no page of ours makes."""


@dataclass
class Desk:
    """What lies open: one file, or two side by side, and the edits of the first.

    Attributes:
        files: The files.
        lang: The language of the page, unless its address names another one.
        closing: Set when the server ends: whoever waits gives up.
    """

    files: Sequence[OpenFile]
    lang: str = "en"
    closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        name = self.files[0].name
        # What is no file of this machine has nothing beside it.
        self.edits = EditsFile(edits_beside(name) if "://" not in name else PurePath(edits_beside(name)).name)
        self._answers: Mapping[str, Callable[[dict[str, Any]], JSON]] = {
            "list": self._list,
            "rows": self._rows,
            "row": self._row,
            "twin": self._twin,
            "choices": self._choices,
            "load": self._load,
            "save": self._save,
        }

    def page(self, lang: str) -> bytes:
        """The page."""
        known: Any = lang if lang in LANGS else self.lang
        files = [{"name": PurePath(one.name).name, "path": one.name, "table": one.table} for one in self.files]
        apply = shlex.join(["ftdata", "apply", self.edits.path, self.files[0].name, "-o", "edited.jsonl"])
        about = {"files": files, "edits": self.edits.path, "apply": apply, "lang": known, "langs": list(LANGS)}
        title = " ↔ ".join(str(one["name"]) for one in files)
        styles, scripts = [resource("view.css")], [resource("editing.js"), resource("view.js")]
        body = _BODY + f"<noscript>{strings(known)['v.noscript']}</noscript>"
        return assemble(
            f"{title} · ftdata", body, {"view": about}, scripts, styles, known, allow={"connect-src": "'self'"}
        )

    def answer(self, what: str, asked: dict[str, Any]) -> bytes:
        """The answer to a request, as JSON.

        Raises:
            BadRequestError: If there is no such request.
            FtdataError: If it cannot be answered; the page shows why.
        """
        if what not in self._answers:
            raise BadRequestError("there is no such request")
        return encode(self._answers[what](asked))

    # -- lists ------------------------------------------------------------------------------------------------------

    def _file(self, asked: dict[str, Any]) -> OpenFile:
        number = asked.get("file", 0)
        if not isinstance(number, int) or not 0 <= number < len(self.files):
            raise BadRequestError("there is no such file")
        return self.files[number]

    def _listing(self, asked: dict[str, Any]) -> tuple[OpenFile, RowList]:
        file = self._file(asked)
        return file, file.listing(Filters.of(asked.get("filters")))

    def _list(self, asked: dict[str, Any]) -> JSON:
        file, listing = self._listing(asked)
        filters = Filters.of(asked.get("filters"))
        command = file.command(filters) if filters.options else ""
        return {"command": command, **listing.status()}

    def news(self, asked: dict[str, Any]) -> Iterator[bytes]:
        """What is known of a list, a line of JSON each time that this is more, until all is."""
        _, listing = self._listing(asked)
        seen = -1
        while not self.closing.is_set():
            listing.news(seen, 5)
            told = listing.status()
            seen = told["read"]
            yield encode(told) + b"\n"
            if told["done"]:
                return
            self.closing.wait(0.15)

    def _rows(self, asked: dict[str, Any]) -> JSON:
        file, listing = self._listing(asked)
        start, count = _number(asked, "start"), min(_number(asked, "count"), MAX_PAGE)
        listing.want(None if asked.get("all") else start + count, _WAIT)
        rows = file.rows(listing, start, count)
        found = file.findings(rows)
        told = [{**row.summary(), "findings": _marks(one)} for row, one in zip(rows, found, strict=True)]
        return {"start": start, "rows": told, **listing.status()}

    def _row(self, asked: dict[str, Any]) -> JSON:
        file, listing = self._listing(asked)
        at = _number(asked, "at")
        listing.want(at + 1, 5)
        rows = file.rows(listing, at, 1)
        return {"at": at, **_shown(file, rows[0])} if rows else {"at": at, "gone": True}

    def _twin(self, asked: dict[str, Any]) -> JSON:
        """The row of the second file that has the id of an example, or stands on the same line."""
        if len(self.files) < 2:
            raise BadRequestError("there is no second file")
        file, filters = self.files[1], Filters()
        listing = file.listing(filters)
        at = None
        while at is None and not self.closing.is_set():
            done = listing.done
            at = listing.named(str(asked["id"])) if asked.get("id") else listing.at_line(_number(asked, "line"))
            if done or at is not None:
                break
            listing.want(listing.found + 1, _WAIT)
        rows = file.rows(listing, at, 1) if at is not None else []
        return {"at": at, **_shown(file, rows[0])} if rows else {"gone": True}

    def _choices(self, asked: dict[str, Any]) -> JSON:
        return self._file(asked).choices()

    # -- edits ------------------------------------------------------------------------------------------------------

    def _load(self, asked: dict[str, Any]) -> JSON:
        edits = self.edits.load()
        return {"edits": edits, "mark": self.edits.mark}

    def _save(self, asked: dict[str, Any]) -> JSON:
        edits, mark = asked.get("edits"), asked.get("mark")
        if not isinstance(edits, list) or not isinstance(mark, str):
            raise BadRequestError("edits are a list")
        return {"mark": self.edits.save(edits, mark), "path": self.edits.path, "count": len(edits)}

    def close(self) -> None:
        """End what still works."""
        self.closing.set()
        for file in self.files:
            file.close()


def _number(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadRequestError(f"{name} is a number")
    return value


def _marks(findings: list[dict[str, Any]]) -> list[list[str]]:
    """What a list shows of findings: each rule once, with its severity."""
    return [list(one) for one in dict.fromkeys((str(one["severity"]), str(one["rule"])) for one in findings)]


def _shown(file: OpenFile, row: Row) -> dict[str, Any]:
    """A row as it is opened."""
    found = [{**one, **{key: translated(one[key]) for key in ("message", "hint") if one[key]}}
             for one in file.findings([row])[0]]  # fmt: skip
    told: dict[str, Any] = {"path": row.path, "line": row.line, "findings": found}
    told["examples"] = row.shown()
    size = sum(len(encode(one)) for one in row.examples)
    if size > _LARGEST:
        told["examples"] = []
        told["refused"] = translated(
            f"its {size:,} bytes are too many for a page: ftdata head {shlex.quote(row.place)}"
        )
    if not row.examples:
        told["raw"] = row.value()
        told["broken"] = translated(str(row.error) if row.error else "left out when the file is read")
    return told | file.renderings(row)


def told(error: FtdataError) -> bytes:
    """An error, as a page shows it."""
    return encode({"error": translated(error.message), "hint": translated(error.hint) if error.hint else error.hint})
