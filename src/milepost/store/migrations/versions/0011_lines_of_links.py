"""where a link runs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "geometry",
                sa.Text(),
                nullable=True,
                comment="where it runs, for maps only: LINESTRING (longitude latitude, ...) in degrees; empty = straight",
            )
        )


def downgrade() -> None:
    """Back to the release before."""
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_column("geometry")
