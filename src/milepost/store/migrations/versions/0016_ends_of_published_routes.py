"""ends of published routes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LOADING = (
    "whether days and price hold loading and unloading at both ends; excluded: of the train, truck or ship "
    "alone, from departure to arrival"
)
BEFORE = "nodes that the path must pass, in order"
NOW = "nodes that the path must pass and links that it must take, in order"


def _comment(now: str, before: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.alter_column(
        "routes",
        "via",
        existing_type=sa.Text(),
        existing_nullable=True,
        comment=now,
        existing_comment=before,
    )


def upgrade() -> None:
    """Towards this release."""
    with op.batch_alter_table("routes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("loading", sa.Text(), nullable=True, comment=LOADING))
    _comment(NOW, BEFORE)


def downgrade() -> None:
    """Back to the release before."""
    _comment(BEFORE, NOW)
    with op.batch_alter_table("routes", schema=None) as batch_op:
        batch_op.drop_column("loading")
