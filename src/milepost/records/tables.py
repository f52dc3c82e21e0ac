"""The words of milepost: one frozen class a table, units in the field names.

From these classes follow the CSV and XLSX reader, the XLSX template and the reference page.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from milepost.records.kinds import (
    Date,
    Id,
    Iso3,
    NotNegative,
    Number,
    Percent,
    Positive,
    Ref,
    Row,
    Share,
    Sourced,
    Text,
    Texts,
    Use,
    Year,
)

Mode = Literal["rail", "road", "sea", "ferry", "river"]


class Party(Sourced):
    """Who promises: a state, a union of states or an organisation."""

    table: ClassVar[str] = "parties"
    id: Annotated[Id, Field(description="ISO 3166-1 alpha-3 code of a state, or a short code")]
    name: Annotated[Text, Field(description="name in English")]
    kind: Annotated[Literal["country", "union", "organisation"], Field(description="what it is")] = "country"
    members: Annotated[Texts, Ref("parties"), Field(description="members of a union, separated by ;")] = ()
    existed_from: Annotated[Date | None, Field(description="first day it existed, where that matters")] = None
    existed_until: Annotated[
        Date | None, Field(description="last day it existed; what it did until then still counts")
    ] = None
    successors: Annotated[
        Texts, Ref("parties"), Field(description="states that came after it, separated by ;")
    ] = ()


class Agreement(Sourced):
    """A treaty, contract, roadmap or declaration from which commitments follow."""

    table: ClassVar[str] = "agreements"
    id: Annotated[Id, Field(description="short code")]
    title: Annotated[Text, Field(description="title in English")]
    signed: Annotated[Date | None, Field(description="day, month or year of signature")] = None
    in_force: Annotated[Date | None, Field(description="entry into force as the source states it")] = None
    entry_into_force_rule: Annotated[Text, Field(description="the rule in the words of the source")] = ""
    expires: Annotated[
        Date | None, Field(description="last day as first agreed; extensions are rows of instruments")
    ] = None
    parties_text: Annotated[Text, Field(description="the parties as the source lists them")] = ""


class Instrument(Sourced):
    """One act towards one agreement, as dated by its source. A later act never overwrites an earlier one."""

    table: ClassVar[str] = "instruments"
    id: Annotated[Id, Field(description="short code")]
    agreement: Annotated[Id, Ref("agreements"), Field(description="agreement acted upon")]
    party: Annotated[
        Text,
        Ref("parties"),
        Field(description="who acted; empty for an act of all (extension, decision ...)"),
    ] = ""
    kind: Annotated[
        Literal[
            "adoption",
            "signature",
            "definitive signature",
            "ratification",
            "acceptance",
            "approval",
            "accession",
            "succession",
            "notification",
            "provisional application",
            "entry into force",
            "withdrawal",
            "suspension",
            "resumption",
            "extension",
            "termination",
            "supersession",
            "decision",
            "application",
            "observer",
            "membership",
        ],
        Field(
            description="what was done; 'entry into force' is the statement of a source, 'membership' where "
            "the source "
            "lists a member without the act, 'decision' one that triggers entry into force"
        ),
    ]
    date: Annotated[Date | None, Field(description="day of the act; empty where the source does not say")] = (
        None
    )
    takes_effect: Annotated[Date | None, Field(description="when it takes effect, if later than the act")] = (
        None
    )
    until: Annotated[
        Date | None, Field(description="last day of an extension or of provisional application")
    ] = None
    known_on: Annotated[
        Date | None, Field(description="when it became known; empty = on the day of the act")
    ] = None
    corrects: Annotated[
        Text, Ref("instruments"), Field(description="row that this one replaces from known_on on")
    ] = ""
    by_agreement: Annotated[
        Text, Ref("agreements"), Field(description="agreement that supersedes or extends this one")
    ] = ""
    role: Annotated[Text, Field(description="role in the words of the source")] = ""


class ForceRule(Sourced):
    """When an agreement enters into force, or for one party: the offset after the trigger. Conditions say
    what triggers."""

    table: ClassVar[str] = "force_rules"
    id: Annotated[Id, Field(description="short code")]
    agreement: Annotated[Id, Ref("agreements"), Field(description="agreement ruled")]
    applies: Annotated[
        Literal["agreement", "party"],
        Field(
            description="agreement: the whole; party: one that acts after the trigger (its own act is the "
            "trigger)"
        ),
    ] = "agreement"
    kinds: Annotated[
        Texts,
        Field(
            description="acts that count, separated by ; (empty: every act that binds, definitive signature "
            "included)"
        ),
    ] = ()
    organisation_counts: Annotated[
        NotNegative,
        Field(description="what an organisation's act adds to a count; 0 = not additional to its members"),
    ] = 0.0
    offset: Annotated[int, Field(ge=0, le=10000, description="length of the wait after the trigger")] = 0
    offset_unit: Annotated[Literal["day", "month", "year"], Field(description="unit of the wait")] = "day"
    convention: Annotated[
        Literal[
            "same_day",
            "nth_day_after",
            "after_elapsed_days",
            "months_after",
            "first_of_month_after_nth_day",
            "first_of_nth_month_after_month_of",
        ],
        Field(description="how the wait is counted; 'thirty days after' is not one rule"),
    ] = "same_day"
    floor: Annotated[Date | None, Field(description="not before this day")] = None
    text: Annotated[Text, Field(description="the rule in the words of the agreement")] = ""


class ForceCondition(Sourced):
    """One condition of a rule. All conditions of one alternative must hold; the first alternative to hold
    triggers."""

    table: ClassVar[str] = "force_conditions"
    id: Annotated[Id, Field(description="short code")]
    rule: Annotated[Id, Ref("force_rules"), Field(description="rule it belongs to")]
    alternative: Annotated[int, Field(ge=1, le=99, description="number of the alternative")] = 1
    condition: Annotated[
        Literal["count", "share", "weight", "all of", "decision"],
        Field(
            description="count of parties, share of a frozen base, weight of a frozen table, all of a named "
            "set, a decision"
        ),
    ]
    at_least: Annotated[
        Positive | None, Field(description="how many, which share (0 to 1) or how much weight")
    ] = None
    base: Annotated[
        Positive | None, Field(description="number of parties that a share is a share of, frozen")
    ] = None
    among: Annotated[
        Texts, Ref("parties"), Field(description="only these parties count, separated by ; (empty: all)")
    ] = ()
    weights: Annotated[Text, Field(description="name of the frozen table of weights in force_weights")] = ""


class ForceWeight(Sourced):
    """The frozen weight of one party in one table of weights."""

    table: ClassVar[str] = "force_weights"
    key: ClassVar[tuple[str, ...]] = ("weights", "party")
    weights: Annotated[Id, Field(description="name of the table of weights")]
    party: Annotated[Id, Ref("parties"), Field(description="party weighed")]
    weight: Annotated[NotNegative, Field(description="its weight, in weight_unit")]
    weight_unit: Annotated[
        Text, Field(description="unit of the weight, such as percent of 1990 emissions")
    ] = ""


class Commitment(Sourced):
    """One thing promised. Whether it is done is never typed here: evidence proves it."""

    table: ClassVar[str] = "commitments"
    required: ClassVar[bool] = True
    id: Annotated[Id, Field(description="short code, such as C01")]
    agreement: Annotated[Id, Ref("agreements"), Field(description="agreement it follows from")]
    title: Annotated[Text, Field(description="short title")]
    text: Annotated[Text, Field(description="what is promised")] = ""
    owed_by: Annotated[Texts, Ref("parties"), Field(description="parties that owe it, separated by ;")] = ()
    kind: Annotated[
        Literal["build-link", "upgrade", "border", "port-capacity", "tariff", "service"],
        Field(description="what sort of thing is promised"),
    ]
    acceptance_test: Annotated[Text, Field(description="what must be seen before it counts as delivered")] = (
        ""
    )
    cost_usd_m: Annotated[NotNegative | None, Field(description="cost of the works, million USD")] = None
    cost_basis: Annotated[Text, Field(description="basis of the cost")] = ""
    cost_note: Annotated[Text, Field(description="how the cost was stated or converted")] = ""
    network_ref: Annotated[
        Texts, Field(description="links (L:) and nodes (N:) it is about, for readers")
    ] = ()
    status_reported: Annotated[
        Text, Field(description="status in the words of the source; not used by any rule")
    ] = ""
    status_reported_on: Annotated[Date | None, Field(description="date of that report")] = None


class Milestone(Sourced):
    """A step on the way to a commitment, with its own owner and test. Its dates are rows of date_changes."""

    table: ClassVar[str] = "milestones"
    id: Annotated[Id, Field(description="short code, such as C01.m1")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment it leads to")]
    title: Annotated[Text, Field(description="short title")]
    owed_by: Annotated[
        Texts, Ref("parties"), Field(description="parties that owe it; empty = those of the commitment")
    ] = ()
    acceptance_test: Annotated[Text, Field(description="what must be seen before it counts as delivered")] = (
        ""
    )


class DateChange(Sourced):
    """One promised date with the day it was announced. The first is the baseline; none is overwritten."""

    table: ClassVar[str] = "date_changes"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment promised")]
    milestone: Annotated[
        Text, Ref("milestones"), Field(description="milestone promised; empty = the whole commitment")
    ] = ""
    announced_on: Annotated[Date | None, Field(description="when the date was announced")] = None
    promised_for: Annotated[
        Date | None, Field(description="date promised; a year or month counts to its last day")
    ] = None
    statement: Annotated[Text, Field(description="who said what")] = ""
    request: Annotated[
        Text, Ref("date_requests"), Field(description="granted request by which the date moved")
    ] = ""


class DateRequest(Sourced):
    """A request to move a date. Once requests are required, only a granted one moves a date."""

    table: ClassVar[str] = "date_requests"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment whose date is to move")]
    milestone: Annotated[
        Text, Ref("milestones"), Field(description="milestone; empty = the whole commitment")
    ] = ""
    ordinal: Annotated[int, Field(ge=1, le=999, description="first, second ... request for this date")]
    asked_on: Annotated[Date, Field(description="day of the request")]
    asked_by: Annotated[Id, Ref("parties"), Field(description="party that asks")]
    new_date: Annotated[Date, Field(description="date asked for")]
    reason: Annotated[Id, Field(description="reason code of the policy file")]
    reason_text: Annotated[Text, Field(description="the reason in the words of the party")] = ""
    decision: Annotated[
        Literal["pending", "granted", "refused", "withdrawn"], Field(description="what became of it")
    ] = "pending"
    decided_on: Annotated[Date | None, Field(description="day of the decision")] = None
    decided_by: Annotated[Text, Field(description="who decided: a party or a body of contacts")] = ""
    decision_text: Annotated[Text, Field(description="the decision in words")] = ""


class Dependency(Sourced):
    """One commitment waits for another."""

    table: ClassVar[str] = "dependencies"
    id: Annotated[Id, Field(description="short code")]
    predecessor: Annotated[Id, Ref("commitments"), Field(description="what comes first")]
    successor: Annotated[Id, Ref("commitments"), Field(description="what waits")]
    kind: Annotated[
        Literal["FS", "SS", "FF", "SF"],
        Field(description="finish-start, start-start, finish-finish, start-finish"),
    ] = "FS"
    lag_days: Annotated[Number, Field(description="days between the two, may be negative")] = 0.0


class Duration(Sourced):
    """How long the rest of a commitment or milestone takes: three points, a calendar, shared risks."""

    table: ClassVar[str] = "durations"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment estimated")]
    low_days: Annotated[NotNegative, Field(description="shortest, days from its start")]
    likely_days: Annotated[NotNegative, Field(description="most likely, days from its start")]
    high_days: Annotated[NotNegative, Field(description="longest, days from its start")]
    shape: Annotated[
        Literal["triangular", "exponential", "normal"],
        Field(
            description="triangular; exponential with mean likely_days; normal with 5 % below low and above "
            "high"
        ),
    ] = "triangular"
    starts_after: Annotated[
        Date | None, Field(description="cannot start before this day; empty = the day of valuation")
    ] = None
    calendar: Annotated[
        Text, Field(description="ISO alpha-3 country whose working days count; empty = calendar days")
    ] = ""
    drivers: Annotated[
        Texts, Ref("drivers"), Field(description="shared risks that stretch it, separated by ;")
    ] = ()


class Driver(Sourced):
    """A risk that several commitments share: one draw stretches all of them by the same factor."""

    table: ClassVar[str] = "drivers"
    id: Annotated[Id, Field(description="short code")]
    title: Annotated[Text, Field(description="what may happen")]
    low_factor: Annotated[Positive, Field(description="smallest factor on durations")] = 1.0
    likely_factor: Annotated[Positive, Field(description="most likely factor")] = 1.0
    high_factor: Annotated[Positive, Field(description="largest factor")] = 1.0


class Evidence(Sourced):
    """One dated report about a commitment. Conflicting reports are kept side by side."""

    table: ClassVar[str] = "evidence"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment reported on")]
    milestone: Annotated[
        Text, Ref("milestones"), Field(description="milestone reported on; empty = the whole commitment")
    ] = ""
    reported_on: Annotated[Date | None, Field(description="date of the report")] = None
    shows: Annotated[
        Literal["context", "started", "progress", "delivered", "in effect", "stopped"],
        Field(
            description="what the report shows; only 'delivered', 'in effect' and 'stopped' close a "
            "commitment"
        ),
    ] = "context"
    happened_on: Annotated[
        Date | None, Field(description="when the thing reported happened; empty = date of the report")
    ] = None
    standing: Annotated[
        Literal["owner", "outside", "unknown"],
        Field(description="whose word it is: a body that owes the commitment, one outside it, or not known"),
    ] = "unknown"
    document: Annotated[
        Literal["primary", "secondary"],
        Field(description="primary: the body's own document; secondary: it is quoted by another"),
    ] = "secondary"
    meets_test: Annotated[
        Literal["", "yes", "in part", "no"],
        Field(description="does it meet the acceptance test? empty = not judged"),
    ] = ""
    measured_days: Annotated[
        NotNegative | None, Field(description="days over which an effect was measured")
    ] = None
    disputes: Annotated[Text, Ref("evidence"), Field(description="report that this one contradicts")] = ""
    percent: Annotated[
        Percent | None, Field(description="percent as reported; read percent_of before using it")
    ] = None
    percent_of: Annotated[
        Text, Field(description="what the percent is a percent of (land, works, funds ...)")
    ] = ""
    report: Annotated[Text, Field(description="what was reported")] = ""


class Meeting(Sourced):
    """A session of a body that decides or is told. Decisions fall on the next one."""

    table: ClassVar[str] = "meetings"
    id: Annotated[Id, Field(description="short code")]
    body: Annotated[Text, Field(description="body that meets")]
    title: Annotated[Text, Field(description="title of the meeting")]
    date: Annotated[Date | None, Field(description="day it is or was held; empty = not set")] = None
    place: Annotated[Text, Field(description="where")] = ""
    parties: Annotated[
        Texts, Ref("parties"), Field(description="parties that sit in it, separated by ; (empty: all)")
    ] = ()


class Contact(Sourced):
    """An office to which reminders go, by party and role; no names of persons are needed."""

    table: ClassVar[str] = "contacts"
    id: Annotated[Id, Field(description="short code")]
    party: Annotated[
        Text, Ref("parties"), Field(description="party it belongs to; empty for a common body")
    ] = ""
    role: Annotated[
        Literal["focal point", "approver", "secretariat", "council", "verifier"],
        Field(description="its place in the escalation ladder"),
    ]
    office: Annotated[Text, Field(description="name of the office")] = ""
    email: Annotated[Text, Field(description="address for reminders; empty = none is sent")] = ""
    language: Annotated[
        Literal["en", "ru", "fa", "ar", "fr"], Field(description="language of its letters")
    ] = "en"


class Node(Sourced):
    """A city, port, terminal or border point."""

    table: ClassVar[str] = "nodes"
    id: Annotated[Id, Field(description="short code")]
    name: Annotated[Text, Field(description="name in English")]
    country: Annotated[Iso3, Ref("countries"), Field(description="country it lies in")]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="latitude, degrees north")]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="longitude, degrees east")]
    kind: Annotated[Literal["city", "port", "terminal", "border"], Field(description="what it is")] = "city"
    trade_share: Annotated[
        Share | None,
        Field(description="share of its country's trade that starts or ends here; empty = goods only pass"),
    ] = None
    capacity_mt_per_year: Annotated[
        Positive | None, Field(description="what it can handle, million tonnes a year")
    ] = None
    load_mt_per_year: Annotated[
        NotNegative | None,
        Field(description="tonnes handled today, million a year; with capacity it makes a queue"),
    ] = None


class Link(Sourced):
    """A railway, road, sea lane, ferry or river between two nodes, in both directions."""

    table: ClassVar[str] = "links"
    id: Annotated[Id, Field(description="short code")]
    from_node: Annotated[Id, Ref("nodes"), Field(description="one end")]
    to_node: Annotated[Id, Ref("nodes"), Field(description="the other end")]
    mode: Annotated[Mode, Field(description="means of transport")]
    km: Annotated[Positive, Field(description="length, km")]
    gauge_mm: Annotated[
        Positive | None, Field(description="rail gauge, mm; a change of gauge is a transfer")
    ] = None
    state: Annotated[
        Literal["open", "under construction", "planned", "suspended"],
        Field(description="state on the programme's base date; only open links carry freight"),
    ]
    opened: Annotated[Date | None, Field(description="when it opened")] = None
    planned: Annotated[Date | None, Field(description="when it is planned to open")] = None
    speed_kmh: Annotated[
        float | None,
        Field(
            gt=0,
            le=300,
            allow_inf_nan=False,
            description="running speed, km/h; empty = params' speed of the mode",
        ),
    ] = None
    usd_per_tkm: Annotated[
        NotNegative | None, Field(description="freight rate, USD per tonne-km; empty = params' rate")
    ] = None
    usd_per_t: Annotated[
        NotNegative, Field(description="fixed charge, USD per tonne (canal dues, berth)")
    ] = 0.0
    capacity_mt_per_year: Annotated[
        Positive | None, Field(description="capacity both ways, million tonnes a year")
    ] = None
    load_mt_per_year: Annotated[
        NotNegative | None,
        Field(description="tonnes carried both ways today, million a year; with capacity it makes a queue"),
    ] = None
    lines: Annotated[Texts, Field(description="named lines it belongs to, separated by ;")] = ()
    commitment: Annotated[Text, Ref("commitments"), Field(description="commitment about it, for readers")] = (
        ""
    )
    great_circle_ratio: Annotated[
        Positive | None, Field(description="km over great-circle km, as the facts give it")
    ] = None
    use: Annotated[
        Use, Field(description="model, or check: kept for checking only (aggregates of other links)")
    ] = "model"


class Crossing(Sourced):
    """Time and money at a node: a border, a change of mode or gauge, a passage; or an observation of one."""

    table: ClassVar[str] = "crossings"
    id: Annotated[Id, Field(description="short code")]
    node: Annotated[Text, Ref("nodes"), Field(description="node; empty for an observation elsewhere")] = ""
    place: Annotated[Text, Field(description="place in the words of the source")] = ""
    kind: Annotated[
        Literal["border", "gauge", "terminal", "passage", "observation"],
        Field(
            description="border (same mode on both sides), gauge, terminal (change of mode; sea to sea is "
            "transshipment), passage (a canal) or observation (for checking)"
        ),
    ]
    from_mode: Annotated[
        Literal["", "rail", "road", "sea", "ferry", "river"], Field(description="mode on one side")
    ] = ""
    to_mode: Annotated[
        Literal["", "rail", "road", "sea", "ferry", "river"], Field(description="mode on the other side")
    ] = ""
    hours: Annotated[NotNegative | None, Field(description="hours, wait included")] = None
    usd_per_t: Annotated[
        NotNegative | None, Field(description="charge, USD per tonne; empty = params' charge")
    ] = None
    cost_usd: Annotated[NotNegative | None, Field(description="observed cost, in cost_unit")] = None
    cost_unit: Annotated[Text, Field(description="unit of cost_usd")] = ""
    year: Annotated[Year | None, Field(description="year observed")] = None
    what: Annotated[Text, Field(description="what was measured")] = ""
    use: Annotated[Use, Field(description="model or check")] = "model"


class Service(Sourced):
    """A scheduled service on a link; freight waits half its headway."""

    table: ClassVar[str] = "services"
    id: Annotated[Id, Field(description="short code")]
    link: Annotated[Id, Ref("links"), Field(description="link served")]
    headway_hours: Annotated[Positive, Field(description="hours between departures")]
    name: Annotated[Text, Field(description="name of the service")] = ""


class Effect(Sourced):
    """What delivering a commitment changes in the network or in trade."""

    table: ClassVar[str] = "effects"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment delivered")]
    target_table: Annotated[
        Literal["links", "crossings", "services", "lines", "nodes", "routes", "tariffs"],
        Field(description="table of the thing changed; 'lines' = every link that carries the line's name"),
    ]
    target: Annotated[Text, Field(description="id of the thing changed, or the line's name")]
    attribute: Annotated[
        Literal[
            "state",
            "speed_kmh",
            "usd_per_tkm",
            "usd_per_tkm_factor",
            "usd_per_t",
            "hours",
            "headway_hours",
            "capacity",
            "draught",
            "duty",
            "cost",
        ],
        Field(description="what changes; the model values state, speed, money, hours and headway"),
    ]
    before: Annotated[Text, Field(description="value without the commitment")] = ""
    after: Annotated[Text, Field(description="value with the commitment")]
    unit: Annotated[Text, Field(description="unit of before and after")] = ""
    together_with: Annotated[
        Texts, Ref("commitments"), Field(description="takes effect only when these are delivered as well")
    ] = ()
    use: Annotated[Use, Field(description="model, or check: a stated outcome to compare with")] = "model"


class Restriction(Sourced):
    """A dated closure or surcharge. It only closes or makes dearer; it belongs to no commitment."""

    table: ClassVar[str] = "restrictions"
    id: Annotated[Id, Field(description="short code")]
    title: Annotated[Text, Field(description="what is restricted")]
    target_table: Annotated[
        Literal["links", "nodes", "lines", "modes", "countries", "programme"],
        Field(
            description="what it applies to; 'countries' = trade between target and partner, 'programme' = "
            "every link"
        ),
    ]
    target: Annotated[Text, Field(description="id of the thing restricted")] = ""
    partner: Annotated[
        Text, Ref("countries"), Field(description="the other country; empty = all trade of the target")
    ] = ""
    starts: Annotated[Date, Field(description="first day")]
    ends: Annotated[Date | None, Field(description="last day; empty = open")] = None
    effect: Annotated[
        Literal["recorded", "closed", "dearer"],
        Field(
            description="closed; dearer by the amounts here; or recorded only, where no source says by how "
            "much"
        ),
    ] = "recorded"
    hours: Annotated[NotNegative, Field(description="hours added, on the network")] = 0.0
    usd_per_t: Annotated[NotNegative, Field(description="USD per tonne added, on the network")] = 0.0
    ad_valorem_percent: Annotated[
        NotNegative, Field(description="percent added to the cost of trade, for countries")
    ] = 0.0
    tariff_percent: Annotated[
        NotNegative,
        Field(
            description="percentage points added to the importer's duty, for countries; the revenue is the "
            "importer's"
        ),
    ] = 0.0
    direction: Annotated[
        Literal["both", "exports", "imports"],
        Field(description="for countries: which trade of the target it touches"),
    ] = "both"
    sectors: Annotated[
        Texts, Ref("sectors"), Field(description="for countries: sectors it touches; empty = all")
    ] = ()
    imposed_by: Annotated[Texts, Ref("countries"), Field(description="countries that impose it")] = ()
    statement: Annotated[Text, Field(description="what the source states")] = ""


class Country(Sourced):
    """An economy of the trade model."""

    table: ClassVar[str] = "countries"
    id: Annotated[Iso3, Field(description="ISO 3166-1 alpha-3 code; ROW = rest of world")]
    name: Annotated[Text, Field(description="name in English")]
    gdp_usd_m: Annotated[Positive, Field(description="gross domestic product, million USD")]
    gdp_year: Annotated[Year | None, Field(description="year of the GDP figure")] = None
    population: Annotated[Positive | None, Field(description="inhabitants")] = None
    population_year: Annotated[Year | None, Field(description="year of the population figure")] = None
    customs_union: Annotated[
        Text, Field(description="customs union; inside it a border costs params' internal hours")
    ] = ""
    neighbours: Annotated[
        Texts, Field(description="countries with a common land border, separated by ;")
    ] = ()
    lat: Annotated[
        float | None, Field(ge=-90, le=90, allow_inf_nan=False, description="latitude of the economic centre")
    ] = None
    lon: Annotated[
        float | None,
        Field(ge=-180, le=180, allow_inf_nan=False, description="longitude of the economic centre"),
    ] = None
    internal_km: Annotated[
        Positive | None, Field(description="mean distance of trade inside the country, km")
    ] = None
    rest_of_world_km: Annotated[
        Positive | None, Field(description="mean distance to the rest of the world, km")
    ] = None


class Flow(Row):
    """A user's own trade matrix, which replaces the estimated one."""

    table: ClassVar[str] = "flows"
    key: ClassVar[tuple[str, ...]] = ("exporter", "importer")
    exporter: Annotated[
        Iso3, Ref("countries"), Field(description="exporting country; the same as importer = domestic trade")
    ]
    importer: Annotated[Iso3, Ref("countries"), Field(description="importing country")]
    usd_m: Annotated[NotNegative, Field(description="trade, million USD a year")]
    basis: Annotated[Text, Field(description="basis of the figure")] = ""
    source: Annotated[Text, Field(description="source of the figure")] = ""
    note: Annotated[Text, Field(description="note")] = ""


