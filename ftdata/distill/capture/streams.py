"""Streams of the SDK: read by the caller as ever, with us looking on."""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol


class Watcher(Protocol):
    """Who looks on. Its methods do not raise."""

    def chunk(self, value: Any) -> None:
        """The caller gets this piece."""

    def failed(self, error: BaseException) -> None:
        """The stream broke."""

    def stopped(self) -> None:
        """The stream ended, or the caller closed it."""


def watch(stream: Any, call: Watcher) -> None:
    """Look on while the caller reads a `Stream` or `AsyncStream`; what it yields and raises stays the same."""
    awaited = hasattr(stream, "__anext__")
    looked = _AsyncLooked(stream._iterator, call) if awaited else _Looked(stream._iterator, call)
    stream._iterator = looked
    # The SDK's helpers close the HTTP response and not the stream, so that is where closing shows.
    response = stream.response
    name = "aclose" if awaited else "close"
    setattr(response, name, _closing(getattr(response, name), weakref.ref(looked)))


def _closing(close: Callable[[], Any], looked: weakref.ref[_Looked | _AsyncLooked]) -> Callable[[], Any]:
    # By a weak reference: a stream that nobody holds any more must go at once, as that gives its connection back.
    def closing() -> Any:
        found = looked()
        if found is not None and not found.inside:  # At its end the stream closes the response itself.
            found.call.stopped()
        return close()

    return closing


class _Looked:
    def __init__(self, inner: Iterator[Any], call: Watcher) -> None:
        self.inner = inner
        self.call = call
        self.inside = False

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        self.inside = True
        try:
            value = next(self.inner)
        except StopIteration:
            self.call.stopped()
            raise
        except BaseException as error:
            self.call.failed(error)
            raise
        finally:
            self.inside = False
        self.call.chunk(value)
        return value


class _AsyncLooked:
    def __init__(self, inner: AsyncIterator[Any], call: Watcher) -> None:
        self.inner = inner
        self.call = call
        self.inside = False

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        self.inside = True
        try:
            value = await anext(self.inner)
        except StopAsyncIteration:
            self.call.stopped()
            raise
        except BaseException as error:
            self.call.failed(error)
            raise
        finally:
            self.inside = False
        self.call.chunk(value)
        return value
