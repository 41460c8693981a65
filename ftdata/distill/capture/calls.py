"""One call: what was asked, what came back, and the record of both."""

from __future__ import annotations

import atexit
import os
import time
import uuid
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode
from ftdata.distill.capture.plain import plain
from ftdata.distill.capture.streams import watch
from ftdata.errors import InputError
from ftdata.formats.transcripts.chunks import LAST_EVENTS, assembled, assembled_response

if TYPE_CHECKING:
    from ftdata.distill.capture.log import Log

URLS = {"chat/completions": "/v1/chat/completions", "responses": "/v1/responses"}
"""What is logged, by the SDK's own path."""

_SECRETS = ("api_key", "admin_api_key", "_azure_ad_token")
_CUT = "IncompleteStream"


class WatchedCall:
    """One call on its way. Each of its methods may be called at any time, and none raises anything of its own.

    It is over once; then its record is written. A call that nobody brings to an end (the caller dropped the stream) is
    over when it is dropped.
    """

    def __init__(self, log: Log, client: Any, url: str, options: Any) -> None:
        self._over = True  # until everything is there
        self._process = os.getpid()
        self._log = log
        self._client = client
        self._url = url
        self._began = time.perf_counter()
        self._created = datetime.now(UTC)
        self._request = plain(_body(options))
        self.streams = type(self._request) is dict and self._request.get("stream") is True
        self._metadata = log.metadata()
        self._chunks: list[dict[str, Any]] | None = None
        self._response: Any = None
        self._status: int | None = None
        self._http: Any = None
        self._over = False

    def heard(self, http: Any) -> None:
        """Note the HTTP response, not yet read: its body is nearer to what was answered than the model made of it."""
        self._http = http

    def parsed(self, value: Any, following: Callable[[Any], Any] | None) -> Any:
        """Note what the SDK parsed, then do with it as the caller asked, raising what that raises."""
        self.answered(value)
        try:
            result = following(value) if following else value
        except BaseException as error:
            self.failed(error)
            raise
        if self._chunks is None:
            self.end()
        return result

    def answered(self, value: Any) -> None:
        """Note the answer: a model of the SDK's, a stream of them, or an HTTP response that was read."""
        if self._over:
            return
        try:
            raw = getattr(value, "http_response", None)
            if hasattr(value, "_iterator") and hasattr(value, "response"):
                if self._chunks is None:
                    self._chunks = []
                    self._status = value.response.status_code
                    watch(value, self)
                    _READ.add(self)
            elif raw is not None:
                self._status = raw.status_code
                self._response = decode(raw.content)
            elif hasattr(value, "model_dump"):
                self._status = getattr(self._http, "status_code", 200)
                self._response = _answer(self._http) or plain(value)
            else:
                self._status = getattr(self._http, "status_code", 200)
                self.end({"type": "NoJSON", "message": "the answer is not a JSON object", "status": self._status})
        except Exception as error:
            self.lose(error)

    def returned(self, value: Any, *, raw: str | None) -> None:
        """Note that the SDK's request is done, and with what."""
        if self._over or self._chunks is not None or self._response is not None:
            return
        if raw is None or (raw == "true" and not self.streams):
            self.answered(value)
            if self._chunks is None:
                self.end()

    def chunk(self, value: Any) -> None:
        """Note a piece of the stream."""
        if self._over or self._chunks is None:
            return
        try:
            piece = plain(value)
            if type(piece) is not dict:
                raise InputError(f"a piece of the stream is not a JSON object but {type(value).__name__}")
            self._chunks.append(piece)
        except Exception as error:
            self.lose(error)

    def failed(self, error: BaseException) -> None:
        """The call or its stream raised."""
        status = getattr(error, "status_code", None)
        if self._status is None:
            self._status = status
        try:
            message = str(error)
        except Exception:
            message = ""  # somebody's own exception, which cannot be shown
        self.end({"type": type(error).__name__, "message": message, "status": status})

    def stopped(self) -> None:
        """The stream is not read any further: it came to its end, or the caller has had enough."""
        last = self._chunks[-1] if self._chunks else None
        if (
            type(last) is dict and last.get("type") == "error"
        ):  # the Responses API's last event of a stream that broke on its side
            self.end({"type": "StreamError", "message": str(last.get("message")), "status": None})
        else:
            self.end({"type": _CUT, "message": "the stream was not read to its end, or had none", "status": None})

    def end(self, error: dict[str, Any] | None = None) -> None:
        """Write the record, the first time."""
        if self._over:
            return
        self._over = True
        try:
            if self._chunks:
                whole = assembled if self._url.endswith("completions") else assembled_response
                self._response = whole(self._chunks)
            if error and error["type"] == _CUT and self._complete():
                error = None
            self._log.add(self._record(error), [getattr(self._client, name, None) for name in _SECRETS])
        except Exception as problem:
            self._log.lose(problem)

    def lose(self, error: Exception) -> None:
        """Give up on logging it."""
        if not self._over:
            self._over = True
            self._log.lose(error)

    def _record(self, error: dict[str, Any] | None) -> dict[str, Any]:
        record = {
            "id": uuid.uuid4().hex,
            "created": self._created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "seconds": round(time.perf_counter() - self._began, 3),
            "url": self._url,
            "request": self._request,
            "response": self._response,
            "status": self._status,
            "error": error,
        }
        return record if self._metadata is None else {**record, "metadata": self._metadata}

    def _complete(self) -> bool:
        """Whether the pieces that came are all that matter, though the stream's last line was not read."""
        if not self._chunks:
            return False
        if self._url.endswith("responses"):
            return self._chunks[-1].get("type") in LAST_EVENTS
        choices = self._response["choices"]
        wanted = self._request.get("n") or 1
        return len(choices) >= wanted and all(choice.get("finish_reason") for choice in choices)

    def __del__(self) -> None:
        # What a fork copied is not its own to tell.
        if self._over or self._process != os.getpid():
            return
        if self._chunks is not None:
            self.stopped()
        else:
            self.lose(InputError("the answer was read as text, not parsed", hint="Call .parse() on the response."))


_READ: weakref.WeakSet[WatchedCall] = weakref.WeakSet()
"""The calls whose streams are being read."""


@atexit.register
def _leave() -> None:
    """Write what came of the streams that are held till the end of the program."""
    for call in list(_READ):
        call.__del__()


def _answer(http: Any) -> Any:
    """The body of an HTTP response, if it was read and is JSON."""
    try:
        return decode(http.content)
    except Exception:
        return None


def _body(options: Any) -> object:
    """The body as the SDK sends it: `extra_body` over what its method made."""
    body, extra = options.json_data, getattr(options, "extra_json", None)
    return {**(body or {}), **extra} if extra else body
