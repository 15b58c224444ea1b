"""What a command prints: data on stdout, words on stderr where JSON is asked; nothing from outside steers the terminal.

if not emit(rows):              # True where the JSON document was written
    table(["Case", "Status"], [[row.reference, row.status] for row in rows])
    next_step("rogatory case show ...")
"""

import json
import os
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rogatory.cli.session import session
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.ports import Progress

GREEN, RED, AMBER, DIM, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"
# Characters that turn or hide the text around them (Unicode TR 36, "bidirectional text spoofing").
_UNSEEN = {*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x206A), 0xFEFF, *range(0xFFF9, 0xFFFC)}


def emit(value: object, as_json: bool | None = None) -> bool:
    """Writes the one JSON document of this run where JSON is asked, and says whether it did.

    Args:
        value: pydantic records, mappings, sequences, dates, enums, paths, plain values.
        as_json: overrides the global flag.
    """
    if not (session().as_json if as_json is None else as_json):
        return False
    if session().emitted:
        raise RuntimeError("a command writes one JSON document")
    session().emitted = True
    write_document(plain(value))
    return True


def write_document(document: Any) -> None:
    """Writes JSON's own types to stdout; schemas/json/output.schema.json says what each command's hold."""
    # Escaped to ASCII: safe in every locale, and no letter in it can steer a terminal.
    sys.stdout.write(json.dumps(document, ensure_ascii=True, indent=2) + "\n")


def plain(value: object) -> Any:
    """The value in JSON's own types."""
    if value is None or isinstance(value, bool | int | float) or type(value) is str:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return _leaf(value)


def _leaf(value: object) -> Any:
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(mode="json")
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path | str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def say(text: str = "") -> None:
    """Words for the person: on stdout, or on stderr where stdout belongs to the JSON document."""
    (sys.stderr if session().as_json else sys.stdout).write(fit(text) + "\n")


def warn(text: str) -> None:
    """Words on stderr."""
    sys.stderr.write(fit(text, sys.stderr) + "\n")


def next_step(command: str) -> None:
    """The last line: what someone must do now."""
    say(f"Next: {command}")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Aligned columns, a head line first; nothing where there are no rows, nothing where JSON is asked."""
    if session().as_json or not rows:
        return
    cells = [[line(str("" if cell is None else cell)) for cell in row] for row in [columns, *rows]]
    widths = [max(width(row[index]) for row in cells) for index in range(len(columns))]
    for number, row in enumerate(cells):
        text = "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)).rstrip()
        sys.stdout.write((dim(text) if number == 0 else fit(text)) + "\n")


def clean(text: str) -> str:
    """The text with control and direction-changing characters made visible; line breaks and tabs stay."""
    return "".join(char if _harmless(char) else _escaped(char) for char in text)


def line(text: str) -> str:
    """The same in one line."""
    return clean(" ".join(text.split("\n")).replace("\t", " "))


def _harmless(char: str) -> bool:
    return char in "\n\t" or not (unicodedata.category(char) in ("Cc", "Cs") or ord(char) in _UNSEEN)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def width(text: str) -> int:
    """Columns on a terminal: wide East Asian letters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fit(text: str, stream: TextIO | None = None) -> str:
    """The text, harmless, and in ASCII signs where the terminal knows no others."""
    cleaned = clean(text)
    if speaks_unicode(stream or sys.stdout):
        return cleaned
    for sign, ascii_form in {
        "✓": "OK",
        "✗": "FAIL",
        "●": "..",
        "○": "--",
        "…": "...",
        "→": "->",
        "·": "-",
        "█": "#",
        "▒": "=",
        "┆": "|",
    }.items():
        cleaned = cleaned.replace(sign, ascii_form)
    return cleaned


def speaks_unicode(stream: TextIO) -> bool:
    """Whether the stream takes every letter."""
    return (getattr(stream, "encoding", None) or "ascii").lower().replace("_", "-") in ("utf-8", "utf8")


def coloured(stream: TextIO | None = None) -> bool:
    """Only on a terminal, and never against NO_COLOR (no-color.org)."""
    out = stream or sys.stdout
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str) -> str:
    """The text, harmless, in a colour where colours are wanted; no meaning is carried by colour alone."""
    return f"{colour}{fit(text)}{PLAIN}" if coloured() else fit(text)


def dim(text: str) -> str:
    """Text of less weight."""
    return paint(text, DIM)


def mark(ok: bool | None) -> str:
    """✓ or ✗, ● for what waits; OK, FAIL, .. in ASCII."""
    sign, colour = {True: ("✓", GREEN), False: ("✗", RED), None: ("●", AMBER)}[ok]
    return paint(sign, colour)


def check_line(ok: bool | None, name: str, detail: str, room: int = 24) -> None:
    """One line of a list of checks."""
    padded = line(name) + " " * max(1, room - width(line(name)))
    (sys.stderr if session().as_json else sys.stdout).write(f"{mark(ok)} {fit(padded)}{fit(line(detail))}\n")


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(moment: date) -> str:
    """E.g. 22 Nov 2026, whatever the locale."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def minute(moment: datetime) -> str:
    """E.g. 22 Nov 2026 13:41 UTC."""
    utc = moment.astimezone(UTC)
    return f"{day(utc)} {utc:%H:%M} UTC"


def due(moment: datetime, now: datetime) -> str:
    """E.g. Mon 23 Nov 2026, in 1 day; or: 18 Nov 2026, 4 days late."""
    utc = moment.astimezone(UTC)
    days = (utc.date() - now.astimezone(UTC).date()).days
    if days < 0 or moment < now:
        return f"{day(utc)}, {_days(max(-days, 0)) if days else 'hours'} late"
    ahead = "today" if days == 0 else f"in {_days(days)}"
    return f"{WEEKDAYS[utc.weekday()]} {day(utc)}, {ahead}"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def size(number: int) -> str:
    """Bytes for people, in decimal units."""
    value = float(number)
    if number < 1000:
        return f"{number} B"
    for unit in ("KB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def short(digest: str) -> str:
    """The first twelve hexadecimal digits; the whole is in --json."""
    return digest.removeprefix("sha256:")[:12]


def confirm_by_typing(expected: str, prompt: str, flag: str) -> None:
    """Asks a person to type `expected`; without a terminal the flag must say so. Raises UsageError otherwise."""
    if not session().may_ask:
        raise UsageError(f"This needs {flag} where nobody can be asked.", f"Add {flag}.")
    if ask(f"{prompt} {expected}:") != expected:
        raise UsageError(f"That is not {expected}: nothing was done.", "Type it exactly as shown.")


def ask(question: str) -> str:
    """One line from the person. Ctrl-C ends it at once: asyncio's own handler would wait for the line."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input(f"{fit(question)} ").strip()
    except EOFError:
        return ""
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(label: str, total: int) -> "Iterator[Progress]":
    """A bar on stderr while bytes stream, on a terminal only; yields the callback that counts bytes."""
    if not sys.stderr.isatty() or total <= 0:
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    console = Console(file=sys.stderr, no_color=not coloured(sys.stderr))
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress("{task.description}", *columns, console=console, transient=True) as bar:
        # rich reads [words] as markup: a file name may hold them.
        task = bar.add_task(line(label).replace("[", "\\["), total=total)
        advance: Callable[[int], None] = lambda done: bar.update(task, advance=done)  # noqa: E731
        yield advance
