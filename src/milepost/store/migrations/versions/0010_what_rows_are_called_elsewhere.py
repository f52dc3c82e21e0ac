"""what rows are called elsewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""

    op.create_table(
        "known_as",
        sa.Column(
            "_version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("_row", sa.Text(), nullable=False),
        sa.Column("_position", sa.BigInteger(), nullable=False),
        sa.Column("_from", sa.BigInteger(), nullable=False),
        sa.Column("_to", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Text(), nullable=True, comment="short code, made from the three columns after it"),
        sa.Column(
            "system",
            sa.Text(),
            nullable=True,
            comment="whose id it is: a kind of file and what the file calls itself, such as mspdi:plan; names = a name that somebody confirmed",
        ),
        sa.Column("of_table", sa.Text(), nullable=True, comment="table of the row"),
        sa.Column("name", sa.Text(), nullable=True, comment="the id or name there"),
        sa.Column(
            "row", sa.Text(), nullable=True, comment="id of the row here; it may have been removed since"
        ),
        sa.Column(
            "said", sa.Text(), nullable=True, comment="digest of what the file said when it was last imported"
        ),
        sa.Column("held", sa.Text(), nullable=True, comment="digest of the row here after that import"),
        sa.ForeignKeyConstraint(["_from"], ["changes.n"], name=op.f("fk_known_as__from")),
        sa.ForeignKeyConstraint(["_to"], ["changes.n"], name=op.f("fk_known_as__to")),
        sa.PrimaryKeyConstraint("_version", name=op.f("pk_known_as")),
        comment="What a row is called elsewhere: an id in a file that was imported, or a name that somebody confirmed. By it the next import finds the row again.",
    )
    with op.batch_alter_table("known_as", schema=None) as batch_op:
        batch_op.create_index(
            "ux_known_as_row_now",
            ["_row"],
            unique=True,
            sqlite_where=sa.text('"_to" IS NULL'),
            postgresql_where=sa.text('"_to" IS NULL'),
        )


def downgrade() -> None:
    """Back to the release before."""

    with op.batch_alter_table("known_as", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_known_as_row_now",
            sqlite_where=sa.text('"_to" IS NULL'),
            postgresql_where=sa.text('"_to" IS NULL'),
        )

    op.drop_table("known_as")
