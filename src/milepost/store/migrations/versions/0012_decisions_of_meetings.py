"""attendance and decisions of meetings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    op.create_table(
        "attendance",
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
        sa.Column("meeting", sa.Text(), nullable=True, comment="meeting attended"),
        sa.Column("party", sa.Text(), nullable=True, comment="party, or body that observes"),
        sa.Column("presence", sa.Text(), nullable=True, comment="was it there"),
        sa.Column("led_by", sa.Text(), nullable=True, comment="office that led its delegation"),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=True,
            comment="sourced (a page states it), computed, reference (general knowledge), assumed (ours; replace it) or estimated",
        ),
        sa.Column("source", sa.Text(), nullable=True, comment="address or citation of the source"),
        sa.Column("note", sa.Text(), nullable=True, comment="what a reader must know about this row"),
        sa.ForeignKeyConstraint(["_from"], ["changes.n"], name=op.f("fk_attendance__from")),
        sa.ForeignKeyConstraint(["_to"], ["changes.n"], name=op.f("fk_attendance__to")),
        sa.PrimaryKeyConstraint("_version", name=op.f("pk_attendance")),
        comment="Who was at a meeting: one party a row.",
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(
            "ux_attendance_row_now",
            ["_row"],
            unique=True,
            sqlite_where=sa.text('"_to" IS NULL'),
            postgresql_where=sa.text('"_to" IS NULL'),
        )
    op.create_table(
        "decisions",
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
        sa.Column("id", sa.Text(), nullable=True, comment="short code, such as M3.1"),
        sa.Column("meeting", sa.Text(), nullable=True, comment="meeting that decided"),
        sa.Column("text", sa.Text(), nullable=True, comment="what was decided, in the words of the minutes"),
        sa.Column(
            "stands",
            sa.Text(),
            nullable=True,
            comment="draft: proposed to the meeting; noted: taken note of; deferred: to a later one",
        ),
        sa.Column("commitments", sa.Text(), nullable=True, comment="commitments it is about, separated by ;"),
        sa.Column(
            "owed_by", sa.Text(), nullable=True, comment="parties that are to act on it, separated by ;"
        ),
        sa.Column(
            "due", sa.Text(), nullable=True, comment="by when they are to act; no promised date moves by it"
        ),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=True,
            comment="sourced (a page states it), computed, reference (general knowledge), assumed (ours; replace it) or estimated",
        ),
        sa.Column("source", sa.Text(), nullable=True, comment="address or citation of the source"),
        sa.Column("note", sa.Text(), nullable=True, comment="what a reader must know about this row"),
        sa.ForeignKeyConstraint(["_from"], ["changes.n"], name=op.f("fk_decisions__from")),
        sa.ForeignKeyConstraint(["_to"], ["changes.n"], name=op.f("fk_decisions__to")),
        sa.PrimaryKeyConstraint("_version", name=op.f("pk_decisions")),
        comment="One decision of a meeting, in its words, and the commitments that it is about.",
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            "ux_decisions_row_now",
            ["_row"],
            unique=True,
            sqlite_where=sa.text('"_to" IS NULL'),
            postgresql_where=sa.text('"_to" IS NULL'),
        )


def downgrade() -> None:
    """Back to the release before."""
    op.drop_table("decisions")
    op.drop_table("attendance")
