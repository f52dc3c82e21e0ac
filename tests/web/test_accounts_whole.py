"""The tables of accounts are made whole or not at all, wherever the disk refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.exc import OperationalError

from milepost.web import accounts


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as link:
        return {name for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def refusing(engine: Engine, at: int) -> list[str]:
    """The disk is full at a statement; the statements are listed."""
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _execute(_link: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)
        if len(seen) == at:
            raise OperationalError(statement, {}, sqlite3.OperationalError("database or disk is full"))

    return seen


def prepared(file: Path, at: int = 0) -> int:
    """How many statements it takes; cut off before one of them."""
    engine = create_engine(f"sqlite:///{file}")
    try:
        seen = refusing(engine, at)
        accounts.prepare(engine)
        with engine.connect() as link:
            assert set(inspect(link).get_table_names()) >= set(accounts.METADATA.tables)
            assert link.connection.driver_connection.isolation_level == ""  # type: ignore[union-attr]
        return len(seen)
    finally:
        engine.dispose()


def test_a_full_disk_leaves_nothing_that_stands_in_the_way(tmp_path: Path) -> None:
    whole = prepared(tmp_path / "whole.db")
    assert whole > 20
    for at in range(1, whole - 10):
        file = tmp_path / f"cut{at}.db"
        try:
            prepared(file, at)
        except OperationalError:
            assert tables(file) == set(), at
        prepared(file)
        assert tables(file) == tables(tmp_path / "whole.db"), at


def test_two_at_once_make_them_once(tmp_path: Path) -> None:
    file = tmp_path / "people.db"
    first = create_engine(f"sqlite:///{file}")
    second = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0.01})
    with first.connect() as link, accounts._whole(link):
        with pytest.raises(OperationalError, match="locked"):
            accounts.prepare(second)
        accounts._upgrade(link)
    accounts.prepare(second)
    first.dispose()
    second.dispose()
    assert prepared(file) < 20
