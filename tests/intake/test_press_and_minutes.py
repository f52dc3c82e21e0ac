"""What real communiques, minutes and articles say: money that is no party, the deadline of an agreement,
works in the passive, directives without a verb."""

from __future__ import annotations

import datetime as dt
import tempfile
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


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        (
            "The parties agreed: Iran to complete the line by 2027; Iraq to submit the design by March 2027.",
            [("IRN", "2027"), ("IRQ", "2027-03")],
        ),
        ("It was decided: to form a working group by June 2026.", [("", "2026-06")]),
        (
            "По итогам обсуждения решили: ОАО «РЖД» представить предложения по тарифам до 1 июля 2026 года.",
            [("RUS", "2026-07-01")],
        ),
        (
            "Стороны решили: Иранской стороне завершить строительство участка до 2028 года; Азербайджанской "
            "стороне подготовить терминал до 2027 года.",
            [("IRN", "2028"), ("AZE", "2027")],
        ),
        (
            "Les Parties ont convenu de ce qui suit : le Mali : achever la route avant 2027 ; le Sénégal : "
            "ouvrir le poste avant mars 2027.",
            [("MLI", "2027"), ("SEN", "2027-03")],
        ),
        ("طرفین تصمیم گرفتند: ایران خط آهن را تا پایان سال ۲۰۲۷ تکمیل کند.", [("IRN", "2027")]),
        ("اتفق الجانبان على ما يلي: العراق: استكمال الطريق قبل يونيو 2027.", [("IRQ", "2027-06")]),
        ("The parties agreed on the following: trade, transport and energy.", []),
    ],
)
def test_what_follows_a_colon_is_what_was_decided(text: str, promises: list[tuple[str, str]]) -> None:
    assert told(text) == promises


def test_a_side_with_its_railway_in_brackets_owes() -> None:
    (draft,) = drafts(
        "Азербайджанской Стороне (ЗАО «Азербайджанские железные дороги») завершить строительство терминала "
        "в Астаре до конца 2026 года."
    )
    assert (draft.owed_by, str(draft.due)) == (("AZE",), "2026")


def test_the_end_of_a_word_is_no_negation() -> None:
    (draft,) = drafts("Рекомендовать Иранской Стороне ускорить строительство участка Решт – Астара.")
    assert draft.what == "ускорить строительство участка Решт – Астара"


def test_who_was_requested_owes_and_the_secretariat_is_no_party() -> None:
    text = (
        "MINUTES of the third meeting of Iran and Azerbaijan. Iran Railways was requested to submit the "
        "technical documentation within 60 days. The Secretariat was requested to circulate draft minutes "
        "by 30 May 2026."
    )
    assert told(text) == [("IRN", "2025-11-30"), ("", "2026-05-30")]


