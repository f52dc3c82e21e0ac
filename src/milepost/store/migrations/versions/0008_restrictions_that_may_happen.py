"""restrictions that may happen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    with op.batch_alter_table("restrictions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "probability_per_year",
                sa.Double(),
                nullable=True,
                comment="of what may happen and does not hold: how likely it is in a year, 0 to 1; such a row is never in force by its dates, and is counted by 'milepost resilience'; empty = a fact",
            )
        )
        batch_op.add_column(
            sa.Column(
                "length_days",
                sa.Double(),
                nullable=True,
                comment="how many days it would then last, at most a year of 365",
            )
        )


def downgrade() -> None:
    """Back to the release before."""
    with op.batch_alter_table("restrictions", schema=None) as batch_op:
        batch_op.drop_column("length_days")
        batch_op.drop_column("probability_per_year")
