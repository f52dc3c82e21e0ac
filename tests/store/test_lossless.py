"""Whatever a cell or a setting holds, every store gives it back the same, or refuses it in one sentence."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import milepost
from milepost.acts.bring import Copy, bring
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.errors import WrongUse
from milepost.files import whole_file, write_whole
from milepost.records import Records
from milepost.report.exchange.table_schema import data_package
from milepost.store import changes, checkpoints, journal
from milepost.store.content import content_of
from milepost.store.edits import Edit
from milepost.store.folder import copy_example, read, write
from milepost.store.stores import open_store
from milepost.store.texts import fingerprint
from milepost.store.transfer import copy, merge
from milepost.store.verification import verify
from milepost.store.workbook import seen_digests, write_workbook


def ridge() -> Records:
    records, findings = read(milepost.example("ridge"))
    assert records is not None
    assert findings == ()
    return records


def noted(text: str) -> Records:
    records = ridge()
    first, *others = records.commitments
    return records.with_rows(commitments=(first.model_copy(update={"note": text}), *others))


def with_settings(**values: Any) -> Records:
    from dataclasses import replace

    records = ridge()
    return replace(records, settings=records.settings.model_copy(update=values))


def with_policy(**values: Any) -> Records:
    from dataclasses import replace

    records = ridge()
    return replace(records, policy=records.policy.model_copy(update=values))


HARD = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "#N/A",
    "+1",
    "a\rb",
    "a\r\nb",
    "a\nb",
    'say "x", y',
    "a_x000D_b",
    "a\x7fb",
    "a\x85b",
    "007",
]


@pytest.mark.parametrize("text", HARD)
@pytest.mark.parametrize("name", ["folder", "book.xlsx", "file.db"])
def test_a_text_comes_back_as_it_was(text: str, name: str, tmp_path: Path) -> None:
    copy(noted(text), str(tmp_path / name), by="test", reason="test")
    back, findings = open_store(tmp_path / name).read()
    assert findings == ()
    assert back is not None
    assert back.commitments[0].note == text
    assert back.fingerprint == fingerprint(noted(text))


def test_a_formula_is_text_for_the_spreadsheet_too(tmp_path: Path) -> None:
    write_workbook(noted("=1+1"), tmp_path / "book.xlsx")
    cells = [
        c for row in openpyxl.load_workbook(tmp_path / "book.xlsx")["commitments"].iter_rows() for c in row
    ]
    assert [(c.data_type, c.quotePrefix) for c in cells if c.value == "=1+1"] == [("s", True)]


def test_a_lone_cr_through_the_database_the_edit_and_the_data_package(tmp_path: Path) -> None:
    import csv
    import io

    copy(noted("a\rb"), str(tmp_path / "a.db"), by="test", reason="test")
    held, _ = open_store(tmp_path / "a.db").read()
    assert held is not None
    copy(held, str(tmp_path / "folder"), by="test", reason="test")
    row = held.commitments[0]
    open_store(tmp_path / "folder").edit(
        [Edit.change(row, row.model_copy(update={"note": "c\rd"}))], by="x", reason="y"
    )
    back, findings = open_store(tmp_path / "folder").read()
    assert findings == ()
    assert back is not None
    assert back.commitments[0].note == "c\rd"
    rows = list(csv.DictReader(io.StringIO(data_package(held)["commitments.csv"], newline="")))
    assert rows[0]["note"] == "a\rb"


def test_a_very_long_text_is_read_from_a_folder_and_refused_by_a_workbook(tmp_path: Path) -> None:
    long = noted("x" * 140_000)
    write(long, tmp_path / "folder")
    back, findings = read(tmp_path / "folder")
    assert findings == ()
    assert back == long
    with pytest.raises(WrongUse, match=r"commitments R1, column note holds 140,000 characters"):
        write_workbook(long, tmp_path / "book.xlsx")
    with pytest.raises(WrongUse, match="32,768"):
        write_workbook(
            noted("\U0001f682" * 16_384), tmp_path / "book.xlsx"
        )  # Excel counts each of them as two
    write_workbook(noted("x" * 32_767), tmp_path / "book.xlsx")
    back, _ = read(tmp_path / "book.xlsx")
    assert back == noted("x" * 32_767)


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\ufffe", "\uffff"])
def test_what_no_workbook_can_hold_is_refused_and_nothing_is_left(character: str, tmp_path: Path) -> None:
    with pytest.raises(
        WrongUse, match=rf"commitments R1, column note holds the character U\+{ord(character):04X}"
    ):
        write_workbook(noted(f"a{character}b"), tmp_path / "book.xlsx")
    with pytest.raises(WrongUse, match="programme summary, column value"):
        write_workbook(with_settings(summary=f"a{character}b"), tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("character", "words"), [("\0", "NUL"), ("\ud800", "half a character")])
@pytest.mark.parametrize("name", ["folder", "file.db"])
def test_an_edit_that_no_table_can_keep_is_refused(
    character: str, words: str, name: str, tmp_path: Path
) -> None:
    copy(ridge(), str(tmp_path / name), by="test", reason="test")
    row = ridge().commitments[0]
    with pytest.raises(WrongUse, match=f"commitments R1, column note holds .*{words}"):
        open_store(tmp_path / name).edit(
            [Edit.change(row, row.model_copy(update={"note": f"a{character}"}))], by="x", reason="y"
        )
    assert open_store(tmp_path / name).read()[0] == ridge()


SETTINGS = [
    with_settings(boundary_disclaimer=""),
    with_settings(title="=1+1", summary="a\x7fb"),
    with_policy(reminder_days=()),
    with_policy(escalation=()),
    with_policy(escalation=(), reminder_days=(5,)),
    with_policy(reasons=("land; sea", "other")),
    with_policy(reasons=("[odd]", " blank ")),
    with_policy(requests_since=dt.date(2027, 1, 1)),
]


@pytest.mark.parametrize("records", SETTINGS)
@pytest.mark.parametrize("name", ["folder", "book.xlsx", "file.db"])
def test_settings_come_back_as_they_were(records: Records, name: str, tmp_path: Path) -> None:
    copy(records, str(tmp_path / name), by="test", reason="test")
    back, findings = open_store(tmp_path / name).read()
    assert findings == ()
    assert back is not None
    assert (back.settings, back.policy) == (records.settings, records.policy)


def test_a_setting_twice_in_a_workbook_is_a_finding(tmp_path: Path) -> None:
    write_workbook(ridge(), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    book["programme"].append(["title", "Another"])
    book.save(tmp_path / "book.xlsx")
    _, findings = read(tmp_path / "book.xlsx")
    assert [f.message for f in findings] == ["the setting 'title' stands on line 2 already"]


@pytest.mark.parametrize("target", ["folder", "file.db"])
@pytest.mark.parametrize("source", ["folder", "book.xlsx", "file.db"])
def test_a_setting_set_back_to_its_default_is_a_change(source: str, target: str, tmp_path: Path) -> None:
    here = tmp_path / f"here-{target}"
    copy(
        with_policy(at_risk_days=10, requests_since=dt.date(2027, 1, 1)), str(here), by="test", reason="test"
    )
    there = tmp_path / f"there-{source}"
    if source == "book.xlsx":  # taken from here, then set back by hand
        current, _ = open_store(here).read()
        assert current is not None
        write_workbook(current, there)
        book = openpyxl.load_workbook(there)
        for row in book["policy"].iter_rows():
            if row[0].value in ("at_risk_days", "requests_since"):
                row[1].value = 180 if row[0].value == "at_risk_days" else None
        book.save(there)
    else:
        copy(ridge(), str(there), by="test", reason="test")
    current, _ = open_store(here).read()
    incoming, findings = open_store(there).read()
    assert current is not None
    assert incoming is not None
    seen = seen_digests(there) if source == "book.xlsx" else None
    # a folder that does not state a setting leaves it as it is, unless rows are to be removed too
    merged = merge(current, incoming, findings, seen, remove=source == "folder")
    assert [(d.what, d.table, d.id) for d in merged.differences] == [
        ("changed", "policy", "at_risk_days"),
        ("changed", "policy", "requests_since"),
    ]
    assert merged.differences[0].cells == (("value", "10", "180"),)
    back = Copy(incoming, findings, seen)
    done = bring(
        Register(here), at_the_terminal("test"), back, apply=True, remove=source == "folder", reason="back"
    )
    assert (done.applied, done.differences) == (True, merged.differences)
    after, _ = open_store(here).read()
    assert after is not None
    assert after.policy == ridge().policy
    assert verify(open_store(here).lines(), content_of(after)).holds


def test_a_folder_without_a_policy_sets_nothing_back(tmp_path: Path) -> None:
    here = with_policy(at_risk_days=10)
    write(ridge(), tmp_path / "there")
    (tmp_path / "there" / "policy.toml").unlink()
    incoming, _ = read(tmp_path / "there")
    assert incoming is not None
    assert merge(here, incoming).differences == ()


@pytest.mark.parametrize("name", [journal.CHAIN, journal.CHECKPOINTS])
def test_a_chain_without_its_last_end_of_line_goes_on(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    store = open_store(folder)
    for title in ("one", "two"):
        pem, _ = checkpoints.new_key()
        if title == "two":
            file = folder / name
            file.write_bytes(file.read_bytes().rstrip(b"\n"))
        records, _ = store.read()
        assert records is not None
        row = records.commitments[0]
        store.edit([Edit.change(row, row.model_copy(update={"title": title}))], by="x", reason="y")
        store.sign(
            lambda entry, data, before, pem=pem: checkpoints.checkpoint(entry, data, pem, previous=before)  # type: ignore[misc]
        )
    records, _ = store.read()
    assert records is not None
    answer = verify(store.lines(), content_of(records), store.checkpoints())
    assert answer.faults == ()
    assert (answer.entries, answer.checkpoints) == (3, 2)


def test_an_edit_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    before = sorted(p.name for p in folder.iterdir())
    row = ridge().commitments[0]
    assert open_store(folder).edit([Edit.change(row, row)], by="x", reason="y") is None
    assert sorted(p.name for p in folder.iterdir() if p.name != journal.LOCK) == before


@pytest.mark.parametrize("places", [(0,), (2,), (-1,), (0, 1), (1, 0), (2, 4, 3)])
def test_as_recorded_before_a_removal_the_order_is_what_it_was(
    places: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    for day, kind in (("01", "start"), ("02", "edit")):
        monkeypatch.setattr(changes, "now", lambda day=day: f"2026-02-{day}T12:00:00.000000+00:00")
        if kind == "start":
            open_store(folder).take_over(by="x", reason="y")  # type: ignore[attr-defined]
        else:
            edits = [Edit.remove(ridge().flows[n]) for n in places]
            open_store(folder).edit([*edits, Edit.add(new_note())], by="x", reason="y")
    back, _ = open_store(folder).read(dt.date(2026, 2, 1))
    assert back == ridge()
    assert back is not None
    assert back.fingerprint == ridge().fingerprint
    now, _ = open_store(folder).read()
    assert now is not None
    assert verify(open_store(folder).lines(), content_of(now)).holds


def new_note() -> Any:
    return ridge().evidence[0].model_copy(update={"id": "NEW1"})


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "sub" / "a.txt"
    write_whole(target, b"one")
    write_whole(target, b"two")  # an existing one is replaced
    assert target.read_bytes() == b"two"
    with pytest.raises(ZeroDivisionError), whole_file(target) as part:
        part.write_bytes(b"h" * (1 // 0))
    assert target.read_bytes() == b"two"
    shutil.rmtree(target.parent)
    target.parent.write_bytes(b"a file where a folder should be")
    with pytest.raises(WrongUse, match="Cannot write"):
        write_whole(target, b"three")
    assert [p.name for p in tmp_path.iterdir()] == ["sub"]
