"""any promise, minutes, comments, texts and forecasts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What columns say about themselves, before and now; only PostgreSQL keeps comments.
COMMENTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "durations",
        "shape",
        "triangular; exponential with mean likely_days; normal with 5 % below low and above high",
        "triangular; beta-pert; exponential with mean likely_days; normal with 5 % below low and above high; log-normal with median likely_days and 90 % as wide as low to high; reference class: likely_days is the promised span, times the ratio of the class",
    ),
)
# The same for whole tables.
TABLES: tuple[tuple[str, str, str], ...] = ()


def _comments(*, back: bool) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column, before, now in COMMENTS:
        said, had = (before, now) if back else (now, before)
        op.alter_column(
            table,
            column,
            existing_type=sa.Text(),
            existing_nullable=True,
            comment=said,
            existing_comment=had,
        )
    for name, before, now in TABLES:
        said, had = (before, now) if back else (now, before)
        op.create_table_comment(name, said, existing_comment=had)


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
    _comments(back=False)


def downgrade() -> None:
    """Back to the release before."""
    _comments(back=True)
    op.drop_table("decisions")
    op.drop_table("attendance")
