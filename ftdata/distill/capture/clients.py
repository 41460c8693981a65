"""Clients whose calls are looked at.

All methods of the SDK end in the client's `request(cast_to, options, …)`, `options` holding the body as it is sent. So
a captured client is an instance of a subclass with that one method of its own; the SDK's `copy` and `with_options` make
their copies by the class, so theirs are captured as well.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.distill.capture.calls import URLS, WatchedCall
from ftdata.errors import UsageError

if TYPE_CHECKING:
    from ftdata.distill.capture.log import Log

Client = TypeVar("Client")

_RAW = "X-Stainless-Raw-Response"
"""The header by which the SDK marks calls through `with_raw_response` (true) and `with_streaming_response` (stream)."""


def captured(client: Client, log: Log) -> Client:
    """A copy of the client whose calls go to the log.

    Raises:
        UsageError: If it is not a client of the OpenAI SDK.
    """
    kind: Any = type(client)
    if not all(callable(getattr(kind, name, None)) for name in ("request", "post", "copy")):
        raise UsageError(
            f"{kind.__name__} is not a client of the OpenAI SDK",
            hint="Give an OpenAI(), AsyncOpenAI() or AzureOpenAI() of the package openai, version 1 or later.",
        )
    own = _awaited(kind, log) if inspect.iscoroutinefunction(kind.request) else _direct(kind, log)
    names = {
        "request": own,
        "_process_response": _heard(kind),
        "ftdata_log": log,
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
    }
    try:
        made: Any = kind.copy(client)
    except TypeError as error:
        raise UsageError(
            f"{kind.__name__} cannot be copied: {error}", hint="Give its class the SDK's own arguments, or a copy()."
        ) from error
    made.__class__ = type(kind.__name__, (kind,), {**names, "__doc__": kind.__doc__})
    found: Client = made
    return found


def _direct(kind: Any, log: Log) -> Any:
    def request(self: Any, cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        call, options = _begun(log, self, options)
        if call is None:
            return kind.request(self, cast_to, options, *args, **kwargs)
        try:
            result = kind.request(self, cast_to, options, *args, **kwargs)
        except BaseException as error:
            call.failed(error)
            raise
        call.returned(result, raw=_raw(options))
        return result

    return request


def _awaited(kind: Any, log: Log) -> Any:
    async def request(self: Any, cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        call, options = _begun(log, self, options)
        if call is None:
            return await kind.request(self, cast_to, options, *args, **kwargs)
        try:
            result = await kind.request(self, cast_to, options, *args, **kwargs)
        except BaseException as error:
            call.failed(error)
            raise
        call.returned(result, raw=_raw(options))
        return result

    return request


def _begun(log: Log, client: Any, options: Any) -> tuple[WatchedCall | None, Any]:
    """The call, if it is one to log, and the options that let us see its answer."""
    try:
        url = URLS.get(str(options.url).strip("/"))
        if url is None or str(options.method).lower() != "post":
            return None, options
        call = WatchedCall(log, client, url, options)
        changed = copy.copy(options)
        if _raw(options) != "true" or call.streams:
            following = getattr(options, "post_parser", None)
            changed.post_parser = _Parser(call, following if callable(following) else None)
        return call, changed
    except Exception as error:
        log.lose(error)
        return None, options


class _Parser:
    """What the SDK calls with what it has parsed; its options carry it from the request to the answer."""

    def __init__(self, call: WatchedCall, following: Callable[[Any], Any] | None) -> None:
        self.call = call
        self.following = following

    def __call__(self, value: Any) -> Any:
        return self.call.parsed(value, self.following)


def _heard(kind: Any) -> Any:
    """The SDK's step from the HTTP response to its parsing, private to it: where it is missing, models serve."""

    def process(self: Any, *args: Any, **kwargs: Any) -> Any:
        parser = getattr(kwargs.get("options"), "post_parser", None)
        if isinstance(parser, _Parser):
            parser.call.heard(kwargs.get("response"))
        return kind._process_response(self, *args, **kwargs)

    return process


def _raw(options: Any) -> str | None:
    headers = options.headers
    return headers.get(_RAW) if hasattr(headers, "get") else None