class Sector(Sourced):
    """A sector of the trade model with many sectors."""

    table: ClassVar[str] = "sectors"
    id: Annotated[Id, Field(description="short code")]
    title: Annotated[Text, Field(description="name in English")]
    trade_elasticity: Annotated[
        Positive, Field(description="trade elasticity; of a sector that is not traded any number")
    ]
    bulk: Annotated[Share, Field(description="share of its trade, by value, that goes as bulk")] = 0.0
    general: Annotated[Share, Field(description="share that goes as general cargo")] = 0.0
    containers: Annotated[
        Share, Field(description="share that goes in containers; what is left of 1 does not use the network")
    ] = 0.0


class SectorTrade(Row):
    """Trade of one sector between two countries, net of tariffs; exporter = importer is what is sold at
    home."""

    table: ClassVar[str] = "sector_trade"
    key: ClassVar[tuple[str, ...]] = ("sector", "exporter", "importer")
    sector: Annotated[Id, Ref("sectors"), Field(description="sector")]
    exporter: Annotated[Iso3, Ref("countries"), Field(description="exporting country")]
    importer: Annotated[Iso3, Ref("countries"), Field(description="importing country")]
    usd_m: Annotated[NotNegative, Field(description="trade net of tariffs, million USD a year")]
    tariff_percent: Annotated[
        NotNegative, Field(description="duty of the importer, percent of the value")
    ] = 0.0
    basis: Annotated[Text, Field(description="basis of the figure")] = ""
    source: Annotated[Text, Field(description="source of the figure")] = ""
    note: Annotated[Text, Field(description="note")] = ""


