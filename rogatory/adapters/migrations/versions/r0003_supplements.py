"""Which request a case adds to; none did before."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column("cases", sa.Column("supplements", sa.String(length=20), nullable=True))
    op.create_index(op.f("ix_cases_supplements"), "cases", ["supplements"], unique=False)


def downgrade() -> None:
    """The register is only a projection."""
    op.drop_index(op.f("ix_cases_supplements"), table_name="cases")
    op.drop_column("cases", "supplements")
