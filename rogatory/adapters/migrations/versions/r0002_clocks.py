"""The periods of law that run in a case; filled from the ledger when the register is next written."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table; a ledger written before has no such entries."""
    op.create_table(
        "clocks",
        sa.Column("clock", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("anchor", sa.String(length=40), nullable=False),
        sa.Column("anchored_on", sa.String(length=10), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effect", sa.String(length=10), nullable=False),
        sa.Column("then", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ran_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by", sa.String(length=40), nullable=True),
        sa.Column("met_on", sa.String(length=10), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("clock"),
    )
    op.create_index(op.f("ix_clocks_reference"), "clocks", ["reference"], unique=False)
    op.create_index("clocks_by_due", "clocks", ["state", "due"], unique=False)


def downgrade() -> None:
    """The register is only a projection."""
    op.drop_table("clocks")
