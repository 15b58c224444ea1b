"""Physical items and copies made of items; what is owed for items."""

import sqlalchemy as sa
from alembic import op

from rogatory.adapters.tables import Instant

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "exhibits",
        sa.Column("item", sa.String(length=24), primary_key=True),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("parent", sa.String(length=24)),
        sa.Column("measure", sa.String(length=10)),
        sa.Column("manifest", sa.String(length=24)),
        sa.Column("kind", sa.String(length=20)),
        sa.Column("digest", sa.String(length=71)),
        sa.Column("size", sa.BigInteger()),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=120)),
        sa.Column("container", sa.String(length=120)),
        sa.Column("condition", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("offered_to", sa.String(length=40)),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("discrepancy", sa.String(length=20)),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("scans", sa.Integer(), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("happened_at", sa.String(length=40), nullable=False),
    )
    op.create_index(op.f("ix_exhibits_reference"), "exhibits", ["reference"], unique=False)
    op.create_index("exhibits_by_place", "exhibits", ["place"], unique=False)
    op.create_table(
        "duties",
        sa.Column("item", sa.String(length=24), primary_key=True),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=10), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
    )
    op.create_index(op.f("ix_duties_reference"), "duties", ["reference"], unique=False)


def downgrade() -> None:
    """The register is only a projection."""
    op.drop_table("duties")
    op.drop_table("exhibits")
