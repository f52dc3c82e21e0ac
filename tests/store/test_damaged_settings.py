"""Settings that somebody wrote into a database past milepost: each reader says what is wrong with which, and
`verify` finds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

import milepost
from milepost.cli import run
from milepost.store.transfer import copy

DAMAGE = {
    "UPDATE settings SET section = 'programm1' WHERE name = 'horizon'": "horizon",
    "UPDATE settings SET name = 'horizo' WHERE name = 'horizon'": "horizo",
    "UPDATE settings SET value = '\"fixed' WHERE name = 'deficits'": "deficits",
    "UPDATE settings SET value = '1\nb = 2' WHERE name = 'base_year'": "base_year",
    "UPDATE settings SET value = '\"x\"' WHERE name = 'base_date'": "base_date",
    "UPDATE settings SET value = '7' WHERE name = 'reminder_days'": "reminder_days",
    "DELETE FROM settings": "title",
}


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_each_reader_says_what_is_wrong(
    kind: str, place: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    records = milepost.open(milepost.example("ridge")).records
    for damage, named in DAMAGE.items():
        where = place(kind)
        copy(records, where, by="x", reason="y")
        url = (
            where.replace("postgresql://", "postgresql+psycopg://")
            if "://" in where
            else f"sqlite:///{where}"
        )
        engine = create_engine(url)
        with engine.begin() as link:
            assert link.execute(text(damage)).rowcount >= 1
        engine.dispose()
        for command in (["check", where], ["status", where], ["verify", where], ["doctor", where]):
            assert run(command) not in (0, 70), (damage, command)
            said = "".join(capsys.readouterr())
            assert "our fault" not in said, (damage, command, said)
            if command[0] in ("check", "status"):
                assert named in said.replace("\n ", ""), (damage, said)
