"""a second factor of sign-in, and which of its codes was used last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards this release."""
    with op.batch_alter_table("people_persons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("totp", sa.String(64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("totp_used", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Back to the release before."""
    with op.batch_alter_table("people_persons", schema=None) as batch_op:
        batch_op.drop_column("totp_used")
        batch_op.drop_column("totp")
