"""The register of what came in and what went out."""

import sqlalchemy as sa
from alembic import op

from rogatory.adapters.tables import Instant

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; a rebuilding of the register fills it with what came and went before."""
    op.create_table(
        "correspondence",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("reference", sa.String(length=20), nullable=False, index=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=120)),
        sa.Column("mark", sa.String(length=120)),
        sa.Column("piece", sa.String(length=64)),
        sa.Column("digest", sa.String(length=71)),
        sa.Column("standing", sa.String(length=10), nullable=False),
    )
    op.create_index("correspondence_by_direction", "correspondence", ["direction", "year", "number"])


def downgrade() -> None:
    """The register is only a projection."""
    op.drop_table("correspondence")
