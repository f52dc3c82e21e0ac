"""Drafts from texts in five languages: measured on labelled texts, half of them kept out of tuning; every
kind of file; exact quotes; hostile texts in bounded time."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import itertools
import time
from collections import Counter
from pathlib import Path

import intake_score as score
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.errors import WrongUse
from milepost.intake import documents
from milepost.intake.accept import Wanted, accepted, correction
from milepost.intake.dates import due
from milepost.intake.documents import Document, Paragraph, read_document
from milepost.intake.drafts import propose
from milepost.intake.duplicates import known
from milepost.intake.language import language
from milepost.intake.lexicon import CODES, lexicon
from milepost.intake.parties import organisations
from milepost.intake.sentences import sentences
from milepost.records.acceptance import kinds_known as kinds
from opened import opened

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs/explain/intake.md"
TEXT = (
    "Joint communique. The ministers of Iran and Azerbaijan met in Baku.\n\n"
    "Both sides agreed to open the second track by 30 June 2028. Trade rose by 12 percent in 2025.\n\n"
    "Iran will hand over the land within six months. It pledged to publish the tariff."
)


def document(*texts: str) -> Document:
    return Document(
        "x", "text", "", tuple(Paragraph(t, f"paragraph {n}") for n, t in enumerate(texts, start=1))
    )


# --- measured ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def held() -> dict[str, score.Count]:
    return {code: score.measured("held", code) for code in CODES}


def test_the_labels() -> None:
    """At least 400 sentences, 60 a language, half of them held out, promises and others, none twice."""
    for code in CODES:
        items = {
            which: [i for p in _files(which, code) for i in score.texts(p)] for which in ("held", "tune")
        }
        texts = [i.text for which in items.values() for i in which]
        assert len(set(texts)) == len(texts)
        assert len(texts) >= 60, code
        assert len(items["held"]) >= 40, code
        lines = [i for i in items["held"] if "\n" not in i.text]
        assert 0.35 < sum(bool(i.labels) for i in lines) / len(lines) < 0.75
        for item in (i for which in items.values() for i in which):
            for label in item.labels:
                assert set(label.owners) <= _ids(), item.name


def _files(which: str, code: str) -> list[Path]:
    return sorted((HERE / which).glob(f"{code}*.txt"))


def _ids() -> set[str]:
    with (HERE.parent.parent / "src/milepost/intake/countries.csv").open(encoding="utf-8") as file:
        return {row["iso3"] for row in csv.DictReader(file)} | organisations() | {"COM", "MUS"}


@pytest.mark.parametrize("code", CODES)
def test_measured_on_texts_kept_out_of_tuning(held: dict[str, score.Count], code: str) -> None:
    found = held[code].shares()
    least = {"precision": 0.92, "recall": 0.80, "owner": 0.80, "date": 0.90, "firmness": 0.90}
    assert all(found[name] >= least[name] for name in least), found
    row = next(x for x in PAGE.read_text(encoding="utf-8").splitlines() if x.startswith(f"| {code} "))
    for name in score.MEASURES:
        assert f"{found[name]:.2f}" in row, f"docs/explain/intake.md does not state the {name} of {code}"


@pytest.mark.parametrize("code", CODES)
def test_the_tuned_texts_stay_found(code: str) -> None:
    found = score.measured("tune", code).shares()
    assert min(found.values()) >= 0.94, found


def test_the_first_labelled_sentences_stay_found() -> None:
    """152 English sentences of the rules before these: the first draft of each."""
    n: Counter[str] = Counter()
    with (HERE / "labelled.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            drafts = propose(document(row["text"]), dated=dt.date.fromisoformat(row["dated"])).drafts
            yes = row["is_promise"] == "yes"
            n["promises"] += yes
            n["found"] += yes and bool(drafts)
            n["false"] += not yes and bool(drafts)
            if yes and drafts:
                n["owner"] += (
                    ";".join(drafts[0].owed_by if not drafts[0].by_context else ()) == row["owed_by"]
                )
                n["date"] += str(drafts[0].due or "") == row["due"]
    assert n["found"] / n["promises"] >= 0.88
    assert n["found"] / (n["found"] + n["false"]) >= 0.95
    assert n["owner"] / n["found"] >= 0.95
    assert n["date"] / n["found"] >= 0.95


RELATIVE = {
    "en": {"by the end of the third quarter": "2026-09", "within the next two to three months": "2026-07",
           "no later than 1 Mehr 1405": "2026-09-23", "in June of next year": "2027-06",
           "before the end of summer": "2026-08", "in the first half of next year": "2027-06"},
    "fr": {"dans les six mois suivant la signature": "2026-10",
           "avant la fin du troisième trimestre": "2026-09",
           "au premier trimestre de l'année prochaine": "2027-03", "en septembre de cette année": "2026-09"},
    "ru": {"до конца третьего квартала": "2026-09", "в I квартале следующего года": "2027-03",
           "в октябре текущего года": "2026-10", "в течение шести месяцев с даты подписания": "2026-10"},
    "fa": {"تا پایان سه‌ماهه سوم سال جاری": "2026-12-21", "تا نیمه نخست سال آینده": "2027-09-22",
           "تا اواخر پاییز": "2026-12-21", "ظرف یک ماه": "2026-05"},
    "ar": {"خلال الأشهر الستة المقبلة": "2026-10", "بنهاية الربع الثالث من العام الجاري": "2026-09",
           "في شهر أكتوبر من العام الجاري": "2026-10", "خلال النصف الأول من العام المقبل": "2027-06"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "words", "day"), [(c, w, d) for c, m in RELATIVE.items() for w, d in m.items()]
)
def test_a_date_said_from_the_day_of_the_document(code: str, words: str, day: str) -> None:
    found = due(words + ".", dt.date(2026, 4, 4), code=code)
    assert found is not None
    assert str(found.date) == day


# --- laws ----------------------------------------------------------------------------------------------


def tuned() -> list[str]:
    return [i.text for code in CODES for p in _files("tune", code) for i in score.texts(p)]


@given(
    st.lists(
        st.sampled_from([*tuned(), "", "a.", "...", "“Quote.” No. 5 of 3.", "\u200f\u2067x", "İI ß ﷲ"]),
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_every_quote_is_exact(texts: list[str]) -> None:
    text = " ".join(texts)
    for draft in propose(document(text)).drafts:
        assert text[draft.start : draft.end] == draft.quote
        assert text[draft.what_start : draft.what_end] == draft.what
        assert draft.start <= draft.what_start < draft.what_end <= draft.end
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(spans))


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_drafts_or_none(text: str) -> None:
    propose(document(text), dated=dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    "text", ["mr. mr. " * 25_000, "Iran, " * 17_000, "a" * 200_000, ", " * 50_000, "\u0648 " * 50_000]
)
def test_hostile_texts_take_bounded_time(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    start = time.process_time()
    propose(read_document(tmp_path / "t.txt"), dated=dt.date(2026, 1, 1))
    assert time.process_time() - start < 4  # under a second; the bound is for a slow machine under load


def test_lexicons_have_the_same_parts() -> None:
    """A language without words for a kind, a field or a form would be silently blind there."""
    for code in CODES:
        lex = lexicon(code)
        for kind in kinds():
            assert f"kinds.{kind}" in lex.patterns, (code, kind)
        assert {n for n in lex.patterns if n.startswith("fields.")} == {
            n for n in lexicon("en").patterns if n.startswith("fields.")
        }
        for name in (
            "question",
            "conditional",
            "condition",
            "secretariat",
            "boilerplate",
            "invitation",
            "agent",
            "oblique",
            "together.all",
        ):
            assert name in lex.patterns, (code, name)
        assert {t.firmness for t in lex.triggers} >= {"", "legal duty", "agreed", "vowed", "must strive"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The two sides agreed to cooperate.", "en"),
        ("Les deux parties sont convenues de coopérer.", "fr"),
        ("Стороны договорились сотрудничать.", "ru"),
        ("دو طرف توافق کردند که همکاری کنند.", "fa"),
        ("اتفق الجانبان على التعاون في المجالات التالية.", "ar"),
        (
            "Die Seiten sind übereingekommen, die Zusammenarbeit mit der Republik zu vertiefen und werden.",
            "de",
        ),
        ("Taraflar bu konuda ve diğer alanlarda iş birliği için çalışma grubu kurulması", "tr"),
    ],
)
def test_the_language_is_said(text: str, code: str) -> None:
    assert language(text) == code
    assert propose(document(text)).language == code


# --- one thing at a time -------------------------------------------------------------------------------


def test_a_draft_says_what_is_missing_and_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(TEXT, encoding="utf-8")
    read = read_document(tmp_path / "c.txt")
    drafts = propose(read, dated=dt.date(2026, 11, 24)).drafts
    assert [d.quote for d in drafts] == [
        "Both sides agreed to open the second track by 30 June 2028.",
        "Iran will hand over the land within six months.",
        "It pledged to publish the tariff.",
    ]
    both, land, tariff = drafts
    assert both.owed_by == ("AZE", "IRN")
    assert both.by_context
    assert (both.place, both.firmness, str(both.due)) == ("paragraph 2", "agreed", "2028-06-30")
    assert both.what == "open the second track"
    assert str(land.due) == "2027-05"
    assert land.missing == ()
    assert tariff.owed_by == ("IRN",)
    assert tariff.by_context
    assert tariff.missing == ("date",)
    assert propose(read).drafts[1].due is None  # without the day of the document six months are words
    assert propose(read).drafts[1].due_words == "within six months"


def test_lines_broken_at_a_margin_are_one_paragraph(tmp_path: Path) -> None:
    (tmp_path / "w.txt").write_text(
        "JOINT STATEMENT OF IRAN AND RUSSIA\n\n"
        "The Parties agreed to complete the construction of the Rasht-Astara\n"
        "railway by 31 December 2028 and to open the joint cus-\ntoms post at Astara by June 2027.\n",
        encoding="utf-8",
    )
    first, second = propose(read_document(tmp_path / "w.txt"), dated=dt.date(2026, 1, 1)).drafts
    assert (first.owed_by, str(first.due)) == (("IRN", "RUS"), "2028-12-31")
    assert first.what == "complete the construction of the Rasht-Astara railway"
    assert (str(second.due), second.kind) == ("2027-06", "border")
    assert "customs post" in second.what


def test_tables_are_read_by_their_headings(tmp_path: Path) -> None:
    html = (
        "<html><body><div class='menu'><ul><li><a href='/'>Russia will win</a></li></ul></div>"
        "<div>Protocol of India and Oman, 3 March 2026<br>India will build a pier by 2028.</div>"
        "<table><tr><th>Action</th><th>Responsible</th><th>Deadline</th></tr>"
        "<tr><td>Submit the draft</td><td>Omani side</td><td>1 June 2026</td></tr>"
        "<tr><td>Explore a joint fund</td><td>Both sides</td><td></td></tr></table>"
        "<div id='comments'><p>India must act!</p></div></body></html>"
    )
    (tmp_path / "t.html").write_text(html, encoding="utf-8")
    proposal = propose(read_document(tmp_path / "t.html"))
    assert [(d.owed_by, str(d.due or ""), d.firmness) for d in proposal.drafts] == [
        (("IND",), "2028", "agreed"),
        (("OMN",), "2026-06-01", "agreed"),
        (("IND", "OMN"), "", "considered"),
    ]


def test_duplicates_are_told_within_a_text_and_against_the_register() -> None:
    text = "Kenya will dredge the access channel of Mombasa port to 15 metres."
    again = "Kenya shall dredge the access channel of the Mombasa port to 15 metres in 2028."
    proposal = propose(document(text, again, "Kenya will train sixty pilots."))
    assert [d.same_as for d in proposal.drafts] == ["", "D01", ""]
    register = [known("C07", ("KEN",), "dredge the access channel of Mombasa port to 15 metres")]
    assert propose(document(text), register=register).drafts[0].same_as == "C07"
    others = [known("C07", ("TZA",), "dredge the access channel of Mombasa port to 15 metres")]
    assert propose(document(text), register=others).drafts[0].same_as == ""


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("by the end of 2027", "2027"),
        ("by 31 March 2027", "2027-03-31"),
        ("by March 20, 2027", "2027-03-20"),
        ("by 15.05.2027", "2027-05-15"),
        ("in the first quarter of 2027", "2027-03"),
        ("in Q3 2027", "2027-09"),
        ("in the second half of 2026", "2026-12"),
        ("by mid-2028", "2028-06"),
        ("before Nowruz 2027", "2027-03-20"),
        ("by the end of 1405", "2027-03-20"),
        ("by the end of 1406", "2028-03-19"),  # 1407 begins on 20 March: 2028 has a 29 February
        ("by the end of 1408", "2030-03-20"),  # a leap year of 366 days
        ("by 22 Bahman 1405", "2027-02-11"),
        ("before Nowruz 2028", "2028-03-19"),
        ("before Nowruz 1407", "2028-03-19"),
        ("by 2027-05-00", None),
        ("by 00 May 2027", None),
        ("within eighteen months", "2027-07"),
        ("within a year and a half", "2027-07"),
        ("no later than 120 days after signature", "2026-05-15"),
        ("within 30 days after the last ratification", None),
        ("between 2027 and 2029", "2029"),
        ("in 2027-28", "2028"),
        ("next year", "2027"),
        ("by June", "2026-06"),
        ("before the next meeting", None),
        ("of the 2016 treaty", None),
        ("under the 2030 Agenda", None),
        ("1,405 km long", None),
    ],
)
def test_dates_of_promises(words: str, date: str | None) -> None:
    found = due(f"The parties will build the line {words}.", dt.date(2026, 1, 15))
    assert (str(found.date) if found and found.date else None) == date


@pytest.mark.parametrize(
    ("code", "words", "date"),
    [
        ("fr", "au plus tard le 1er mars 2027", "2027-03-01"),
        ("fr", "au second semestre 2027", "2027-12"),
        ("fr", "d'ici fin juin 2027", "2027-06"),
        ("fr", "dans un délai de quatre-vingt-dix jours", "2026-08-18"),
        ("fr", "avant la fin de l'année", "2026"),
        ("ru", "в III квартале 2027 года", "2027-09"),
        ("ru", "до 30.09.2027", "2027-09-30"),
        ("ru", "в шестимесячный срок", "2026-11"),
        ("ru", "до конца текущего года", "2026"),
        ("ru", "в следующем году", "2027"),
        ("fa", "تا ۲۵ اردیبهشت ۱۴۰۶", "2027-05-15"),
        ("fa", "تا پایان سال جاری", "2027-03-20"),
        ("fa", "تا تاریخ ۱۴۰۶/۰۳/۱۵", "2027-06-05"),
        ("fa", "در سه‌ماهه دوم سال ۱۴۰۶", "2027-09-22"),
        ("fa", "در سپتامبر ۲۰۲۶", "2026-09"),
        ("fa", "ظرف شش ماه", "2026-11"),
        ("ar", "في موعد أقصاه 30 يونيو 2027", "2027-06-30"),
        ("ar", "في كانون الثاني/يناير 2027", "2027-01"),
        ("ar", "قبل ٣٠ أيلول ٢٠٢٧", "2027-09-30"),
        ("ar", "خلال تسعين يوما من تاريخ التوقيع", "2026-08-18"),
        ("ar", "خلال شهرين", "2026-07"),
        ("ar", "في أكتوبر المقبل", "2026-10"),
        # Umm al-Qura: 1 Ramadan 1448 is 8 February 2027, 1 Muharram 1449 is 6 June 2027
        ("ar", "قبل 1 رمضان 1448", "2027-02-08"),
        ("ar", "نهاية عام 1448هـ", "2027-06-05"),
    ],
)
def test_dates_in_other_languages(code: str, words: str, date: str) -> None:
    found = due(f"{words} .", dt.date(2026, 5, 20), code=code)
    assert found is not None
    assert str(found.date) == date


def test_a_wait_beyond_the_calendar_names_no_date() -> None:
    for words in ("within 30 days", "within six months", "within 900 years", "next year"):
        found = due(f"The parties will build the line {words}.", dt.date(9999, 12, 31))
        assert found is None or found.date is None


# --- files ---------------------------------------------------------------------------------------------


def test_every_kind_of_document(tmp_path: Path) -> None:
    import typst
    from docx import Document as Word

    html = "<html><head><title>x</title><script>will build</script></head><body><nav>India will build.</nav>"
    html += "".join(f"<p>{p}</p>" for p in TEXT.split("\n\n")) + "</body></html>"
    (tmp_path / "c.html").write_text(html, encoding="utf-8")
    word = Word()
    for paragraph in TEXT.split("\n\n"):
        word.add_paragraph(paragraph)
    word.save(str(tmp_path / "c.docx"))
    (tmp_path / "c.pdf").write_bytes(typst.compile(TEXT.encode()))
    (tmp_path / "c.md").write_text(TEXT, encoding="utf-8")
    for suffix in ("html", "docx", "pdf", "md"):
        read = read_document(tmp_path / f"c.{suffix}")
        drafts = propose(read, dated=dt.date(2026, 11, 24)).drafts
        assert len(drafts) == 3, (suffix, [d.quote for d in drafts])
        assert str(drafts[0].due) == "2028-06-30"
        assert ("page 1" in drafts[0].place) == (suffix == "pdf")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    import typst
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "ok.pdf").write_bytes(typst.compile(TEXT.encode()))
    writer = PdfWriter(clone_from=PdfReader(tmp_path / "ok.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    blank = PdfWriter()
    blank.add_blank_page(100, 100)
    blank.write(tmp_path / "scan.pdf")
    (tmp_path / "empty.txt").write_bytes(b" \n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)))
    (tmp_path / "latin.txt").write_bytes("Köln".encode("latin-1"))
    (tmp_path / "long.txt").write_text("word " * 220_000, encoding="utf-8")
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04" + random.Random(1).randbytes(400))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\n" + random.Random(2).randbytes(400))
    for name, words in (
        ("none.txt", "no file"),
        ("locked.pdf", "encrypted"),
        ("scan.pdf", "text recognition"),
        ("empty.txt", "is empty"),
        ("binary.txt", "no text"),
        ("latin.txt", "not UTF-8"),
        ("long.txt", "more than 1,000,000 characters"),
        ("bad.docx", "damaged|cannot be read"),
        ("bad.pdf", "damaged|cannot be read"),
    ):
        with pytest.raises(WrongUse, match=words):
            read_document(tmp_path / name)
    # what follows is read here, not in a process for each: a fault that is no refusal comes to light
    monkeypatch.setattr(documents, "apart", lambda work, *asked, **limits: work(*asked))
    whole = (tmp_path / "ok.pdf").read_bytes()
    rng = random.Random(3)
    for _ in range(30):
        cut = bytearray(whole)
        for _ in range(rng.randint(1, 30)):
            cut[rng.randrange(len(cut))] = rng.randrange(256)
        (tmp_path / "f.pdf").write_bytes(bytes(cut[: rng.randint(20, len(cut))]))
        with contextlib.suppress(WrongUse):
            propose(read_document(tmp_path / "f.pdf"))


# --- accepting -----------------------------------------------------------------------------------------


def test_only_what_is_confirmed_becomes_rows(tmp_path: Path) -> None:
    records = opened("north-south").records
    (tmp_path / "c.txt").write_text(TEXT, encoding="utf-8")
    day = dt.date(2026, 11, 24)
    proposal = propose(read_document(tmp_path / "c.txt"), [(p.id, p.name) for p in records.parties], day)
    commitment, change = accepted(records, proposal, Wanted(("D01",)), agreement="A14", dated=day)
    assert commitment.ident == "C37"
    assert getattr(commitment, "owed_by", ()) == ("AZE", "IRN")
    assert str(getattr(change, "promised_for", "")) == "2028-06-30"
    assert "paragraph 2" in getattr(commitment, "note", "")
    for ids, agreement, words in (
        (("D09",), "A14", "no draft 'D09'"),
        (("D01",), "A99", "no agreement 'A99'"),
    ):
        with pytest.raises(WrongUse, match=words):
            accepted(records, proposal, Wanted(ids), agreement=agreement, dated=None)


def test_a_draft_is_corrected_while_it_is_accepted() -> None:
    records = opened("north-south").records
    proposal = propose(document("Iran and Azerbaijan", "Both sides agreed to open the gate by June 2028."))
    said = ("owner=Iran", "due=2028-09", "kind=border", "title=The gate", "what=open it", "test=Open.")
    wanted = Wanted(("D01",), tuple(correction(f"D01.{c}") for c in said))
    commitment, change = accepted(records, proposal, wanted, agreement="A14", dated=None)
    names = ("owed_by", "kind", "title", "text", "acceptance_test", "firmness")
    assert [getattr(commitment, n) for n in names] == [
        *(("IRN",), "border", "The gate", "open it", "Open.", "agreed"),
    ]
    assert str(getattr(change, "promised_for", "")) == "2028-09"
    for text, words in (
        ("owner", "is no correction"),
        ("D01.colour=red", "no part of a draft 'colour'"),
        ("D01.due=soon", "is no date"),
        ("D01.firmness=iron", "no firmness 'iron'"),
        ("D01.owner=XYZ", "No party of the programme: XYZ"),
        ("D02.due=2028", "corrected and not accepted"),
    ):
        with pytest.raises(WrongUse, match=words):
            accepted(records, proposal, Wanted(("D01",), (correction(text),)), agreement="A14", dated=None)


def test_what_the_register_says_already_is_not_entered_twice() -> None:
    records = opened("north-south").records
    first = next(c for c in records.commitments if len(known("", (), c.title).words) >= 5)
    register = [known(c.id, c.owed_by, c.title) for c in records.commitments]
    owners = " and ".join(p.name for p in records.parties if p.id in first.owed_by)
    text = f"{owners} will {first.title[0].lower()}{first.title[1:]}."
    parties = [(p.id, p.name) for p in records.parties]
    proposal = propose(document(f"Joint statement of {owners}", text), parties, register=register)
    same = [d for d in proposal.drafts if d.same_as == first.id]
    assert same, (text, proposal.drafts)
    wanted = Wanted((same[0].id,), (correction(f"{same[0].id}.kind=border"),))
    with pytest.raises(WrongUse, match="not entered twice"):
        accepted(records, proposal, wanted, agreement="A14", dated=None)


def test_a_headline_is_read_with_its_article_only() -> None:
    """What the headline says the article says again; a line by itself is no headline."""
    line = "Iran and Azerbaijan agree to open the bridge by June 2028"
    article = ["The ministers met in Baku.", "Iran will open the bridge by June 2028.", "Trade rose."]
    on = dt.date(2026, 5, 1)
    assert len(propose(document(line), dated=on).drafts) == 1
    drafts = propose(document(line, *article), dated=on).drafts
    assert [d.place for d in drafts] == ["paragraph 3"]
    item = Document(
        "x", "text", "", tuple(Paragraph(t, str(n), role="item") for n, t in enumerate([line, *article]))
    )
    assert len(propose(item, dated=on).drafts) == 2


def test_every_signed_text_is_a_promise() -> None:
    text = "Iran and Iraq signed an agreement on air traffic and a memorandum on archives."
    drafts = propose(document(text), dated=dt.date(2026, 5, 1)).drafts
    assert [(d.firmness, d.owed_by) for d in drafts] == [
        ("legal duty", ("IRN", "IRQ")),
        ("agreed", ("IRN", "IRQ")),
    ]


def test_who_acts_behind_a_colon_owes_it() -> None:
    text = "- Opening of the post round the clock: Iran, by 15 January 2027.\n"
    item = Document("x", "text", "", (
        Paragraph("Minutes of the committee of Iran and Iraq", "1"),
        Paragraph("Decisions:", "2", role="heading"),
        Paragraph(text.strip("- \n"), "3", role="item"),
    ))  # fmt: skip
    drafts = propose(item, dated=dt.date(2026, 5, 1)).drafts
    assert [(d.owed_by, str(d.due)) for d in drafts] == [(("IRN",), "2027-01-15")]


MET_IN_RUSSIAN = "Министры Казахстана, Узбекистана и Туркмении провели встречу в мае."
MET = "The ministers of Kazakhstan, Uzbekistan and Turkmenistan met in May."
SAID = [
    # a condition is no promise of who is to meet it
    (
        "The Asian Development Bank stands ready to finance the study, provided that Uzbekistan undertakes to"
        " sign the memorandum.",
        [("ADB", "finance")],
    ),
    (
        "La Tunisie construira un pont si l'Algérie s'engage à payer la route.",
        [("TUN", "construira un pont")],
    ),
    # a name that ends as a verb does, and a date that begins within a word
    (
        "Le Mali s’engage à réhabiliter le tronçon Kayes-Kidira avant le 30 juin 2027.",
        [("MLI", "réhabiliter le tronçon Kayes-Kidira")],
    ),
    # a verb that is itself a word of promising
    ("Iran and Iraq must strive to double trade.", [("IRN;IRQ", "strive to double trade")]),
    ("Иран и Ирак должны стремиться удвоить торговлю.", [("IRN;IRQ", "стремиться удвоить")]),
    ("L'Iran et l'Irak doivent s’efforcer de doubler leurs échanges.", [("IRN;IRQ", "s’efforcer de")]),
    ("La Tunisie entend également ouvrir un consulat à Sfax.", [("TUN", "ouvrir un consulat à Sfax")]),
    # what the secretariat is to do, and what two of three are to, is owed by nobody named
    ("The Council tasked the Secretariat with circulating a tariff schedule.", [("", "circulating")]),
    ("Совет поручил Секретариату разослать тарифную сетку.", [("", "разослать")]),
    ("The two countries must strive to double trade.", [("", "strive to double trade")]),
    # what stands behind a semicolon leans on what stands before it
    (
        "Iran will build the road; works should be finished in 2030.",
        [("IRN", "build the road"), ("IRN", "works should be finished")],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), SAID)
def test_whole_kinds_of_sentences(text: str, wanted: list[tuple[str, str]]) -> None:
    met = {"The": [MET], "Сов": [MET_IN_RUSSIAN]}.get(text[:3], [])  # the meeting that it is said at
    paragraphs = [*met, text]
    drafts = propose(document(*paragraphs), dated=dt.date(2026, 5, 1)).drafts
    assert [";".join(d.owed_by) for d in drafts] == [who for who, _ in wanted]
    assert all(d.what.startswith(what) for d, (_, what) in zip(drafts, wanted, strict=True))


PRESS = [
    ("عقد العراق وسوريا وباكستان اجتماعا. وستتولى باكستان إعداد المسودة.", [("PAK", "", "agreed")]),
    ("ایران با عراق بر سر احداث راه‌آهن توافق کرد.", [("IRN;IRQ", "", "agreed")]),
    ("وزیر ایران در دیدار با وزیر عراق متعهد شد راه‌آهن را بسازد.", [("IRN", "", "agreed")]),
    ("دولت عراق با تخصیص ۳۰ میلیارد دینار برای تملک اراضی موافقت کرد.", [("IRQ", "", "agreed")]),
    ("India has committed 120 million dollars for cranes.", [("IND", "", "vowed")]),
    (
        "A meeting of Iran and India is scheduled for June 2026 in Yerevan.",
        [("IND;IRN", "2026-06", "agreed")],
    ),
    ("Россия расширит пост Самур до шести полос.", [("RUS", "", "agreed")]),
    ("Туркменистан обязался не повышать сборы до 2028 года.", [("TKM", "2028", "agreed")]),
    (
        "ایران و هند بر لزوم تکمیل راه‌آهن تا نیمه ۱۴۰۶ تأکید کردند.",
        [("IND;IRN", "2027-09-22", "must strive")],
    ),
    # (text, owners, due, firmness) of each promise: kinds of sentences of ministries and agencies
    ("Kazakhstan will supply 40 locomotives to Iran by March 2028.", [("KAZ", "2028-03", "agreed")]),
    ("RZD will invest 100 million dollars in Iran.", [("RUS", "", "agreed")]),
    (
        "The agreement between Iran and Oman provides for the establishment of a ferry line.",
        [("IRN;OMN", "", "agreed")],
    ),
    ("The Turkmen minister said that next year the work will be completed.", [("TKM", "2027", "vowed")]),
    ("The line will bring enormous opportunities for Iran and Iraq.", []),
    ("This was formalized in 2014 when a draft agreement was signed by Iran and Iraq.", []),
    (
        "Iran and Iraq agreed that a group be established to prepare the plan, which would meet in Basra.",
        [("IRN;IRQ", "", "agreed")],
    ),
    (
        "It was agreed by Iran and Iraq that the necessary measures be taken to link the grids.",
        [("IRN;IRQ", "", "agreed")],
    ),
    (
        "Le Niger et le Bénin se sont engagés à contribuer 50 millions de dollars.",
        [("BEN;NER", "", "agreed")],
    ),
    (
        "По итогам переговоров Узбекистана и Китая подписаны «Дорожная карта» проекта и меморандум о группе.",
        [("CHN;UZB", "", "agreed"), ("CHN;UZB", "", "agreed")],
    ),
    (
        "الاتفاق بين إيران والعراق يلزم الجانبين ببدء التنفيذ خلال 30 يوما.",
        [("IRN;IRQ", "2026-05-31", "legal duty")],
    ),
    ("L'Iran annonce que le poste ouvrira dans les prochaines 48 heures.", [("IRN", "2026-05-03", "vowed")]),
    (
        "L'accord entre l'Algérie et le Mali prévoit en outre la mise en place d'un guichet.",
        [("DZA;MLI", "", "agreed")],
    ),
    (
        "Les ministres de France et d'Espagne ont décidé la mise sur pied d'une commission.",
        [("ESP;FRA", "", "agreed")],
    ),
    (
        "Le Niger et le Tchad sont convenus d'échanger leurs études lorsqu'elles seront achevées.",
        [("NER;TCD", "", "agreed")],
    ),
    ("Il faut savoir que l'Algérie a pris en charge la construction des deux postes.", []),
    (
        "Соглашение между Россией и Ираном предусматривает создание рабочей группы.",
        [("IRN;RUS", "", "agreed")],
    ),
    (
        "Премьер-министр РФ дал указание Минтрансу провести переговоры с Ираном.",
        [("RUS", "", "agreed")],
    ),
    ("РЖД и КТЖ договорились увеличить парк вагонов до конца 2027 года.", [("KAZ;RUS", "2027", "agreed")]),
    ("Россия и Казахстан: подписан план совместных действий по развитию дорог.", [("KAZ;RUS", "", "agreed")]),
    ("ایران و عراق در زمینه ایجاد گذرگاه توافقنامه امضاء کردند.", [("IRN;IRQ", "", "legal duty")]),
    ("مرز ایران با ترکیه تا 48 ساعت آینده بازگشایی خواهد شد.", [("IRN;TUR", "2026-05-03", "agreed")]),
    ("راه‌آهن خواف–هرات ایران تا پایان سال ۱۴۰۶ به بهره‌برداری می‌رسد.", [("IRN", "2028-03-19", "agreed")]),
    ("وزیر راه ایران قصد خود را برای تکمیل خط تا سال ۱۴۰۶ تأیید کرد.", [("IRN", "2028-03-19", "vowed")]),
    ("هدف ایران اتصال دو دریا است که با افتتاح خط این هدف محقق خواهد شد.", []),
    ("ستتولى تركيا إعداد المسودة ومشاركتها مع الطرفين السوري والأردني.", [("TUR", "", "agreed")]),
    ("بعد مباحثات بين إيران والعراق تقرر السماح بمرور الشاحنات.", [("IRN;IRQ", "", "agreed")]),
    (
        "اتفق الجانبان السعودي والمصري على تشكيل فريق عمل، إضافة إلى تشكيل فريق آخر للمتابعة.",
        [("EGY;SAU", "", "agreed"), ("EGY;SAU", "", "agreed")],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), PRESS)
def test_kinds_of_sentences_of_ministries_and_agencies(text: str, wanted: list[tuple[str, str, str]]) -> None:
    drafts = propose(document(text), dated=dt.date(2026, 5, 1)).drafts
    assert [(";".join(d.owed_by), str(d.due or ""), d.firmness) for d in drafts] == wanted
