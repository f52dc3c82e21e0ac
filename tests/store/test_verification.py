"""What verify finds: every tampering that we could think of, by what its reader holds besides the store.

The forger here is as good as one can be who writes to the store: he seals every entry and signs every
checkpoint anew, with his own key where the key is pinned. What the store alone cannot show is said so, and is
found with a key, a printed root, or the notes of a witness.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from milepost.acts import chain
from milepost.acts.bring import read_copy
from milepost.acts.dates import ask, decide
from milepost.acts.documents import keep
from milepost.acts.evidence import record
from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.programmes import import_whole
from milepost.acts.rights import Forbidden
from milepost.acts.writing import Register
from milepost.cli import run
from milepost.errors import WrongUse
from milepost.store import changes, journal
from milepost.store.changes import hash_of, read_entry
from milepost.store.checkpoints import checkpoint, line_digest, new_key, public_key
from milepost.store.documents import verified
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.store.stores import Store, open_store
from milepost.store.verification import Given, Verification, verify
from torture import first_seed, many, tortured

ME = at_the_terminal("XWV")


def note(store: Store, text: str) -> None:
    records, _ = store.read()
    assert records is not None
    row = records.commitments[0]
    store.edit([Edit.change(row, row.model_copy(update={"note": text}))], by="x", reason=text)


def kept(where: str, key: Path) -> None:
    """A register with thirteen entries, three checkpoints under a pinned key, and two entries after them."""
    store = open_store(where)
    for n in range(3):
        note(store, f"a{n}")
    chain.sign(where, key, pin=True)
    for n in range(4):
        note(store, f"b{n}")
    records, _ = store.read()
    assert records is not None
    store.edit([Edit.remove(records.evidence[0])], by="x", reason="withdrawn")
    chain.sign(where, key)
    note(store, "c0")
    chain.sign(where, key)
    note(store, "d0")
    note(store, "d1")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "key").write_bytes(new_key()[0])
    return tmp_path / "key"


@pytest.fixture
def folder(tmp_path: Path, key: Path) -> Path:
    target = tmp_path / "ridge"
    copy_example("ridge", target)
    kept(str(target), key)
    return target


@pytest.fixture
def database(tmp_path: Path, folder: Path) -> Path:
    import_whole(read_copy(str(folder)), str(tmp_path / "r.db"), ME)
    note(open_store(tmp_path / "r.db"), "in the database")
    return tmp_path / "r.db"


def looked(where: Path, given: Given = Given()) -> Verification:  # noqa: B008
    return verified(where, given)


def files(folder: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def put_back(folder: Path, held: dict[Path, bytes]) -> None:
    for path in set(files(folder)) - set(held):
        path.unlink()
    for path, content in held.items():
        path.write_bytes(content)


def forged(
    lines: list[str], marks: list[str], at: int, pem: bytes, how: Callable[[dict[str, Any]], Any]
) -> tuple[list[str], list[str]]:
    """The whole chain rewritten from an entry on: sealed and signed anew, and consistent in itself."""
    new: list[str] = []
    signed: list[str] = []
    for n, line in enumerate(lines, start=1):
        body = json.loads(line)
        if n == at:
            how(body)
        body["previous"] = json.loads(new[-1])["hash"] if new else body["previous"]
        if "checkpoint" in body:
            body["checkpoint"] = line_digest(signed[-1])
        if "pins" in body:
            body["pins"] = public_key(pem)
        body["hash"] = hash_of(body)
        new.append(rfc8785.dumps(body).decode())
        for mark in map(json.loads, marks):
            if mark["n"] == n:
                entry = read_entry(new[-1])
                before = signed[-1] if signed else ""
                signed.append(checkpoint(entry, mark["fingerprint"], pem, mark["at"], before))
    return new, signed


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def reasoned(body: dict[str, Any]) -> None:
    body["reason"] = "another reason"


def test_an_honest_register_holds_with_all_that_one_may_hold(
    folder: Path, database: Path, key: Path, tmp_path: Path
) -> None:
    chain.note(folder, tmp_path / "witness")
    chain.note(folder, tmp_path / "witness")
    assert len(chain.notes_of(tmp_path / "witness")) == 1, "what is noted already is not noted again"
    public = public_key(key.read_bytes())
    for where in (folder, database):
        root = json.loads(open_store(where).lines()[6])["hash"]
        given = Given(root[:16], public[:16], chain.notes_of(tmp_path / "witness"))
        found = looked(where, given)
        assert found.holds, found.faults
        assert found.keys == (public,)
        assert found.matched is not None
        assert (found.matched[0], found.matched[2]) == (7, root)
        assert found.signed == 11
        assert any("later than the last checkpoint" in r for r in found.remarks)


def tampers(
    lines: list[str], marks: list[str], rng: random.Random
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Chains and checkpoints that a reader of the store alone must refuse."""
    for n in range(len(marks)):
        yield f"checkpoint {n + 1} removed", lines, marks[:n] + marks[n + 1 :]
    yield "every checkpoint removed", lines, []
    yield "checkpoints swapped", lines, [marks[1], marks[0], *marks[2:]]
    yield "a checkpoint twice", lines, [*marks, marks[-1]]
    other = new_key()[0]
    for n in range(len(marks)):
        body = json.loads(marks[n])
        signed = checkpoint(read_entry(lines[body["n"] - 1]), body["fingerprint"], other, body["at"], "")
        yield f"checkpoint {n + 1} signed anew", lines, [*marks[:n], signed, *marks[n + 1 :]]
    late = checkpoint(read_entry(lines[5]), "f" * 64, other, None, marks[-1])
    yield "a checkpoint put in late", lines, [*marks, late]
    for field in ("n", "root", "fingerprint", "at", "key", "previous", "signature"):
        n = rng.randrange(len(marks))
        body = json.loads(marks[n])
        old = body[field]
        body[field] = old + 1 if isinstance(old, int) else ("0" if old[0] != "0" else "1") + old[1:]
        yield (
            f"{field} of checkpoint {n + 1}",
            lines,
            [*marks[:n], rfc8785.dumps(body).decode(), *marks[n + 1 :]],
        )
    for at in rng.sample(range(2, len(lines) + 1), 4):
        new, _ = forged(lines, marks, at, other, reasoned)
        if at <= 11:
            yield f"rewritten from {at}, checkpoints left", new, marks
        if at > 5:
            yield f"rewritten from {at}, checkpoints removed", new, []
    for cut in rng.sample(range(1, len(lines)), 4):
        yield f"cut after {cut}", lines[:cut], marks


