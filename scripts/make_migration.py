"""Write the migration that brings the SQL schema from the last one to the records as they are now.

Run: .venv/bin/python scripts/make_migration.py "what changed"
"""

from __future__ import annotations

import sys
import tempfile

from alembic import command

from milepost.store.sql import MIGRATIONS, Database, _alembic


def main() -> None:
    """One new file in the folder of migrations, numbered after the last."""
    number = 1 + max(int(f.name[:4]) for f in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/schema.db")
        if number > 1:
            database.upgrade()
        with database._engine().connect() as link:
            command.revision(_alembic(link), message=sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    main()
