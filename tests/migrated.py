"""An empty database goes through the migrations once in a process for each kind of store: what they told the
database then is told the next one as it is.

A database that holds anything takes the migrations themselves, as every upgrade does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import event, inspect

Told = list[tuple[str, Any, bool]]  # a statement, its parameters, and whether they are those of several rows


@contextmanager
def migrated_once() -> Iterator[dict[tuple[str, str, str], Told]]:
    """What each kind of database was told, by where its migrations are, its dialect and its revision."""
    made: dict[tuple[str, str, str], Told] = {}
    migrate = command.upgrade

    def upgrade(config: Config, revision: str, **more: Any) -> None:
        link = config.attributes["connection"]
        if more or inspect(link).get_table_names():
            migrate(config, revision, **more)
            return
        key = str(config.get_main_option("script_location")), link.dialect.name, revision
        if key in made:
            for statement, parameters, several in made[key]:
                link.exec_driver_sql(statement, [*parameters] if several else parameters)
            return
        told: Told = []

        def hear(
            _link: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
        ) -> None:
            if statement.split(None, 1)[0].upper() not in ("SELECT", "PRAGMA"):
                told.append((statement, parameters, many))

        event.listen(link, "before_cursor_execute", hear)
        try:
            migrate(config, revision)
        finally:
            event.remove(link, "before_cursor_execute", hear)
        made[key] = told

    vars(command)["upgrade"] = upgrade
    try:
        yield made
    finally:
        vars(command)["upgrade"] = migrate
