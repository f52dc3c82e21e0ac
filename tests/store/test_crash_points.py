"""Every act on a folder, cut off at its file operations; a folder that cannot be written; a holder that was
killed or hangs; and a change that was refused is never applied later."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.acts.documents import keep
from milepost.cli import run
from milepost.errors import Unavailable, WrongUse
from milepost.files import whole_file, write_folder, write_whole
from milepost.store import journal
from milepost.store.content import content_of
from milepost.store.edits import Edit
from milepost.store.folder import copy_example, read
from milepost.store.stores import open_store
from milepost.store.verification import verify
from milepost.web.people import People
from torture import TIMES, many, tortured

ACTS = (
    "edit",
    "record evidence",
    "record again",
    "request",
    "decide",
    "bring",
    "take over",
    "sign",
    "import",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_example("ridge", tmp_path / "ridge")
    note(tmp_path / "ridge", "first")
    return tmp_path / "ridge"


def note(folder: Path, text: str) -> None:
    """One edit of the note of R1."""
    records, _ = open_store(folder).read()
    assert records is not None
    row = records.commitments[0]
    open_store(folder).edit([Edit.change(row, row.model_copy(update={"note": text}))], by="x", reason="y")


def noted(folder: Path) -> str:
    records, findings = open_store(folder).read()
    assert records is not None
    assert findings == ()
    return records.commitments[0].note


@tortured(9 * 4 * 2 - 2)
def test_an_act_cut_off_anywhere_is_done_or_not_done(
    record_property: Callable[[str, object], None],
) -> None:
    most = 1_000 if TIMES >= 1 else many(2, 60)
    program = Path(__file__).with_name("crash_points.py")
    done = subprocess.run(
        [sys.executable, str(program), str(most)], stdout=subprocess.PIPE, text=True, check=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(f["act"], f["kind"], f["how"]) for f in found] == [
        (act, kind, how)
        for act in ACTS
        for kind, how in (
            ("folder", "killed"),
            ("folder", "refused once"),
            ("folder", "full disk"),
            ("sqlite", "killed"),
        )
        if (act, kind) != ("take over", "sqlite")
    ]
    assert [(f["act"], f["how"], f["wrong"]) for f in found if f["wrong"]] == []
    assert all(f["points"] >= min(most, 12) for f in found)
    assert all(f["killed"] == f["points"] for f in found if f["how"] == "killed")
    assert sum(f["refused"] for f in found) > 5
    record_property("cases", sum(f["points"] for f in found))


def cut_off(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit whose writer ends as soon as its journal stands."""

    def ends(_folder: Path, _change: object, **_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_finish", ends)
        with pytest.raises(KeyboardInterrupt):
            note(folder, text)
    assert (folder / journal.JOURNAL).is_file()


@pytest.mark.parametrize("why", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_to_read_never_writes_and_a_standing_journal_is_read(
    why: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(folder, "second", monkeypatch)
    held = (folder / "commitments.csv").read_bytes()
    program = Path(__file__).with_name("refusing_disk.py")
    done = subprocess.run(
        [sys.executable, str(program), str(folder), str(why)], stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert (found["note"], found["findings"]) == ("second", [])
    assert found["codes"] == {"verify": 0, "status": 0, "log": 0, "check": 0}
    assert found["tried to read"] == []
    assert "a writer was cut off" in " ".join(found["out"].split())
    assert re.search(r"Cannot write|Nothing was written", found["refusal"])
    assert found["tried to write"]
    assert (folder / "commitments.csv").read_bytes() == held
    assert noted(folder) == "second"
    note(folder, "third")
    assert noted(folder) == "third"
    assert not (folder / journal.JOURNAL).exists()
    assert open_store(folder).notes() == ()
    store = open_store(folder)
    assert [e["changes"][0]["after"]["note"] for e in map(json.loads, store.lines()[1:])] == [
        "first",
        "second",
        "third",
    ]
    assert verify(store.lines(), store.content()).holds


def test_a_file_changed_by_hand_under_a_standing_journal_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(folder, "second", monkeypatch)
    file = folder / "commitments.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("first", "by hand"), encoding="utf-8")
    records, findings = read(folder)
    assert [f.message for f in findings] == [
        "'commitments.csv' was changed by hand while a change of milepost's stood in the journal"
    ]
    assert records is not None
    assert records.commitments[0].note == "second"
    with pytest.raises(Exception, match="as somebody changed it by hand"):
        open_store(folder).take_over(by="x", reason="y")  # type: ignore[attr-defined]
    (kept,) = folder.glob("commitments.by-hand-*.csv")
    assert "by hand" in kept.read_text(encoding="utf-8")
    kept.unlink()
    assert noted(folder) == "second"


def report(folder: Path, text: str) -> None:
    """One more report on R1, by a process that wrote reports before."""
    row = open_store(folder).read()[0].evidence[0]  # type: ignore[union-attr]
    new = row.model_copy(update={"id": text, "report": f"report {text}", "disputes": ""})
    open_store(folder).edit([Edit.add(new)], by="x", reason="y")


@pytest.fixture
def added(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to which a report was added, and whose writer ended before it stood in the table."""
    report(folder, "E1")

    def ends(_folder: Path, _change: object, **_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_finish", ends)
        with pytest.raises(KeyboardInterrupt):
            report(folder, "E2")
    change = journal.standing(folder)
    assert change is not None
    assert list(change.added) == ["evidence.csv"]
    assert change.files == {}
    assert len(change.added["evidence.csv"].text) < 500, "the line alone, and not the table"
    return folder


def reports(folder: Path) -> list[str]:
    records, findings = open_store(folder).read()
    assert records is not None
    assert findings == ()
    return [e.id for e in records.evidence]


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 1.0])
def test_a_line_that_was_added_in_part_is_read_whole_and_added_once(added: Path, part: float) -> None:
    file = added / "evidence.csv"
    line = journal.standing(added).added["evidence.csv"].data  # type: ignore[union-attr]
    with file.open("ab") as begun:
        begun.write(line[: round(part * len(line))])
    held = file.read_bytes()
    assert reports(added)[-2:] == ["E1", "E2"]
    assert file.read_bytes() == held, "to read never writes"
    report(added, "E3")
    assert reports(added)[-3:] == ["E1", "E2", "E3"]
    assert file.read_bytes().count(line) == 1
    assert not any('"outside"' in entry for entry in open_store(added).lines())


@pytest.mark.parametrize("there", [False, True])
def test_what_was_changed_by_hand_where_a_line_is_to_be_added_stays(added: Path, there: bool) -> None:
    file = added / "evidence.csv"
    line = journal.standing(added).added["evidence.csv"].text if there else ""  # type: ignore[union-attr]
    text = file.read_text(encoding="utf-8")
    changed = (text + line).replace("report E1", "by hand")
    file.write_text(changed if there else changed.rstrip("\n"), encoding="utf-8")
    for _ in "ab":
        records, findings = open_store(added).read()
        assert findings == ()
        assert [e.report for e in records.evidence][-2:] == ["by hand", "report E2"]  # type: ignore[union-attr]
        note(added, "next")  # who writes next puts it into the file, and takes over what was changed
    assert sum('"outside"' in entry for entry in open_store(added).lines()) == 1
    assert run(["verify", str(added)]) == 0


@pytest.mark.parametrize("how", ["gone", "other columns"])
def test_a_table_to_which_no_line_can_be_added_is_told_and_loses_nothing(
    added: Path, how: str, tmp_path: Path
) -> None:
    file, kept = added / "evidence.csv", tmp_path / "kept.csv"
    shutil.copy(file, kept)
    if how == "gone":
        file.unlink()
    else:
        file.write_text(file.read_text(encoding="utf-8").replace(",", ";", 3), encoding="utf-8")
    held = {p.name: p.read_bytes() for p in added.iterdir() if p.is_file() and p.name != journal.LOCK}
    for act in (lambda: open_store(added).read(), lambda: note(added, "next")):
        with pytest.raises(Unavailable, match="Put it back as it was before"):
            act()
    assert held == {p.name: p.read_bytes() for p in added.iterdir() if p.is_file() and p.name != journal.LOCK}
    shutil.copy(kept, file)
    report(added, "E3")
    assert reports(added)[-3:] == ["E1", "E2", "E3"]
    assert run(["verify", str(added)]) == 0


HOLDER = """
import sys, time
from pathlib import Path
from milepost.store.journal import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(120)
"""


def test_who_holds_the_lock_hinders_no_reader_and_once_killed_nobody(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        begun = time.monotonic()
        assert noted(folder) == "first"
        assert open_store(folder).head()[0] == 2
        monkeypatch.setattr(journal, "WAIT_SECONDS", 0.3)
        with pytest.raises(WrongUse, match="Another process has been writing"):
            note(folder, "second")
        assert time.monotonic() - begun < 20
        os.kill(holder.pid, signal.SIGKILL)
    monkeypatch.setattr(journal, "WAIT_SECONDS", 30.0)
    note(folder, "second")
    assert noted(folder) == "second"


def test_readers_beside_writers_see_one_moment(folder: Path) -> None:
    """Two tables are always changed together: a reader that saw one without the other would tell."""
    stop = threading.Event()
    wrong: list[str] = []
    looks = [0]

    def write_on() -> None:
        store = open_store(folder)
        for n in range(many(15, 60)):
            records, _ = store.read()
            assert records is not None
            one, two = records.commitments[0], records.countries[0]
            edits = [
                Edit.change(one, one.model_copy(update={"note": f"n{n}"})),
                Edit.change(two, two.model_copy(update={"source": f"n{n}"})),
            ]
            store.edit(edits, by="x", reason="both")
        stop.set()

    def read_on() -> None:
        store = open_store(folder)
        while not stop.is_set():
            held = store.snapshot()
            looks[0] += 1
            one = next(iter(held.content["commitments"].values()))["note"]
            two = next(iter(held.content["countries"].values()))["source"]
            faults = verify(held.lines, held.content, held.checkpoints).faults
            if (one != two and one != "first") or faults:
                wrong.append(f"{one} {two} {faults}")

    threads = [threading.Thread(target=read_on) for _ in range(2)] + [threading.Thread(target=write_on)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert looks[0] > 10


def test_a_journal_that_names_other_files_writes_none(folder: Path) -> None:
    for name in ("../outside.csv", "/tmp/outside.csv", "changes.jsonl", ".hidden.csv", "a/b.csv"):
        body = {"files": {name: "x"}, "lines": [], "chain_size": 0}
        (folder / journal.JOURNAL).write_text(json.dumps(body), encoding="utf-8")
        with pytest.raises(WrongUse, match="damaged"):
            note(folder, "second")
        with pytest.raises(WrongUse, match="damaged"):
            noted(folder)
    assert not (folder.parent / "outside.csv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files")
def test_rights_are_kept_the_umask_holds_and_accounts_are_their_owners(folder: Path, tmp_path: Path) -> None:
    (folder / "commitments.csv").chmod(0o640)
    (folder / journal.CHAIN).chmod(0o600)
    note(folder, "second")
    mode = {p.name: p.stat().st_mode & 0o777 for p in folder.iterdir()}
    assert (mode["commitments.csv"], mode[journal.CHAIN]) == (0o640, 0o600)
    old = os.umask(0o027)
    try:
        write_whole(tmp_path / "new.txt", b"x")
        write_folder(tmp_path / "made", {"a.csv": "x"})
        with whole_file(tmp_path / "open.txt") as part:
            part.write_bytes(b"x")
        people = People(tmp_path / "people.db")
        people.close()
    finally:
        os.umask(old)
    mode = {p.name: p.stat().st_mode & 0o777 for p in [*tmp_path.iterdir(), tmp_path / "made" / "a.csv"]}
    assert (mode["new.txt"], mode["open.txt"], mode["made"], mode["a.csv"]) == (0o640, 0o640, 0o750, 0o640)
    assert mode["people.db"] == 0o600
    (tmp_path / "people.db").chmod(0o644)
    People(tmp_path / "people.db").close()
    assert (tmp_path / "people.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "link.txt").symlink_to(tmp_path / "new.txt")
    write_whole(tmp_path / "link.txt", b"through the link")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "new.txt").read_bytes() == b"through the link"


def test_what_killed_writers_left_is_cleared_away(folder: Path, tmp_path: Path) -> None:
    (folder / journal.PARTS).mkdir(exist_ok=True)
    (folder / journal.PARTS / ".commitments-0123456789ab.csv").write_text("half", encoding="utf-8")
    for name in (".commitments-ab12cd_4.csv", "..milepost-journal-ab12cd_4"):
        (folder / name).write_text("of an older release", encoding="utf-8")
    note(folder, "second")
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == [journal.LOCK]
    old, young = tmp_path / ".made-0123456789ab", tmp_path / ".made-abcdefabcdef"
    for left in (old, young):
        left.mkdir()
    os.utime(old, (0, 0))
    write_folder(tmp_path / "made", {"a.csv": "x"})
    assert not old.exists()
    assert young.exists(), "its writer may be at work"


def test_a_kept_document_that_was_replaced_is_put_right(tmp_path: Path) -> None:
    kept = keep(tmp_path, b"%PDF-1.7 what was said", "a.pdf")
    (tmp_path / kept.name).write_bytes(b"%PDF-1.7 something else")
    keep(tmp_path, b"%PDF-1.7 what was said", "a.pdf")
    assert (tmp_path / kept.name).read_bytes() == b"%PDF-1.7 what was said"
    assert [p.name for p in tmp_path.iterdir()] == [kept.name]


def test_content_of_a_snapshot_is_that_of_the_records(folder: Path) -> None:
    records, _ = read(folder)
    assert records is not None
    assert open_store(folder).snapshot().content == content_of(records)
