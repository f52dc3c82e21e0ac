"""Engines that a process holds: a bounded number, and none that goes leaves a connection open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from milepost.store.engines import Engines


def made(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}", poolclass=QueuePool)


def idle(engine: Engine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedin()


def test_the_one_not_used_for_longest_goes_and_closes_what_it_holds(tmp_path: Path) -> None:
    held = Engines(2)
    engines = [held.of(k, partial(made, tmp_path / f"{k}.db")) for k in (0, 1)]
    for engine in engines:
        with engine.connect() as link:
            link.execute(text("select 1"))
    assert [idle(e) for e in engines] == [1, 1]
    assert held.of(0, lambda: pytest.fail("it is there")) is engines[0]
    third = held.of(2, lambda: made(tmp_path / "2.db"))
    assert [idle(e) for e in engines] == [1, 0], "the second was not asked for since"
    again = held.of(1, lambda: made(tmp_path / "1.db"))
    assert again is not engines[1]
    assert held.of(2, lambda: pytest.fail("it is there")) is third
    for engine in (*engines, third, again):
        engine.dispose()
