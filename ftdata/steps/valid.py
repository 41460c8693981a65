"""Valid: answers that are what their request asked for, by the schemas that the request itself gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import canonical, decode
from ftdata.errors import RowError
from ftdata.example.parts import answers, calls, text_of, trained
from ftdata.example.thoughts import said
from ftdata.findings import Drop

if TYPE_CHECKING:
    import jsonschema_rs

    from ftdata.example.words import Example

MOST = 512
"""Distinct schemas of which the checks are remembered."""

_UNREADABLE = "response formats whose schema cannot be used: the answer is taken for valid"


@dataclass(frozen=True)
class Valid:
    """Keeps chats whose answers are valid JSON of the requested form, and whose calls fit the functions' parameters.

    The last trained answer is held against ``response_format`` in the metadata; one that calls functions is not, since
    the form is that of an answer in text. All trained calls are of functions that were defined, and their arguments are
    held against the definitions. The last answer calls where ``tool_choice`` required it (and what it named), and does
    not where that forbade it. Thoughts before an answer are looked past. What asks for no form has nothing to fail.
    """

    name: ClassVar[str] = "valid"

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting schemas that cannot be used."""
        from ftdata.rules.toolbox import Toolboxes  # the rules are imported where something is checked

        formats, toolboxes = _Formats(), Toolboxes()

        def valid(example: Example) -> Example | Drop:
            turns = [turn for turn in answers(example) if trained(turn)]
            if not turns:
                return example
            known = example.get("metadata")
            asked = known.get("response_format") if type(known) is dict else None
            why = formats.problem(asked, turns[-1], changes) if type(asked) is dict else ""
            why = why or _calling(_choice(known), turns[-1]) or _arguments(example, turns, toolboxes)
            return Drop(why) if why else example

        return valid


class _Formats:
    """The checks of response formats, by their schema."""

    def __init__(self) -> None:
        self._known: dict[bytes, jsonschema_rs.Validator | None] = {}

    def problem(self, asked: dict[str, Any], turn: dict[str, Any], changes: Counter[str]) -> str:
        """What is wrong with an answer, or nothing."""
        kind = asked.get("type")
        if kind not in ("json_object", "json_schema") or calls(turn):
            return ""
        if turn.get("refusal"):
            return "the answer refuses in place of the requested JSON"
        try:
            value = decode(said(text_of(turn.get("content"))).encode())
        except RowError:
            return "the answer is not JSON, as its response_format asks"
        if kind == "json_object":
            return "" if type(value) is dict else "the answer is not a JSON object, as its response_format asks"
        held = asked.get("json_schema")  # the Responses API has the schema beside the type
        schema = (held if type(held) is dict else asked).get("schema")
        if type(schema) is not dict:
            return ""
        check = self._of(schema)
        if check is None:
            changes[_UNREADABLE] += 1
            return ""
        return "" if _fits(check, value) else "the answer does not fit the schema of its response_format"

    def _of(self, schema: dict[str, Any]) -> jsonschema_rs.Validator | None:
        from ftdata.rules.toolbox import compiled

        key = canonical(schema)
        if key not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            try:
                self._known[key] = compiled(schema)
            except ValueError:
                self._known[key] = None
        return self._known[key]


def _choice(known: Any) -> Any:
    """What the request says of calling: required, none, the name of a function, or nothing."""
    settings = known.get("parameters") if type(known) is dict else None
    asked = settings.get("tool_choice", settings.get("function_call")) if type(settings) is dict else None
    if type(asked) is not dict:
        return "required" if asked == "any" else asked
    named = asked.get("function")
    name = asked.get("name") or (named.get("name") if type(named) is dict else None)
    return {"name": name} if name else _choice({"parameters": {"tool_choice": asked.get("mode", asked.get("type"))}})


def _calling(choice: Any, turn: dict[str, Any]) -> str:
    """What is wrong with an answer that calls or does not, or nothing. Custom tools are called too."""
    called = {str(call.get("name")) for call in calls(turn)}
    called |= {str((call.get("custom") or {}).get("name")) for call in turn.get("tool_calls") or () if "custom" in call}
    if choice == "none":
        return "the answer calls a function where none was to be called" if called else ""
    if type(choice) is not dict and choice != "required":
        return ""
    if not called:
        return "the answer is text where a call was required"
    named = type(choice) is dict and choice["name"] not in called
    return "the answer calls another function than the one that was required" if named else ""


UNDEFINED = "the answer calls a function that was not defined"
NONE_DEFINED = "the answer calls a function, and none was defined"


def _arguments(example: Example, turns: list[dict[str, Any]], toolboxes: Any) -> str:
    """What is wrong with the arguments of calls, or nothing."""
    if not any("tool_calls" in turn or "function_call" in turn for turn in turns):
        return ""
    defined = toolboxes.of(example.get("tools"), example.get("functions")).functions
    for turn in turns:
        for call in calls(turn):
            if call.get("name") not in defined:
                return UNDEFINED if defined else NONE_DEFINED
            try:
                value = decode(str(call.get("arguments") or "{}").encode())
            except (RowError, UnicodeEncodeError):
                return "the arguments of a call are not JSON"
            declared = defined.get(call.get("name"))
            if declared and declared.validator and not _fits(declared.validator, value):
                return "the arguments of a call do not fit the function's parameters"
    return ""


def _fits(check: jsonschema_rs.Validator, value: Any) -> bool:
    try:
        return check.is_valid(value)
    except ValueError:  # such as a pattern that would take too long
        return True
