"""Passkeys, and the challenges that are to be signed with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    op.create_table(
        "people_passkeys",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("site", sa.String(255), nullable=False),
        sa.Column("credential", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("added", sa.String(40), nullable=False),
        sa.Column("used", sa.String(40), nullable=False),
    )
    op.create_index("ix_people_passkeys_name", "people_passkeys", ["name"])
    op.create_table(
        "people_challenges",
        sa.Column("challenge", sa.String(64), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    """Back to the release before."""
    op.drop_table("people_challenges")
    op.drop_table("people_passkeys")