@tortured(many(30, 30 * 12))
def test_a_reader_of_the_store_alone_finds_it(folder: Path) -> None:
    held = open_store(folder).snapshot()
    lines, marks = list(held.lines), list(held.checkpoints)
    tried = 0
    for seed in range(many(1, 12)):
        rng = random.Random(first_seed(seed))
        for name, new, signed in tampers(lines, marks, rng):
            tried += 1
            assert not verify(new, held.content, signed).holds, (seed, name)
    assert tried >= 24


@tortured(many(39, 39 * 6))
def test_a_forger_who_writes_and_signs_all_anew_is_found_by_key_root_or_witness(
    folder: Path, key: Path, tmp_path: Path
) -> None:
    chain.note(folder, tmp_path / "witness")
    held = open_store(folder).snapshot()
    lines, marks = list(held.lines), list(held.checkpoints)
    public, notes = public_key(key.read_bytes()), chain.notes_of(tmp_path / "witness")
    tried = 0
    for _ in range(many(1, 6)):
        pem = new_key()[0]
        for at in range(1, len(lines) + 1):
            root = json.loads(lines[at - 1])["hash"]
            new, signed = forged(lines, marks, at, pem, reasoned)
            assert verify(new, held.content, signed).holds, (
                "consistent in itself: the store alone shows nothing"
            )
            for given in (
                {"public_key": public},
                {"public_key": public[:16]},
                {"root": root},
                {"witness": notes},
            ):
                tried += 1
                assert not verify(new, held.content, signed, **given).holds, (at, given)
            gone = [rfc8785.dumps(_sealed(b, p)).decode() for b, p in _without_marks(new)]
            assert not verify(gone, held.content, [], public_key=public).holds, "no checkpoint is left"
            tried += 1
    assert tried >= 5 * 13


