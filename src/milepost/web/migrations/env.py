"""How Alembic reaches the accounts: the connection is handed in by :mod:`milepost.web.accounts`."""

from __future__ import annotations

from alembic import context

from milepost.web.accounts import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    compare_type=True,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
