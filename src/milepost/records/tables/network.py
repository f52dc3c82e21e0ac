"""The network: nodes, links, crossings, services, what commitments change there and what restricts it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from milepost.records.kinds import (
    CountryId,
    CountryOrAny,
    Date,
    DaysOfYear,
    Id,
    NotNegative,
    Positive,
    Ref,
    Share,
    Sourced,
    Text,
    Texts,
    Use,
    Year,
)
from milepost.records.lines import checked

Mode = Literal["rail", "road", "sea", "ferry", "river"]


class Node(Sourced):
    """A city, port, terminal or border point, or a point at sea that ships pass."""

    table: ClassVar[str] = "nodes"
    id: Annotated[Id, Field(description="short code")]
    name: Annotated[Text, Field(description="name in English")]
    country: Annotated[
        CountryId,
        Ref("countries"),
        Field(description="country it lies in; ROW at sea, and in a country that the model does not have"),
    ]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="latitude, degrees north")]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="longitude, degrees east")]
    kind: Annotated[
        Literal["city", "port", "terminal", "border", "waypoint"],
        Field(description="what it is; a waypoint is passed at sea, without a stop and without any cargo"),
    ] = "city"
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


class ZoneShare(Sourced):
    """Where goods of one class start or end in a country, where that is not where most of its trade does. The
    rows of a country, direction, class and partner hold as a whole: a zone without one has none of these
    goods. Those of a partner hold before those of ``*``; without any, trade_share of nodes."""

    table: ClassVar[str] = "zone_shares"
    id: Annotated[Id, Field(description="short code")]
    node: Annotated[Id, Ref("nodes"), Field(description="zone: a node with a trade_share")]
    direction: Annotated[
        Literal["export", "import"],
        Field(description="export: goods of its country that start here; import: that end here"),
    ]
    cargo_class: Annotated[
        Literal["bulk", "general", "containers"], Field(description="class of cargo that the share is of")
    ]
    partner: Annotated[CountryOrAny, Field(description="country traded with; * = any")] = "*"
    share: Annotated[
        Share,
        Field(
            description="share of its country's trade; those of a country, direction, class and partner add "
            "up to 1"
        ),
    ]


class Link(Sourced):
    """A railway, road, sea lane, ferry or river between two nodes. Several may join the same two."""

    table: ClassVar[str] = "links"
    id: Annotated[Id, Field(description="short code")]
    from_node: Annotated[Id, Ref("nodes"), Field(description="one end")]
    to_node: Annotated[Id, Ref("nodes"), Field(description="the other end")]
    mode: Annotated[Mode, Field(description="means of transport")]
    km: Annotated[Positive, Field(description="length, km")]
    direction: Annotated[
        Literal["both", "forward"],
        Field(
            description="both ways, or forward only: from from_node to to_node; another row says the way back"
        ),
    ] = "both"
    gauge_mm: Annotated[
        Positive | None,
        Field(description="rail gauge, mm; a change of gauge is a transfer; empty = the country's gauge"),
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
    tax_share: Annotated[
        Share | None,
        Field(description="share of rate and fixed charge that is tax; empty = params' share of the mode"),
    ] = None
    margin_share: Annotated[
        Share | None,
        Field(
            description="share of rate and fixed charge that is more than the service costs; empty = params' "
            "share of the mode"
        ),
    ] = None
    received_by: Annotated[
        Texts,
        Ref("countries"),
        Field(
            description="countries that receive tax and margin, in equal parts; empty = where it lies, half "
            "each for a link between two"
        ),
    ] = ()
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
    geometry: Annotated[
        Text,
        AfterValidator(checked),
        Field(
            description="where it runs, for maps only: LINESTRING (longitude latitude, ...) in degrees; "
            "empty = straight"
        ),
    ] = ""
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
            description="border (same mode on both sides; paid on links to another country), gauge (a change "
            "of it), terminal (change of mode; sea to sea is transshipment), passage (a canal) or "
            "observation (for checking)"
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
    tax_share: Annotated[
        Share | None, Field(description="share of the charge that is tax; empty = params' share")
    ] = None
    margin_share: Annotated[
        Share | None,
        Field(description="share of the charge that is more than the service costs; empty = params' share"),
    ] = None
    received_by: Annotated[
        Texts,
        Ref("countries"),
        Field(description="countries that receive tax and margin, in equal parts; empty = the node's"),
    ] = ()
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
    lowers: Annotated[
        Literal["", "resource", "tax", "margin"],
        Field(
            description="of an effect on money, what becomes less: resource (it costs less to do), tax, or "
            "margin (who asks for it receives less); empty = by what is changed"
        ),
    ] = ""
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
    probability_per_year: Annotated[
        Share | None,
        Field(
            description="of what may happen and does not hold: how likely it is in a year, 0 to 1; such a "
            "row is never in force by its dates, and is counted by 'milepost resilience'; empty = a fact"
        ),
    ] = None
    length_days: Annotated[
        DaysOfYear | None,
        Field(description="how many days it would then last, at most a year of 365"),
    ] = None
    statement: Annotated[Text, Field(description="what the source states")] = ""

    @property
    def is_risk(self) -> bool:
        """May it happen, and does not hold? So say a probability and a length."""
        return self.probability_per_year is not None or self.length_days is not None


class Count(Sourced):
    """Traffic observed at a link, terminal, border, country or corridor: what the model is held against."""

    table: ClassVar[str] = "counts"
    id: Annotated[Id, Field(description="short code")]
    place_table: Annotated[
        Literal["links", "nodes", "borders", "countries", "corridors"],
        Field(description="kind of place; a corridor is kept for checking only"),
    ]
    place: Annotated[
        Text,
        Field(
            description="id of the link, node or country; a border as two countries, such as IRN-AZE; of a "
            "corridor any name; several of a kind that were counted together, with ';' between them"
        ),
    ]
    mode: Annotated[
        Literal["", "rail", "road", "sea", "ferry", "river"],
        Field(description="means of transport counted; empty = all"),
    ] = ""
    direction: Annotated[
        Literal["both", "forward", "back", "transit", "transit in", "export", "import"],
        Field(
            description="both ways; forward: from the first end to the second, of a border from the first "
            "country; back: the other way; transit: what only passes the country, of a node what of it "
            "enters and leaves there; transit in: what of it enters; export or import: of a country or "
            "terminal"
        ),
    ] = "both"
    mt: Annotated[
        NotNegative | None,
        Field(description="million tonnes a year; a part of a year is brought to twelve months"),
    ] = None
    teu: Annotated[
        NotNegative | None, Field(description="containers, TEU a year; a part of a year likewise")
    ] = None
    period: Annotated[Text, Field(description="period in the words of the source")] = ""
    months: Annotated[
        float,
        Field(
            gt=0,
            le=24,
            allow_inf_nan=False,
            description="months that were counted; mt and teu are already those of twelve",
        ),
    ] = 12.0
    year: Annotated[Year | None, Field(description="year in which most of the period lies")] = None
    sample: Annotated[
        Literal["fit", "held out", "check"],
        Field(description="fit: used in a fit; held out: compared only; check: shown, and in no statistic"),
    ] = "check"
    what: Annotated[Text, Field(description="what was counted")] = ""

    @property
    def counted_at(self) -> tuple[str, ...]:
        """What was counted together."""
        return tuple(one.strip() for one in self.place.split(";"))
