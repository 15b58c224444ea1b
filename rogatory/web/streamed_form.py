"""A form with files, read while it arrives: no file of it is ever whole in memory, or in clear on a disk."""

import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from rogatory.errors import UsageError

LARGEST_HEAD = 8 * 1024
"""Bytes of the lines before one part."""
LARGEST_FIELD = 4 * 1024
NOT_OURS = "This is not a form of this inbox, or not all of it came."


@dataclass(frozen=True)
class Part:
    """One field; a file where it has a file name. Its content must be read before the next part is asked for."""

    name: str
    file_name: str | None
    content: BinaryIO

    def text(self) -> str:
        """What a field that is no file says. Raises UsageError when it is too long, or no text."""
        found = b""
        while more := self.content.read(LARGEST_FIELD):
            found += more
            if len(found) > LARGEST_FIELD:
                raise UsageError(NOT_OURS, "Open the page again.")
        return _text(found)


class StreamedForm(Iterator[Part]):
    """The parts of a multipart form, in order; `more` gives the next bytes of it, and none at its end.

    Raises:
        UsageError: it is no such form, or it ends before its end.
    """

    def __init__(self, content_type: str, more: Callable[[], bytes]) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise UsageError(NOT_OURS, "Open the page again.")
        self._more, self._events = more, deque[tuple[str, bytes]]()
        self._head, self._field, self._value = dict[bytes, bytes](), b"", b""
        self._seen = 0
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end")
        calls: Any = {f"on_{name}": getattr(self, f"_{name}") for name in names}
        calls |= {"on_headers_finished": self._headers_finished, "on_end": self._end}
        self._parser = MultipartParser(options[b"boundary"], calls)

    def __next__(self) -> Part:
        """The next part; what was not read of the last one is passed over."""
        while True:
            what, said = self._event()
            if what == "end":
                raise StopIteration
            if what == "part":
                _, options = parse_options_header(said)
                name, file_name = _text(options.get(b"name", b"")), options.get(b"filename")
                named = None if file_name is None else _text(file_name)
                return Part(name, named, cast("BinaryIO", _Content(self)))

    def read_content(self) -> bytes:
        """Some bytes of the part at hand; none at its end."""
        if not self._events or self._events[0][0] != "part":
            what, said = self._event()
            return said if what == "data" else b""
        return b""

    def _event(self) -> tuple[str, bytes]:
        while not self._events:
            chunk = self._more()
            try:
                if not chunk:
                    raise UsageError(NOT_OURS, "Send it again; nothing was signed.")
                self._parser.write(chunk)
            except FormParserError as error:
                raise UsageError(NOT_OURS, "Open the page again.") from error
        return self._events.popleft()

    def _part_begin(self) -> None:
        self._head, self._field, self._value, self._seen = {}, b"", b"", 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += self._measured(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._measured(data[start:end])

    def _measured(self, data: bytes) -> bytes:
        self._seen += len(data)
        if self._seen > LARGEST_HEAD:
            raise UsageError(NOT_OURS, "A name of a file is too long: rename it.")
        return data

    def _header_end(self) -> None:
        self._head[self._field.lower()] = self._value
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        self._events.append(("part", self._head.get(b"content-disposition", b"")))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if end > start:
            self._events.append(("data", data[start:end]))

    def _part_end(self) -> None:
        self._events.append(("ended", b""))

    def _end(self) -> None:
        self._events.append(("end", b""))


class _Content(io.RawIOBase):
    """The content of one part, as a file that is read once."""

    def __init__(self, form: StreamedForm) -> None:
        self._form, self._left, self._ended = form, b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left and not self._ended:
            self._left = self._form.read_content()
            self._ended = not self._left
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _text(said: bytes) -> str:
    try:
        return said.decode()
    except UnicodeDecodeError as error:
        raise UsageError("A name or word of this form is not in UTF-8.", "Rename the file.") from error