class SectorAccount(Row):
    """Value added and final spending of a country by sector."""

    table: ClassVar[str] = "sector_accounts"
    key: ClassVar[tuple[str, ...]] = ("country", "sector")
    country: Annotated[Iso3, Ref("countries"), Field(description="country")]
    sector: Annotated[Id, Ref("sectors"), Field(description="sector")]
    value_added_usd_m: Annotated[NotNegative, Field(description="value added, million USD a year")]
    final_usd_m: Annotated[
        NotNegative, Field(description="final spending on it, tariffs included, million USD a year")
    ]
    basis: Annotated[Text, Field(description="basis of the figure")] = ""
    source: Annotated[Text, Field(description="source of the figure")] = ""
    note: Annotated[Text, Field(description="note")] = ""


class SectorInput(Row):
    """What a sector of a country spends on the products of another."""

    table: ClassVar[str] = "sector_inputs"
    key: ClassVar[tuple[str, ...]] = ("country", "input", "user")
    country: Annotated[Iso3, Ref("countries"), Field(description="country")]
    input: Annotated[Id, Ref("sectors"), Field(description="sector bought from")]
    user: Annotated[Id, Ref("sectors"), Field(description="sector that buys")]
    usd_m: Annotated[NotNegative, Field(description="million USD a year")]
    basis: Annotated[Text, Field(description="basis of the figure")] = ""
    source: Annotated[Text, Field(description="source of the figure")] = ""
    note: Annotated[Text, Field(description="note")] = ""


