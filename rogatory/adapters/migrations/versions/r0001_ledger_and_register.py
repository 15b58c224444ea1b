"""The ledger, what belongs beside it, and the register."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates everything."""
    op.create_table(
        "archives",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("manifest", sa.String(length=71), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_table(
        "cases",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("requested_state", sa.String(length=2), nullable=False),
        sa.Column("drafter", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=71), nullable=False),
        sa.Column("foreign_reference", sa.String(length=120), nullable=True),
        sa.Column("channel", sa.String(length=30), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("cases_by_change", "cases", ["changed_at"], unique=False)
    op.create_index("cases_by_status", "cases", ["status", "changed_at"], unique=False)
    op.create_table(
        "disclosures",
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("disclosure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "field"),
    )
    op.create_index(op.f("ix_disclosures_chain"), "disclosures", ["chain"], unique=False)
    op.create_table(
        "documents",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("signatures", sa.JSON(), nullable=False),
        sa.Column("signed_digest", sa.String(length=71), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("reference", "number"),
    )
    op.create_table(
        "items",
        sa.Column("item", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("declared", sa.String(length=71), nullable=True),
        sa.Column("measure", sa.String(length=10), nullable=True),
        sa.Column("manifest", sa.String(length=71), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("offered_to", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("discrepancy", sa.String(length=20), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("item"),
    )
    op.create_index(op.f("ix_items_reference"), "items", ["reference"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("chain", "seq"),
        sa.UniqueConstraint("entry_id", "signed"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "messages",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("reference", "question_id"),
    )
    op.create_table(
        "refusals",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_refusals_chain"), "refusals", ["chain"], unique=False)
    op.create_table(
        "reservations",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
        sa.UniqueConstraint("command_id"),
        sa.UniqueConstraint("state", "year", "number"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("letter", sa.String(length=71), nullable=True),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_tasks_reference"), "tasks", ["reference"], unique=False)
    op.create_index("tasks_by_due", "tasks", ["state", "due"], unique=False)
    op.create_table(
        "transmissions",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("transmission", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("package", sa.String(length=71), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("reference", "transmission"),
    )


def downgrade() -> None:
    """Refuses: signed lines are not dropped by a program."""
    raise NotImplementedError("The first version holds the ledger; remove the database by hand.")
