"""The register of what came in and what went out."""

import sqlalchemy as sa
from alembic import op

from rogatory.adapters.projection_correspondence import project_correspondence
from rogatory.adapters.tables import Instant
from rogatory.custody.ledger import DIRECTORY, parse_line

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table, and enters what came and went before.

    At once, not at the next rebuilding: numbers given in between would not be those a rebuilding gives. Should a later
    version change the table, it fills it anew, and this one no more: what fills it here speaks to the table of today.
    """
    op.create_table(
        "correspondence",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("reference", sa.String(length=20), nullable=False, index=True),
        sa.Column("drafter", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
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
    op.create_index("correspondence_by_drafter", "correspondence", ["drafter", "year", "number"])
    connection = op.get_bind()
    lines = sa.text("select line from ledger where chain <> :directory order by position")
    for line in connection.execute(lines, {"directory": DIRECTORY}).scalars().all():
        project_correspondence(connection, parse_line(line))


def downgrade() -> None:
    """The register is only a projection."""
    op.drop_table("correspondence")
