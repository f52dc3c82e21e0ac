"""Files of other systems come in: once, with a difference before anything is written, and nothing is
guessed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import milepost
from milepost.acts.foreign import Choices, ForeignBrought, bring_file, look_at
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import create
from milepost.acts.rows import set_cells
from milepost.acts.writing import Register
from milepost.cli import run
from milepost.errors import BadData, WrongUse
from milepost.intake.foreign.cells import amount_in, date_in, owners_in
from milepost.intake.foreign.kinds import KINDS, read_foreign, suggest_map
from milepost.intake.names import by_code, known_names, plain
from milepost.records import Records
from milepost.store.stores import open_store

FILES = Path(__file__).parent / "files"
OURS = {
    "oc4ids": "projects.json",
    "iati": "activities.xml",
    "mspdi": "plan.xml",
    "untc": "treaty.csv",
    "gmns": "network",
    "geojson": "lines.geojson",
    "table": "action_plan.csv",
}
SAMPLES = [
    ("oc4ids", "oc4ids-example.json"),
    ("iati", "iati-worked-example.xml"),
    ("iati", "iati-worldbank.xml"),
    ("mspdi", "mspdi-baselines.xml"),
    ("untc", "untc-tir-1975.csv"),
    ("gmns", "gmns-cambridge"),
]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    create(tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    create(tmp_path / "ridge", "ridge")
    return tmp_path / "ridge"


def bring(where: Path, kind: str, file: Path, **choices: Any) -> ForeignBrought:
    reading = read_foreign(kind, str(file), "", str(map_of(where, file)) if kind == "table" else "")
    answers = Choices(**choices)
    return bring_file(Register(where), at_the_terminal("me"), reading, answers, apply=True, reason="test")


def map_of(where: Path, file: Path) -> Path:
    made = where.parent / f"{file.name}.toml"
    if not made.exists():
        made.write_text(suggest_map("table", str(file)), encoding="utf-8")
    return made


def records(where: Path) -> Records:
    return milepost.open(where).records


def counts(done: ForeignBrought) -> tuple[int, int, int, int]:
    return done.added, done.changed, done.removed, done.rejected


def nothing(done: ForeignBrought) -> bool:
    """Nothing differs, and nothing was written."""
    return counts(done) == (0, 0, 0, 0) and done.entry is None


def test_every_kind_has_a_file() -> None:
    assert set(OURS) == {*KINDS, "table"}


@pytest.mark.shared
@pytest.mark.parametrize("store", ["p", "p.db"])
@pytest.mark.parametrize(("kind", "name"), SAMPLES)
def test_every_sample_comes_in_once(kind: str, name: str, store: str, shared: Path, tmp_path: Path) -> None:
    create(tmp_path / "new")
    assert run(["export", str(tmp_path / "new"), str(tmp_path / store)]) == 0, "an empty register too"
    file, where = shared / "data/exchange" / name, tmp_path / store
    first = bring(where, kind, file)
    assert first.applied
    assert first.added > 0
    assert first.rejected == 0
    again = bring(where, kind, file)
    assert (again.applied, again.differences, again.entry) == (False, (), None)
    assert [f for f in milepost.open(where).for_register().check() if f.needed_for == "everything"] == []
    assert len(open_store(where).lines()) <= 2, "one entry for all, after that of the store"


@pytest.mark.parametrize("kind", OURS)
def test_every_kind_comes_in_once(kind: str, empty: Path) -> None:
    file = FILES / OURS[kind]
    before = look_at(read_foreign(kind, str(file), "", str(map_of(empty, file)) if kind == "table" else ""))
    assert not before.applied
    assert before.added > 2
    first = bring(empty, kind, file)
    assert (first.added, first.applied) == (before.added, True)
    assert nothing(bring(empty, kind, file))
    kept = records(empty).known_as
    without = sum(d.table in ("parties", "countries") for d in first.differences)
    assert len({k.id for k in kept}) == len(kept) == first.added - without


def test_a_treaty_list(empty: Path) -> None:
    done = bring(empty, "untc", FILES / "treaty.csv")
    acts = {(i.party, i.kind, str(i.date)) for i in records(empty).instruments}
    assert acts == {
        ("KEN", "signature", "2011-03-04"),
        ("KEN", "ratification", "2012-07-06"),
        ("TZA", "accession", "2013-02-01"),
        ("TZA", "signature", "2011-03-04"),
        ("TZA", "acceptance", "2013-09-09"),
        ("RWA", "signature", "2011-03-04"),
        ("ATLANTIS", "signature", "2011-03-04"),
    }
    assert [u.what for u in done.unread] == ["'sometime' of Atlantis"]
    kinds = {p.id: p.kind for p in records(empty).parties}
    assert (kinds["KEN"], kinds["ATLANTIS"]) == ("country", "organisation")
    bring(empty, "untc", FILES / "treaty.xml")
    treaty = next(a for a in records(empty).agreements if a.id == "XI-B-99")
    assert "railway" in treaty.title
    assert treaty.entry_into_force_rule == "one year after the fifth ratification"
    assert {(i.party, i.kind) for i in records(empty).instruments if i.agreement == treaty.id} == {
        ("UGA", "signature"),
        ("UGA", "ratification"),
        ("SSD", "accession"),
    }


def test_a_plan(empty: Path) -> None:
    done = bring(empty, "mspdi", FILES / "plan.xml", match={"Ridgeland": "new"})
    r = records(empty)
    assert [(c.id, c.title, c.owed_by) for c in r.commitments] == [
        ("T7", "Design", ("NOT-NAMED",)),
        ("T8", "Tunnel", ("RIDGELAND",)),
    ]
    assert [(m.title, m.commitment) for m in r.milestones] == [("Breakthrough", "T8")]
    assert {
        (d.commitment, bool(d.milestone), str(d.promised_for), str(d.announced_on or ""))
        for d in r.date_changes
    } == {
        ("T7", False, "2025-06-30", ""),
        ("T8", False, "2027-12-31", ""),
        ("T8", False, "2028-03-31", "2025-11-20"),
        ("T8", True, "2027-05-31", "2025-11-20"),
    }
    assert {(e.commitment, e.shows, str(e.happened_on or ""), e.percent) for e in r.evidence} == {
        ("T7", "started", "2025-02-03", None),
        ("T7", "delivered", "2025-07-11", None),
        ("T8", "started", "2025-09-01", None),
        ("T8", "progress", "", 20.0),
    }
    assert [(d.predecessor, d.successor, d.kind, d.lag_days) for d in r.dependencies] == [
        ("T7", "T8", "FS", 10.0)
    ]
    told = " ".join(u.what for u in done.unread)
    assert "Six days" in told
    assert "link from task 8 to task 9" in told
    assert all(e.standing == "unknown" and e.document == "secondary" for e in r.evidence), (
        "nobody has proved it"
    )


def test_a_plan_that_moves_brings_a_new_date_and_keeps_the_old(empty: Path, tmp_path: Path) -> None:
    bring(empty, "mspdi", FILES / "plan.xml", match={"Ridgeland": "new"})
    text = (FILES / "plan.xml").read_text(encoding="utf-8")
    later = tmp_path / "plan.xml"
    later.write_text(
        text.replace("2028-03-31", "2028-09-30").replace("2025-11-20", "2026-02-10"), encoding="utf-8"
    )
    done = bring(empty, "mspdi", later)
    assert [(d.what, d.table) for d in done.differences] == [("added", "date_changes")]
    held = [
        str(d.promised_for) for d in records(empty).date_changes if d.commitment == "T8" and not d.milestone
    ]
    assert held == ["2027-12-31", "2028-03-31", "2028-09-30"]


def test_projects(empty: Path) -> None:
    bring(empty, "oc4ids", FILES / "projects.json")
    r = records(empty)
    c = r.commitments[0]
    assert (c.id, c.title, c.cost_usd_m, c.status_reported) == (
        "summit",
        "Summit road",
        12.5,
        "implementation",
    )
    assert c.fields == ("transport", "transport.road")
    assert [m.title for m in r.milestones] == ["Land acquired", "Pavement"]
    assert [(str(d.promised_for), bool(d.milestone)) for d in r.date_changes] == [
        ("2025-06-30", True),
        ("2027-06-30", True),
        ("2027-10-31", False),
    ]
    assert {(e.shows, e.source, str(e.happened_on or "")) for e in r.evidence} == {
        ("context", "https://roads.example/s.pdf", ""),
        ("delivered", "oc4ids-abc123-summit", "2025-08-20"),
    }
    assert not [s for s in milepost.open(empty).for_register().status() if s.done], (
        "done is proved, not typed"
    )


def test_activities(empty: Path) -> None:
    done = bring(empty, "iati", FILES / "activities.xml")
    c = records(empty).commitments[0]
    assert (c.title, c.text, c.owed_by, c.beneficiaries) == (
        "Ridge railway",
        "60 km of line",
        ("KEN",),
        ("UGA",),
    )
    assert c.status_reported == "implementation"
    assert [str(d.promised_for) for d in records(empty).date_changes] == ["2028-06-30"]
    assert {u.what for u in done.unread} == {"<budget>", "'Bank of the Ridge' (1)"}


def test_an_action_plan(empty: Path) -> None:
    done = bring(empty, "table", FILES / "action_plan.csv")
    r = records(empty)
    assert [(c.id, c.owed_by, c.cost_usd_m) for c in r.commitments] == [
        ("R1", ("WESTVALE",), 12.5),
        ("R2", ("WESTVALE", "RIDGELAND"), 1.2),
        ("R3", ("MINISTRY-TRANSPORT",), None),
        ("R4", ("KEN", "UGA", "RWA"), None),
    ]
    assert [str(d.promised_for) for d in r.date_changes] == ["2027-12-31", "2026-09", "2027-06"]
    assert {u.what for u in done.unread} == {
        "column 'When / Start'",
        "cost 'TBD'",
        "promised_for 'continuous'",
    } or {u.what for u in done.unread} == {"column 'Start'", "cost 'TBD'", "promised_for 'continuous'"}


def test_a_workbook_with_merged_cells_and_another_calendar(empty: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["برنامه اقدام", None, None, None, None])
    sheet.merge_cells("A1:E1")
    sheet.append(["ردیف", "عنوان پروژه", "مسئول", "زمان بندی", None])
    sheet.append([None, None, None, "مهلت", "هزینه (میلیون دلار)"])
    for column in "ABC":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.append([1, "احداث راه آهن", "ایران", "1406/06/31", 1600])
    sheet.append([2, "پایانه مرزی", "ترکیه", "1405/12/29", None])
    sheet.append([3, "پایانه دوم", None, "خرداد 1405", None])
    sheet.merge_cells("C5:C6")
    file = tmp_path / "fa.xlsx"
    book.save(file)
    bring(empty, "table", file)
    assert [(c.title, c.owed_by, c.cost_usd_m) for c in records(empty).commitments] == [
        ("احداث راه آهن", ("IRN",), 1600.0),
        ("پایانه مرزی", ("TUR",), None),
        ("پایانه دوم", ("TUR",), None),
    ]
    days = [str(d.promised_for) for d in records(empty).date_changes]
    assert days == ["2027-09-22", "2027-03-20", "2026-06-21"]


def test_networks(empty: Path) -> None:
    done = bring(empty, "gmns", FILES / "network", country="KEN")
    r = records(empty)
    assert [(n.id, n.name, n.country) for n in r.nodes] == [
        ("1", "Alpha", "KEN"),
        ("2", "Beta", "KEN"),
        ("3", "Gamma", "KEN"),
    ]
    assert [(x.id, x.mode, x.direction, round(x.km, 3), round(x.speed_kmh or 0, 2)) for x in r.links] == [
        ("10", "road", "both", 11.265, 80.47),
        ("11", "road", "forward", 16.093, 48.28),
    ]
    assert any("'12'" in u.what and u.why == "carries no freight" for u in done.unread)
    bring(empty, "geojson", FILES / "lines.geojson")
    r = records(empty)
    lines = {x.id: (x.from_node, x.to_node, x.mode) for x in r.links if x.source == "lines"}
    assert lines == {"Line-1": ("Port-A", "Line-1-B", "rail"), "Road-1": ("Line-1-B", "Road-1-B", "road")}
    assert next(n for n in r.nodes if n.id == "Port-A").country == "AGO"
    assert (
        next(x for x in r.links if x.id == "Line-1").geometry
        == "LINESTRING (13.541 -12.361, 15.7 -12.7, 22.2 -10.7)"
    )


def test_a_name_that_is_near_is_asked_and_kept(ridge: Path, tmp_path: Path) -> None:
    text = (FILES / "projects.json").read_text(encoding="utf-8").replace("Ridgeland", "Ridge land")
    file = tmp_path / "p.json"
    file.write_text(text, encoding="utf-8")
    first = bring(ridge, "oc4ids", file)
    asked = next(m for m in first.names if m.name == "Ridge land")
    assert (asked.how, asked.id, asked.candidates) == ("near", "", ("XRL",))
    assert "--match 'Ridge land=XRL'" in asked.why
    assert next(c for c in records(ridge).commitments if c.id == "summit").owed_by == ("NOT-NAMED",)
    second = bring(ridge, "oc4ids", file, match={"Ridge land": "XRL"})
    assert [(d.what, d.id, d.cells) for d in second.differences] == [
        ("changed", "summit", (("owed_by", "NOT-NAMED", "XRL"),))
    ]
    assert ("names", "Ridge land", "XRL") in {(k.system, k.name, k.row) for k in records(ridge).known_as}
    assert nothing(bring(ridge, "oc4ids", file))
    with pytest.raises(WrongUse, match="no name in the file 'Atlantis'"):
        bring(ridge, "oc4ids", file, match={"Atlantis": "XRL"})
    with pytest.raises(WrongUse, match="no row of parties 'XXX'"):
        bring(ridge, "oc4ids", file, match={"Ridge land": "XXX"})


def test_a_row_of_the_network_is_found_by_its_name(ridge: Path) -> None:
    bring(ridge, "oc4ids", FILES / "projects.json")
    node = next(n.id for n in records(ridge).nodes if n.name == "Summit")
    found = next(c for c in records(ridge).commitments if c.id == "summit")
    assert found.network_ref == (f"N:{node}",)
    assert found.owed_by == ("XRL",)


def edited(file: Path, old: str, new: str, tmp_path: Path) -> Path:
    made = tmp_path / f"edited-{file.name}"
    text = file.read_text(encoding="utf-8")
    assert old in text
    made.write_text(text.replace(old, new), encoding="utf-8")
    return made


def change(where: Path, row: tuple[str, str], **cells: str) -> None:
    set_cells(Register(where), at_the_terminal("me"), row, cells, how="change", reason="x")


def test_who_has_changed_a_row_is_not_overwritten(empty: Path, tmp_path: Path) -> None:
    file = FILES / "projects.json"
    bring(empty, "oc4ids", file)
    change(empty, ("commitments", "summit"), title="Our title")
    assert nothing(bring(empty, "oc4ids", file)), "the file says nothing new"
    newer = edited(file, "Two lanes over", "Four lanes over", tmp_path)
    done = bring(empty, "oc4ids", newer)
    assert (counts(done), done.applied) == ((0, 0, 0, 1), False)
    assert "--theirs" in done.differences[0].why
    assert records(empty).commitments[0].text == "Two lanes over the summit"
    assert counts(bring(empty, "oc4ids", newer, theirs=True)) == (0, 1, 0, 0)
    assert records(empty).commitments[0].title == "Summit road"


def test_what_was_removed_here_stays_away_and_what_the_file_lost_goes_when_asked(
    empty: Path, tmp_path: Path
) -> None:
    file = FILES / "action_plan.csv"
    bring(empty, "table", file)
    date = next(d for d in records(empty).date_changes if d.commitment == "R3")
    for row in (("date_changes", date.id), ("commitments", "R3")):
        set_cells(Register(empty), at_the_terminal("me"), row, {}, how="remove", reason="x")
    done = bring(empty, "table", file)
    assert nothing(done)
    assert any("stays away" in u.why for u in done.unread)
    shorter = tmp_path / "a" / file.name
    shorter.parent.mkdir()
    lines = [x for x in file.read_text(encoding="utf-8").splitlines() if not x.startswith("4,")]
    shorter.write_text("\n".join(lines), encoding="utf-8")
    kept = bring(empty, "table", shorter)
    assert nothing(kept)
    assert any(u.what == "commitments R4" for u in kept.unread)
    assert counts(bring(empty, "table", shorter, remove=True)) == (0, 0, 1, 0)
    assert [c.id for c in records(empty).commitments] == ["R1", "R2"]
    assert nothing(bring(empty, "table", shorter, remove=True))


def test_commitments_go_under_an_agreement_that_is_there(ridge: Path) -> None:
    agreement = records(ridge).agreements[0].id
    done = bring(ridge, "table", FILES / "action_plan.csv", agreement=agreement, owner="XWV")
    assert {d.table for d in done.differences if d.what == "added"} == {
        "parties",
        "commitments",
        "date_changes",
    }
    assert {c.agreement for c in records(ridge).commitments if c.source == "action_plan"} == {agreement}
    with pytest.raises(WrongUse, match="no agreement 'NO'"):
        bring(ridge, "table", FILES / "action_plan.csv", agreement="NO")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><Project><Title>&a;</Title></Project>', "document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><Project/>', "document type"),
        ("<Project", "no XML"),
        ("", "empty"),
        ("<iati-activities/>", "root"),
        ("<Project xmlns='http://schemas.microsoft.com/project'/>", "no tasks"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=why):
        read_foreign("mspdi", str(file))


def test_faults_of_a_map_come_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(
        'header = [3, 2]\nlanguage = "xx"\n[columns]\nowner = "A"\n[fixed]\nnothing = "x"\n', encoding="utf-8"
    )
    with pytest.raises(BadData) as fault:
        read_foreign("table", str(FILES / "action_plan.csv"), "", str(file))
    assert len(fault.value.findings) == 5
    file.write_text(
        'header = [3, 3]\n[columns]\ntitle = "Action"\nowed_by = "Owner"\ntext = "What"\n', encoding="utf-8"
    )
    with pytest.raises(BadData) as fault:
        read_foreign("table", str(FILES / "action_plan.csv"), "", str(file))
    assert [f.column for f in fault.value.findings] == ["owed_by", "text"]
    assert "Responsible" in fault.value.findings[0].remedy


@pytest.mark.parametrize(
    ("cell", "options", "date"),
    [
        ("2027", {}, "2027"),
        ("2027-06", {}, "2027-06"),
        ("30/06/2027", {}, "2027-06-30"),
        ("06/30/2027", {}, "2027-06-30"),
        ("05/06/2027", {}, "2027-06-05"),
        ("05/06/2027", {"day_first": False}, "2027-05-06"),
        ("5.6.27", {}, "2027-06-05"),
        ("46568", {}, "2027-06-30"),
        ("06/2027", {}, "2027-06"),
        ("Dec-26", {}, "2026-12"),
        ("Q3 2026", {}, "2026-09"),
        ("end of 2026", {}, "2026"),
        ("30 juin 2027", {"language": "fr"}, "2027-06-30"),
        ("IV квартал 2026", {"language": "ru"}, "2026-12"),
        ("۱۴۰۶/۰۶/۳۱", {"language": "fa"}, "2027-09-22"),
        ("1406-06-31", {"language": "fa", "solar": True}, "2027-09-22"),
        ("31/02/2027", {}, ""),
        ("continuous", {}, ""),
    ],
)
def test_dates_as_people_type_them(cell: str, options: dict[str, Any], date: str) -> None:
    assert date_in(cell, **options) == date


@pytest.mark.parametrize(
    ("cell", "unit", "decimal", "musd"),
    [
        ("12,500,000", 1e-6, ".", 12.5),
        ("1 600,5", 1.0, ",", 1600.5),
        ("1.250,5", 1.0, ",", 1250.5),
        ("USD 3.4 bn", 1.0, ".", 3400.0),
        ("$12m", 1e-6, ".", 12.0),
        ("1.2.3", 1.0, ".", None),
        ("12,50", 1.0, ".", None),
        ("TBD", 1.0, ".", None),
    ],
)
def test_amounts_as_people_type_them(cell: str, unit: float, decimal: str, musd: float | None) -> None:
    assert amount_in(cell, unit, decimal) == (musd if musd is None else pytest.approx(musd))


def test_owners_as_people_type_them() -> None:
    assert owners_in("Kenya, Uganda and Rwanda", ";/\n") == ["Kenya", "Uganda", "Rwanda"]
    assert owners_in("Ministry of Lands, Surveys and Works; Kenya", ";/\n") == [
        "Ministry of Lands, Surveys and Works",
        "Kenya",
    ]
    assert owners_in("Bosnia and Herzegovina", ";/\n") == ["Bosnia and Herzegovina"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("FRANCE", "FRA"),
        ("Viet Nam", "VNM"),
        ("The former Yugoslav Republic of Macedonia", "MKD"),
        ("Union of Soviet Socialist Republics", "SUN"),
        ("Türkiye", "TUR"),
        ("Казахстан", "KAZ"),
        ("ایران", "IRN"),
        ("Congo, Dem. Rep.", "COD"),
        ("Niger", "NER"),
        ("Namibia", "NAM"),
        ("Timor-Leste", "TLS"),
    ],
)
def test_states_by_their_names(name: str, code: str) -> None:
    assert known_names()[plain(name)] == code


def test_states_by_their_codes() -> None:
    assert [by_code(c) for c in ("fr", "NAM", "NA", "EU", "XX", "")] == ["FRA", "NAM", "NAM", "", "", ""]


def test_the_command(empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def say(*words: str) -> tuple[int, str]:
        code = run(["import", *words])
        captured = capsys.readouterr()
        return code, " ".join((captured.out + captured.err).split())

    plan, made = str(FILES / "action_plan.csv"), str(tmp_path / "m.toml")
    assert say("--as", "table", plan, "--suggest", "--map", made) == (
        0,
        f"Wrote {made}; look at it, then import with it.",
    )
    assert say("--as", "table", plan, "--suggest", "--map", made)[0] == 2
    assert "[columns]" in say("--as", "table", plan, "--suggest")[1]
    code, text = say("--as", "table", plan, "--map", made)
    assert (code, "nothing applied" in text, "Apply with" in text) == (0, True, False)
    code, text = say("--as", "table", plan, str(empty), "--map", made)
    assert "Apply with --apply" in text
    assert "Not taken over: cost 'TBD' (row 7)" in text
    assert records(empty).commitments == ()
    assert (
        say("--as", "table", plan, str(empty), "--map", made, "--apply", "--by", "me", "--reason", "x")[0]
        == 0
    )
    code, text = say("--as", "table", plan, str(empty), "--map", made, "--json")
    answer = json.loads(
        run_json(capsys, ["import", "--as", "table", plan, str(empty), "--map", made, "--json"])
    )
    assert (answer["added"], answer["system"]) == (0, "table:action_plan")
    for words, why in (
        (("--as", "xml", plan), "no kind of file 'xml'"),
        (("--as", "table", plan), "needs a map"),
        (("--as", "oc4ids", plan, "--map", made), "--map goes with"),
        (("--as", "iati", plan, str(tmp_path / "none")), "no XML"),
        (("--as", "untc", str(FILES / "treaty.csv"), str(tmp_path / "none")), "no programme"),
        (("--as", "untc", str(FILES / "treaty.csv"), "--apply"), "Say where"),
        (
            ("--as", "untc", str(FILES / "treaty.csv"), str(empty), "--match", "Kenya"),
            "says nothing of a name",
        ),
        ((plan,), "Say where"),
        ((plan, str(empty), "--theirs"), "go with --as"),
        (("--as", "untc", plan, "--suggest"), "--suggest goes with"),
    ):
        code, text = say(*words)
        assert code in (1, 2), words
        assert why in text, (words, text)


def run_json(capsys: pytest.CaptureFixture[str], words: list[str]) -> str:
    assert run(words) == 0
    return capsys.readouterr().out


def test_a_model_that_works_is_not_stopped_by_an_import(ridge: Path, empty: Path, tmp_path: Path) -> None:
    """A link shorter than the earth allows stops values: it may come where nothing can be valued yet."""
    shutil.copytree(FILES / "network", tmp_path / "network")
    nodes = tmp_path / "network/node.csv"
    nodes.write_text(nodes.read_text(encoding="utf-8").replace("36.8", "30.8"), encoding="utf-8")
    before = records(ridge)
    with pytest.raises(BadData, match="links"):
        bring(ridge, "gmns", tmp_path / "network")
    assert records(ridge) == before
    assert bring(empty, "gmns", tmp_path / "network").applied