class Capacity(Sourced):
    """What a party has to offer or to spare: berths, wagons, storage, a refinery, a skill."""

    table: ClassVar[str] = "capacities"
    id: Annotated[Id, Field(description="short code")]
    party: Annotated[Id, Ref("parties"), Field(description="party that has it")]
    field: Annotated[Text, Field(description="field: ports, rail, energy, agriculture, finance, ...")]
    what: Annotated[Text, Field(description="what it is")]
    amount: Annotated[NotNegative | None, Field(description="how much there is")] = None
    unit: Annotated[Text, Field(description="unit of amount and used")] = ""
    used: Annotated[NotNegative | None, Field(description="how much of it is used")] = None
    year: Annotated[Year | None, Field(description="year of the figures")] = None
    sectors: Annotated[Texts, Ref("sectors"), Field(description="sectors it serves")] = ()


class ReportedTrade(Sourced):
    """A trade total as reported; those with use = model are held when the matrix is filled."""

    table: ClassVar[str] = "reported_trade"
    id: Annotated[Id, Field(description="short code")]
    exporter: Annotated[Id, Field(description="exporter: a country or a group")]
    importer: Annotated[Id, Field(description="importer: a country or a group")]
    usd_m: Annotated[NotNegative, Field(description="million USD in the period")]
    period: Annotated[Text, Field(description="period in the words of the source")] = ""
    kind: Annotated[Literal["flow", "turnover"], Field(description="one way, or both ways together")] = "flow"
    months: Annotated[Positive, Field(description="months the period covers; the model scales to twelve")] = (
        12.0
    )
    use: Annotated[Use, Field(description="model: held in the base matrix; check: kept for comparison")] = (
        "check"
    )


