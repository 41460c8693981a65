"""One branch of a ChatGPT conversation as turns: what stood on the screen, without what went on behind it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies.items import JOINED
from ftdata.lazily import pattern

HIDDEN = "hidden messages left out"
CONTEXT = "custom instructions and memories left out"
THOUGHTS = "reasoning left out"
CALLS = "calls of ChatGPT's tools left out"
RESULTS = "results of ChatGPT's tools left out"
UNANSWERED = "calls without a result left out"
CITATIONS = "citation marks left out"
IMAGES = "images left out: an export names them only"
ATTACHMENTS = "attachments left out: an export names them only"
PLACEHOLDERS = "messages without words written as [image] or [attachment]"
RENAMED = "names of tools with characters that calls cannot have changed"

_CONTEXTS = ("user_editable_context", "model_editable_context")
_THOUGHTS = ("thoughts", "reasoning_recap")
_ERRORS = ("system_error",)
_FINISHED = {"stop": "stop", "max_tokens": "length", "interrupted": "length"}
"""How an answer ended; one that was stopped by hand is as cut off as one that grew too long."""

# The marks of newer exports stand in characters of private use: E200 kind E202 value … E201; a text between E203 and
# E204 is what a mark speaks of. Older ones look like 【4:0†source】.
_MARK = pattern(
    "( ?)\ue200([^\ue200\ue201]*)\ue201| ?\u3010\\d{1,4}(?::\\d{1,4})?\u2020[^\u3011\n]{0,200}\u3011|[\ue200-\ue2ff]"
)
_NO_NAME = pattern(r"[^A-Za-z0-9_-]")

Message = dict[str, Any]


class Screen:
    """The turns of one branch, made message by message.

    Attributes:
        turns: In chat shape; after `close` up to the last answer.
        answers: The ids of the nodes with words of the assistant's.
        model: That wrote the last answer.
        finish: How the last answer ended, if that is told.
        missing: How many images, attachments and calls were left out, by name.
    """

    def __init__(self, repaired: Counter[str], *, tools: bool) -> None:
        self.turns: list[Message] = []
        self.answers: list[str] = []
        self.model: Any = None
        self.finish: str | None = None
        # All of them, so that an expression may ask any example: not images.
        self.missing = {"images": 0, "attachments": 0, "calls": 0}
        self._repaired = repaired
        self._tools = tools
        self._ends = 0  # behind the turn of the last answer
        self._waiting: list[str] = []  # ids of calls without a result

    def add(self, id: str, message: Any, path: str) -> None:
        """Take in the next message of the branch.

        Raises:
            RowError: If it is none; with its JSON path.
        """
        if type(message) is not dict:
            raise RowError(f"expected a message; got {shown(message)}", json_path=path)
        author, content, about = message.get("author"), message.get("content"), message.get("metadata")
        about = about if type(about) is dict else {}
        role = author.get("role") if type(author) is dict else None
        if role not in ("system", "user", "assistant", "tool"):
            expected = "expected one of system, user, assistant, tool"
            raise RowError(f"{expected}; got {shown(role)}", json_path=f"{path}.author.role")
        if type(content) is not dict:
            if content is None:
                return
            raise RowError(f"expected content with its type; got {shown(content)}", json_path=f"{path}.content")
        if self._is_behind(content, about, message.get("channel"), role):
            return
        if role == "tool":
            self._add_result(content)
        elif role == "assistant" and message.get("recipient") not in (None, "all"):
            self._add_call(id, str(message["recipient"]), content)
        elif role == "assistant":
            self._add_answer(id, message, content, about)
        else:
            self._add_words(role, content, about)

    def close(self) -> None:
        """End the branch with its last answer."""
        self._settle()
        del self.turns[self._ends :]
        if self.turns and (calls := self.turns[-1].pop("tool_calls", None)):  # nobody answered with their results
            self._repaired[UNANSWERED] += len(calls)

    def _is_behind(self, content: Message, about: Message, channel: Any, role: str) -> bool:
        """Whether it never stood on the screen; counted, if it has words."""
        kind = content.get("content_type")
        if kind in _THOUGHTS or channel == "analysis":
            self._repaired[THOUGHTS] += 1
        elif kind in _CONTEXTS:
            self._repaired[CONTEXT] += 1
        elif kind in _ERRORS:
            self._count_left(kind)
        elif about.get("is_visually_hidden_from_conversation") and role != "tool":
            if any(_pieces(content)):
                self._repaired[HIDDEN] += 1
        else:
            return False
        return True

    def _add_words(self, role: str, content: Message, about: Message) -> None:
        before = dict(self.missing)
        text = self._text(content)
        files = [one for one in about.get("attachments") or () if type(one) is dict]
        if files := [one for one in files if not str(one.get("mime_type")).startswith("image/")]:
            self._miss("attachments", ATTACHMENTS, len(files))
        if not text and self.missing != before and role == "user":
            self._repaired[PLACEHOLDERS] += 1
            text = "[attachment]" if self.missing["images"] == before["images"] else "[image]"
        if text:
            self._settle()
            self.turns.append({"role": role, "content": text})

    def _add_answer(self, id: str, message: Message, content: Message, about: Message) -> None:
        text, count = _MARK.subn(_unmarked, self._text(content))
        if count:
            self._repaired[CITATIONS] += count
        if not text.strip():
            return
        self._settle()
        last = self.turns[-1] if self.turns else {}
        if last.get("role") == "assistant":
            # An answer that was too long goes on where it broke off.
            between = "" if self.finish == "length" and self._ends == len(self.turns) else "\n\n"
            self.turns[-1] = {**last, "content": f"{last['content']}{between}{text}"}
            self._repaired[JOINED] += 1
        else:
            self.turns.append({"role": "assistant", "content": text})
        self.answers.append(id)
        self._ends = len(self.turns)
        self.model = about.get("model_slug") or self.model
        details = about.get("finish_details")
        ended = details.get("type") if type(details) is dict else None
        if message.get("status") == "in_progress":
            ended = "interrupted"
        self.finish = _FINISHED.get(ended, ended) if type(ended) is str else None

    def _add_call(self, id: str, recipient: str, content: Message) -> None:
        if not self._tools:
            self._miss("calls", CALLS, 1)
            return
        name = _NO_NAME.sub("_", recipient)[:64]
        if name != recipient:
            self._repaired[RENAMED] += 1
        call_id = f"call_{_NO_NAME.sub('', id).replace('-', '')}"[:40]
        text = self._text(content)
        key = "code" if content.get("content_type") == "code" else "input"
        function = {"name": name, "arguments": text if _is_object(text) else encode({key: text}).decode()}
        call = {"id": call_id, "type": "function", "function": function}
        if not self.turns or self.turns[-1]["role"] != "assistant":
            self.turns.append({"role": "assistant", "tool_calls": [call]})
        else:
            last = self.turns[-1]
            self.turns[-1] = {**last, "tool_calls": [*last.get("tool_calls", ()), call]}
        self._waiting.append(call_id)

    def _add_result(self, content: Message) -> None:
        last = self.turns[-1] if self.turns else {}
        if not self._tools or not (self._waiting or last.get("role") == "tool"):
            if any(_pieces(content)) or content.get("parts"):
                self._text(content)  # counts its images
                self._repaired[RESULTS] += 1
            return
        text = self._text(content)
        if self._waiting:
            self.turns.append({"role": "tool", "tool_call_id": self._waiting.pop(0), "content": text})
        elif text:  # a tool may answer in several messages
            self.turns[-1] = {**last, "content": f"{last['content']}\n\n{text}" if last["content"] else text}

    def _settle(self) -> None:
        """Leave out the calls that wait for a result when somebody else speaks."""
        if not self._waiting:
            return
        self._repaired[UNANSWERED] += len(self._waiting)
        at = next(i for i in range(len(self.turns) - 1, -1, -1) if "tool_calls" in self.turns[i])
        turn = dict(self.turns[at])
        turn["tool_calls"] = [call for call in turn["tool_calls"] if call["id"] not in self._waiting]
        self._waiting = []
        if not turn["tool_calls"]:
            del turn["tool_calls"]
        self.turns[at : at + 1] = [turn] if len(turn) > 1 else []

    def _text(self, content: Message) -> str:
        """The words of a content; what is no text in it is counted."""
        for part in content.get("parts") or ():
            if type(part) is not dict or type(part.get("text")) is str:
                continue
            kind = part.get("content_type")
            if kind == "image_asset_pointer":
                self._miss("images", IMAGES, 1)
            else:
                self._count_left(kind)
        return "\n".join(_pieces(content))

    def _miss(self, name: str, what: str, count: int) -> None:
        self.missing[name] += count
        self._repaired[what] += count

    def _count_left(self, kind: Any) -> None:
        self._repaired[f'content left out: "{shown(kind)[1:-1]}"'] += 1


def _pieces(content: Message) -> list[str]:
    """The texts in a content: its parts (of speech, what was understood), or its one text or result."""
    found = [part.get("text") if type(part) is dict else part for part in content.get("parts") or ()]
    found += [content.get("text"), content.get("result")]
    return [text for text in found if type(text) is str and text]


def _unmarked(found: re.Match[str]) -> str:
    """What stays of a mark: the name of a thing that it only points out, else nothing."""
    kind, _, value = (found[2] or "").partition("\ue202")
    if kind == "entity":
        try:
            held = decode(value.encode())
        except RowError:
            return ""
        if type(held) is list and len(held) > 1 and type(held[1]) is str:
            return f"{found[1]}{held[1]}"
    return ""


def _is_object(text: str) -> bool:
    try:
        return type(decode(text.encode())) is dict
    except RowError:
        return False
