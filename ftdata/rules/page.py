"""Judging the rows of one block.

What each unit's function gets:

- line: (raw bytes, RowError or None for a blank line);
- reject: (raw bytes, RowError), of a row that could not become an example;
- own: (row, look), before an example is made of it;
- label: (example with its metadata, look), where the method is KTO;
- row: (row, look); message: (message, path, look); turns: (messages, path, look); image: (part, path, look);
- definitions: (the object that holds tools, its path, toolbox); call: (message, path, toolbox, look);
- text: (text, path, role, look), where the role is "call" for arguments;
- set: (survey or None, totals), yields (spot or None, problem); file: (file, target);
- format: (where the rows lie that are in another format, the target's name);
- against: (the twin of an example in the set that is checked against,);
- rendered: (a rendering of the row by the chat template, look), for each side of a pair;
- unrendered: (the RowError of a template that refuses the row, look).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode
from ftdata.errors import InternalError, RowError, row_error
from ftdata.findings import Severity
from ftdata.formats import FORMATS
from ftdata.formats.gate import gate
from ftdata.formats.spared import ReadOn, further, is_new
from ftdata.rules.budget import extent
from ftdata.rules.images import images_of
from ftdata.rules.labels import label_of
from ftdata.rules.lines import readable
from ftdata.rules.look import RowLook, Turns, texts_of
from ftdata.rules.plain import plain_top
from ftdata.rules.quality.texts import is_thin
from ftdata.rules.registry import FOUND, Problem, Rule
from ftdata.rules.scan import scan
from ftdata.rules.sheet import AGAINST, HeldFinding, Sheet, spot_of
from ftdata.rules.sound import defines, has_nulls, is_sound
from ftdata.rules.toolbox import EMPTY, Toolbox

if TYPE_CHECKING:
    from ftdata.rules.checker import Checker
    from ftdata.rules.joint import JointPage, JudgedExample

INTERNAL = FOUND["internal-error"]

_CALLS = frozenset(("tool_calls", "function_call"))

_NONE: Turns = []

_MOST = 256
"""Lists of definitions that are known as what they are, without their text."""


class Page:
    """The judgement of one block's rows.

    Attributes:
        sheet: What it comes to.
        line_of: From a row's number to its line in the block; it is asked where a line is told.
        shares: Whether rows may have their definitions in common, as one object that nobody changes.
        joint: What is judged once for several checks, and the number of this one among them.
    """

    def __init__(self, checker: Checker, block: int, file: int) -> None:
        self._checker = checker
        self._begin = spot_of(block, 0)
        self._file = file
        self._look = RowLook(checker.kind, checker.target, file=file, budget=checker.budget)
        self._line = 0
        self._errors: list[str] = []  # where errors are in the row under judgement
        self._foreign = bool(checker.target.format)
        self.line_of: Callable[[int], int] = int
        self.shares = False
        self.joint: tuple[JointPage, int] | None = None
        self.sheet = Sheet(checker.most)
        if checker.printing:
            self.sheet.prints = array("Q")
        self.sheet.surveys = {kind.__name__: kind() for kind in checker.surveys}
        if checker.against is not None:
            self.sheet.surveys[AGAINST] = checker.against.survey()
        self._surveys = tuple(self.sheet.surveys.values())
        self._rows = checker.by_look("row")
        self._near_rows = tuple((near, rules) for near, rules in self._rows if near)
        self._texts = checker.by_look("text")
        self._traced = checker.traced
        self._traces = checker.traces.found_in if self._traced else None
        self._of_any = tuple(survey for survey in self._surveys if getattr(survey, "any_row", False))
        self._of_texts = tuple(survey for survey in self._surveys if not getattr(survey, "of_images", False))
        self._boxes: dict[int, tuple[Any, Toolbox]] = {}

    def row(self, number: int, raw: bytes, value: dict[str, Any] | RowError) -> None:
        """Judge a row, given its number, its bytes, and the object or why there is none."""
        self._line = number
        try:
            self.judge(raw, value)
        except Exception as error:
            self.rejected(number, raw, row_error(error))

    def judge(self, raw: bytes, value: dict[str, Any] | RowError) -> None:
        """As `row`, of a row without a place; what fails in here is raised."""
        look = self._look
        look.line = look.utf8 = raw
        self._errors = []
        if type(value) is not dict:
            assert isinstance(value, RowError)  # noqa: S101 - what is no dict is one
            found = self._broken(raw, value)
            if found is None:
                return
            value = found
        if self._foreign:
            example = self._own(raw, value)
            if example is None:
                return
            raw, value = (raw, value) if example is value else (b"", example)
        look.row, look.line, look.utf8, look.answer, look.tokens, look.content = value, raw, None, None, None, None
        self.sheet.rows += 1
        if self.joint is not None and (judged := self.joint[0].judged(raw, value)):
            self._adopt(judged, self.joint[1])
            return
        self._structure(value)
        if not look.sound:
            self._unreadable(raw, value)
        self._read()
        if self._surveys:
            self._survey()

    def _adopt(self, judged: JudgedExample, number: int) -> None:
        """Take in what was judged for several checks."""
        own, self._look = self._look, judged.look
        judged.look.target, judged.look.budget = own.target, own.budget
        for rule, problem, members in judged.found:
            if number in members:
                self._told(rule, (problem,))
        if self._surveys:
            self._survey()
        self._look = own

    def _own(self, raw: bytes, row: dict[str, Any]) -> dict[str, Any] | None:
        """Judge a row as its service takes it; the example that further rules judge, if there is one."""
        checker, refused = self._checker, list[str]()
        self._look.refusals = None
        if checker.beyond and FORMATS[checker.target.format].goes_beyond(row):
            self.sheet.rows += 1
            return None
        for rule in checker.over("own"):
            problems = list(rule.test(row, self._look))
            refused += [one.path for one in problems] if rule.severity >= Severity.ERROR else []
            self._told(rule, problems)
        if checker.reads is None:
            self._labelled(row)
            return row
        try:
            example = checker.reads(row)
        except RowError as error:
            self.sheet.rows += 1
            own = FORMATS.get(checker.target.format)
            if own is None or not own.goes_beyond(row):
                faults = (error, *further(checker.reads, row, error))
                self._untaken(raw, *(one for one in faults if is_new(one.json_path or "$", refused)))
            return None
        if type(example) is not dict:  # a log's row without an answer, or with several: no example to judge
            self.sheet.rows += 1
            return None
        self._labelled(example)
        return {key: value for key, value in example.items() if key != "metadata"} if "metadata" in example else example

    def _labelled(self, example: dict[str, Any]) -> None:
        """Judge an example's label, where answers are trained by theirs."""
        if self._checker.labelled:
            self._look.label = label_of(example)
            for rule in self._checker.over("label"):
                self._told(rule, rule.test(example, self._look))

    def blank(self, number: int) -> None:
        """Judge a blank line."""
        self._line = number
        self._look.utf8 = b""
        for rule in self._checker.over("line"):
            self._told(rule, rule.test(b"", None))

    def rejected(self, number: int, raw: bytes, error: RowError) -> None:
        """Judge a row that became no example."""
        self._line = number
        self._look.utf8 = raw
        rules = self._checker.over("reject")
        if isinstance(error, InternalError):
            # Told whatever rules were chosen: this row was not judged to the end.
            self.sheet.trace, rules = self.sheet.trace or error.trace, (INTERNAL,)
        for rule in rules:
            self._told(rule, rule.test(raw, error))
        first = self._checker.first
        if rules and first is not None and error.json_path and not isinstance(error, InternalError):
            self._untaken(raw, *further(first, decode(raw), error))

    def _untaken(self, raw: bytes, *faults: RowError) -> None:
        """Tell why a row became no example."""
        for error in faults:
            for rule in self._checker.over("reject"):
                self._told(rule, rule.test(raw, error))

    def _broken(self, raw: bytes, error: RowError) -> dict[str, Any] | None:
        for rule in self._checker.over("line"):
            self._told(rule, rule.test(raw, error))
        return readable(raw, error)

    def _unreadable(self, raw: bytes, row: dict[str, Any]) -> None:
        """Tell what no rule has told: why the row is not an example."""
        told = tuple(self._errors)
        self._untaken(raw, *(error for error in ReadOn(gate, row).faults() if is_new(error.json_path or "$", told)))

    # -- structure -----------------------------------------------------------------------------------

    def _structure(self, row: dict[str, Any]) -> None:
        look, checker = self._look, self._checker
        box = look.box = self._toolbox()
        odd = box.odd or not plain_top(row, checker.kind)
        texts: list[str] = []
        look.thin, look.turns, look.scans = False, _NONE, []
        if checker.kind == "completion":
            texts = [text for text, _, _ in look.texts()]
            look.thin = any(map(is_thin, texts))
            look.answer = row["completion"] if type(row.get("completion")) is str else None
        for turns, path in look.conversations():
            odd = self._turns(turns, path, box, texts) or odd
        texts.append("")
        look.text, look.plain = "\n".join(texts), not odd
        look.images = odd and b"image_url" in look.raw  # a message with one is not plain
        look.sound = not odd or is_sound(row, checker.kind)
        if checker.renderer is not None and look.sound:
            self._rendered(row)
        for near, rules in self._rows if odd else self._near_rows:
            if near is None or near(look):
                for rule in rules:
                    self._told(rule, rule.test(row, look))
        if look.images:
            self._images()

    def _rendered(self, row: dict[str, Any]) -> None:
        """Judge what the chat template makes of the row, and count its tokens."""
        look, checker = self._look, self._checker
        try:
            made = checker.renderer.renderings(row) if checker.renderer else []
        except RowError as error:
            for rule in checker.over("unrendered"):
                self._told(rule, rule.test(error, look))
            return
        look.tokens = max(map(extent, made))
        for one in made:
            for rule in checker.over("rendered"):
                self._told(rule, rule.test(one, look))

    def _toolbox(self) -> Toolbox:
        """The functions that are declared; their definitions are judged when they are first seen."""
        holder, path = self._look.holder()
        tools, functions = holder.get("tools"), holder.get("functions")
        if tools is None and functions is None:
            return EMPTY
        box = self._box_of(tools, functions)
        if box.problems is None:
            rules = self._checker.over("definitions")
            box.problems = [(rule, problem) for rule in rules for problem in rule.test(holder, path, box)]
            box.odd = not defines(tools, functions) or has_nulls(tools, functions)
        for rule, problem in box.problems:
            self._told(rule, (problem,))
        return box

    def _box_of(self, tools: Any, functions: Any) -> Toolbox:
        """The toolbox of definitions; those that rows share are known as what they are, without their text."""
        known = self._boxes.get(id(tools))
        if known is not None and known[0] is tools and functions is None:
            return known[1]
        box = self._checker.toolboxes.of(tools, functions)
        if self.shares and functions is None:
            if len(self._boxes) > _MOST:
                self._boxes.clear()
            self._boxes[id(tools)] = tools, box
        return box

    def _turns(self, turns: Turns, path: str, box: Toolbox, texts: list[str]) -> bool:
        """Judge a conversation and add its texts; whether any message deserved a careful look."""
        look, checker = self._look, self._checker
        found = scan(turns, box, checker.kind if path == "$.messages" else "preference")
        if path != "$.non_preferred_output":
            look.answer = found.answer
        if look.turns is _NONE:
            look.turns = turns
        look.scans.append(found)
        texts += found.texts
        look.thin = look.thin or found.thin or bool(found.odd)
        if not (found.turns or found.odd):
            return False
        for index in found.odd:
            turn, here = turns[index], f"{path}[{index}]"
            if type(turn) is dict:
                texts += [text for text, _, _ in texts_of(turn, "")]
            for rule in checker.over("message"):
                self._told(rule, rule.test(turn, here, look))
            if type(turn) is dict and turn.get("role") == "assistant" and not turn.keys().isdisjoint(_CALLS):
                for rule in checker.over("call"):
                    self._told(rule, rule.test(turn, here, box, look))
        for rule in checker.over("turns") if found.turns else checker.legacy:
            self._told(rule, rule.test(turns, path, look))
        return bool(found.odd)

    def _images(self) -> None:
        look = self._look
        for part, path in images_of(look):
            for rule in self._checker.over("image"):
                self._told(rule, rule.test(part, path, look))

    # -- texts and surveys -----------------------------------------------------------------------------------

    def _read(self) -> None:
        """Judge the texts, by the rules that may find something in them."""
        look = self._look
        hot = [rule for near, rules in self._texts if near is None or near(look) for rule in rules]
        near = []
        if self._traces is not None and self._traces(look.text):
            near = [one for one in self._traced if one[0](look.text)]
        if hot or near:
            for text, path, role in look.texts():
                for rule in hot:
                    self._told(rule, rule.test(text, path, role, look))
                alone = f"\n{text}\n"  # as it stands among the others
                for found_in, rule in near:
                    if found_in(alone):
                        self._told(rule, rule.test(text, path, role, look))

    def _survey(self) -> None:
        look = self._look
        surveys = (self._surveys if look.images else self._of_texts) if look.sound else self._of_any
        if surveys:
            look.spot = self._spot()
            for survey in surveys:
                survey.add(look)

    # -- what is found -----------------------------------------------------------------------------------

    def _told(self, rule: Rule, problems: Iterable[Problem]) -> None:
        for problem in problems:
            checker, sheet, slug = self._checker, self.sheet, rule.slug
            if rule.severity >= Severity.ERROR:
                self._errors.append(problem.path or "$")
            if checker.known or sheet.prints is not None:
                mark = fingerprint(slug, problem.path, self._look.raw)
                if sheet.prints is not None:
                    sheet.prints.append(mark)
                if mark in checker.known:
                    sheet.known += 1
                    continue
            if rule.once:
                self._told_once(rule, problem)
                continue
            sheet.counts[slug] += 1
            kept = sheet.kept.get(slug)
            if kept is None:
                kept = sheet.kept[slug] = []
            if len(kept) < sheet.most:
                kept.append(self._kept(problem))

    def _told_once(self, rule: Rule, problem: Problem) -> None:
        key = rule.slug, self._file
        before = self.sheet.once.get(key)
        self.sheet.once[key] = (before[0] + 1, before[1]) if before else (1, self._kept(problem))

    def _kept(self, problem: Problem) -> HeldFinding:
        return HeldFinding(self._spot(), problem.path, problem.text, problem.hint)

    def _spot(self) -> int:
        return self._begin | self.line_of(self._line)


def fingerprint(slug: str, path: str, raw: bytes) -> int:
    """What a baseline knows a finding by: its rule, its place inside the row and the row, wherever it stands."""
    digest = blake2b(f"{slug}\0{path}\0".encode() + raw, digest_size=8).digest()
    return int.from_bytes(digest, "little")