class Route(Sourced):
    """A published door-to-door time or price: for calibration and checking, never an input."""

    table: ClassVar[str] = "routes"
    id: Annotated[Id, Field(description="short code")]
    origin: Annotated[Text, Ref("nodes"), Field(description="node; empty if the source names no place")] = ""
    destination: Annotated[Text, Ref("nodes"), Field(description="node")] = ""
    origin_text: Annotated[Text, Field(description="origin in the words of the source")] = ""
    destination_text: Annotated[Text, Field(description="destination in the words of the source")] = ""
    title: Annotated[Text, Field(description="route in the words of the source")] = ""
    mode_chain: Annotated[Text, Field(description="modes in the words of the source")] = ""
    cargo: Annotated[Literal["bulk", "general", "containers"], Field(description="cargo class compared")] = (
        "containers"
    )
    via: Annotated[Texts, Ref("nodes"), Field(description="nodes that the path must pass, in order")] = ()
    avoid_modes: Annotated[Texts, Field(description="modes that the path may not use")] = ()
    days_min: Annotated[Positive | None, Field(description="shortest time stated, days")] = None
    days_max: Annotated[Positive | None, Field(description="longest time stated, days")] = None
    cost: Annotated[NotNegative | None, Field(description="price stated, in cost_unit")] = None
    cost_unit: Annotated[Text, Field(description="unit of the price")] = ""
    km: Annotated[Positive | None, Field(description="length stated, km")] = None
    year: Annotated[Year | None, Field(description="year of the statement")] = None
    what: Annotated[Text, Field(description="what was stated")] = ""
    branch: Annotated[
        Text, Field(description="name of the path among its rivals; rows of one name are compared")
    ] = ""
    sample: Annotated[
        Literal["", "fit", "held out"],
        Field(description="fit: used in the calibration; held out: compared only; empty: not compared"),
    ] = ""


