"""The tables of accounts; those that an older release made without migrations are taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, columns in TABLES.items():
        if name not in there:
            op.create_table(name, *columns())
            for column in INDEXED.get(name, ()):
                op.create_index(f"ix_{name}_{column}", name, [column])


def downgrade() -> None:
    """Back to nothing."""
    for name in TABLES:
        op.drop_table(name)


def _people_persons() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("party", sa.String(60), nullable=False),
        sa.Column("password", sa.String(300), nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
    ]


def _people_sessions() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("began", sa.String(40), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
    ]


def _people_failures() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    ]


def _people_feeds() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("feed", sa.String(500), nullable=False),
    ]


def _people_pending() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("state", sa.String(64), primary_key=True),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(200), nullable=False),
        sa.Column("verifier", sa.String(200), nullable=False),
        sa.Column("redirect", sa.String(1000), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    ]


def _people_log() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("detail", sa.String(500), nullable=False),
    ]


TABLES = {
    "people_persons": _people_persons,
    "people_sessions": _people_sessions,
    "people_failures": _people_failures,
    "people_feeds": _people_feeds,
    "people_pending": _people_pending,
    "people_log": _people_log,
}
INDEXED = {"people_failures": ("name", "address")}