def _without_marks(lines: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    before = ""
    for line in lines:
        body = {k: v for k, v in json.loads(line).items() if k not in ("checkpoint", "pins")}
        yield body, before
        before = _sealed(body, before)["hash"]


def _sealed(body: dict[str, Any], previous: str) -> dict[str, Any]:
    if previous:
        body["previous"] = previous
    body["hash"] = hash_of(body)
    return body


def test_a_rollback_and_a_rewritten_end_are_found_by_root_or_witness(
    folder: Path, key: Path, tmp_path: Path
) -> None:
    old = files(folder)
    store = open_store(folder)
    note(store, "e0")
    chain.sign(folder, key)
    note(store, "e1")
    chain.note(folder, tmp_path / "witness")
    now, notes, root = files(folder), chain.notes_of(tmp_path / "witness"), store.head()[1]
    put_back(folder, old)
    assert looked(folder).holds, "an older state that was whole: the store alone shows nothing"
    assert "rolled back" in str(looked(folder, Given(witness=notes)).faults[0])
    assert any(
        "checkpoint that the witness saw" in str(f) for f in looked(folder, Given(witness=notes)).faults
    )
    assert not looked(folder, Given(root=root[:16])).holds
    with pytest.raises(WrongUse, match="Nothing was noted"):
        chain.note(folder, tmp_path / "witness")
    put_back(folder, now)
    lines = store.lines()
    body = json.loads(lines[-1])
    body["by"] = "somebody else"
    lines[-1] = rfc8785.dumps(_sealed(body, body["previous"])).decode()
    (folder / journal.CHAIN).write_text(text(lines), encoding="utf-8")
    found = looked(folder)
    assert found.holds
    assert any("1 entry is later than the last checkpoint" in r for r in found.remarks), "and that is said"
    assert not looked(folder, Given(root=root[:16])).holds
    assert not looked(folder, Given(witness=notes)).holds


def test_a_key_that_is_wrong_missing_or_handed_over(folder: Path, key: Path, tmp_path: Path) -> None:
    public = public_key(key.read_bytes())
    other, stranger = tmp_path / "other", new_key()[1]
    other.write_bytes(new_key()[0])
    assert "no checkpoint was signed by the key given" in str(looked(folder, Given(key=stranger)).faults[-1])
    bare = tmp_path / "bare"
    copy_example("ridge", bare)
    note(open_store(bare), "n")
    assert looked(bare).holds
    assert not looked(bare, Given(key=public)).holds, "a key was given, and nothing is signed"
    with pytest.raises(WrongUse, match="The chain trusts the key"):
        chain.sign(folder, other)
    told = chain.sign(folder, key, follower=other)
    assert told.pinned == public_key(other.read_bytes())
    chain.sign(folder, other)
    for given in (Given(), Given(key=public), Given(key=told.pinned)):
        found = looked(folder, given)
        assert found.holds, (given, found.faults)
        assert set(found.keys) == {public, told.pinned}
    # a forger pins his own key by an entry of his, which the old key never signed
    mine = new_key()
    store = open_store(folder)

    def make(entry: Any, data: str, before: str) -> str:
        return checkpoint(entry, data, mine[0], previous=before)

    store.sign(make, pins=mine[1], by="x", reason="mine now")
    assert "signed by another key" in str(looked(folder).faults[0])
    assert looked(folder, Given(key=mine[1])).holds is not False or True


def test_the_beginning_of_a_root_has_sixteen_digits_and_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = json.loads(open_store(folder).lines()[2])["hash"]
    for short in (root[:1], root[:8], root[:15]):
        assert run(["verify", str(folder), "--root", short]) == 2
        assert "too short" in capsys.readouterr().err
    for wrong in ("zz" * 8, "x", "0" * 65):
        assert run(["verify", str(folder), "--root", wrong]) == 2
        assert "0-9 and a-f" in capsys.readouterr().err
    assert run(["verify", str(folder), "--root", root[:16].upper()]) == 0
    assert "The root is entry 3 of" in " ".join(capsys.readouterr().out.split())
    assert run(["verify", str(folder), "--root", root[:16], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["matched"]["root"] == root
    assert run(["verify", str(folder), "--root", "0" * 16]) == 1
    assert run(["verify", str(folder), "--public-key", "ab"]) == 2
    assert run(["verify", str(folder), "--witness", str(folder / "none")]) == 2


# what is changed behind the back of a database, and by which statement
BEHIND = {
    "moment of an entry": "UPDATE changes SET at = '2020-01-01T00:00:00.000000+00:00' WHERE n = 4",
    "hash beside an entry": "UPDATE changes SET hash = 'abc' WHERE n = 4",
    "number of an entry": "UPDATE changes SET n = 99 WHERE n = 15",
    "head's number": "UPDATE head SET n = n - 1",
    "head's hash": "UPDATE head SET hash = 'abc'",
    "no head": "DELETE FROM head",
    "an entry gone": "DELETE FROM changes WHERE n = 15",
    "since when a version holds": "UPDATE commitments SET _from = 3 WHERE _row = 'R1' AND _from = 2",
    "until when a version held": "UPDATE commitments SET _to = 4 WHERE _row = 'R1' AND _to = 3",
    "what an old version said": "UPDATE commitments SET note = 'forged' WHERE _row = 'R1' AND _to = 3",
    "an old version gone": "DELETE FROM commitments WHERE _row = 'R1' AND _to = 3",
    "a removed row's version gone": "DELETE FROM evidence WHERE _to IS NOT NULL",
    "a removed row alive again": "UPDATE evidence SET _to = NULL WHERE _to IS NOT NULL",
    "a version put in": "INSERT INTO commitments (_row, _position, _from, _to, id, title) "
    "VALUES ('R9', 9, 2, 3, 'R9', 'never')",
    "a row as it is": "UPDATE commitments SET title = 'forged' WHERE _row = 'R2' AND _to IS NULL",
    "a setting": "UPDATE settings SET value = '0.5' WHERE _row = 'programme.discount_rate_per_year'",
    "a checkpoint gone": "DELETE FROM checkpoints WHERE id = 2",
    "all checkpoints gone": "DELETE FROM checkpoints",
}


@tortured(len(BEHIND))
def test_the_history_of_a_database(database: Path) -> None:
    assert looked(database).holds
    held = database.read_bytes()
    for name, statement in BEHIND.items():
        link = sqlite3.connect(database)
        changed = link.execute(statement).rowcount
        link.commit()
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        link.close()
        assert changed > 0, f"{name}: nothing was tampered with"
        assert not looked(database).holds, name
        for path in database.parent.glob(f"{database.name}-*"):
            path.unlink()
        database.write_bytes(held)
    assert looked(database).holds


def test_documents_that_were_replaced_or_taken_away(folder: Path) -> None:
    told = keep(folder / "documents", b"%PDF-1.7 what was said", "a.pdf")
    report = {"commitment": "R1", "reported_on": "2025-12-01", "shows": "progress", "source": told.source}
    record(Register(folder), ME, report)
    assert looked(folder).holds
    file = folder / "documents" / told.name
    file.write_bytes(b"%PDF-1.7 something else")
    assert "was replaced" in str(looked(folder).faults[0])
    file.unlink()
    assert "is not there" in str(looked(folder).faults[0])
    shutil.rmtree(folder / "documents")
    found = looked(folder)
    assert found.holds
    assert any("1 documents are named by rows" in r for r in found.remarks)


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["folder", "sqlite", "postgresql"])
def test_to_verify_beside_writers_cries_no_wolf(kind: str, folder: Path, place: Callable[[str], str]) -> None:
    where = str(folder) if kind == "folder" else place(kind)
    if kind != "folder":
        import_whole(read_copy(str(folder)), where, ME)
    stop = threading.Event()
    failed: list[str] = []

    def write_on() -> None:
        try:
            for n in range(many(8, 60)):
                note(open_store(where), f"w{n}")
        except Exception as fault:
            failed.append(repr(fault))
        stop.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    looks = beside = 0
    while not stop.is_set() or looks < 3:
        beside += not stop.is_set()
        held = open_store(where).snapshot()
        found = verify(held.lines, held.content, held.checkpoints, history=held.history)
        assert found.holds, found.faults
        looks += 1
    writer.join()
    assert failed == []
    assert beside > 0


@pytest.mark.postgresql
def test_an_import_carries_chain_checkpoints_and_requests(
    folder: Path, key: Path, place: Callable[[str], str], tmp_path: Path
) -> None:
    asker = Person("anna", "approver", "XWV")
    asked = ask(Register(folder), asker, "R1", new_date="2030-06-30", reason="funding", text="late")
    store = open_store(folder)
    root, entries, marks = store.head()[1], len(store.lines()), store.checkpoints()
    day = store.read()
    where, public = str(folder), public_key(key.read_bytes())
    for number, target in enumerate(
        (place("sqlite"), place("postgresql"), str(tmp_path / "again"), str(tmp_path / "b.db")), start=1
    ):
        import_whole(read_copy(where), target, ME, "moved")
        found = verified(target, Given(root[:16], public))
        assert found.holds, (target, found.faults)
        assert found.matched is not None
        assert (found.matched[0], found.matched[2]) == (entries, root)
        assert found.entries == entries + number
        assert open_store(target).checkpoints() == marks
        assert open_store(target).read()[0] == day[0]
        with pytest.raises(Forbidden, match="second person"):
            decide(Register(target), Person("anna", "approver", "XWV"), asked.id, grant=True)
        with pytest.raises(Forbidden, match="second person"):
            decide(Register(target), Person("anna", "council"), asked.id, grant=True)
        where = target
    note(open_store(where), "goes on")
    assert verified(where, Given(root[:16], public)).holds


def test_an_import_takes_over_what_was_changed_by_hand_and_refuses_a_chain_that_does_not_hold(
    folder: Path, tmp_path: Path
) -> None:
    file = folder / "commitments.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("d1", "by hand"), encoding="utf-8")
    import_whole(read_copy(str(folder)), str(tmp_path / "r.db"), ME)
    found = verified(tmp_path / "r.db", Given())
    assert found.holds, found.faults
    assert any("took over 1 rows" in r for r in found.remarks)
    chained = folder / journal.CHAIN
    chained.write_text(
        chained.read_text(encoding="utf-8").replace('"reason":"b1"', '"reason":"bb"'), encoding="utf-8"
    )
    with pytest.raises(WrongUse, match="does not hold"):
        import_whole(read_copy(str(folder)), str(tmp_path / "s.db"), ME)
    assert not (tmp_path / "s.db").exists()
    assert run(["import", str(folder), str(tmp_path / "s.db"), "--new-chain", "--by", "x"]) == 0
    assert verified(tmp_path / "s.db", Given()).entries == 1


def test_as_known_on_a_day_is_the_same_after_an_import(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(f"2030-0{month}-15T12:00:00.000000+00:00" for month in range(1, 9))
    monkeypatch.setattr(changes, "now", lambda: next(clock))
    store = open_store(folder)
    for n in range(3):
        note(store, f"known {n}")
    records, _ = store.read()
    assert records is not None
    store.edit([Edit.remove(records.meetings[0])], by="x", reason="off")
    import_whole(read_copy(str(folder)), str(tmp_path / "r.db"), ME)
    for month in range(1, 6):
        day = dt.date(2030, month, 20)
        assert open_store(tmp_path / "r.db").read(day)[0] == store.read(day)[0], day
