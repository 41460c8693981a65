"""What formats of logs have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ftdata.formats.registry import Format, Parsed, only_read

if TYPE_CHECKING:
    from ftdata.example.words import Example


def vendor(
    name: str,
    about: str,
    parse: Callable[[dict[str, Any], Counter[str]], Parsed],
    recognises: Callable[[dict[str, Any]], bool],
    *,
    sign: str,
    source: str,
    dialect_of: str = "",
    dump: Callable[[Example, Counter[str]], dict[str, Any]] | None = None,
    loses: Mapping[str, str] = MappingProxyType({}),
) -> Format:
    """The format of what a vendor or a tool logs: chats, which are read; some tools take test sets too."""
    return Format(
        name=name,
        about=about,
        kinds=("chat",),
        parse=parse,
        dump=dump or only_read(name),
        recognises=recognises,
        sign=sign,
        dialect_of=dialect_of,
        writes=dump is not None,
        loses=loses,
        transcript=True,
        source=source,
    )


def as_object(given: Any) -> dict[str, Any]:
    """An object; what is none is an empty one."""
    return given if type(given) is dict else {}


def as_list(given: Any) -> list[Any]:
    """A list; what is none is an empty one."""
    return given if type(given) is list else []


def request_of(given: Any) -> dict[str, Any]:
    """The body of a request: of messages, of text, which is the user's, or the body itself."""
    if type(given) is str:
        return {"messages": [{"role": "user", "content": given}]}
    if type(given) is list:
        return {"messages": given}
    given = as_object(given)
    return {"messages": [given]} if "role" in given and "messages" not in given else given
