"""What the tests are told of an empty database (:mod:`migrated`) is what its migrations say of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.schema import CreateIndex, CreateTable

from migrated import migrated_once
from milepost.store.sql import Database, _alembic

Place = Callable[[str], str]


def _database(where: str) -> Database:
    return Database(where if "://" in where else Path(where))


def _schema(where: str) -> tuple[list[str], list[Any]]:
    """Every table and index of a database, and all that stands in it."""
    url = where.replace("postgresql:", "postgresql+psycopg:") if "://" in where else f"sqlite:///{where}"
    engine, held = create_engine(url), MetaData()
    with engine.connect() as link:
        held.reflect(link)
        tables = sorted(held.tables.values(), key=lambda t: t.name)
        made: list[Any] = [
            m
            for t in tables
            for m in (CreateTable(t), *map(CreateIndex, sorted(t.indexes, key=lambda i: str(i.name))))
        ]
        rows = [list(link.execute(text(f'SELECT * FROM "{t.name}"'))) for t in tables]
        found = [str(m.compile(engine)) for m in made]
        if engine.dialect.name == "sqlite":
            found += [
                str(row) for row in link.execute(text("SELECT name, sql FROM sqlite_master ORDER BY name"))
            ]
    engine.dispose()
    return found, rows


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_the_second_database_is_as_the_first(kind: str, place: Place) -> None:
    first, second = place(kind), place(kind)
    with migrated_once() as made:
        made.clear()
        for where in (first, second):
            _database(where).upgrade()
        assert [key[1:] for key in made] == [(kind, "head")]
    schema, rows = _schema(first)
    assert len(schema) > 50
    assert any(rows)  # the revision, at least
    assert _schema(second) == (schema, rows)


def test_a_database_that_holds_something_takes_the_migrations(place: Place) -> None:
    where = place("sqlite")
    with migrated_once() as made:
        with create_engine(f"sqlite:///{where}").begin() as link:
            command.upgrade(_alembic(link), "0005")
        before = dict(made)
        _database(where).upgrade()
        assert made == before
    whole = place("sqlite")
    _database(whole).upgrade()
    assert _schema(where) == _schema(whole)


def test_what_was_told_of_one_revision_is_not_told_of_another_and_no_more_afterwards(place: Place) -> None:
    before = command.upgrade
    early, late = place("sqlite"), place("sqlite")
    with migrated_once() as made:
        for where, revision in ((early, "0005"), (late, "head")):
            with create_engine(f"sqlite:///{where}").begin() as link:
                command.upgrade(_alembic(link), revision)
        assert len(made) == 2
    assert command.upgrade is before
    whole = place("sqlite")
    _database(whole).upgrade()
    assert _schema(late) == _schema(whole)
    assert _schema(early) != _schema(whole)
