"""One fault, one finding: a row that cannot be read hides no other fault and brings no false one."""

from __future__ import annotations

from pathlib import Path

import pytest

import milepost
from milepost.errors import Finding
from milepost.store.folder import copy_example


@pytest.fixture
def corridor(tmp_path: Path) -> Path:
    copy_example("northern-corridor", tmp_path / "corridor")
    return tmp_path / "corridor"


def edit(folder: Path, table: str, old: str, new: str, count: int = 1) -> None:
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {table}"
    file.write_text(text.replace(old, new, count), encoding="utf-8")


def found(folder: Path) -> list[Finding]:
    return list(milepost.open(folder).check())


def test_a_rejected_party_hides_no_unknown_party_elsewhere(corridor: Path) -> None:
    rows = (corridor / "parties.csv").read_text(encoding="utf-8")
    party = next(line for line in rows.splitlines()[1:] if ",country," in line)
    edit(corridor, "parties", party, party.replace(",country,", ",contry,"))
    commitments = milepost.open(milepost.example("northern-corridor")).records.commitments
    edit(corridor, "commitments", ";".join(commitments[0].owed_by), "ATLANTIS")
    messages = [f.message for f in found(corridor)]
    assert [m for m in messages if "'contry' is not a choice" in m]
    assert [m for m in messages if "there is no 'ATLANTIS' in parties.csv" in m]
    assert len(messages) == 2


def test_a_rejected_country_brings_no_false_finding(corridor: Path) -> None:
    row = milepost.open(corridor).records.countries[3]
    edit(corridor, "countries", f"\n{row.id},{row.name},", f"\n{row.id},{row.name},x")
    (finding,) = found(corridor)
    assert finding.column == "gdp_usd_m"


def test_a_file_that_cannot_be_read_is_one_finding(corridor: Path) -> None:
    file = corridor / "parties.csv"
    file.write_bytes(file.read_bytes().replace(b"Congo", b"Cong\xf4"))
    (finding,) = found(corridor)
    assert "is not UTF-8" in finding.message


@pytest.mark.parametrize("table", ["nodes", "links", "params", "countries", "crossings"])
def test_a_rejected_row_is_one_finding(corridor: Path, table: str) -> None:
    file = corridor / f"{table}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    bases = ("assumed", "sourced", "computed", "reference", "estimated")
    assert any(f",{word}," in lines[-1] for word in bases)
    for word in bases:
        lines[-1] = lines[-1].replace(f",{word},", ",guessed,")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [f.column for f in found(corridor)] == ["basis"]


def test_a_row_without_an_id_leaves_its_table_unjudged(corridor: Path) -> None:
    party = milepost.open(corridor).records.parties[0].id
    edit(corridor, "parties", f"\n{party},", "\n,")
    assert [f.column for f in found(corridor)] == ["id"]
