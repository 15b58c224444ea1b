"""Tasks that were given to somebody."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; a rebuilding of the register fills it with what was moved before."""
    op.create_table("assigned", sa.Column("task", sa.String(length=80), primary_key=True))


def downgrade() -> None:
    """The register is only a projection."""
    op.drop_table("assigned")
