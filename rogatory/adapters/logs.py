"""Logs: JSON lines in home/logs, codes only.

What a log may say is listed, not what it may not: words about persons come in by exception texts, by arguments and by
messages that a library composes, so none of these is written. Our own loggers (rogatory, workflows, activities, worker)
write their message, which is a constant, and the fields of FIELDS. Temporal's loggers write the constant beginning of
their message. Every other logger writes where it spoke, not what it said. An exception is its types and its places in
the code; its text goes only into the file of a bug (`keep_traceback`), which a person reads before passing it on.
"""

import json
import logging
import os
import re
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

FIELDS = {
    "activity",
    "attempt",
    "case",
    "channel",
    "code",
    "command",
    "count",
    "digest",
    "document",
    "item",
    "kind",
    "milliseconds",
    "official",
    "reference",
    "stage",
    "state",
    "task",
    "transmission",
    "workflow",
}
OURS = ("rogatory", "workflows", "activities", "worker")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,119}")
CONSTANT_BEGINNING = re.compile(r"[A-Za-z][A-Za-z ]{0,79}")
LARGEST = 5_000_000  # bytes of one file; the one before is kept beside it
NEWEST_BUGS = 20


class CodesOnly(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: at, level, logger, what was said as far as it is a constant, codes, and where it failed."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": _code(record.name) or "unnamed",
            "said": _said(record),
        }
        line |= {name: value for name in sorted(FIELDS) if (value := _value(record.__dict__.get(name))) is not None}
        line |= _temporal(record)
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            line["failed"] = _chain(record.exc_info[1])
        return json.dumps(line)


def log_to(folder: Path, name: str = "cli") -> None:
    """Sends every log of this process to FOLDER/NAME.log, nothing to the console; the last call counts.

    The folder is made at the first record if the one above it is there. A folder that cannot be written to gets no
    logs: that never stops a command.
    """
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if isinstance(each, _LogFile)]:
        root.removeHandler(earlier)
        earlier.close()
    handler = _LogFile(folder / f"{name}.log")
    handler.setFormatter(CodesOnly())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for ours in OURS:
        logging.getLogger(ours).setLevel(logging.INFO)


@cache
def quiet_temporal() -> None:
    """Makes Temporal's core write to our log instead of to the console; call it before the first client, once or more.

    Without it the core prints warnings, with whatever fields they carry, to stderr.
    """
    from temporalio.runtime import (  # noqa: PLC0415  (0.5 s; only who connects pays)
        LogForwardingConfig,
        LoggingConfig,
        Runtime,
        TelemetryConfig,
        TelemetryFilter,
    )

    forward = LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    logs = LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forward)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=logs)), error_if_already_set=False)


def keep_traceback(error: BaseException, command: str) -> Path | None:
    """Writes the whole traceback to a file of its own, readable by its owner only, and returns its path."""
    from rogatory import __version__  # noqa: PLC0415  (a cycle otherwise: the package imports nothing of its own)
    from rogatory.profile import Profile  # noqa: PLC0415

    text = "".join(traceback.format_exception(error))
    content = f"rogatory {__version__}, Python {sys.version.split()[0]}, {sys.platform}\ncommand: {command}\n\n{text}"
    name = f"bug-{datetime.now(UTC):%Y%m%dT%H%M%S}-"
    for folder in (_existing(Profile.load), Path(tempfile.gettempdir())):
        if folder is None:
            continue
        try:
            descriptor, path = tempfile.mkstemp(prefix=name, suffix=".log", dir=folder)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as out:
                out.write(content)
        except OSError:
            continue
        for old in sorted(folder.glob("bug-*.log"))[:-NEWEST_BUGS]:
            old.unlink(missing_ok=True)
        return Path(path)
    return None


def _existing(load: Any) -> Path | None:
    """The folder of logs, made where the home is there; None where it is not."""
    try:
        home: Path = load().home
        if not home.is_dir():
            return None
        folder = home / "logs"
        folder.mkdir(exist_ok=True, mode=0o700)
    except (OSError, RuntimeError, Exception):  # noqa: BLE001  (a second failure must not hide the first)
        return None
    return folder


class _LogFile(logging.Handler):
    """Opens its file at the first record, and appends whole lines, so that several processes may share it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._descriptor: int | None = None
        self._refused = False

    def emit(self, record: logging.LogRecord) -> None:
        if self._refused:
            return
        try:
            os.write(self._open(), (self.format(record) + "\n").encode("ascii"))
        except OSError:
            self._refused = True

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._refused = True
        super().close()

    def _open(self) -> int:
        if self._descriptor is None:
            if not self._path.parent.parent.is_dir():
                raise FileNotFoundError(self._path.parent.parent)
            self._path.parent.mkdir(exist_ok=True, mode=0o700)
            if self._path.exists() and self._path.stat().st_size > LARGEST:
                self._path.replace(self._path.with_suffix(".1.log"))
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._descriptor


def _said(record: logging.LogRecord) -> str:
    text = record.msg if isinstance(record.msg, str) else ""
    top = record.name.partition(".")[0]
    if top in OURS:
        return text[:200]
    if top == "temporalio":
        found = CONSTANT_BEGINNING.match(text.removeprefix("[").strip())
        return found.group().strip() if found else ""
    return f"{record.module}:{record.lineno}"


def _code(value: object) -> str | None:
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def _value(value: object) -> str | int | float | None:
    return value if isinstance(value, int | float) else _code(value)


def _temporal(record: logging.LogRecord) -> dict[str, Any]:
    """Temporal's own ids of what it speaks of: they are clear on the server too."""
    found: dict[str, Any] = {}
    for group in ("temporal_workflow", "temporal_activity"):
        context = record.__dict__.get(group)
        if isinstance(context, dict):
            for name in ("workflow_id", "workflow_type", "activity_type", "attempt", "update_name"):
                if (value := _value(context.get(name))) is not None:
                    found[name] = value
    return found


def _chain(error: BaseException) -> list[dict[str, Any]]:
    """Types and places of an exception and of its causes; never its text."""
    chain: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(chain) < 8:
        seen.add(id(current))
        kind = type(current)
        entry: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}", "places": _places(current)}
        if (code := _code(getattr(current, "type", None))) is not None:  # ApplicationError: FourEyes, Forged ...
            entry["code"] = code
        chain.append(entry)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _places(error: BaseException) -> list[str]:
    found: list[str] = []
    at: TracebackType | None = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        found.append(f"{Path(code.co_filename).name}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return found[-6:]
