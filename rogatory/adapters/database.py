"""Opens the database: SQLite by default, safe with several processes and threads; brought up to date on opening.

A writer takes the database at once (BEGIN IMMEDIATE; on PostgreSQL an advisory lock), so what it reads is what it adds
to. Each commit is on the disk before it is answered (synchronous=FULL).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, inspect, make_url, text

from rogatory.adapters.migrations import HEAD
from rogatory.errors import IntegrityError, UnreachableError, UsageError

T = TypeVar("T")
BUSY = 20.0
"""Seconds a writer waits for another; a commit takes milliseconds."""
ATTEMPTS = 5
APPENDER = 7_276_672
"""The advisory lock's number: any, as long as it is always the same."""


def open_database(place: Path | str) -> Engine:
    """An engine for a SQLite file (Path) or an SQLAlchemy URL, migrated to HEAD.

    Raises:
        UnreachableError: it does not answer. UsageError: it is newer than this program. IntegrityError: no database.
    """
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o600))  # it holds words about persons
        url = URL.create("sqlite", database=str(place))
    else:
        url = make_url(place)
    engine = create_engine(url, max_overflow=30)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    _migrate(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database."""
    with _translated(), engine.connect() as connection, connection.begin():
        yield connection


def write(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Does the work in one transaction, alone; again where another writer came between. Returns its result."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with _translated(), engine.connect() as connection:
                alone = connection.execution_options(rogatory_writes=True)
                with alone.begin():
                    if engine.dialect.name == "postgresql":
                        alone.execute(text("select pg_advisory_xact_lock(:number)"), {"number": APPENDER})
                    return work(alone)
        except UnreachableError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(0.05 * attempt)
    raise AssertionError("unreachable")


def drop_log(engine: Engine) -> None:
    """After words were deleted: lets SQLite's log go too, in which they stood. Elsewhere vacuuming does that."""
    if engine.dialect.name == "sqlite":
        with _translated(), engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "pragma wal_checkpoint(truncate)"
            )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, exc.IntegrityError) as error:
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        raise UnreachableError(f"The ledger's database does not answer: {cause}.", "Repeat the command.") from error
    except exc.DatabaseError as error:
        raise IntegrityError(f"The ledger's database cannot be read: {error.orig}.") from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute(f"pragma busy_timeout = {int(BUSY * 1000)}")
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma synchronous = full")
    cursor.execute("pragma secure_delete = on")  # what is erased is overwritten, not only marked as free
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("rogatory_writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _migrate(engine: Engine) -> None:
    with reading(engine) as connection:
        if _version(connection) == HEAD:
            return
    write(engine, _upgrade)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    if _version(connection) == HEAD:  # another process was first
        return
    from alembic import command  # noqa: PLC0415  half a second, and only where the database is older
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "rogatory.adapters:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise UsageError(
            f"This database is of version {_version(connection)}, unknown to this program.",
            "Use the version of rogatory that wrote it, or a newer one.",
        ) from error
