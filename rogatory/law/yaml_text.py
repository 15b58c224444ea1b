"""YAML 1.2 with the place of every value: for drafts and law files alike.

Scalars are read by the core schema of YAML 1.2 (section 10.3.2) without dates, so `to: NO` is Norway and 2026-13-01
stays text for its field to judge. Refused with line and column, since a prosecutor's file needs none of them: duplicate
keys, anchors and aliases (also the way to blow a file up), tags, more than one document, keys that are not text.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

DEEPEST = 40
MOST_VALUES = 20_000
"""More than any request holds; it bounds the time a hostile file can take."""
# YAML 1.2, section 5.1: all else is not allowed in a file (a byte order mark is taken off before).
_NOT_YAML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Where something stands: 1-based line and column, and the line where it ends."""

    line: int
    column: int
    last_line: int


class YamlFaultError(ValueError):
    """The text is not YAML as we take it; `str()` says what is wrong."""

    def __init__(self, message: str, line: int, column: int, fix: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.fix = line, column, fix


@dataclass
class Document:
    """A parsed file: plain values, and the place of each value and key by its path."""

    value: Any
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of the deepest part of the path that is in the file."""
        for length in range(len(path), -1, -1):
            part = path[:length]
            # What is missing below a key is shown at the key, not at the value's first line.
            if (key or length < len(path)) and part in self.keys:
                return self.keys[part]
            if part in self.values:
                return self.values[part]
        return Place(1, 1, 1)


@dataclass
class _Open:
    """A mapping or sequence being filled."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Turns events into values, without recursion: depth is ours to limit."""

    def __init__(self) -> None:
        self.document = Document(None)
        self.open: list[_Open] = []
        self.documents = 0

    def take(self, event: Event) -> None:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise YamlFaultError("A second document begins here (---).", line, column, "one request, one file")
        elif isinstance(event, AliasEvent):
            raise YamlFaultError(
                f'"*{event.anchor}" refers to another place of the file.', line, column, "write it out"
            )
        elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            self._begin(event, line, column)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            done = self.open.pop()
            last = (event.end_mark.line + 1) if event.end_mark else line
            self.document.values[done.path] = self.document.values[done.path]._replace(last_line=last)

    def _begin(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent, line: int, column: int) -> None:
        if event.anchor:
            raise YamlFaultError(
                f'"&{event.anchor}" marks a place for reuse.', line, column, "write it out where it is used"
            )
        if event.ctag is not None and str(event.ctag) not in ("", "!", "None"):
            raise YamlFaultError(f'"{event.ctag}" is a YAML tag; tags are not used here.', line, column, "remove it")
        if self._is_key():
            self._take_key(event, line, column)
            return
        value = scalar(event) if isinstance(event, ScalarEvent) else {} if isinstance(event, MappingStartEvent) else []
        if len(self.document.values) >= MOST_VALUES:
            raise YamlFaultError(f"More than {MOST_VALUES} values in one file.", line, column, "split it")
        path = self._put(value)
        if value is None and line != (key := self.document.keys.get(path, Place(line, column, line))).line:
            line, column = key.line, key.column + len(str(path[-1])) + 1  # nothing is written: right after the colon
        last = (event.end_mark.line + 1) if event.end_mark else line
        self.document.values[path] = Place(line, column, last)
        if not isinstance(event, ScalarEvent):
            if len(self.open) >= DEEPEST:
                raise YamlFaultError(
                    f"More than {DEEPEST} levels deep.", line, column, "check the indentation and brackets"
                )
            self.open.append(_Open(value, path))

    def _is_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].value, dict) and self.open[-1].key is None

    def _take_key(self, event: Event, line: int, column: int) -> None:
        holder = self.open[-1]
        if not isinstance(event, ScalarEvent):
            raise YamlFaultError("A key must be one word.", line, column, "check for a missing quote or colon")
        key = event.value
        if not key or (event.implicit[0] and key == "<<"):
            raise YamlFaultError("A key must be one word.", line, column, "write name: value")
        path = (*holder.path, key)
        if path in self.document.keys:
            first = self.document.keys[path].line
            raise YamlFaultError(f'"{key}" is given twice: first in line {first}.', line, column, "keep one of them")
        self.document.keys[path] = Place(line, column, line)
        holder.key = key

    def _put(self, value: Any) -> Path:
        if not self.open:
            self.document.value = value
            return ()
        holder = self.open[-1]
        if isinstance(holder.value, dict):
            assert holder.key is not None
            path = (*holder.path, holder.key)
            holder.value[holder.key], holder.key = value, None
            return path
        holder.value.append(value)
        return (*holder.path, len(holder.value) - 1)


def parse(text: str) -> Document:
    """Parses one YAML document.

    Args:
        text: the file's text, line ends as \\n.

    Raises:
        YamlFaultError: with 1-based line and column.
    """
    if bad := _NOT_YAML.search(text):
        line, column = text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start())
        raise YamlFaultError(f"A control character (U+{ord(bad[0]):04X}) stands here.", line, column, "remove it")
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlFaultError(*_say(error, text, line, column)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, YamlFaultError):
            raise
        raise YamlFaultError(
            f"This is not YAML: {str(error).splitlines()[0]}", 1, 1, "check quotes and colons"
        ) from error
    return builder.document


def _say(error: MarkedYAMLError, text: str, line: int, column: int) -> tuple[str, int, int, str]:
    problem = str(error.problem or "it cannot be read").split("\n", 1)[0]
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())]:
        return "A tab stands where spaces must.", line, here.index("\t") + 1, "indent with two spaces a level"
    if "mapping values are not allowed" in problem:
        return "A colon stands where none may.", line, column, 'put the text in quotes: "like: this"'
    if "could not find expected ':'" in problem or "expected <block end>" in problem:
        return (
            "The line does not fit the ones above it.",
            line,
            column,
            "check its indentation and that it reads name: value",
        )
    if "while scanning a quoted scalar" in str(error.context):
        return "A quotation is not closed.", line, column, "close it with the quote it began with"
    return f"This is not YAML: {problem}.", line, column, "check indentation, quotes and colons"


_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, Any] = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}


def scalar(event: ScalarEvent) -> Any:
    """The value of a scalar by the core schema; a number longer than 18 digits stays text."""
    text: str = event.value
    if not event.implicit[0]:
        if surrogate := re.search("[\ud800-\udfff]", text):
            mark = event.start_mark
            raise YamlFaultError(
                f"\\u{ord(surrogate[0]):04x} is not a character.", mark.line + 1, mark.column + 1, "retype it"
            )
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
