"""Who and when, as communiques and news say it: where an article was written, a neighbour's name before the
subject, a counterpart, countries named by their region, and deadlines in the phrases of protocols."""

from __future__ import annotations

import datetime as dt

import pytest

from milepost.intake.documents import Document, Paragraph
from milepost.intake.drafts import Draft, propose

DAY = dt.date(2026, 5, 11)


def drafts(*paragraphs: str) -> tuple[Draft, ...]:
    document = Document("x", "text", "", tuple(Paragraph(t, f"p{n}") for n, t in enumerate(paragraphs)))
    return propose(document, dated=DAY).drafts


def owners(*paragraphs: str) -> list[str]:
    return [" ".join(d.owed_by) for d in drafts(*paragraphs)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (
            "MUSCAT, Oman, May 11 - The transport ministers of Iran and Iraq agreed to open the crossing.",
            "IRN IRQ",
        ),
        ("DUBAI (UAE), May 11 (Wire) - Chile, Peru and Brazil agreed to build the road.", "BRA CHL PER"),
        ("BISHKEK, KYRGYZ REPUBLIC - Tajikistan will open the tunnel by 2027.", "TJK"),
        ("МОСКВА, Россия, 11 мая - Иран и Ирак договорились открыть пункт пропуска.", "IRN IRQ"),
        ("PARIS, France, 11 mai - Le Tchad et le Cameroun sont convenus d'ouvrir le pont.", "CMR TCD"),
    ],
)
def test_where_an_article_was_written_promises_nothing(text: str, who: str) -> None:
    assert owners(text) == [who]


def test_an_item_whose_party_stands_before_a_dash_keeps_it() -> None:
    assert owners("Minutes of the meeting", "Iran (ports), by 30 June 2027 - shall dredge the channel.") in (
        ["IRN"],
        [],
    )


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("After the explanation given by Uganda, Kenya will lift the ban on eggs by 2027.", "KEN"),
        ("Another neighbour of Iran, Oman, will build the berth by 2027.", "OMN"),
        ("After the talks in Iran, Turkey will open the line by 2027.", "TUR"),
        ("As the note of Uganda explains, the Kenya government will lift the ban by 2027.", "KEN"),
    ],
)
def test_who_stands_at_the_verb_owes_it(text: str, who: str) -> None:
    assert owners(text) == [who]


@pytest.mark.parametrize(
    ("texts", "who"),
    [
        (
            (
                "Kenya and Uganda held talks.",
                "The trade secretary and his Ugandan counterpart agreed to open the post.",
            ),
            "KEN UGA",
        ),
        (
            (
                "Le Tchad et le Cameroun ont tenu des pourparlers.",
                "La ministre et son homologue camerounais sont convenus d'ouvrir le pont.",
            ),
            "CMR TCD",
        ),
    ],
)
def test_a_counterpart_is_the_other_of_two(texts: tuple[str, str], who: str) -> None:
    assert owners(*texts) == [who]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("China and the Central Asian countries agreed to open a railway.", "CHN KAZ KGZ TJK TKM UZB"),
        ("La Chine et les pays d'Asie centrale sont convenus d'ouvrir une ligne.", "CHN KAZ KGZ TJK TKM UZB"),
        (
            "Китай и государства Центральной Азии договорились открыть линию.",
            "CHN KAZ KGZ TJK TKM UZB",
        ),
        ("The Baltic states will build the line by 2030.", "EST LTU LVA"),
    ],
)
def test_countries_by_their_region(text: str, who: str) -> None:
    assert owners(text) == [who]


@pytest.mark.parametrize(
    ("frame", "words", "due"),
    [
        ("en", "within 45 (forty-five) days", "2026-06-25"),
        ("en", "within one hundred and twenty (120) days", "2026-09-08"),
        ("en", "within a period of two months", "2026-07"),
        ("en", "by the end of H1 2027", "2027-06"),
        ("en", "in 3Q 2026", "2026-09"),
        ("en", "by 31 December next year", "2027-12-31"),
        ("en", "by the fifteenth of September 2026", "2026-09-15"),
        ("en", "by the 30th day of June 2027", "2027-06-30"),
        ("en", "in July-August 2026", "2026-08"),
        ("fr", "au T3 2026", "2026-09"),
        ("fr", "au S1 2027", "2027-06"),
        ("fr", "dans un délai de quatre-vingt-dix (90) jours", "2026-08-09"),
        ("fr", "avant le 31 décembre de l'année prochaine", "2027-12-31"),
        ("fr", "avant la fin du mois", "2026-05"),
        ("fr", "en octobre-novembre 2026", "2026-11"),
        ("ru", "в IV кв. 2026 г.", "2026-12"),
        ("ru", "до конца месяца", "2026-05"),
        ("ru", "до 1 октября следующего года", "2027-10-01"),
        ("ru", "до пятнадцатого сентября 2026 года", "2026-09-15"),
        ("ru", "в октябре-ноябре 2026 года", "2026-11"),
        ("fa", "تا اول مهر", "2026-09-23"),
        ("fa", "تا پانزدهم مهر ۱۴۰۵", "2026-10-07"),
        ("fa", "تا بیستم شهریور", "2026-09-11"),
        ("fa", "حداکثر ظرف نود (۹۰) روز", "2026-08-09"),
        ("fa", "تا ۱۵ مهر سال آینده", "2027-10-07"),
        ("ar", "خلال تسعين (90) يوما", "2026-08-09"),
        ("ar", "في الخامس عشر من يونيو 2026", "2026-06-15"),
        ("ar", "نهاية أيلول المقبل", "2026-09"),
        ("ar", "قبل 31 ديسمبر من العام المقبل", "2027-12-31"),
    ],
)
def test_deadlines_as_protocols_write_them(frame: str, words: str, due: str) -> None:
    text = {
        "en": "Iran and Iraq agreed to open the post {}.",
        "fr": "L'Iran et l'Irak sont convenus d'ouvrir le poste {}.",
        "ru": "Иран и Ирак договорились открыть пункт пропуска {}.",
        "fa": "ایران و عراق توافق کردند گذرگاه را {} بازگشایی کنند.",
        "ar": "اتفقت إيران والعراق على فتح المنفذ {}.",
    }[frame]
    found = drafts(text.format(words))
    assert [str(d.due) for d in found] == [due], [d.due_words for d in found]


def test_the_months_that_a_report_is_about_are_no_deadline() -> None:
    text = "Иран и Ирак договорились до 10 августа 2026 года направить сведения за 7 месяцев 2026 года."
    assert [str(d.due) for d in drafts(text)] == ["2026-08-10"]


def test_where_a_line_runs_are_no_parties() -> None:
    found = owners(
        "Туркменистан и Иран провели переговоры.",
        "Обсуждалась железная дорога Китай – Казахстан – Туркменистан – Иран.",
        "Стороны договорились увеличить транзит.",
    )
    assert found == ["IRN TKM"]
