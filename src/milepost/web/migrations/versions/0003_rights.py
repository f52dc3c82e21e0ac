"""Rights of a person in one programme of several."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    op.create_table(
        "people_rights",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("programme", sa.String(40), primary_key=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("party", sa.String(60), nullable=False),
    )


def downgrade() -> None:
    """Back to the release before."""
    op.drop_table("people_rights")
