"""firmness, fields and beneficiaries of commitments; kinds are free"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What the column says about itself, before and now; only PostgreSQL keeps comments.
KIND = (
    "what sort of thing is promised",
    "what sort of thing is promised: build-link, upgrade, border, port-capacity, tariff, service, sign, ratify, body, meet, report, study, finance, pay, exchange-data ... or another",
)


def _comment(before: int, now: int) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.alter_column(
        "commitments",
        "kind",
        existing_type=sa.Text(),
        existing_nullable=True,
        comment=KIND[now],
        existing_comment=KIND[before],
    )


def upgrade() -> None:
    """Towards this release."""
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "firmness",
                sa.Text(),
                nullable=True,
                comment="how firmly it is promised, by the words of the source",
            )
        )
        batch_op.add_column(
            sa.Column(
                "fields",
                sa.Text(),
                nullable=True,
                comment="fields it is about, such as transport, energy, science, separated by ;",
            )
        )
        batch_op.add_column(
            sa.Column(
                "beneficiaries",
                sa.Text(),
                nullable=True,
                comment="parties that it is owed to, separated by ;",
            )
        )
    _comment(0, 1)


def downgrade() -> None:
    """Back to the release before."""
    _comment(1, 0)
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_column("beneficiaries")
        batch_op.drop_column("fields")
        batch_op.drop_column("firmness")