def paragraphs(*texts: str) -> tuple[Draft, ...]:
    """The drafts of lines as they stand in a file, where marks and numbers make items of a list."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minutes.txt"
        path.write_text("\n".join(texts), encoding="utf-8")
        return propose(read_document(path), dated=DAY).drafts


def test_items_under_a_directive_are_owed_by_whom_they_name() -> None:
    found = paragraphs(
        "The Ministers directed as follows:",
        "(a) Customs of Kenya to open the post by June 2027.",
        "(b) Uganda to submit a report within 90 days.",
    )
    assert [(d.owed_by, d.what, d.kind) for d in found] == [
        (("KEN",), "open the post", "border"),
        (("UGA",), "submit a report", "report"),
    ]


def test_directives_end_with_the_first_sentence_that_directs_nothing() -> None:
    found = paragraphs(
        "The Ministers of Kenya and Uganda directed as follows:",
        "That the line Kampala-Malaba be completed by 2027.",
        "That a study be prepared.",
        "The Ministers thanked the host. Works to be repaired by the river. The bridge to be rebuilt is old.",
    )
    assert [d.what for d in found] == ["the line Kampala-Malaba be completed", "a study be prepared"]


def test_a_railway_in_french_is_a_railway() -> None:
    (draft,) = drafts("La Partie sénégalaise s'engage à achever la voie ferrée Dakar-Kidira avant fin 2027.")
    assert (draft.kind, "transport" in draft.fields) == ("build-link", True)


def test_a_list_under_directed_that_is_read_by_who_stands_first() -> None:
    found = paragraphs(
        "The Heads of State of Kenya, Uganda and Rwanda met in Kigali.",
        "Directed that:",
        "i. Uganda and Kenya conclude the bilateral agreement on the SGR by September 2026;",
        "ii. Partner States harmonise their axle load limits within 6 months;",
        "iii. The Secretariat prepares a roadmap;",
        "iv. the Gatuna post be opened around the clock by 1 January 2027.",
        "The Council recalled that:",
        "(a) Kenya opened the post;",
    )
    assert [(" ".join(d.owed_by), d.what, str(d.due or ""), d.kind) for d in found] == [
        ("KEN UGA", "conclude the bilateral agreement on the SGR", "2026-09", "sign"),
        ("KEN RWA UGA", "harmonise their axle load limits", "2026-04", "barrier"),
        ("", "prepares a roadmap", "", "report"),
        ("KEN RWA UGA", "the Gatuna post be opened around the clock", "2027-01-01", "border"),
    ]


def test_that_with_a_bare_verb_is_a_promise() -> None:
    assert told("The Ministers agreed that Uganda and Kenya conclude the agreement by September 2026.") == [
        ("KEN UGA", "2026-09")
    ]
    assert told("The report says that Uganda and Kenya share a border.") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Сторонам обеспечить работу пункта пропуска Астара с 1 января 2027 г.", "border"),
        ("Стороны решили следующее заседание провести в Тегеране в III квартале 2026 г.", "meet"),
        ("The parties agreed to fast-track the resource mobilisation for the section.", "finance"),
    ],
)
def test_kinds_by_inflected_words(text: str, kind: str) -> None:
    assert [
        d.kind
        for d in paragraphs(
            "Протокол встречи Ирана и России" if kind != "finance" else "Minutes", f"4. {text}"
        )
    ] == [kind]


def test_experts_recommend_a_list() -> None:
    found = paragraphs(
        "Procès-verbal de la réunion",
        "Les experts du Mali et du Sénégal recommandent :",
        "- d'ouvrir un poste de contrôle juxtaposé à Diboli avant le 31 mars 2027 ;",
        "- que le Sénégal réhabilite la voie ferrée jusqu'à Kidira en 2027 ;",
    )
    assert [(d.firmness, " ".join(d.owed_by), str(d.due)) for d in found] == [
        ("must strive", "MLI SEN", "2027-03-31"),
        ("must strive", "SEN", "2027"),
    ]


def test_who_is_responsible_stands_in_brackets_behind_what_is_promised() -> None:
    found = paragraphs(
        "Протокол заседания",
        "Стороны договорились:",
        "– ускорить подписание Соглашения о международном автомобильном сообщении (ответственные: Минтранс "
        "России, Минтранс Таджикистана, срок – II квартал 2027 г.);",
    )
    assert [(d.what, d.owed_by, str(d.due)) for d in found] == [
        (
            "ускорить подписание Соглашения о международном автомобильном сообщении",
            ("RUS", "TJK"),
            "2027-06",
        )
    ]


def test_a_matter_that_lies_with_a_ministry_is_its_own() -> None:
    text = "۴- پیگیری موضوع بر عهده وزارت راه و شهرسازی ایران است."
    found = paragraphs("صورتجلسه چهارمین نشست کمیسیون مشترک ایران و آذربایجان", text)
    assert [d.owed_by for d in found] == [("IRN",)]


def test_a_ministry_of_transport_is_no_transport() -> None:
    text = "3. تكليف وزارتي النقل في البلدين بإعداد دراسة جدوى قبل نهاية 2026."
    found = paragraphs("محضر اجتماع اللجنة المشتركة", "اتفق الجانبان العراقي والأردني على:", text)
    assert [d.what for d in found] == ["إعداد دراسة جدوى"]


def test_amman_where_jordan_is_named_is_not_oman() -> None:
    text = (
        "اتفق وزراء النقل في سورية والأردن والعراق على تنفيذ الخط الحديدي من دمشق إلى الزرقاء وعمان وصولاً "
        "إلى الحدود الأردنية السعودية قبل نهاية 2027."
    )
    assert told(text) == [("IRQ JOR SYR", "2027")]
    assert told("اتفقت إيران وعمان على إنشاء خط بحري قبل نهاية 2027.") == [("IRN OMN", "2027")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Iran and Russia agreed to raise traffic to 15 million tonnes by 2030.", ""),
        ("Russia agreed to lend 15 million euros by 2030.", "finance"),
        ("Россия и Иран договорились довести объем перевозок до 15 млн тонн к 2030 году.", ""),
        ("Россия обязалась предоставить 15 млн евро до 2030 года.", "finance"),
        ("L'Iran et la Russie ont convenu de porter le trafic à 15 millions de tonnes d'ici 2030.", ""),
        ("ایران و روسیه توافق کردند حجم بار را تا سال ۲۰۳۰ به ۱۵ میلیون تن برسانند.", ""),
        ("Two pipelines will be developed by Kenya and Uganda.", "build-link"),
        ("Kenya and Uganda agreed to develop a joint action plan by 2027.", "report"),
        ("روسیه، ایران و عراق یک گروه کاری برای توسعه کریدور تشکیل خواهند داد.", "body"),
        ("India and Nepal agreed on early completion of the survey of cross-border rail links.", "study"),
        ("Kenya and Uganda agreed to build two cross-border rail links by 2030.", "build-link"),
    ],
)
def test_millions_of_tonnes_are_no_money(text: str, kind: str) -> None:
    assert [d.kind if d.kind == "finance" or kind else "" for d in drafts(text)] == [kind]


@pytest.mark.parametrize(
    ("title", "article", "owners"),
    [
        (
            "AGREEMENT between Iran and Iraq on railways",
            "Article 5. Each Contracting Party shall notify the other, through diplomatic channels, of the "
            "completion of its internal procedures.",
            "IRN IRQ",
        ),
        (
            "СОГЛАШЕНИЕ между Ираном и Ираком о железных дорогах",
            "Стороны уведомят друг друга по дипломатическим каналам о завершении внутригосударственных "
            "процедур.",
            "IRN IRQ",
        ),
        (
            "ACCORD entre le Mali et le Sénégal",
            "Chaque Partie notifie à l'autre, par voie diplomatique, l'accomplissement de ses procédures "
            "internes.",
            "MLI SEN",
        ),
        (
            "موافقتنامه بین ایران و عراق",
            "طرفین تکمیل تشریفات قانونی خود را از طریق مجاری دیپلماتیک به اطلاع یکدیگر خواهند رساند.",
            "IRN IRQ",
        ),
        (
            "اتفاقية بين العراق والأردن",
            "يخطر كل طرف الطرف الآخر عبر القنوات الدبلوماسية باستكمال الإجراءات القانونية.",
            "IRQ JOR",
        ),
    ],
)
def test_what_brings_an_agreement_into_force_is_a_duty(title: str, article: str, owners: str) -> None:
    found = paragraphs(title, "", article)
    assert [(d.firmness, d.kind, " ".join(d.owed_by)) for d in found] == [("legal duty", "ratify", owners)]


def test_the_date_of_a_visit_is_no_promise() -> None:
    assert drafts("The date of the visit will be agreed through diplomatic channels by Iran and Iraq.") == ()


def test_money_with_a_letter_is_pledged() -> None:
    text = "Turkmenistan has pledged $20m for a new bridge and Kazakhstan will match it by March 2027."
    assert told(text) == [("TKM", ""), ("KAZ", "2027-03")]


def test_what_may_be_bounds_what_is_promised() -> None:
    (draft,) = drafts(
        "Pakistan and Uzbekistan are to build a line. The project is scheduled to be completed by the end of "
        "2027, and trains could carry up to 15 million tonnes of goods a year by 2030."
    )[-1:]
    assert (draft.what, str(draft.due)) == ("The project is scheduled to be completed", "2027")


def test_where_a_line_runs_is_no_promise() -> None:
    text = "The route between Pakistan and Uzbekistan will pass through Termiz and culminate at Kharlachi."
    assert drafts(text) == ()


def test_who_is_expected_to_sign_has_vowed_no_more() -> None:
    text = "Pakistan and Uzbekistan are expected to sign the agreement on the railway."
    assert [d.firmness for d in drafts(text)] == ["vowed"]


def test_parties_are_all_that_the_next_paragraph_names() -> None:
    found = paragraphs(
        "Iran, Russia and countries of Central Asia met for a conference on transit.",
        "",
        "Representatives of Turkmenistan, Kazakhstan, Russia and Iran signed a statement on Sunday.",
        "",
        "The conference will be held every six months, he said, noting that ministers had adopted decisions.",
    )
    assert [(" ".join(d.owed_by), d.what, d.kind) for d in found] == [
        ("IRN KAZ RUS TKM", "The conference will be held every six months", "meet")
    ]


def test_a_group_that_is_formed_is_a_body() -> None:
    (draft,) = drafts(
        "A joint working group will be formed by Iran and Kazakhstan to follow up on the growth of transit."
    )
    assert draft.kind == "body"


def test_who_is_prepared_prepares_nothing() -> None:
    (draft,) = drafts(
        "Turkmenistan is prepared to transport up to 400 tons of goods to Iran on a daily basis."
    )
    assert (draft.kind, draft.owed_to) == ("", ("IRN",))


def test_railways_by_their_letters() -> None:
    assert told("ADY and RAI agreed to launch a block train by May 2027.") == [("AZE IRN", "2027-05")]
    assert told("РЖД, АЖД и РАИ создадут совместное предприятие.") == [("AZE IRN RUS", "")]


def test_under_directed_that_a_side_and_an_office_own_their_items() -> None:
    found = paragraphs(
        "The delegations of Azerbaijan, Iran and Russia met in Baku.",
        "The Working Group directed that:",
        "(a) the Russian side open a credit line before the end of 2026;",
        "(b) Iran Railways submit the detailed design by 31 March 2027;",
        "(c) the customs of Iran introduce one form by 1 July 2027;",
        "(d) the customs services of the three countries exchange data by 1 July 2027.",
    )
    assert [(d.owed_by, d.by_context, d.what) for d in found] == [
        (("RUS",), False, "open a credit line"),
        (("IRN",), False, "submit the detailed design"),
        (("IRN",), False, "introduce one form"),
        (("AZE", "IRN", "RUS"), True, "exchange data"),
    ]


def test_items_of_a_russian_resolution_begin_with_a_country_in_the_dative() -> None:
    found = paragraphs(
        "РЕШИЛИ:",
        "1. Азербайджану обеспечить пропуск поездов.",
        "2. Ирану до 1 мая 2027 г. построить терминал.",
        "3. Железным дорогам Ирана обеспечить подачу не менее 600 вагонов в сутки.",
        "4. Республике Казахстан и Туркменистану открыть пункт пропуска.",
        "5. Доклад Ирана принять к сведению.",
    )
    assert [(" ".join(d.owed_by), str(d.due or ""), d.what) for d in found] == [
        ("AZE", "", "обеспечить пропуск поездов"),
        ("IRN", "2027-05-01", "построить терминал"),
        ("IRN", "", "обеспечить подачу не менее 600 вагонов в сутки"),
        ("KAZ TKM", "", "открыть пункт пропуска"),
    ]


def test_a_deadline_that_stands_by_itself_is_that_of_the_item_before() -> None:
    found = paragraphs(
        "The Ministers of Kenya and Uganda agreed as follows:",
        "1. Kenya to repair the weighbridge at Busia. Deadline: 30 June 2026.",
        "2. Uganda to publish the tariff. Responsible: Uganda Revenue Authority. Due: Q3 2026.",
        "3. Kenya to open the post by May 2026. Deadline: 1 May 2027.",
        "4. The delays were discussed. Deadline: 1 May 2028.",
        "5. Uganda to open the bridge.",
    )
    assert [(d.what, str(d.due or ""), d.missing) for d in found] == [
        ("repair the weighbridge at Busia", "2026-06-30", ()),
        ("publish the tariff", "2026-09", ()),
        ("open the post", "2026-05", ()),
        ("open the bridge", "", ("date",)),
    ]


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        (("РЕШИЛИ:", "1. Ирану построить терминал.", "Срок: 1 сентября 2026 г."), "2026-09-01"),
        (("РЕШИЛИ:", "1. Ирану построить терминал. Срок исполнения — IV квартал 2026 г."), "2026-12"),
        (("- la Tanzanie doit publier le tarif. Échéance : 30 juin 2026",), "2026-06-30"),
        (("تصمیمات:", "۱- ایران نسبت به خرید ۲۰ لکوموتیو اقدام کند. مهلت: پایان شهریور ۱۴۰۵"), "2026-09-22"),
        (
            (
                "تم الاتفاق على ما يلي:",
                "- قيام الجانب الأردني بإعادة تأهيل المنفذ. الموعد النهائي: 30 أيلول 2026",
            ),
            "2026-09-30",
        ),
    ],
)
def test_a_deadline_by_itself_in_every_language(lines: tuple[str, ...], due: str) -> None:
    (draft,) = paragraphs(*lines)
    assert str(draft.due) == due


@pytest.mark.parametrize(
    "text",
    [
        "Trade of Iran and Kazakhstan grew. Shipping lines say that they will return when rates fall.",
        "Trade of Iran and Kazakhstan grew. Hauliers said they would buy new trucks in 2027.",
        "Торговля Ирана и Казахстана выросла. Судоходные линии говорят, что они построят порт в 2027 году.",
    ],
)
def test_what_carriers_say_of_themselves_is_no_promise_of_countries(text: str) -> None:
    assert not drafts(text)


def test_the_secretariat_is_told_what_to_do_and_the_past_promises_nothing() -> None:
    found = paragraphs(
        "Minutes of the meeting of Kenya and Uganda",
        "",
        "In the past, Uganda promised to pave it.",
        "1. The Northern Corridor Secretariat to circulate the tariff book by June 2027.",
        "2. Kenya to open the post by June 2027.",
    )
    assert [(d.owed_by, d.what) for d in found] == [
        ((), "circulate the tariff book"),
        (("KEN",), "open the post"),
    ]


def read(text: str) -> tuple[Draft, ...]:
    """Drafts of a text file, with its lists and tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(text, encoding="utf-8")
        return propose(read_document(path), dated=DAY).drafts


def test_an_arabic_item_is_owed_by_whom_it_is_put_upon_and_land_is_no_report() -> None:
    found = read(
        "اتفق العراق وإيران على ما يلي:\n\n- على العراق نشر قائمة الرسوم قبل 30 يونيو 2026.\n"
        "- على الجانب الإيراني تسليم الأراضي اللازمة للمشروع قبل 1 سبتمبر 2026.\n"
        "- إعداد مشروع الاتفاقية قبل 1 أكتوبر 2026."
    )
    assert [(d.owed_by, d.kind) for d in found] == [
        (("IRQ",), "report"),
        (("IRN",), "supply"),
        (("IRN", "IRQ"), "report"),
    ]


def test_a_row_with_dashes_for_who_and_when_promises_nothing() -> None:
    found = read(
        "Iraq and Iran met.\n\nAction | Responsible | Deadline\nDiscussion of the draft agreement | - | -\n"
        "Publish the tariff list | Iraq | 30 June 2026\nReview of the work | – | n/a\n"
        "Build the bridge | - | 1 May 2027\n"
    )
    assert [str(d.due) for d in found] == ["2026-06-30", "2027-05-01"]
