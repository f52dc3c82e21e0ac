"""Files of other systems come in: once, with a difference before anything is written, and nothing is
guessed."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
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
    assert set(OURS) == {*KINDS, "table"} - {"long", "omx"}, "demand needs countries: test_demand.py"


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


def activity(file: Path, title: str, description: str, more: str = "", lang: str = "") -> Path:
    file.write_text(
        f"""<iati-activities version="2.03" {lang}><iati-activity><iati-identifier>X-1</iati-identifier>
        <reporting-org ref="X" type="40"><narrative>A bank</narrative></reporting-org>
        <title>{title}</title><description type="1">{description}</description>
        <participating-org role="2" type="10"><narrative>Kenya</narrative></participating-org>{more}
        </iati-activity></iati-activities>""",
        encoding="utf-8",
    )
    return file


def said_in(text: str, code: str = "") -> str:
    return f'<narrative xml:lang="{code}">{text}</narrative>' if code else f"<narrative>{text}</narrative>"


def test_an_activity_in_several_languages_is_taken_over_in_each(empty: Path, tmp_path: Path) -> None:
    title = said_in("Ligne", "fr") + said_in("Line") + said_in("Línea", "es") + said_in("Линия", "RU")
    text = said_in("Sixty km") + said_in("Soixante km", "fr-CA") + said_in("Encore", "fr")
    link = f"<title>{said_in('Doc')}{said_in('سند', 'fa')}</title>"
    link = f'<document-link url="https://x.example/a">{link}</document-link>'
    file = activity(tmp_path / "a.xml", title, text, link)
    done = bring(empty, "iati", file)
    r = records(empty)
    assert (r.commitments[0].title, r.commitments[0].text) == ("Line", "Sixty km")
    assert {(t.of_table, t.column, t.language, t.text) for t in r.texts} == {
        ("commitments", "title", "fr", "Ligne"),
        ("commitments", "title", "ru", "Линия"),
        ("commitments", "text", "fr", "Soixante km"),
        ("evidence", "report", "fa", "سند"),
    }
    assert {(u.what, u.why) for u in done.unread} >= {
        ("<title> in 'es'", "is in a language that milepost does not speak"),
        ("<description> in 'fr'", "stands there twice: the first is taken"),
    }
    assert nothing(bring(empty, "iati", file))
    newer = edited(file, "Soixante km", "Soixante-deux km", tmp_path)
    assert counts(bring(empty, "iati", newer)) == (0, 1, 0, 0)
    assert milepost.open(empty).in_language("fr").records.commitments[0].text == "Soixante-deux km"


def test_a_register_takes_the_words_of_its_own_language(empty: Path, tmp_path: Path) -> None:
    settings = empty / "programme.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('language = "en"', 'language = "ru"'), encoding="utf-8")
    both = said_in("Line") + said_in("Линия", "ru")
    bring(empty, "iati", activity(tmp_path / "a.xml", both, said_in("Km"), lang='xml:lang="en"'))
    r = records(empty)
    assert (r.commitments[0].title, r.commitments[0].text) == ("Линия", "Km"), "what it lacks stays as it is"
    assert [(t.column, t.language, t.text) for t in r.texts] == [("title", "en", "Line")]
    with_test = {"acceptance_test": "Поезда идут", "text": "Путь"}
    change(empty, ("commitments", r.commitments[0].id), **with_test)
    out = tmp_path / "out.xml"
    assert run(["export", str(empty), str(out), "--as", "iati"]) == 0
    assert "Критерий приёмки: Поезда идут." in out.read_text(encoding="utf-8")
    assert nothing(bring(empty, "iati", out))
    create(tmp_path / "english")
    bring(tmp_path / "english", "iati", out)
    back = records(tmp_path / "english")
    c = back.commitments[0]
    assert (c.title, c.text, c.acceptance_test) == ("Line", "Путь", "Поезда идут")
    assert [(t.column, t.language, t.text) for t in back.texts] == [("title", "ru", "Линия")]


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


def merged_plan(file: Path) -> Path:
    """A plan as a ministry keeps it: title and heads in merged cells, days of the Solar Hijri calendar, a
    heading across, owners merged over two rows, a total."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[Any]] = [
        ["برنامه اقدام"],
        ["ردیف", "اقدام", "مسئول", "زمان", None, "هزینه (میلیون دلار)"],
        [None, None, None, "شروع", "پایان"],
        ["بخش یکم: راه‌آهن"],
        [1, "ساخت خط", "ایران", "1403/01/15", "۱۴۰۶/۱۲/۲۹", "۱۶۰۰"],
        [2, "تجهیز ترمینال", None, None, "مهر ۱۴۰۵", 12.5],
        [None, "جمع", None, None, None, 1612.5],
    ]
    for row in rows:
        sheet.append(row)
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "A4:F4", "C5:C6"):
        sheet.merge_cells(area)
    book.save(file)
    return file


