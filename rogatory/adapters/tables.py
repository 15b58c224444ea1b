"""The database: the ledger's lines, what belongs beside them, and the register projected from them."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite itself knows no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, without zone where the database keeps none."""
        if value is None:
            return None
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData()

LEDGER = Table(
    "ledger",
    METADATA,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("chain", String(20), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("entry_id", String(200), nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("at", Instant(), nullable=False),
    Column("line", Text, nullable=False),
    UniqueConstraint("chain", "seq"),
    # Two spaces of names: nobody can take the id of an entry of the procedure by choosing it as a command id.
    UniqueConstraint("entry_id", "signed"),
    sqlite_autoincrement=True,
)
"""`line` is verbatim and is the record; the other columns only find it."""

DISCLOSURES = Table(
    "disclosures",
    METADATA,
    Column("chain", String(20), nullable=False, index=True),
    Column("entry_id", String(200), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("disclosure", Text, nullable=False),
)
"""The withheld words of acts. To erase a word is to delete its row; the ledger verifies as before."""

TREE = Table(
    "tree",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("position", Integer, unique=True),
)
"""The complete subtrees of the Merkle tree over all lines, in hex; a leaf names its line by `position`."""

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant(), nullable=False),
    Column("witness", String(200)),
    Column("token", Text),
)
"""Heads that left the house, with the cosignatures and the time stamp (base64) they got: never forgotten."""

WITNESSED = Table(
    "witnessed",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("origin", String(200), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("root", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant(), nullable=False),
    Column("refused", String(40)),
)
"""Heads of other states' ledgers that were put before us: cosigned, or refused and kept as a proof against them."""

REFUSALS = Table(
    "refusals",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant(), nullable=False),
    Column("chain", String(20), nullable=False, index=True),
    Column("task", String(80), nullable=False),
    Column("by", String(40), nullable=False),
    Column("act", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    sqlite_autoincrement=True,
)
"""Refused attempts, codes only: a refused update leaves no trace in Temporal."""

RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("reference", String(20), primary_key=True),
    Column("state", String(2), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("command_id", String(64), nullable=False, unique=True),
    UniqueConstraint("state", "year", "number"),
)

ARCHIVES = Table(
    "archives",
    METADATA,
    Column("reference", String(20), primary_key=True),
    Column("manifest", String(71), nullable=False),
)
"""Made after a case's last line, so it is not on the ledger and a rebuilding keeps it."""

CASES = Table(
    "cases",
    METADATA,
    Column("reference", String(20), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("requested_state", String(2), nullable=False),
    Column("drafter", String(40), nullable=False),
    Column("status", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("request", String(71), nullable=False),
    Column("foreign_reference", String(120)),
    Column("channel", String(30)),
    Column("supplements", String(20), index=True),
    Column("opened_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Index("cases_by_change", "changed_at"),
    Index("cases_by_status", "status", "changed_at"),
)

TASKS = Table(
    "tasks",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("reference", String(20), nullable=False, index=True),
    Column("stage", String(40), nullable=False),
    Column("title", String(120), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("due", Instant(), nullable=False),
    Column("source", Text, nullable=False),
    Column("opened_at", Instant(), nullable=False),
    Column("state", String(10), nullable=False),
    Column("letter", String(71)),
    Column("approvals", Integer, nullable=False),
    Column("approvals_needed", Integer, nullable=False),
    Column("outcome", String(60)),
    Index("tasks_by_due", "state", "due"),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("reference", String(20), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("type", String(40), nullable=False),
    Column("language", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("signatures", JSON, nullable=False),
    Column("signed_digest", String(71)),
    Column("made_at", Instant(), nullable=False),
    Column("task", String(80)),
)

ITEMS = Table(
    "items",
    METADATA,
    Column("item", String(24), primary_key=True),
    Column("reference", String(20), nullable=False, index=True),
    Column("digest", String(71), nullable=False),
    Column("size", Integer, nullable=False),
    Column("declared", String(71)),
    Column("measure", String(10)),
    Column("manifest", String(71), nullable=False),
    Column("holder", String(40), nullable=False),
    Column("offered_to", String(40)),
    Column("state", String(20), nullable=False),
    Column("discrepancy", String(20)),
    Column("received_at", Instant(), nullable=False),
)

EXHIBITS = Table(
    "exhibits",
    METADATA,
    Column("item", String(24), primary_key=True),
    Column("reference", String(20), nullable=False, index=True),
    Column("form", String(10), nullable=False),
    Column("parent", String(24)),
    Column("measure", String(10)),
    Column("manifest", String(24)),
    Column("kind", String(20)),
    Column("digest", String(71)),
    Column("size", BigInteger),
    Column("quantity", Integer, nullable=False),
    Column("seal", String(120)),
    Column("container", String(120)),
    Column("condition", String(20), nullable=False),
    Column("place", String(120), nullable=False),
    Column("holder", String(40), nullable=False),
    Column("offered_to", String(40)),
    Column("state", String(20), nullable=False),
    Column("discrepancy", String(20)),
    Column("differences", JSON, nullable=False),
    Column("scans", Integer, nullable=False),
    Column("entered_at", Instant(), nullable=False),
    Column("happened_at", String(40), nullable=False),
    Index("exhibits_by_place", "place"),
)
"""Physical items and copies; the items received as files are in `items`."""

DUTIES = Table(
    "duties",
    METADATA,
    Column("item", String(24), primary_key=True),
    Column("reference", String(20), nullable=False, index=True),
    Column("duty", String(10), nullable=False),
    Column("due", String(10), nullable=False),
    Column("source", String(160), nullable=False),
)
"""What is still owed for items: to return, to destroy, to retain."""

MESSAGES = Table(
    "messages",
    METADATA,
    Column("reference", String(20), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("asked_at", Instant(), nullable=False),
    Column("answered_at", Instant()),
)

TRANSMISSIONS = Table(
    "transmissions",
    METADATA,
    Column("reference", String(20), primary_key=True),
    Column("transmission", String(36), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("channel", String(30), nullable=False),
    Column("package", String(71)),
    Column("prepared_at", Instant(), nullable=False),
    Column("dispatched_at", Instant()),
    Column("place", Text),
)

CORRESPONDENCE = Table(
    "correspondence",
    METADATA,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", String(20), nullable=False, index=True),
    Column("drafter", String(40), nullable=False),
    Column("state", String(2), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("at", Instant(), nullable=False),
    Column("direction", String(3), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("channel", String(120)),
    Column("mark", String(120)),
    Column("piece", String(64)),
    Column("digest", String(71)),
    Column("standing", String(10), nullable=False),
    Index("correspondence_by_direction", "direction", "year", "number"),
    Index("correspondence_by_drafter", "drafter", "year", "number"),
)
"""What came in and went out, of all cases.

`piece` is the id of a transmission, of a message or of an act, or the number of a thing. The drafter stands here too,
so that a prosecutor's page is read from an index.
"""

CLOCKS = Table(
    "clocks",
    METADATA,
    Column("clock", String(200), primary_key=True),
    Column("reference", String(20), nullable=False, index=True),
    Column("task", String(80), nullable=False),
    Column("id", String(40), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("what", Text, nullable=False),
    Column("anchor", String(40), nullable=False),
    Column("anchored_on", String(10), nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("due", Instant(), nullable=False),
    Column("effect", String(10), nullable=False),
    Column("then", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("started_at", Instant(), nullable=False),
    Column("state", String(10), nullable=False),
    Column("ran_out_at", Instant()),
    Column("met_by", String(40)),
    Column("met_on", String(10)),
    Column("in_time", Boolean),
    Index("clocks_by_due", "state", "due"),
)

ASSIGNED = Table("assigned", METADATA, Column("task", String(80), primary_key=True))
"""Tasks that were given to somebody: few, and only of these a list asks the case to whom."""

PROJECTED = (
    CASES,
    TASKS,
    DOCUMENTS,
    ITEMS,
    EXHIBITS,
    DUTIES,
    MESSAGES,
    TRANSMISSIONS,
    CORRESPONDENCE,
    CLOCKS,
    ASSIGNED,
)
"""What a rebuilding empties and fills again."""
