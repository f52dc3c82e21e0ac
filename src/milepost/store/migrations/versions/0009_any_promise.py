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
    _comments(back=False)


def downgrade() -> None:
    """Back to the release before."""
    _comments(back=True)
