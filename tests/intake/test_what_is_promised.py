"""What is promised and what is not, as communiques and news say it: preambles, gains, what a body is for,
plans that are adopted, needs in the passive, signings between many names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from milepost.errors import WrongUse
from milepost.intake.accept import Wanted, accepted
from milepost.intake.documents import Document, Paragraph, read_document
from milepost.intake.drafts import Draft, propose
from opened import opened

DAY = dt.date(2026, 5, 11)


def drafts(*paragraphs: str) -> tuple[Draft, ...]:
    document = Document("x", "text", "", tuple(Paragraph(t, f"p{n}") for n, t in enumerate(paragraphs)))
    return propose(document, dated=DAY).drafts


def said(*paragraphs: str) -> list[str]:
    return [d.what for d in drafts(*paragraphs)]


@pytest.mark.parametrize(
    "text",
    [
        "The Presidents of Kenya and Uganda, Reiterating their determination to build the railway, "
        "Expressing their readiness to finance the road, Have met in Kampala.",
        "Reaffirming their commitment to open the border posts of Kenya and Uganda around the clock,",
        "Soulignant la nécessité d'accélérer les travaux du pont entre le Tchad et le Cameroun,",
        "Президенты Ирана и Ирака, подчеркивая необходимость ускорить строительство моста, "
        "выражая готовность профинансировать дорогу, встретились в Тегеране.",
        "با تأکید بر ضرورت تکمیل راه‌آهن ایران و عراق، با ابراز تعهد به بازگشایی گذرگاه‌ها،",
        "إن رئيسي العراق والأردن، إذ يؤكدان التزامهما بفتح المعابر، وإذ يشددان على ضرورة إنجاز خط السكك،",
    ],
)
def test_a_preamble_promises_nothing(text: str) -> None:
    assert said(text) == []


def test_what_follows_a_preamble_is_read() -> None:
    text = "Stressing the need to build roads, Kenya and Uganda agreed to open the post by 2027."
    assert said(text) == ["open the post"]


@pytest.mark.parametrize(
    "text",
    [
        "The integration project will strengthen trade between Kenya and Uganda.",
        "The signing of the agreement by Kenya and Uganda will accelerate growth.",
        "Le projet du Tchad et du Cameroun renforcera les échanges.",
        "The two Presidents of Kenya and Uganda had instructed their ministers to resolve the barriers.",
        "The document was signed by the ministers of Kenya and Uganda.",
    ],
)
def test_gains_and_what_lies_before_are_no_promise(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "Kenya and Uganda agreed to set up a committee to monitor and resolve trade barriers.",
            ["set up a committee to monitor and resolve trade barriers"],
        ),
        (
            "Kenya and Uganda agreed to clear the lanes at Malaba, to ensure the flow of goods.",
            ["clear the lanes at Malaba, to ensure the flow of goods"],
        ),
        (
            "Kenya and Uganda agreed to clear the lanes, to improve the road and to open the post.",
            ["clear the lanes", "improve the road", "open the post"],
        ),
        (
            "Kenya and Uganda committed to addressing delays at the checkpoints and ensuring night service.",
            ["addressing delays at the checkpoints", "ensuring night service"],
        ),
        (
            "Le Tchad et le Cameroun sont convenus de relancer la session en vue d'affiner et de suivre "
            "les projets.",
            ["relancer la session en vue d'affiner et de suivre les projets"],
        ),
        (
            "Le Tchad et le Cameroun sont convenus de partager leurs expériences et d'unir leurs efforts.",
            ["partager leurs expériences", "unir leurs efforts"],
        ),
    ],
)
def test_what_a_thing_is_for_is_no_further_promise(text: str, what: list[str]) -> None:
    assert said(text) == what


def test_a_russian_deadline_within_a_list_of_actions_cuts_no_words() -> None:
    text = "Иран и Ирак договорились подготовить тарифы моста и до 10 августа 2026 года направить сведения."
    assert [(d.what, str(d.due or "")) for d in drafts(text)][-1] == (
        "до 10 августа 2026 года направить сведения",
        "2026-08-10",
    )
    assert all(len(d.what) > 2 for d in drafts(text))


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Iran and Iraq adopted the Action Plan for 2027-2030 on digital permits.", ""),
        ("Kenya and Uganda endorsed the Railway Strategy 2027-2030 for the corridor.", ""),
        ("Kenya and Uganda will prepare the work programme by 30 June 2027.", "2027-06-30"),
        ("Le Tchad et le Cameroun ont adopté la feuille de route du corridor.", ""),
        ("Иран и Ирак утвердили дорожную карту по развитию коридора на 2026-2028 годы.", ""),
    ],
)
def test_a_plan_that_is_adopted_has_its_name_by_its_years(text: str, due: str) -> None:
    assert [str(d.due or "") for d in drafts(text)] == [due]


@pytest.mark.parametrize(
    ("text", "firmness"),
    [
        (
            "Иран и Ирак провели встречу. Была подчеркнута необходимость ускорить строительство.",
            "must strive",
        ),
        ("Документом Ирана и Ирака намечено проведение работ на фарватере.", "vowed"),
        ("در دیدار ایران و عراق بر ضرورت تکمیل راه‌آهن بصره تأکید شده است.", "must strive"),
        (
            "وقع وزير النقل العراقي السيد باقر الحسن ووزير الطرق والتنمية الإيراني السيد علي الكريم "
            "على مذكرة تفاهم للنقل.",
            "agreed",
        ),
        (
            "Kenya and Uganda reaffirmed their commitment towards integrating the road stations.",
            "vowed",
        ),
        ("La commission mixte du Tchad et du Cameroun va se réunir d'ici un mois.", "agreed"),
    ],
)
def test_promises_in_the_passive_and_between_names(text: str, firmness: str) -> None:
    assert [d.firmness for d in drafts(text)] == [firmness]


def test_both_things_of_an_arabic_agreement_are_read() -> None:
    text = "اتفقت العراق وإيران على مد خطين للسكك الحديدية، واتخاذ الإجراءات لرفع الطمي من شط العرب."
    assert len(drafts(text)) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Iran and Iraq agreed to sign the agreement on transit by 2027.",
            [("sign the agreement on transit", "agreed")],
        ),
        (
            "Iran and Iraq agreed for the early completion of the bridge.",
            [("the early completion of the bridge", "agreed")],
        ),
        (
            "Iran and Iraq signed an agreement as a commitment to meet the costs.",
            [("signed an agreement as a commitment to meet the costs", "legal duty")],
        ),
        (
            "The works on the line will be fast-tracked, ministers of Iran and Iraq resolved on Friday.",
            [("The works on the line will be fast-tracked", "vowed")],
        ),
        (
            "This was during a meeting of Iran and Iraq to discuss ways to build the line.",
            [],
        ),
        (
            "Iran and Iraq reached the deal on Friday, according to Minister of Transport Karim.",
            [],
        ),
    ],
)
def test_phrases_around_agreeing(text: str, told: list[tuple[str, str]]) -> None:
    assert [(d.what, d.firmness) for d in drafts(text)] == told


def test_a_minister_who_tells_of_the_two_countries_speaks_for_both() -> None:
    found = drafts(
        "Iran and Iraq held talks in Basra.",
        "Karim, who led the Iraqi delegation, said the two countries also agreed to adopt a common manual.",
    )
    assert [" ".join(d.owed_by) for d in found] == ["IRN IRQ"]


def test_an_arabic_agreement_told_in_a_relative_clause_is_read() -> None:
    text = "ناقش الوزير السوري مع الوزير السعودي آليات التعاون، حيث تم الاتفاق على عقد اجتماع فني في الرياض."
    assert [d.firmness for d in drafts(text)] == ["agreed"]


def test_a_persian_effort_is_dated_by_what_it_is_for() -> None:
    text = "وزیر حمل و نقل ترکمنستان گفت: تلاش می‌کنیم تا ۱۵ روز آینده کار نصب تونل‌ها به پایان برسد."
    assert [(d.owed_by, str(d.due), d.firmness) for d in drafts(text)] == [
        (("TKM",), "2026-05-26", "must strive")
    ]


def test_a_line_with_bars_is_no_table_of_one_row(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text(
        "Basra, Iraq | Agency | Iran and Iraq on Sunday agreed to build a line.\n", encoding="utf-8"
    )
    found = propose(read_document(file), dated=DAY).drafts
    assert [(d.owed_by, d.what) for d in found] == [(("IRN", "IRQ"), "build a line")]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (
            "Tanzanian President Karim told a news conference after talks with Rwandan President Amin that "
            "the construction of the line will be jointly financed by the two countries.",
            "RWA TZA",
        ),
        (
            "Les présidents ivoirien, M. Amani, et burkinabè, M. Barro, ont signé un accord ferroviaire.",
            "BFA CIV",
        ),
        (
            "Президент России А. Ким, председатель КНР Б. Ли и президент Монголии В. Бат договорились "
            "открыть линию.",
            "CHN MNG RUS",
        ),
    ],
)
def test_who_is_named_among_names(text: str, who: str) -> None:
    assert [" ".join(d.owed_by) for d in drafts(text)] == [who]


def test_a_persian_list_of_fields_is_one_promise() -> None:
    text = (
        "ایران و افغانستان گفتگو کردند و مقرر شد همکاری‌های مشترکی در زمینه اکتشاف، استخراج و فرآوری معادن "
        "هرات شکل گیرد."
    )
    assert len(drafts(text)) == 1


def test_every_fault_of_what_is_accepted_is_told_at_once() -> None:
    paragraphs = (
        "Minutes of the meeting of Kenya, Uganda and Rwanda",
        "Kenya agreed to open the post at Malaba by 31 December 2026.",
        "The ministers directed the secretariat to prepare a report on axle loads.",
        "Uganda will upgrade the road to Suam by June 2028.",
    )
    document = Document(
        "x.txt", "text", "0" * 64, tuple(Paragraph(t, f"p{n}") for n, t in enumerate(paragraphs))
    )
    proposal = propose(document, dated=DAY)
    records = opened("north-south").records
    wanted = Wanted(tuple(d.id for d in proposal.drafts))
    with pytest.raises(WrongUse) as refused:
        accepted(records, proposal, wanted, agreement=records.agreements[0].id, dated=DAY)
    said = str(refused.value)
    told = ("Who owes D02", "KEN (D01)", "UGA (D03)", "milepost edit DIR parties")
    assert all(words in said for words in told), said
    with pytest.raises(WrongUse, match="edit DIR agreements A01 --new"):
        accepted(replace(records, agreements=()), proposal, wanted, agreement="A01", dated=DAY)