def test_a_plan_in_merged_cells_is_read_by_its_suggested_map(empty: Path, tmp_path: Path) -> None:
    file = merged_plan(tmp_path / "plan.xlsx")
    done = bring(empty, "table", file)
    r = records(empty)
    assert [(c.title, c.owed_by, c.cost_usd_m) for c in r.commitments] == [
        ("ساخت خط", ("IRN",), 1600),
        ("تجهیز ترمینال", ("IRN",), 12.5),
    ]
    assert [str(d.promised_for) for d in r.date_changes] == ["2028-03-19", "2026-10-22"]
    told = [u.why for u in done.unread]
    assert "is a heading: one text in merged cells" in told
    assert "is a total of other rows" in told
    again = bring(empty, "table", file)
    assert (again.added, again.changed) == (0, 0)


def ministry_plan(file: Path) -> Path:
    """A plan as a ministry keeps it in Russian: a title over two rows, a head of two with merged cells, a row
    that numbers the columns, parts with headings, a total and a footnote."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    money = "Объем финансирования, млн долл. США"
    rows: list[list[Any]] = [
        ["ПЛАН МЕРОПРИЯТИЙ («ДОРОЖНАЯ КАРТА»)"],
        ["на 2024–2028 годы"],
        ["№ п/п", "Наименование мероприятия", "Ответственные исполнители", "Срок", None, money, None],
        [None, None, None, "начало", "окончание", "всего", "в т.ч. бюджет"],
        [1, 2, 3, 4, 5, 6, 7],
        ["I. Железная дорога"],
        ["1.1.", "Вторые пути", "АО «КТЖ», Министерство дорог", "01.03.2024", "31.12.2026", "1 250,5", "200"],
        ["1.2.", "Электрификация", "АО «КТЖ»", "II кв. 2025 г.", "IV квартал 2027 г.", "430,0", None],
        ["1.3.", "Единое окно", "Казахстан и Грузия; МЖД", None, "постоянно", "–", None],
        [None, "Итого", None, None, None, "1 680,5", "200"],
        ["* Сроки уточняются"],
    ]
    for row in rows:
        sheet.append(row)
    for area in ("A1:G1", "A2:G2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "A6:G6", "A11:G11"):
        sheet.merge_cells(area)
    book.save(file)
    return file


def test_a_plan_with_numbered_columns_and_a_head_of_merged_rows(empty: Path, tmp_path: Path) -> None:
    file = ministry_plan(tmp_path / "план.xlsx")
    done = bring(empty, "table", file)
    r = records(empty)
    names = {p.id: p.name for p in r.parties}
    assert [(c.id, [names[p] for p in c.owed_by], c.cost_usd_m) for c in r.commitments] == [
        ("1.1", ["АО «КТЖ»", "Министерство дорог"], 1250.5),
        ("1.2", ["АО «КТЖ»"], 430.0),
        ("1.3", ["Kazakhstan", "Georgia", "МЖД"], None),
    ]
    assert [str(d.promised_for) for d in r.date_changes] == ["2026-12-31", "2027-12"]
    told = {u.what: u.why for u in done.unread}
    assert told["the row below the head"] == "only numbers the columns"
    assert told["promised_for 'постоянно'"] == "names no date"
    assert not any(what.startswith("cost") for what in told), "a dash is an empty cell"
    assert nothing(bring(empty, "table", file))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("cp1251", "№;Мероприятие;Ответственный;Срок\n1;Порт Актау;Казахстан;2027\n"),
        ("cp1256", "رقم;المشروع;الجهة;الموعد\n1;ميناء;مصر;2027\n"),
        ("cp1252", "No;Activité;Responsable;Échéance\n1;Réhabilitation;Côte d'Ivoire;2027\n"),
        ("utf-16", "№;Мероприятие;Ответственный;Срок\n1;Порт Актау;Казахстан;2027\n"),
    ],
)
def test_a_table_in_the_code_page_of_its_letters(code: str, text: str, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_bytes(text.encode(code))
    bring(empty, "table", file)
    assert records(empty).commitments[0].title == text.splitlines()[1].split(";")[1]
    assert records(empty).commitments[0].owed_by[0] in ("KAZ", "EGY", "CIV")


def test_a_persian_plan_in_its_own_figures(empty: Path, tmp_path: Path) -> None:
    plan = tmp_path / "fa.csv"
    plan.write_text(
        "ردیف,شرح اقدام,دستگاه مسئول,تاریخ پایان,اعتبار مورد نیاز (میلیون دلار),درصد پیشرفت\n"
        "۱,راه‌آهن,وزارت راه و شهرسازی، سازمان بنادر,۱۴۰۶/۱۲/۲۹,۱٬۶۰۰,۱۲٪\n"
        "۲,زمین,ایران؛ جمهوری آذربایجان,پایان شهریور ۱۴۰۵,۲۵/۵,۴۰\n",
        encoding="utf-8",
    )
    bring(empty, "table", plan)
    r = records(empty)
    assert [c.cost_usd_m for c in r.commitments] == [1600.0, 25.5]
    assert [len(c.owed_by) for c in r.commitments] == [2, 2]
    assert r.commitments[1].owed_by == ("IRN", "AZE")
    assert [e.percent for e in r.evidence] == [12.0, 40.0]
    assert [str(d.promised_for) for d in r.date_changes] == ["2028-03-19", "2026-09-22"]


def test_a_status_list_with_its_title_its_footnotes_and_successions_in_brackets(
    empty: Path, tmp_path: Path
) -> None:
    file = tmp_path / "status.csv"
    file.write_text(
        '\ufeff"CHAPTER XI - A. Customs"\n"16. Convention on carnets"\n"Geneva, 14 November 1975"\n'
        '"Status as at : 29-11-2026"\n\n"Participant 1","Signature","Ratification, Accession(a)"\n'
        '"China 3, 4","","5 Jul 2016 a"\n"[Serbia and Montenegro]","","[12 Mar 2001 d]"\n\n'
        '"End Note"\n"3. On 5 July 2016, the Government of China declared: ""not to Macao"", ..."\n',
        encoding="utf-8",
    )
    done = bring(empty, "untc", file)
    r = records(empty)
    assert r.agreements[0].title == "Convention on carnets"
    assert {(i.party, i.kind, str(i.date)) for i in r.instruments} == {
        ("CHN", "accession", "2016-07-05"),
        ("SCG", "succession", "2001-03-12"),
    }
    assert done.unread == ()


@pytest.mark.parametrize("shape", ["list", "one", "lines", "results", "data", "packages"])
def test_projects_however_they_are_wrapped(shape: str, empty: Path, tmp_path: Path) -> None:
    one = {"id": "oc4ids-abc123-7", "title": "Road", "publicAuthority": {"name": "Roads Agency"}}
    two = one | {"id": "oc4ids-abc123-8"}
    wrapped: Any = {
        "list": [one, two],
        "one": one,
        "results": {"count": 2, "results": [one, two]},
        "data": {"data": {"projects": [one, two]}},
        "packages": [{"projects": [one], "publisher": {"name": "P"}}, {"projects": [two]}],
    }
    lines = "\n".join(json.dumps(p) for p in (one, two)) + "\n"
    file = tmp_path / "x.json"
    file.write_text(lines if shape == "lines" else json.dumps(wrapped[shape]), encoding="utf-8")
    bring(empty, "oc4ids", file)
    wanted = ["7"] if shape == "one" else ["7", "8"]
    assert [c.id for c in records(empty).commitments] == wanted
    assert {c.owed_by for c in records(empty).commitments} == {("ROADS-AGENCY",)}
    assert nothing(bring(empty, "oc4ids", file))


def test_a_network_with_heads_in_capitals_and_semicolons(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "net"
    folder.mkdir()
    nodes = "\ufeffNODE_ID;Name;X_COORD;Y_COORD;z\n1;A;36.8;-1.3;9\n2;B;36.9;-1.3;\n"
    (folder / "node.csv").write_text(nodes, encoding="utf-8")
    links = "link_id;From_Node_ID;to_node_id;Length\n1;1;2;11.5\n"
    (folder / "link.csv").write_text(links, encoding="utf-8")
    bring(empty, "gmns", folder)
    assert [(x.from_node, x.to_node, x.km) for x in records(empty).links] == [("1", "2", 11.5)]


def test_a_network_with_a_comma_before_the_decimals(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "net"
    folder.mkdir()
    nodes = "node_id;name;x_coord;y_coord\n1;Town, A;36,812;-1,3\n2;B;36,9;-1\n"
    (folder / "node.csv").write_text(nodes, encoding="utf-8")
    links = "link_id;from_node_id;to_node_id;length;free_speed\n1;1;2;1,125;62,5\n"
    (folder / "link.csv").write_text(links, encoding="utf-8")
    told = bring(empty, "gmns", folder)
    assert "read with a comma before the decimals" in str(told.unread)
    assert [(x.km, x.speed_kmh) for x in records(empty).links] == [(1.125, 62.5)]
    found = [(n.name, n.lon, n.lat) for n in records(empty).nodes]
    assert found == [("Town, A", 36.812, -1.3), ("B", 36.9, -1.0)]
    # beside a point a comma may be anything: it is not read, and the cell is named
    (folder / "node.csv").write_text(nodes.replace("36,9", "36.9"), encoding="utf-8")
    assert "has no degrees, but '36,812 -1,3'" in str(bring(empty, "gmns", folder).unread)


def test_a_length_with_a_point_beside_degrees_with_commas_is_refused(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "net"
    folder.mkdir()
    nodes = "node_id;name;x_coord;y_coord\n1;A;36,8;-1,3\n2;B;52,9;-1\n"
    (folder / "node.csv").write_text(nodes, encoding="utf-8")
    links = "link_id;from_node_id;to_node_id;length;free_speed\n1;1;2;1.800;62,5\n2;2;1;1.801;50\n"
    (folder / "link.csv").write_text(links, encoding="utf-8")
    with pytest.raises(BadData) as refused:
        bring(empty, "gmns", folder)
    assert [(f.line, f.column) for f in refused.value.findings] == [(2, "length"), (3, "length")]
    assert "'1.800' may be 1800 or 1.8" in refused.value.findings[0].message


def test_a_table_of_another_origin_that_is_named_like_a_programme(empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "flows.csv"
    file.write_text("exporter;importer;value\nKEN;UGA;1,5\n", encoding="utf-8")
    with pytest.raises(BadData, match="is a single file") as refused:
        assert milepost.open(file).records
    assert "milepost import --as table" in refused.value.findings[0].remedy


def test_a_country_of_the_map_is_known_by_code_or_name(empty: Path, tmp_path: Path) -> None:
    said = [{"country_co": "KZ"}, {"COUNTRY": "Kazakhstan"}, {"ISO_A3": "KAZ"}, {"country": "Казахстан"}]
    file = collection(
        tmp_path / "c.geojson",
        *(
            ({"type": "Point", "coordinates": [70 + k, 45]}, {"name": f"n{k}"} | facts)
            for k, facts in enumerate(said)
        ),
    )
    bring(empty, "geojson", file)
    assert [n.country for n in records(empty).nodes] == ["KAZ"] * 4


@pytest.mark.parametrize(
    ("start", "end"), [("Start", "End"), ("Begin", "Deadline"), ("Début", "Fin"), ("Начало", "Окончание")]
)
def test_the_start_is_not_the_promised_day(start: str, end: str, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(
        f"No;Action;Timeframe;;Responsible\n;;{start};{end};\n1;Build;01.02.2026;31.12.2027;Kenya\n",
        encoding="utf-8",
    )
    bring(empty, "table", file)
    assert [str(d.promised_for) for d in records(empty).date_changes] == ["2027-12-31"]


def test_headings_of_numbered_parts_are_no_commitments(empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(
        "Номер;Мероприятие;Исполнитель;Срок;Стоимость, млн долл.\n1;Инфраструктура;;;\n1.1.;Дороги;;;\n"
        "1.1.1;Линия;Казахстан;до 31.12.2027;1 200,5\n1.2;Мост;;;\n2;Таможня;Узбекистан;2027;\n"
        "2.1;Окно;;2026;\n"
        ";Итого;;;1 200,5\n",
        encoding="utf-8",
    )
    done = bring(empty, "table", file)
    assert [c.title for c in records(empty).commitments] == ["Линия", "Мост", "Таможня", "Окно"], (
        "a row with an owner is one, and so is one that no other row's number goes on from"
    )
    assert records(empty).commitments[0].cost_usd_m == pytest.approx(1200.5)
    assert len([u for u in done.unread if "heading" in u.why or "total" in u.why]) == 3


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


def line_in(file: Path, coordinates: Any, kind: str = "MultiLineString", **facts: Any) -> Path:
    """A file of one line, as desktop GIS write it: with the name of WGS 84 as it was before RFC 7946."""
    feature = {
        "type": "Feature",
        "properties": {"name": "L", "railway": "rail", **facts},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    return file


@pytest.mark.parametrize("seed", range(12))
def test_parts_of_a_line_in_any_order_and_direction_are_one_link(
    seed: int, empty: Path, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    lon, course = rng.uniform(-170, 178), []
    for _ in range(rng.randint(4, 14)):
        lon += rng.uniform(0.05, 0.4)
        at = round(lon - 360 if lon > 180 else lon, 3)
        course.append([at, round(rng.uniform(-5, 5), 3)])
    cuts = sorted(rng.sample(range(1, len(course) - 1), rng.randint(0, len(course) - 2)))
    parts = [course[a : b + 1] for a, b in zip([0, *cuts], [*cuts, len(course) - 1], strict=True)]
    shuffled = [part[:: rng.choice((1, -1))] for part in parts]
    rng.shuffle(shuffled)
    one = read_foreign("geojson", str(line_in(tmp_path / "a.json", course, "LineString", gauge="1067")))
    file = line_in(tmp_path / "b.json", shuffled, gauge="1067")
    many = read_foreign("geojson", str(file))
    (a,), (b,) = ([r.cells for r in x.rows if r.table == "links"] for x in (one, many))
    assert float(b["km"]) == pytest.approx(float(a["km"]), rel=1e-9)
    pairs = re.findall(r"[-\d.]+ [-\d.]+", b["geometry"])
    assert re.findall(r"[-\d.]+ [-\d.]+", a["geometry"]) in (pairs, pairs[::-1])
    assert b["gauge_mm"] == "1067"
    bring(empty, "geojson", file)
    again = bring(empty, "geojson", file)
    assert (again.added, again.changed) == (0, 0)


def test_gaps_and_branches_of_a_line_are_links_of_their_own(empty: Path, tmp_path: Path) -> None:
    gap = [[[60, 40], [61, 40]], [[65, 40], [66, 40]]]
    fork = [[[60, 40], [61, 40]], [[61, 40], [62, 41]], [[61, 40], [62, 39]]]
    for parts, wanted in ((gap, 4), (fork, 4)):
        reading = read_foreign("geojson", str(line_in(tmp_path / "g.json", parts)))
        links = [r for r in reading.rows if r.table == "links"]
        assert len(links) == len(parts)
        assert sum(float(r.cells["km"]) for r in links) < 400, "a gap has no length"
        assert len([r for r in reading.rows if r.table == "nodes"]) == wanted
        assert any("gaps or branches" in u.why for u in reading.unread)


def collection(file: Path, *features: tuple[Any, dict[str, Any]]) -> Path:
    made = [{"type": "Feature", "properties": facts, "geometry": shape} for shape, facts in features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": made}), encoding="utf-8")
    return file


def several_points(*at: list[float]) -> dict[str, Any]:
    return {"type": "MultiPoint", "coordinates": list(at)}


def test_several_points_are_as_many_nodes_and_one_is_a_point(empty: Path, tmp_path: Path) -> None:
    file = collection(
        tmp_path / "m.geojson",
        (several_points([60, 40]), {"NAME": "Alpha", "fid": 7}),  # in capital letters, as shapefiles are
        (several_points([61, 40], [61.5, 40], [62, 40]), {"name": "Yards"}),
        (several_points([63, 40]), {"name": "Yards", "fid": 9}),
        (several_points(), {"name": "None"}),
        (several_points([64, 40], [400, 40]), {}),
    )
    done = bring(empty, "geojson", file)
    assert [(n.id, n.name, n.lon) for n in records(empty).nodes] == [
        ("Alpha", "Alpha", 60.0),
        ("Yards", "Yards", 61.0),
        ("Yards-2", "Yards", 61.5),
        ("Yards-3", "Yards", 62.0),
        ("Yards-9", "Yards", 63.0),
        ("point-5", "point-5", 64.0),
    ]
    told = {(u.what, u.why) for u in done.unread}
    assert ("point 'Yards'", "has 3 points: as many nodes") in told
    assert ("a shape of the kind MultiPoint", "is no point and no line") in told, "it has none"
    assert ("point 'point-5-2'", "has no degrees") in told
    assert nothing(bring(empty, "geojson", file))


def test_a_collection_is_its_members(empty: Path, tmp_path: Path) -> None:
    def point(lon: float) -> dict[str, Any]:
        return {"type": "Point", "coordinates": [lon, 40]}

    def line(*lon: float) -> dict[str, Any]:
        return {"type": "LineString", "coordinates": [[x, 40] for x in lon]}

    area = {"type": "Polygon", "coordinates": [[[60, 40], [61, 40], [61, 41], [60, 40]]]}
    inner = {"type": "GeometryCollection", "geometries": [line(61, 62), point(60)]}
    outer = {"type": "GeometryCollection", "geometries": [line(60, 61), inner, area]}
    file = collection(tmp_path / "c.geojson", (outer, {"name": "Spur", "railway": "rail"}))
    done = bring(empty, "geojson", file)
    r = records(empty)
    assert [(n.id, n.lon) for n in r.nodes] == [("Spur", 60.0), ("Spur-B", 62.0)]
    assert [(x.from_node, x.to_node, x.mode) for x in r.links] == [("Spur", "Spur-B", "rail")], "one run"
    assert ("a shape of the kind Polygon", "is no point and no line") in {
        (u.what, u.why) for u in done.unread
    }
    assert nothing(bring(empty, "geojson", file))
    bare = tmp_path / "bare.geojson"
    bare.write_text(json.dumps(outer), encoding="utf-8")
    alone = read_foreign("geojson", str(bare))
    assert [row.table for row in alone.rows] == ["nodes", "nodes", "links"], "a shape without a feature"
    deep: dict[str, Any] = point(60)
    for _ in range(60):
        deep = {"type": "GeometryCollection", "geometries": [deep]}
    assert read_foreign("geojson", str(collection(tmp_path / "deep.geojson", (deep, {})))).rows == ()


def test_lines_of_one_name_are_links_of_their_own(empty: Path, tmp_path: Path) -> None:
    """A layer of a GIS has a road in many pieces of one name."""
    pieces = [
        (
            {"type": "LineString", "coordinates": [[60 + k, 40], [61 + k, 40]]},
            {"Name": "M1", "Highway": "trunk"} | ({"fid": 100 + k} if k else {}),
        )
        for k in range(3)
    ]
    file = collection(tmp_path / "roads.geojson", *pieces)
    bring(empty, "geojson", file)
    r = records(empty)
    assert [x.id for x in r.links] == ["M1", "M1-101", "M1-102"]
    assert len(r.nodes) == 4
    assert nothing(bring(empty, "geojson", file))


def test_short_lines_one_after_another_keep_their_length(empty: Path, tmp_path: Path) -> None:
    """Pieces of 850 m: none is lost because its ends are near one another, and none reaches further."""
    pieces = [
        (
            {"type": "LineString", "coordinates": [[60 + k / 100, 40], [60 + (k + 1) / 100, 40]]},
            {"id": f"p{k}", "highway": "trunk"},
        )
        for k in range(6)
    ]
    bring(empty, "geojson", collection(tmp_path / "p.geojson", *pieces))
    r = records(empty)
    at = {n.id: n.lon for n in r.nodes}
    assert [x.id for x in r.links] == [f"p{k}" for k in range(6)]
    for link in r.links:
        assert link.km == pytest.approx(100 * 0.852 * (at[link.to_node] - at[link.from_node]), rel=0.01)


def test_names_in_any_letters_make_ids_that_can_be_read(empty: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "№;Мероприятие;Ответственный;Срок\n"
        "1;Электрификация;Министерство дорог;2027\n"
        "2;Порт;АО «Пристань»;2028\n"
        "3;Склад;中国国家铁路;2028\n",
        encoding="utf-8",
    )
    bring(empty, "table", plan)
    made = {p.name: p.id for p in records(empty).parties}
    assert made["Министерство дорог"] == "MINISTERSTVO-DOROG"
    assert made["АО «Пристань»"] == "AO-PRISTAN"
    assert re.fullmatch(r"ORG-[0-9A-F]{6}", made["中国国家铁路"])
    assert nothing(bring(empty, "table", plan))
    create(tmp_path / "other")
    plan.write_text(
        "№;Мероприятие;Ответственный;Срок\n3;Склад;中国国家铁路;2028\n1;Порт;Министерство дорог;2027\n",
        encoding="utf-8",
    )
    bring(tmp_path / "other", "table", plan)
    assert {p.id for p in records(tmp_path / "other").parties} < set(made.values()), (
        "in any order of the file"
    )
    spots = collection(
        tmp_path / "s.geojson",
        ({"type": "Point", "coordinates": [76.9, 43.2]}, {"name": "Алматы"}),
        ({"type": "Point", "coordinates": [48.7, 38.4]}, {"name": "آستارا"}),
        ({"type": "Point", "coordinates": [80.4, 44.2]}, {"name": "霍尔果斯"}),
    )
    bring(empty, "geojson", spots)
    ids = [n.id for n in records(empty).nodes]
    assert ids[:2] == ["Almaty", "astara"]
    assert re.fullmatch(r"NODES-[0-9A-F]{6}", ids[2])
    assert nothing(bring(empty, "geojson", spots))


def test_another_coordinate_system_is_refused_by_its_name(tmp_path: Path) -> None:
    file = line_in(tmp_path / "m.json", [[[60, 40], [61, 40]]])
    file.write_text(file.read_text().replace("OGC:1.3:CRS84", "EPSG::3857"))
    with pytest.raises(BadData) as refused:
        read_foreign("geojson", str(file))
    assert "EPSG::3857" in refused.value.findings[0].message


@pytest.mark.parametrize(
    ("head", "act"),
    [
        ("Accession(a), Succession(d), Ratification", "ratification"),
        ("Ratification, Accession(a), Succession(d)", "ratification"),
        ("Definitive signature(s), Ratification, Acceptance(A)", "ratification"),
        ("Acceptance, Accession(a)", "acceptance"),
        ("Accession", "accession"),
        ("Accession(a)", "accession"),
        ("Signature, Succession to signature(d)", "signature"),
    ],
)
def test_a_day_without_a_letter_is_the_act_whose_name_bears_none(head: str, act: str, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f'Participant,"{head}"\nKenya,3 Aug 1978\nUganda,3 Jul 2002 a\n', encoding="utf-8")
    acts = [r.cells["kind"] for r in read_foreign("untc", str(file)).rows if r.table == "instruments"]
    assert acts == [act, "accession"]


def test_a_plan_says_what_is_inactive_done_or_without_a_day(tmp_path: Path) -> None:
    tasks = "".join(
        f"<Task><UID>{n}</UID><ID>{n}</ID><Name>T{n}</Name><OutlineLevel>1</OutlineLevel>{more}</Task>"
        for n, more in enumerate(
            (
                "<Active>0</Active><Finish>2027-01-01T17:00:00</Finish>",
                "<Finish>2024-10-31T17:00:00</Finish><PercentComplete>100</PercentComplete>",
                "<Finish>2027-10-31T17:00:00</Finish><PercentComplete>100</PercentComplete>",
                "<Finish>NA</Finish>",
                "<FinishText>spring</FinishText>",
            ),
            start=1,
        )
    )
    file = tmp_path / "p.xml"
    file.write_text(
        f"<Project><LastSaved>2025-11-20T17:00:00</LastSaved><Tasks>{tasks}</Tasks></Project>",
        encoding="utf-8",
    )
    reading = read_foreign("mspdi", str(file))
    told = {u.what: u.why for u in reading.unread}
    assert told["task 'T1'"] == "is inactive in the plan"
    assert {"Finish 'NA'", "the finish 'spring'"} <= set(told)
    assert [r.key for r in reading.rows if r.table == "commitments"] == ["2", "3", "4", "5"]
    assert [(r.key, r.cells["happened_on"]) for r in reading.rows if r.table == "evidence"] == [
        ("2/delivered/2024-10-31", "2024-10-31")
    ]
    assert [r.cells["promised_for"] for r in reading.rows if r.table == "date_changes"] == ["2027-10-31"]


@pytest.mark.parametrize("ahead", [-1, 1])
@pytest.mark.parametrize("kind", ["oc4ids", "iati", "mspdi"])
def test_a_report_of_a_day_to_come_is_told_and_stops_nothing(
    kind: str, ahead: int, empty: Path, tmp_path: Path
) -> None:
    day = (dt.date.today() + dt.timedelta(days=400 * ahead)).isoformat()
    file = tmp_path / "f"
    texts = {
        "oc4ids": json.dumps(
            {"projects": [{"id": "a-1", "title": "A", "completion": {"endDate": f"{day}T00:00:00Z"}}]}
        ),
        "iati": "<iati-activities version='2.03'><iati-activity><iati-identifier>X-1</iati-identifier><title>"
        f"<narrative>T</narrative></title><activity-date type='4' iso-date='{day}'/></iati-activity>"
        "</iati-activities>",
        "mspdi": "<Project><LastSaved>2020-01-01T00:00:00</LastSaved><Tasks><Task><UID>1</UID><Name>T</Name>"
        f"<OutlineLevel>1</OutlineLevel><ActualFinish>{day}T17:00:00</ActualFinish></Task></Tasks></Project>",
    }
    file.write_text(texts[kind], encoding="utf-8")
    done = bring(empty, kind, file)
    assert done.applied
    assert len(records(empty).commitments) == 1
    told = [u for u in done.unread if "still to come" in u.why]
    assert (len(records(empty).evidence), len(told)) == ((1, 0) if ahead < 0 else (0, 1))


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


@pytest.mark.parametrize(
    ("kind", "name", "what"), [("table", "p.xls", "as .xlsx"), ("mspdi", "p.mpp", "as XML")]
)
def test_a_format_that_is_not_read_says_what_to_save_it_as(
    kind: str, name: str, what: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(BadData) as refused:
        suggest_map(kind, str(tmp_path / name)) if kind == "table" else read_foreign(
            kind, str(tmp_path / name)
        )
    assert what in refused.value.findings[0].remedy


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
        ("25/5", 1.0, ".", 25.5),
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
    assert owners_in("Ministry of Lands, Surveys, Ministry of Works, KRC", ";/\n") == [
        "Ministry of Lands, Surveys",
        "Ministry of Works",
        "KRC",
    ]


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


def test_the_command(
    empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # the path of a folder for tests may be longer than a line

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
