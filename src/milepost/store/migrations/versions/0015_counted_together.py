"""words of the column place of counts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = "id of the link, node or country; a border as two countries, such as IRN-AZE; of a corridor any name"
NOW = BEFORE + "; several of a kind that were counted together, with ';' between them"


def _comment(now: str, before: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.alter_column(
        "counts",
        "place",
        existing_type=sa.Text(),
        existing_nullable=True,
        comment=now,
        existing_comment=before,
    )


def upgrade() -> None:
    """Towards this release."""
    _comment(NOW, BEFORE)


def downgrade() -> None:
    """Back to the release before."""
    _comment(BEFORE, NOW)
