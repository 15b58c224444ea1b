"""The Merkle tree over all lines, the heads that left the house, and those of others that were put before us."""

import sqlalchemy as sa
from alembic import op

from rogatory.adapters.ledger_tree import add_leaf
from rogatory.custody.tree import leaf_hash

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, and the tree of the lines there are."""
    op.create_table(
        "tree",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("level", "number"),
        sa.UniqueConstraint("position"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "witnessed",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_witnessed_origin"), "witnessed", ["origin"], unique=False)
    connection = op.get_bind()
    rows = connection.execute(sa.text("select position, line from ledger order by position")).all()
    for position, line in rows:
        add_leaf(connection, position, leaf_hash(line))


def downgrade() -> None:
    """The tree can be made again from the lines; the heads cannot."""
    op.drop_index(op.f("ix_witnessed_origin"), table_name="witnessed")
    op.drop_table("witnessed")
    op.drop_table("checkpoints")
    op.drop_table("tree")
