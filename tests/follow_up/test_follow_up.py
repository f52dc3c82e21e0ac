"""Reminders, the ladder, letters through a real SMTP server, calendars that move, briefs in four
languages."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast

import milepost
from milepost.errors import WrongUse
from milepost.languages import LANGUAGES, Language, catalogue
from milepost.languages.catalogue import message_keys
from milepost.programme import Programme
from milepost.records import Contact, DateChange, Evidence, Instrument, Milestone, PartialDate
from milepost.register.force import Legal
from milepost.register.status import Delivery, Flag, Timing
from milepost.report.brief import brief
from milepost.report.brief.blocks import Grid, Picture
from milepost.report.brief.writers import docx, page, pdf, write_brief, xlsx
from milepost.report.calendar import calendar
from milepost.report.letters import letters, message, send
from milepost.store.checkpoints import Seal

ON = dt.date(2026, 11, 23)


def ridge(**tables: Any) -> Programme:
    opened = milepost.open(milepost.example("ridge"))
    return replace(opened, records=opened.records.with_rows(**tables))


def offices() -> list[Contact]:
    rows = []
    for party, language in (("XWV", "ru"), ("XRL", "fa"), ("XEM", "ar")):
        for role in ("focal point", "approver"):
            name = f"{role.replace(' ', '-')}@{party.lower()}.example"
            rows.append(
                Contact(
                    id=f"{party}-{role[:3]}",
                    party=party,
                    role=role,
                    email=name,
                    language=language,
                    basis="assumed",
                )
            )
    rows.append(Contact(id="sec", role="secretariat", email="secretariat@ridge.example", basis="assumed"))
    rows.append(Contact(id="cou", role="council", email="council@ridge.example", basis="assumed"))
    return rows


def test_the_rhythm_is_that_of_the_policy() -> None:
    programme = ridge(contacts=offices())
    due = dt.date(2027, 6, 30)  # R1, owed by XWV
    policy = programme.records.policy
    found = [
        n for n in programme.notices(due + dt.timedelta(days=200), dt.date(2026, 1, 1)) if n.item == "R1"
    ]
    reminders = {n.days: n for n in found if n.kind in ("reminder", "last day")}
    assert set(reminders) == set(policy.reminder_days)
    assert reminders[-120].kind == "last day"
    assert all(n.day == due + dt.timedelta(days=d or 0) for d, n in reminders.items())
    ladder = sorted((n.days or 0, n.addressee) for n in found if n.kind == "escalation")
    assert ladder == list(policy.ladder)
    top = next(n for n in found if n.kind == "escalation" and n.addressee == "council")
    assert {c.email for c in top.contacts} == {
        "focal-point@xwv.example",
        "approver@xwv.example",
        "secretariat@ridge.example",
        "council@ridge.example",
    }
    # day by day gives the same as all at once: nothing is sent twice, nothing is left out
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(1, 731)]
    by_day = [n for day in days for n in programme.notices(day)]
    assert sorted(by_day, key=str) == sorted(programme.notices(days[-1], dt.date(2026, 1, 1)), key=str)


def test_nothing_is_sent_about_what_is_done_and_intake_asks_for_what_is_missing() -> None:
    programme = ridge(contacts=offices())
    found = programme.notices(dt.date(2026, 3, 6), intake=True)
    assert not any(n.item == "R5" for n in found)
    asks = [n for n in found if n.kind == "intake"]
    assert {n.item for n in asks} == {"R4"}
    assert asks[0].missing == ("date",)
    assert asks[0].reply_by == dt.date(2026, 3, 13)  # five working days after a Friday
    plans = {n.item for n in found if n.kind == "work plan"}
    assert plans == {"R1", "R2", "R3", "R4"}
    step = Milestone(id="R1.m1", commitment="R1", title="Land", basis="assumed")
    planned = {
        n.item
        for n in ridge(milestones=[step]).notices(dt.date(2026, 3, 6), intake=True)
        if n.kind == "work plan"
    }
    assert planned == {"R2", "R3", "R4"}


class _Box:
    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        import email
        from email import policy

        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[str, _Box]]:
    from aiosmtpd.controller import Controller

    box = _Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield f"smtp://127.0.0.1:{port}", box
    server.stop()


def test_letters_go_out_through_smtp_in_the_language_of_each_office(mailbox: tuple[str, _Box]) -> None:
    server, box = mailbox
    programme = ridge(contacts=offices())
    batch = letters(
        programme, programme.notices(dt.date(2029, 6, 30), dt.date(2026, 11, 1)), dt.date(2026, 11, 1)
    )
    assert len(batch) > 10
    assert all(letter.to for letter in batch)
    assert box.mails == []
    assert send(batch, server=server, sender="register@ridge.example", environment={}) == len(batch)
    assert len(box.mails) == len(batch)
    by_language = {m["Content-Language"] for m in box.mails}
    assert by_language == {
        "ru",
        "fa",
        "en",
    }  # XEM, whose office reads Arabic, owes nothing that has a date ahead
    for mail, letter in zip(box.mails, batch, strict=True):
        # where a long header is folded, a blank between two encoded words may be lost on the way
        assert "".join(mail["Subject"].split()) == "".join(letter.subject.split())
        assert mail.get_content().replace("\r\n", "\n").strip() == letter.text.strip()  # type: ignore[attr-defined]
        assert mail["Auto-Submitted"] == "auto-generated"
    # a later day of R1 costs nothing while R2, without which it leads nowhere, comes later still: only R2
    # speaks of money
    assert any("هزار دلار" in x.text for x in batch if x.notice.item == "R2")
    assert not any("тыс. долл." in x.text for x in batch if x.notice.item == "R1")


def test_what_mail_refuses() -> None:
    programme = ridge(contacts=offices())
    batch = letters(programme, programme.notices(dt.date(2027, 6, 30)))
    assert batch
    for server, words in (("http://x", "no mail server"), ("smtp://127.0.0.1:9", "failed after 0 letters")):
        with pytest.raises(WrongUse, match=words):
            send(batch, server=server, sender="a@b.example", environment={}, timeout_seconds=2)
    with pytest.raises(WrongUse, match="without TLS"):
        send(
            batch, server="smtp://127.0.0.1:9", sender="a@b.example", environment={"MILEPOST_SMTP_USER": "u"}
        )
    smuggled = replace(batch[0], to="a@b.example\nBcc: c@d.example")
    with pytest.raises(WrongUse, match="no mail address"):
        message(smuggled, "a@b.example")
    none = letters(ridge(), ridge().notices(dt.date(2027, 6, 30)))
    assert none
    assert all(x.to == "" for x in none)


def events(content: bytes) -> dict[str, Any]:
    from icalendar import Calendar

    return {str(e["UID"]): e for e in Calendar.from_ical(content).walk("VEVENT")}


def test_a_calendar_moves_what_is_re_dated_and_cancels_what_is_stopped() -> None:
    programme = ridge()
    before = events(calendar(programme))
    uid = next(u for u in before if u.startswith("due-R1@"))
    assert before[uid]["DTSTART"].dt == dt.date(2027, 6, 30)
    assert int(before[uid]["SEQUENCE"]) == 1  # promised twice already
    moved = DateChange(
        id="x",
        commitment="R1",
        announced_on=PartialDate("2025-12-20"),
        promised_for=PartialDate("2028"),
        basis="assumed",
    )
    after = events(calendar(ridge(date_changes=[*programme.records.date_changes, moved])))
    assert set(after) == set(before)
    assert after[uid]["DTSTART"].dt == dt.date(2028, 12, 31)
    assert int(after[uid]["SEQUENCE"]) == 2
    assert str(after[uid]["STATUS"]) == "CONFIRMED"
    stop = Evidence(
        id="s", commitment="R1", reported_on=PartialDate("2025-12-30"), shows="stopped", basis="assumed"
    )
    ended = events(calendar(ridge(evidence=[*programme.records.evidence, stop])))
    assert str(ended[uid]["STATUS"]) == "CANCELLED"
    assert int(ended[uid]["SEQUENCE"]) > int(before[uid]["SEQUENCE"])


def test_the_open_milestones_of_what_is_stopped_are_cancelled() -> None:
    import icalendar

    programme = ridge()
    step = Milestone(id="R1.m1", commitment="R1", title="tunnel", acceptance_test="bored", basis="assumed")
    due = DateChange(
        id="m1",
        commitment="R1",
        milestone="R1.m1",
        announced_on=PartialDate("2023-01-01"),
        promised_for=PartialDate("2027-01-01"),
        basis="assumed",
    )
    stop = Evidence(
        id="st", commitment="R1", shows="stopped", reported_on=PartialDate("2025-12-01"), basis="assumed"
    )
    tables: dict[str, Any] = {"milestones": [step], "date_changes": [*programme.records.date_changes, due]}

    def events(**more: Any) -> dict[str, tuple[str, int]]:
        made = icalendar.Calendar.from_ical(calendar(ridge(**tables, **more)))
        rows = {
            str(e["uid"]).partition("@")[0]: (str(e["status"]), int(str(e["sequence"])))
            for e in made.walk("VEVENT")
        }
        return {name: row for name, row in rows.items() if name.endswith("R1.m1")}

    assert events() == {"due-R1.m1": ("CONFIRMED", 0), "ask-R1.m1": ("CONFIRMED", 0)}
    assert events(evidence=[*programme.records.evidence, stop]) == {"due-R1.m1": ("CANCELLED", 1)}


def test_calendars_by_party_and_body_and_long_lines() -> None:
    programme = milepost.open(milepost.example("north-south"))
    whole = events(calendar(programme))
    owed = {c.id for c in programme.records.commitments if "KAZ" in c.owed_by}
    mine = events(calendar(programme, party="KAZ"))
    assert {u.split("@")[0].removeprefix("due-") for u in mine if u.startswith("due-")} <= owed
    assert 0 < len(mine) < len(whole)
    body = events(calendar(programme, body="Review of the corridor"))
    assert {u.split("-")[0] for u in body} == {"meeting"}
    raw = calendar(programme, language="fa")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert "سررسید".encode() in raw.replace(b"\r\n ", b"")
    with pytest.raises(WrongUse, match="no party 'XXX'"):
        calendar(programme, party="XXX")


def test_no_message_is_untranslated() -> None:
    english = message_keys("en")
    assert len(english) > 150
    source = "\n".join(
        p.read_text(encoding="utf-8")
        for p in Path(milepost.__file__).parent.rglob("*.py")
        if "languages" not in p.parts
    )
    for code in LANGUAGES:
        keys = message_keys(code)
        assert keys == english, set(keys) ^ set(english)
    said = set(re.findall(r'say\(\s*"([a-z-]+)"', source))
    assert len(said) > 40
    assert said <= set(english), said - set(english)
    words: dict[str, Any] = {
        "delivery": Delivery,
        "timing": Timing,
        "flag": Flag,
        "legal": Legal,
        "kind": Instrument.model_fields["kind"].annotation,
    }
    from typing import get_args

    for code in LANGUAGES:
        language = Language(code)
        for prefix, terms in words.items():
            for term in get_args(terms):
                assert language.word(prefix, term)
    for code in ("ru", "fa", "ar"):
        for key in english:
            raw = (Path(milepost.__file__).parent / f"languages/messages/{code}.ftl").read_text(
                encoding="utf-8"
            )
            text = re.search(rf"^{key} = (.*(?:\n[ }}].*)*)", raw, re.M)
            assert text is not None
            if re.search(r"[A-Za-z]{2}", re.sub(r"\{.*?\}", "", text[1]).replace("milepost", "")):
                assert re.search(r"[^\x00-\x7f]", text[1]), f"{code}: {key} is not translated"


def test_two_calendars() -> None:
    # Nowruz fell on 20 March 2024 and 21 March 2025: both begin a Solar Hijri year
    for day, solar in (
        (dt.date(2024, 3, 20), "۱۴۰۳/۰۱/۰۱"),
        (dt.date(2025, 3, 21), "۱۴۰۴/۰۱/۰۱"),
        (dt.date(2025, 3, 20), "۱۴۰۳/۱۲/۳۰"),
    ):
        assert Language("fa").short(day) == solar
    assert Language("en").date(ON, both=True) == "23 November 2026 (2 Azar 1405)"
    assert Language("fa").date(ON).startswith("۲ آذر ۱۴۰۵ (۲۳ نوامبر ۲۰۲۶)")


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_brief_says_the_same_in_every_language_and_format(
    code: str, north_south: Programme, tmp_path: Path
) -> None:
    made = brief(
        north_south, meeting="M2", party="IRN", language=code, version="9.9", seal=Seal("ab" * 32, "cd" * 32)
    )
    assert len(made.sections) == 12
    titled = {part.title: part for part in made.sections}
    map_of = titled[Language(code).say("section-map")]
    drawn = next(b for b in map_of.blocks if isinstance(b, Picture))
    assert drawn.svg.count('<g class="mark"') > 5
    cost = next(s for s in made.sections if s.title == Language(code).say("section-cost"))
    grid = next(b for b in cost.blocks if isinstance(b, Grid))
    valued = [c for c in north_south.calls() if c.cost_of_a_day_musd is not None]
    assert [r[0] for r in grid.rows] == [c.commitment for c in valued]
    assert grid.rows[0][5] == Language(code).number(1000 * (valued[0].cost_of_a_day_musd or 0))
    text = page(made).decode()
    assert f'lang="{code}" dir="{"rtl" if code in ("fa", "ar") else "ltr"}"' in text
    assert "abababababababab" in text
    assert "cdcdcdcdcdcdcdcd" in text
    assert north_south.records.fingerprint[:16] in text
    said = north_south.in_language(code).records.commitments
    titles = {c.id: c.title for c in said}
    for row in grid.rows:
        assert row[1] == titles[str(row[0])]
        assert html.escape(row[1]) in text or row[1] in text
    import pypdfium2

    content = pdf(made)
    assert b"pdfuaid" in content
    assert f'aria-label="{drawn.alt}"' in text
    document = pypdfium2.PdfDocument(content)
    assert len(document) >= 3
    shown = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    # what is read back from a right-to-left page comes in another order
    assert {"en": "Rasht", "fr": "Rasht", "ru": "Решт"}.get(code, "9.9") in shown
    assert code in ("fa", "ar") or north_south.records.fingerprint[:16] in shown
    document.close()
    with zipfile.ZipFile(io.BytesIO(docx(made))) as parts:
        body = parts.read("word/document.xml").decode()
        assert ("<w:bidi/>" in body) == (code in ("fa", "ar"))
        assert said[0].title in body.replace("&apos;", "'")
        picture = next(n for n in parts.namelist() if n.startswith("word/media/"))
        assert parts.read(picture).startswith(b"\x89PNG")
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(made)))
    assert len(book.sheetnames) >= 5
    assert bool(book.worksheets[0].sheet_view.rightToLeft) == (code in ("fa", "ar"))
    with pytest.raises(WrongUse, match="is written as"):
        write_brief(made, tmp_path / "brief.odt")


def test_a_brief_holds_the_parts_of_the_agenda_and_says_what_its_numbers_rest_on(
    north_south: Programme,
) -> None:
    say = Language("en").say
    short = brief(north_south, sections=["map", "cost", "map"])
    assert [part.title for part in short.sections] == [
        say("section-map"),
        say("section-cost"),
        say("section-limits"),
    ]
    bare = brief(north_south, sections=["map"])
    assert [part.title for part in bare.sections] == [say("section-map")]
    with pytest.raises(WrongUse, match="cost"):
        brief(north_south, sections=["costs"])


def test_a_brief_of_hostile_rows_stays_a_brief() -> None:
    programme = ridge()
    bad = "汉字 \U0001f6a2 Հայ #let x = 1 </td><script>alert(1)</script> \x07 $a_b^c$ =HYPERLINK(1)"
    rows = [c.model_copy(update={"title": bad}) for c in programme.records.commitments]
    made = brief(replace(programme, records=programme.records.with_rows(commitments=rows)), language="ar")
    assert "<script>" not in page(made).decode()
    assert pdf(made)[:5] == b"%PDF-"
    assert docx(made)
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(made)))
    assert all(c.data_type != "f" for s in book.worksheets for row in s.iter_rows() for c in row)
    empty = brief(
        replace(programme, records=programme.records.with_rows(commitments=rows, meetings=[], evidence=[]))
    )
    assert "brief" in empty.title.lower()
    for wrong in ({"meeting": "M9"}, {"party": "ZZZ"}, {"language": "xx"}):
        with pytest.raises(WrongUse):
            brief(programme, **wrong)  # type: ignore[arg-type]


def test_french_says_it_in_french() -> None:
    """Latin letters show nothing: what is equal to English must be a word that both languages have."""
    from fluent.syntax import FluentParser, ast

    def words(code: str) -> dict[str, str]:
        text = (Path(milepost.__file__).parent / "languages/messages" / f"{code}.ftl").read_text(
            encoding="utf-8"
        )
        body = FluentParser().parse(text).body
        return {
            e.id.name: text[e.value.span.start : e.value.span.end]
            for e in body
            if isinstance(e, ast.Message) and e.value and e.value.span
        }

    english, french = words("en"), words("fr")
    assert english.keys() == french.keys()
    same = {k for k, v in english.items() if v == french[k]}
    assert len(same) < 0.12 * len(english)
    assert not [k for k in same if len(re.sub(r"\{.*?\}", "", english[k]).split()) > 2]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_message_read_by_itself_is_that_of_the_whole_catalogue(code: str) -> None:
    text = (catalogue._MESSAGES / f"{code}.ftl").read_text(encoding="utf-8")
    if code == "fa":
        text = re.sub(r"\{ \$(\w+) \}", r"{ $\1_ }", text)
    whole = [e for e in FluentParser().parse(text).body if isinstance(e, ast.Message)]
    made = catalogue._Catalogue(code)
    assert made._unread.keys() == {e.id.name for e in whole}
    for entry in whole:
        read = FluentParser().parse(made._unread[entry.id.name]).body
        alone = [e for e in read if isinstance(e, ast.Message)]
        assert len(alone) == 1
        assert alone[0].equals(entry, ignored_fields=["span", "comment"])
        assert "MessageReference" not in str(
            entry.to_json()
        )  # which would be read only if it was said before
        assert made.message(entry.id.name) is not None
    assert made.message("no-such-message") is None
