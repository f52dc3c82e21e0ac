"""Trade: countries, flows and sectors, what checks them, and the parameters of the models."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from milepost.records.kinds import (
    CountryId,
    CountryOrAny,
    Id,
    IdOrAny,
    NotNegative,
    Number,
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


class Country(Sourced):
    """An economy of the trade model."""

    table: ClassVar[str] = "countries"
    id: Annotated[
        CountryId,
        Field(description="ISO 3166-1 alpha-3 code; ROW = rest of world"),
    ]
    name: Annotated[Text, Field(description="name in English")]
    gdp_usd_m: Annotated[Positive, Field(description="gross domestic product, million USD")]
    gdp_year: Annotated[Year | None, Field(description="year of the GDP figure")] = None
    population: Annotated[Positive | None, Field(description="inhabitants")] = None
    population_year: Annotated[Year | None, Field(description="year of the population figure")] = None
    customs_union: Annotated[
        Text, Field(description="customs union; inside it a border costs params' internal hours")
    ] = ""
    gauge_mm: Annotated[
        Positive | None,
        Field(
            description="gauge of its railways, mm, where a link states none; empty = that of most km stated "
            "on its own links"
        ),
    ] = None
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


Valuation = Literal["fob", "cif"]


class Flow(Row):
    """Trade as a source records it, a row a cell. A pair without a row is not recorded, which is not zero: it
    is estimated; a recorded zero is a row with 0."""

    table: ClassVar[str] = "flows"
    key: ClassVar[tuple[str, ...]] = ("exporter", "importer")
    exporter: Annotated[
        CountryId,
        Ref("countries"),
        Field(description="exporting country; the same as importer = domestic trade"),
    ]
    importer: Annotated[CountryId, Ref("countries"), Field(description="importing country")]
    usd_m: Annotated[NotNegative, Field(description="trade, million USD a year")]
    valuation: Annotated[
        Valuation,
        Field(
            description="fob: as it leaves the exporter; the model adds its own cost of freight. cif: as it "
            "arrives, freight included"
        ),
    ] = "fob"
    basis: Annotated[Text, Field(description="basis of the figure")] = ""
    source: Annotated[Text, Field(description="source of the figure")] = ""
    note: Annotated[Text, Field(description="note")] = ""


class Cargo(Sourced):
    """What the trade of an exporter and an importer is made of. The rows of one exporter and importer stand
    together, and the most particular ones hold as a whole: exporter and importer, exporter to ``*``, ``*`` to
    importer, ``*`` to ``*``; without any, trade_share and cargo_value_usd_per_t of params."""

    table: ClassVar[str] = "cargo"
    id: Annotated[Id, Field(description="short code")]
    exporter: Annotated[CountryOrAny, Field(description="exporting country; * = any")]
    importer: Annotated[CountryOrAny, Field(description="importing country; * = any")]
    cargo_class: Annotated[
        Literal["bulk", "general", "containers", "off_network"],
        Field(description="class of cargo; off_network goes by pipeline, air or wire: no link carries it"),
    ]
    share: Annotated[
        Share,
        Field(description="share of the value of the trade; those of an exporter and importer add up to 1"),
    ]
    usd_per_t: Annotated[
        Positive | None,
        Field(description="value of a tonne, USD; empty = cargo_value_usd_per_t of params"),
    ] = None


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
    exporter: Annotated[CountryId, Ref("countries"), Field(description="exporting country")]
    importer: Annotated[CountryId, Ref("countries"), Field(description="importing country")]
    usd_m: Annotated[NotNegative, Field(description="trade net of tariffs, million USD a year")]
    tariff_percent: Annotated[
        NotNegative, Field(description="duty of the importer, percent of the value")
    ] = 0.0
    valuation: Annotated[Valuation, Field(description="fob or cif, as in flows")] = "fob"
    basis: Annotated[Text, Field(description="basis of the figure")] = ""
    source: Annotated[Text, Field(description="source of the figure")] = ""
    note: Annotated[Text, Field(description="note")] = ""


class SectorAccount(Row):
    """Value added and final spending of a country by sector."""

    table: ClassVar[str] = "sector_accounts"
    key: ClassVar[tuple[str, ...]] = ("country", "sector")
    country: Annotated[CountryId, Ref("countries"), Field(description="country")]
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
    country: Annotated[CountryId, Ref("countries"), Field(description="country")]
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
    """A trade total as reported. Those with use = model are held where ``flows`` records nothing; ``*`` on
    one side is everything that the other sells or buys abroad."""

    table: ClassVar[str] = "reported_trade"
    id: Annotated[Id, Field(description="short code")]
    exporter: Annotated[IdOrAny, Field(description="exporter: a country or a group; * = all")]
    importer: Annotated[IdOrAny, Field(description="importer: a country or a group; * = all")]
    usd_m: Annotated[NotNegative, Field(description="million USD in the period")]
    valuation: Annotated[Valuation, Field(description="fob or cif, as in flows")] = "fob"
    period: Annotated[Text, Field(description="period in the words of the source")] = ""
    kind: Annotated[Literal["flow", "turnover"], Field(description="one way, or both ways together")] = "flow"
    months: Annotated[Positive, Field(description="months the period covers; the model scales to twelve")] = (
        12.0
    )
    use: Annotated[Use, Field(description="model: held in the base matrix; check: kept for comparison")] = (
        "check"
    )

    @property
    def usd_m_per_year(self) -> float:
        """Scaled from the months it covers to a year."""
        return self.usd_m * 12 / self.months


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
    via: Annotated[
        Texts, Field(description="nodes that the path must pass and links that it must take, in order")
    ] = ()
    avoid_modes: Annotated[Texts, Field(description="modes that the path may not use")] = ()
    days_min: Annotated[Positive | None, Field(description="shortest time stated, days")] = None
    days_max: Annotated[Positive | None, Field(description="longest time stated, days")] = None
    cost: Annotated[Positive | None, Field(description="price stated, in cost_unit")] = None
    cost_unit: Annotated[Text, Field(description="unit of the price")] = ""
    loading: Annotated[
        Literal["included", "excluded"],
        Field(
            description="whether days and price hold loading and unloading at both ends; excluded: of the "
            "train, truck or ship alone, from departure to arrival"
        ),
    ] = "included"
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
