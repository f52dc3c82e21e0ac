"""What real communiques, minutes and articles say: money that is no party, the deadline of an agreement,
works in the passive, directives without a verb."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from milepost.intake.documents import Document, Paragraph, read_document
from milepost.intake.drafts import Draft, propose

DAY = dt.date(2025, 10, 1)


def drafts(text: str) -> tuple[Draft, ...]:
    return propose(Document("x", "text", "", (Paragraph(text, "paragraph 1"),)), dated=DAY).drafts


def told(text: str) -> list[tuple[str, str]]:
    return [(" ".join(d.owed_by), str(d.due or "")) for d in drafts(text)]


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        (
            "Kenya and Uganda agreed to finish the railway by 2027 at a cost of 2 billion U.S. dollars "
            "(US$2bn, 250 billion Kenyan shillings). The parties will sign the contract by July 2026.",
            "KEN UGA",
        ),
        (
            "Le Kenya et l'Ouganda sont convenus d'achever la ligne avant fin 2027. Le cout est de 3 "
            "milliards de dollars des États-Unis, soit 4 milliards de dollars canadiens. Les parties "
            "signeront le contrat avant juin 2026.",
            "KEN UGA",
        ),
        (
            "Пакистан и Афганистан договорились завершить строительство дороги до конца 2027 года. "
            "Стоимость составляет 5 млрд долларов США, или 400 млрд российских рублей. Стороны проведут "
            "заседание совместной рабочей группы до июня 2026 года.",
            "AFG PAK",
        ),
        (
            "ایران و عراق توافق کردند راه‌آهن را تا پایان سال ۲۰۲۷ تکمیل کنند. هزینه آن ۳ میلیارد دلار آمریکا "
            "است. طرفین موافقتنامه را تا ژوئن ۲۰۲۶ امضا خواهند کرد.",
            "IRN IRQ",
        ),
        (
            "اتفقت العراق وإيران على استكمال خط السكة الحديد بحلول نهاية عام 2027. تبلغ الكلفة 3 مليارات "
            "دولار أمريكي. ستوقع الأطراف الاتفاق قبل يونيو 2026.",
            "IRN IRQ",
        ),
    ],
)
def test_the_country_of_a_currency_is_no_party(text: str, owners: str) -> None:
    found = drafts(text)
    assert len(found) == 2
    assert [" ".join(d.owed_by) for d in found] == [owners, owners]


def test_who_pays_in_its_own_money_is_one() -> None:
    assert told("The United States will pay 20 million US dollars to Kenya by 2027.") == [("USA", "2027")]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Стороны: Иран и Ирак. Иран подпишет соглашение до июня 2026 года.", "2026-06"),
        ("Иран ратифицирует протокол до конца 2026 года.", "2026"),
        ("Иран подпишет меморандум в марте 2027 года.", "2027-03"),
        ("ایران قرارداد تا سال ۲۰۲۷ امضا خواهد کرد.", "2027"),
        ("ستصادق إيران على البروتوكول بحلول عام 2027.", "2027"),
        ("ستنفذ إيران القرار حتى نهاية 2026.", "2026"),
        ("ستوقع إيران المذكرة في يونيو 2026.", "2026-06"),
        ("ستنفذ إيران ما جاء في اتفاق 2030 وذلك بحلول نهاية عام 2027.", "2027"),
        # a year that is part of a document's name is no date of anything
        ("Иран выполнит решение 2029 года.", ""),
        ("ستوقع إيران والعراق على ملحق يخص اتفاق عام 2030.", ""),
    ],
)
def test_a_document_has_a_deadline_or_a_year_in_its_name(text: str, due: str) -> None:
    assert [str(d.due or "") for d in drafts(text)] == [due]


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Kenya Railways Corporation and Uganda Railways Corporation will open the post by 2026.", "KEN UGA"),
        ("Turkish State Railways and Iranian Railways (RAI) agreed to run weekly trains by 2026.", "IRN TUR"),
        (
            "Kazakhstan Temir Zholy, Azerbaijan Railways and Georgian Railway will sign a contract.",
            "AZE GEO KAZ",
        ),
        ("دولت‌های ایران، عراق و ترکیه راه‌آهن را تا ۲۰۲۸ خواهند ساخت.", "IRN IRQ TUR"),
        ("ایران راه‌آهن عراق را تا ۲۰۲۸ خواهد ساخت.", "IRN"),
    ],
)
def test_railways_of_several_countries_are_each_their_own(text: str, owners: str) -> None:
    assert [" ".join(d.owed_by) for d in drafts(text)] == [owners]


def test_what_two_owe_begins_behind_both() -> None:
    (draft,) = drafts("ایران و عراق تا پایان ژوئن ۲۰۲۶ موافقتنامه را امضا خواهند کرد.")
    assert not draft.what.startswith("و")


@pytest.mark.parametrize(
    ("text", "what", "kind", "due"),
    [
        (
            "The Turkish Side informed that the construction of the railway would be completed in 2028.",
            "the construction of the railway would be completed",
            "build-link",
            "2028",
        ),
        (
            "The ministers of Iran and Iraq met. The next meeting will be held in Ankara in 2027.",
            "The next meeting will be held in Ankara",
            "meet",
            "2027",
        ),
        (
            "The ministers of Iran and Iraq met. A joint working group will be established by March 2027.",
            "A joint working group will be established",
            "body",
            "2027-03",
        ),
        (
            "Les ministres du Bénin et du Niger se sont réunis. Les deux parties ont convenu que le service "
            "ferroviaire serait repris en avril 2027.",
            "le service ferroviaire serait repris",
            "service",
            "2027-04",
        ),
        (
            "Министры Ирана и Ирака встретились. Паромное сообщение будет возобновлено в апреле 2027 года.",
            "Паромное сообщение будет возобновлено",
            "service",
            "2027-04",
        ),
        ("Iran will complete the port by end-2027.", "complete the port", "port-capacity", "2027"),
        ("Iran will complete the port by end June 2027.", "complete the port", "port-capacity", "2027-06"),
        ("Iran will open the line in fiscal year 2026-27.", "open the line", "build-link", "2027"),
    ],
)
def test_what_is_done_to_something_names_it(text: str, what: str, kind: str, due: str) -> None:
    (draft,) = drafts(text)
    assert (draft.what, draft.kind, str(draft.due)) == (what, kind, due)


SUMMIT = "The Heads of State of Kenya, Uganda and Rwanda met in Nairobi."


def test_minutes_without_verbs_of_promising() -> None:
    """As summits and joint committees write them: a party and an infinitive, or what is to be done."""
    said = [
        SUMMIT,
        "The Summit noted the report of the ministers and directed as follows:",
        "A. Power",
        "Ministers to settle the voltage of the line and Uganda is to expedite the feasibility study.",
        "The interconnection of Masaka and Mbarara be completed by April 2027.",
        "Kenya Ports Authority to publish the tariff book within two months.",
        "Partner States to submit reports by 30 September 2026.",
        "The weighbridges to be repaired.",
    ]
    parts = tuple(Paragraph(t, f"paragraph {n}") for n, t in enumerate(said, start=1))
    found = propose(Document("x", "text", "", parts), dated=dt.date(2026, 5, 14)).drafts
    assert [(" ".join(d.owed_by), d.what, str(d.due or "")) for d in found] == [
        ("KEN RWA UGA", "settle the voltage of the line", ""),
        ("UGA", "expedite the feasibility study", ""),
        ("KEN RWA UGA", "The interconnection of Masaka and Mbarara be completed", "2027-04"),
        ("KEN", "publish the tariff book", "2026-07"),
        ("KEN RWA UGA", "submit reports", "2026-09-30"),
        ("KEN RWA UGA", "The weighbridges to be repaired", ""),
    ]


def test_what_is_told_of_works_is_no_order() -> None:
    told = "The line expected to be completed by 2027 runs along the lake."
    assert drafts(f"{SUMMIT} {told}") == ()


@pytest.mark.parametrize("verb", ["a pris note", "a pris acte"])
def test_what_a_committee_takes_note_of_is_promised_by_nobody(tmp_path: Path, verb: str) -> None:
    minutes = tmp_path / "minutes.txt"
    lines = (
        "PROCÈS-VERBAL de la troisième réunion du Comité mixte",
        "Les délégations de l'Ouzbékistan, de l'Afghanistan et de l'Iran ont convenu de ce qui suit :",
        "1. La partie ouzbèke s'engage à achever la voie ferrée d'ici au 30 juin 2028.",
        f"2. Le Comité {verb} de l'état d'avancement du projet.",
    )
    minutes.write_text("\n".join(lines), encoding="utf-8")
    (found,) = propose(read_document(minutes), dated=DAY).drafts
    assert (found.owed_by, str(found.due)) == (("UZB",), "2028-06-30")
