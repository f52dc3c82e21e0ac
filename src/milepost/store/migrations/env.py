"""How Alembic reaches the database: the connection is handed in by :class:`milepost.store.sql.Database`."""

from __future__ import annotations

from alembic import context

from milepost.store.schema import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema(),
    compare_type=True,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
