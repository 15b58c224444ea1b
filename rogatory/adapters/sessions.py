"""Who is signed in to the inbox: sessions kept here, so that each can be ended at any time.

The browser holds a random token; this file holds only its SHA-256, so that reading the file opens no session.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

LASTS = timedelta(hours=8)
"""From the sign-in, whatever is done."""
IDLE = timedelta(minutes=45)
"""Without a page."""
FORM = 2
"""Of the table. Sessions in an earlier form are let go: people sign in again."""
TABLE = """
create table if not exists sessions (
    token_digest text primary key, number text not null unique, official text not null, form_token text not null,
    began text not null, seen text not null, keyid text not null, roles text not null, ended text
)
"""
COLUMNS = "number, official, form_token, began, seen, keyid, roles"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in."""

    number: str
    """Names it to its owner, e.g. to end it; opens nothing."""
    official: str
    form_token: str
    """Every form carries it: another site cannot know it."""
    began: datetime
    seen: datetime
    keyid: str
    """The official's key when they signed in: another one, and the session is over."""
    roles: frozenset[str]
    """Theirs when they signed in: one of them gone, and the session is over."""


class Sessions:
    """Kept in one SQLite file of the home, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        with self._open() as database:
            if database.execute("pragma user_version").fetchone()[0] != FORM:
                database.execute("drop table if exists sessions")
                database.execute(f"pragma user_version = {FORM}")
            database.execute(TABLE)

    def begin(self, official: str, keyid: str = "", roles: Iterable[str] = ()) -> str:
        """Begins a session of an official with that key and those roles; returns the token for the browser."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC).isoformat()
        number, form_token = secrets.token_hex(8), secrets.token_urlsafe(32)
        row = (_digest(token), number, official, form_token, now, now, keyid, " ".join(sorted(roles)))
        with self._open() as database:
            database.execute("insert into sessions values (?, ?, ?, ?, ?, ?, ?, ?, null)", row)
        return token

    def of(self, token: str) -> Session | None:
        """The session of that token while it lasts; None for any other."""
        now = datetime.now(UTC)
        with self._open() as database:
            row = database.execute(
                f"select {COLUMNS} from sessions where token_digest = ? and ended is null",  # noqa: S608  (constants)
                (_digest(token),),
            ).fetchone()
            if row is None:
                return None
            found = _session(row)
            if now - found.began > LASTS or now - found.seen > IDLE:
                return None
            database.execute("update sessions set seen = ? where number = ?", (now.isoformat(), found.number))
        return found

    def of_official(self, official: str) -> list[Session]:
        """The sessions of an official that last, the newest first."""
        now = datetime.now(UTC)
        with self._open() as database:
            rows = database.execute(
                f"select {COLUMNS} from sessions "  # noqa: S608  (constants)
                "where official = ? and ended is null order by began desc",
                (official,),
            ).fetchall()
        return [each for each in map(_session, rows) if now - each.began <= LASTS and now - each.seen <= IDLE]

    def end(self, number: str, official: str) -> bool:
        """Ends a session of that official; False where there is none such."""
        with self._open() as database:
            ended = database.execute(
                "update sessions set ended = ? where number = ? and official = ? and ended is null",
                (datetime.now(UTC).isoformat(), number, official),
            )
            return ended.rowcount > 0

    def end_all(self, official: str) -> None:
        """Ends every session of that official."""
        with self._open() as database:
            database.execute(
                "update sessions set ended = ? where official = ? and ended is null",
                (datetime.now(UTC).isoformat(), official),
            )

    def end_by_token(self, token: str) -> None:
        """Ends the session of that token, if there is one."""
        with self._open() as database:
            database.execute(
                "update sessions set ended = ? where token_digest = ? and ended is null",
                (datetime.now(UTC).isoformat(), _digest(token)),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=10)
        try:
            with database:
                yield database
        finally:
            database.close()


def _session(row: tuple[str, str, str, str, str, str, str]) -> Session:
    number, official, form_token, began, seen, keyid, roles = row
    at = datetime.fromisoformat
    return Session(number, official, form_token, at(began), at(seen), keyid, frozenset(roles.split()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