class Param(Sourced):
    """One assumption or rate of the model, with its band."""

    table: ClassVar[str] = "params"
    id: Annotated[Id, Field(description="short code")]
    name: Annotated[
        Text, Field(description="what it is; the unit stands in the name where the model reads it")
    ]
    applies_to: Annotated[Text, Field(description="mode, mode/cargo class, cargo class or all")] = "all"
    value: Annotated[Number, Field(description="value used")]
    low: Annotated[Number | None, Field(description="low end of the band")] = None
    high: Annotated[Number | None, Field(description="high end of the band")] = None
    unit: Annotated[Text, Field(description="unit")] = ""
    year: Annotated[Year | None, Field(description="year of the figure")] = None
    use: Annotated[Use, Field(description="model: read by the model; check: kept for comparison")] = "model"


TABLES: dict[str, type[Row]] = {
    row.table: row
    for row in (
        Party,
        Agreement,
        Instrument,
        ForceRule,
        ForceCondition,
        ForceWeight,
        Commitment,
        Milestone,
        DateChange,
        DateRequest,
        Dependency,
        Duration,
        Driver,
        Evidence,
        Meeting,
        Contact,
        Node,
        Link,
        Crossing,
        Service,
        Effect,
        Restriction,
        Country,
        Flow,
        Sector,
        SectorTrade,
        SectorAccount,
        SectorInput,
        Capacity,
        ReportedTrade,
        Route,
        Param,
    )
}

# What only the model reads: a fault there leaves the register usable. Restrictions and capacities are shown
# by the register too.
ONLY_FOR_VALUES = frozenset(
    row.table
    for row in (
        Node,
        Link,
        Crossing,
        Service,
        Effect,
        Country,
        Flow,
        Sector,
        SectorTrade,
        SectorAccount,
        SectorInput,
        ReportedTrade,
        Route,
        Param,
    )
)
