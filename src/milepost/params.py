"""Every parameter of the model, declared once: name, unit, keys, whether it is needed, bounds of sense,
meaning.

A row of the table ``params`` gives one of them a value. Whoever asks for a parameter asks by its name and by
the keys that the row may apply to, the most particular first; ``all`` stands behind every key. What is not
declared here does not exist: asking for it is a mistake in the program and raises, a row about it is a
finding of ``milepost check``. Rows with ``use = check`` are kept for comparison, under any name.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Literal

from milepost.errors import UndeclaredParameter

CLASSES = ("bulk", "general", "containers")
MODES = ("rail", "road", "sea", "ferry", "river")
LAND = ("rail", "road")
WATER = ("sea", "ferry", "river")
PAIRS = tuple(f"{a}-{b}" for a in sorted(MODES) for b in sorted(MODES) if a < b)
KINDS = ("build-link", "upgrade", "border", "port-capacity", "tariff", "service")  # of commitments
PARTS = ("receipts", "co2e", "accidents")  # what V may hold besides what users gain
COUNTED = frozenset({"receipts"})  # and does unless it is asked not to
EVERY = "all"  # the key that stands behind every other one

Needed = Literal["always", "if used", "no"]
Room = Literal["network", "trade", "value"]
SourceKind = Literal["study", "statistics", "tariffs", "fit to routes", "fit to counts", "completed works"]

_YEAR_H = 8_784.0  # hours of a leap year: no wait is longer


@dataclass(frozen=True)
class Parameter:
    """One parameter. ``keys``: what ``applies_to`` of its rows may be, besides ``all``; in order of the page.

    ``needed``: ``always``; ``if used``: for the modes that links use; ``no``: then ``default`` holds where no
    row stands, or, where that is None, what it is about does not happen. ``low`` to ``high`` are bounds of
    sense: a value beyond them has the wrong unit. ``source_kind``: where such a figure is usually found.
    ``in_country``: it is of a key in one country only, such as rail/IRN.
    """

    name: str
    unit: str
    keys: tuple[str, ...]
    needed: Needed
    low: float
    high: float
    meaning: str
    source_kind: SourceKind
    room: Room = "network"
    default: float | None = None
    in_country: bool = False

    @property
    def kind_of_keys(self) -> str:
        """What ``applies_to`` may be, in words; what has no keys applies to ``all`` only."""
        if self.in_country:
            return "mode/country"
        groups = (
            ("cargo class", CLASSES),
            ("mode", MODES),
            ("mode/cargo class", _RATES[len(MODES) :]),
            ("mode-mode", PAIRS),
            ("kind of commitment", KINDS),
        )
        left, words = list(self.keys), []
        for word, members in groups:
            if set(members) <= set(left):
                words.append(word)
                left = [key for key in left if key not in members]
        return ", ".join([*words, *left]) or EVERY

    def allows(self, key: str) -> bool:
        """Whether a row may apply to a key."""
        if self.in_country:
            key, _, country = key.partition("/")
            return key in self.keys and bool(country)
        return key == EVERY or key in self.keys

    def asked_with(self, modes: Set[str]) -> Iterator[tuple[str, ...]]:
        """Keys that a network of some modes cannot do without, each with those that may stand for it, most
        particular first."""
        if self.needed == "no":
            return
        if not self.keys:
            yield ()
        refined = [key for key in self.keys if "/" in key]
        for key in self.keys:
            if "/" in key or (self.needed == "if used" and not set(key.split("-")) <= modes):
                continue
            finer = [(fine, key) for fine in refined if fine.startswith(f"{key}/")]
            yield from finer or ((key,),)


_RATES = (*MODES, *(f"{m}/{s}" for m in MODES for s in CLASSES))
_HANDLING = (*PAIRS, *WATER)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "trade_elasticity",
        "percent of trade per percent of cost",
        (),
        "always",
        0.5,
        50.0,
        "by how many percent trade falls when it becomes one percent dearer",
        "study",
        "trade",
    ),
    Parameter(
        "cargo_value_usd_per_t",
        "USD/t",
        CLASSES,
        "always",
        1.0,
        10_000_000.0,
        "what a tonne of such cargo is worth",
        "statistics",
    ),
    Parameter(
        "value_of_time_share_per_day",
        "share of cargo value per day",
        CLASSES,
        "always",
        0.0,
        1.0,
        "what a day on the way costs, as a share of the value of the cargo",
        "study",
    ),
    Parameter(
        "trade_share",
        "share of trade value",
        CLASSES,
        "always",
        0.0,
        1.0,
        "share of the value of trade that goes as such cargo; bulk, general and containers add up to 1",
        "statistics",
    ),
    Parameter(
        "speed_kmh",
        "km/h",
        MODES,
        "if used",
        1.0,
        300.0,
        "running speed where a link states none",
        "statistics",
    ),
    Parameter(
        "running_hours_per_day",
        "h a day",
        LAND,
        "no",
        1.0,
        24.0,
        "how many hours of a day a truck or train runs on the way; the rest its driver rests",
        "statistics",
        default=24.0,
    ),
    Parameter(
        "loading_hours", "h", LAND, "if used", 0.0, _YEAR_H, "hours at each end of the path", "statistics"
    ),
    Parameter(
        "loading_usd_per_t",
        "USD/t",
        LAND,
        "no",
        0.0,
        500.0,
        "paid at each end of the path, however long it is",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "border_hours",
        "h",
        LAND,
        "if used",
        0.0,
        _YEAR_H,
        "hours at a border where no crossing stands",
        "statistics",
    ),
    Parameter(
        "border_usd_per_t", "USD/t", MODES, "no", 0.0, 5_000.0, "charge for it", "statistics", default=0.0
    ),
    Parameter(
        "internal_border_hours",
        "h",
        LAND,
        "if used",
        0.0,
        _YEAR_H,
        "hours at a border inside a customs union",
        "statistics",
    ),
    Parameter(
        "internal_border_usd_per_t",
        "USD/t",
        LAND,
        "no",
        0.0,
        5_000.0,
        "charge for it",
        "statistics",
        default=0.0,
    ),
    Parameter(
        "handling_hours",
        "h",
        _HANDLING,
        "if used",
        0.0,
        _YEAR_H,
        "hours to change from one mode to the other, or to load and unload a ship, where no crossing stands",
        "statistics",
    ),
    Parameter(
        "handling_usd_per_t", "USD/t", _HANDLING, "no", 0.0, 5_000.0, "charge for it", "tariffs", default=0.0
    ),
    Parameter(
        "transshipment_hours",
        "h",
        ("sea",),
        "if used",
        0.0,
        _YEAR_H,
        "hours from ship to ship in one port, where no crossing stands",
        "statistics",
    ),
    Parameter(
        "transshipment_usd_per_t",
        "USD/t",
        MODES,
        "no",
        0.0,
        5_000.0,
        "charge for it",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "gauge_change_hours",
        "h",
        ("rail",),
        "if used",
        0.0,
        _YEAR_H,
        "hours where the rail gauge changes, where no crossing stands",
        "statistics",
    ),
    Parameter(
        "gauge_change_usd_per_t",
        "USD/t",
        ("rail",),
        "no",
        0.0,
        5_000.0,
        "charge for it",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "freight_rate_usd_per_tkm",
        "USD/tkm",
        _RATES,
        "if used",
        0.0,
        10.0,
        "freight rate where a link states none; mode, or mode/cargo",
        "tariffs",
    ),
    Parameter(
        "added_wait_hours",
        "h",
        ("port", "border", "terminal", "ferry"),
        "no",
        0.0,
        _YEAR_H,
        "hours waited at every port call, border or terminal besides those stated, which nothing promised "
        "shortens; at the berths of ferries those of ports where no row says otherwise",
        "fit to routes",
        default=0.0,
    ),
    Parameter(
        "vehicle_wait_hours",
        "h",
        LAND,
        "no",
        0.0,
        _YEAR_H,
        "hours until a wagon or truck and its papers are there",
        "fit to routes",
        default=0.0,
    ),
    Parameter(
        "off_network_premium",
        "share of the later cost",
        (),
        "no",
        0.0,
        5.0,
        "by how much dearer goods between two zones without a path today go off the network than by the "
        "path between them once all is delivered",
        "study",
        "value",
        default=0.5,
    ),
    Parameter(
        "queue_hours_at_capacity",
        "h",
        (*MODES, "terminal"),
        "no",
        0.0,
        _YEAR_H,
        "hours waited at a link of the mode, or a terminal, where load equals capacity; without it nothing "
        "queues",
        "statistics",
    ),
    Parameter(
        "queue_power",
        "power",
        (),
        "no",
        1.0,
        20.0,
        "power with which waiting rises with load over capacity",
        "study",
        default=4.0,
    ),
    Parameter(
        "tonnes_per_teu",
        "t",
        (),
        "no",
        1.0,
        30.0,
        "tonnes in a container of twenty feet where containers are counted; of forty feet twice as many",
        "statistics",
        default=10.0,
    ),
    Parameter(
        "tonnes_per_20_foot_box",
        "t",
        (),
        "no",
        1.0,
        30.0,
        "tonnes in a container of twenty feet where a price is of one: what is heavy goes in short boxes, so "
        "it holds more than half of one of forty feet",
        "tariffs",
        default=14.0,
    ),
    Parameter(
        "cargo_value_factor",
        "times the value",
        CLASSES,
        "no",
        0.05,
        20.0,
        "factor on what a tonne is worth where the row of cargo, or the parameter, is an assumption",
        "fit to counts",
        default=1.0,
    ),
    Parameter(
        "estimated_flow_factor",
        "times the estimate",
        (),
        "no",
        0.01,
        20.0,
        "factor on flows between countries that nobody records",
        "fit to counts",
        default=1.0,
    ),
    Parameter(
        "flow_source_weight",
        "weight",
        ("recorded", "reported", "gravity"),
        "no",
        0.0,
        1.0,
        "how often draws take the flows of a source: recorded cells first, reported trade first, or gravity "
        "alone; without rows 0.6, 0.2 and 0.2; the weights of what a programme has are scaled to add up to 1",
        "study",
        "trade",
    ),
    Parameter(
        "recorded_flow_log_sd",
        "standard deviation of the logarithm",
        (),
        "no",
        0.0,
        3.0,
        "error of a recorded flow",
        "statistics",
        "trade",
        default=0.05,
    ),
    Parameter(
        "reported_flow_log_sd",
        "standard deviation of the logarithm",
        (),
        "no",
        0.0,
        3.0,
        "error of a flow from reported trade",
        "statistics",
        "trade",
        default=0.15,
    ),
    Parameter(
        "estimated_flow_log_sd",
        "standard deviation of the logarithm",
        (),
        "no",
        0.0,
        3.0,
        "error of an estimated flow that no other flow shares",
        "statistics",
        "trade",
        default=1.05,
    ),
    Parameter(
        "country_flow_log_sd",
        "standard deviation of the logarithm",
        ("exporter", "importer"),
        "no",
        0.0,
        3.0,
        "error that all estimated flows of an exporter, or of an importer, share",
        "statistics",
        "trade",
        default=0.35,
    ),
    Parameter(
        "shipment_types",
        "types",
        (),
        "no",
        1.0,
        256.0,
        "shipment types a cargo class, each of which takes its own cheapest path; with 1 all goods of a "
        "class take the same",
        "fit to routes",
        default=1.0,
    ),
    Parameter(
        "shipment_seed",
        "number",
        (),
        "no",
        0.0,
        1_000_000_000.0,
        "seed of the draws that tell shipment types apart",
        "fit to routes",
        default=0.0,
    ),
    Parameter(
        "time_spread",
        "standard deviation of the logarithm",
        (),
        "no",
        0.0,
        3.0,
        "how far the value of time differs between shipments of a cargo class",
        "study",
        default=0.0,
    ),
    Parameter(
        "taste_spread",
        "standard deviation of the logarithm",
        (),
        "no",
        0.0,
        3.0,
        "how far the freight that a mode asks differs between shipments",
        "fit to routes",
        default=0.0,
    ),
    Parameter(
        "mode_constant_usd_per_tkm",
        "USD/tkm",
        MODES,
        "no",
        -1.0,
        5.0,
        "added to what shippers weigh on links of the mode, for what makes them choose or avoid it and no "
        "other figure says; no promise changes it, and nobody pays it",
        "fit to routes",
        default=0.0,
    ),
    Parameter(
        "class_constant_usd_per_tkm",
        "USD/tkm",
        _RATES[len(MODES) :],
        "no",
        -1.0,
        5.0,
        "added to the constant of a mode for one class of cargo, for what keeps it off the mode and no other "
        "figure says",
        "fit to counts",
        default=0.0,
    ),
    Parameter(
        "country_constant_usd_per_tkm",
        "USD/tkm",
        MODES,
        "no",
        -1.0,
        5.0,
        "added to the constant of a mode on the links of one country, for what is short there and no other "
        "figure says; a link between two countries has the mean of theirs",
        "fit to counts",
        default=0.0,
        in_country=True,
    ),
    Parameter(
        "country_speed_kmh",
        "km/h",
        LAND,
        "no",
        0.0,
        300.0,
        "running speed in one country, where somebody measured it; 0: as speed_kmh of the mode; a link "
        "between two countries takes half of its km at each",
        "statistics",
        default=0.0,
        in_country=True,
    ),
    Parameter(
        "country_rate_factor",
        "times the freight rate",
        LAND,
        "no",
        0.1,
        10.0,
        "what a mode asks by km in one country, over its mean; a link between two countries has the mean of "
        "theirs",
        "tariffs",
        default=1.0,
        in_country=True,
    ),
    Parameter(
        "cost_variance",
        "USD/t",
        (),
        "no",
        0.0,
        1_000.0,
        "variance of what a shipment type perceives, per USD/t of cost",
        "fit to routes",
        default=0.0,
    ),
    Parameter(
        "rate_margin_share",
        "share of the freight rate",
        MODES,
        "no",
        0.0,
        1.0,
        "share of what a link asks by km that is more than carrying costs, and goes to where it lies",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "rate_tax_share",
        "share of the freight rate",
        MODES,
        "no",
        0.0,
        1.0,
        "share of what a link asks by km that is tax or toll, and goes to where it lies",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "charge_margin_share",
        "share of the charge",
        (*MODES, "port", "terminal"),
        "no",
        0.0,
        1.0,
        "share of a fixed charge of a link of the mode (canal dues), or of a port or terminal, that is more "
        "than the service costs, and goes to the country where it is paid",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "border_tax_share",
        "share of the charge",
        MODES,
        "no",
        0.0,
        1.0,
        "share of a charge at a border that is a fee of the state whose border it is",
        "tariffs",
        default=0.0,
    ),
    Parameter(
        "co2e_kg_per_tkm",
        "kg CO2e/tkm",
        MODES,
        "no",
        0.0,
        10.0,
        "greenhouse gases of carrying a tonne one km, from well to wheel",
        "study",
        default=0.0,
    ),
    Parameter(
        "carbon_usd_per_t",
        "USD/t CO2e",
        (),
        "no",
        0.0,
        5_000.0,
        "shadow price of greenhouse gases",
        "study",
        default=0.0,
    ),
    Parameter(
        "accident_usd_per_tkm",
        "USD/tkm",
        MODES,
        "no",
        0.0,
        1.0,
        "what accidents of freight cost others than who ships it",
        "study",
        default=0.0,
    ),
    Parameter(
        "schedule_ratio_median",
        "actual over planned duration",
        (),
        "no",
        0.1,
        20.0,
        "median of actual over planned duration of comparable works",
        "completed works",
        "value",
        default=1.84,
    ),
    Parameter(
        "schedule_ratio_log_sd",
        "log of the ratio",
        (),
        "no",
        0.001,
        5.0,
        "spread of that ratio: standard deviation of its logarithm",
        "completed works",
        "value",
        default=0.42,
    ),
    Parameter(
        "construction_years",
        "years",
        KINDS,
        "no",
        0.0,
        30.0,
        "years before delivery over which capital is spent, where a cost names no years",
        "completed works",
        "value",
        default=3.0,
    ),
    Parameter(
        "economic_life_years",
        "years",
        KINDS,
        "no",
        1.0,
        150.0,
        "years that what is built serves; what is left of them at the end is its residual value",
        "study",
        "value",
        default=30.0,
    ),
    Parameter(
        "ramp_up_years",
        "years",
        KINDS,
        "no",
        0.0,
        20.0,
        "years from delivery until all of the value has come, in a straight line; 0 = at once",
        "study",
        "value",
        default=0.0,
    ),
    Parameter(
        "trade_to_gdp_elasticity",
        "percent of trade per percent of GDP",
        (),
        "no",
        0.0,
        5.0,
        "by how many percent the trade of a country grows when its economy grows by one",
        "statistics",
        "value",
        default=1.0,
    ),
    Parameter(
        "conversion_factor",
        "ratio",
        (),
        "no",
        0.1,
        2.0,
        "cost to the economy over cost at market prices, taxes and wages that hide idleness taken out",
        "study",
        "value",
        default=1.0,
    ),
    Parameter(
        "cost_ratio_median",
        "actual over planned cost",
        KINDS,
        "no",
        0.1,
        20.0,
        "median of actual over planned cost of comparable works; only drawn costs use it",
        "completed works",
        "value",
        default=1.22,
    ),
    Parameter(
        "cost_ratio_log_sd",
        "log of the ratio",
        KINDS,
        "no",
        0.0,
        5.0,
        "spread of that ratio: standard deviation of its logarithm",
        "completed works",
        "value",
        default=0.30,
    ),
    Parameter(
        "benefit_ratio_median",
        "actual over modelled benefit",
        KINDS,
        "no",
        0.0,
        20.0,
        "median of actual over modelled benefit; only drawn benefits use it",
        "completed works",
        "value",
        default=1.0,
    ),
    Parameter(
        "benefit_ratio_log_sd",
        "log of the ratio",
        KINDS,
        "no",
        0.0,
        5.0,
        "spread of that ratio: standard deviation of its logarithm",
        "completed works",
        "value",
        default=0.30,
    ),
    Parameter(
        "cost_escalation_per_year",
        "share a year",
        (),
        "no",
        -0.2,
        0.5,
        "by which capital not yet spent becomes dearer in real terms for each year that it waits",
        "statistics",
        "value",
        default=0.0,
    ),
)

_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def declared(name: str, *keys: str) -> Parameter:
    """The declaration of a parameter. Raises ``UndeclaredParameter`` for a name that is not declared, and for
    a key that its rows can never apply to."""
    found = _BY_NAME.get(name)
    if found is None:
        raise UndeclaredParameter(name, "", names())
    for key in keys:
        if not found.allows(key):
            raise UndeclaredParameter(name, key, (*found.keys, EVERY))
    return found


def names() -> tuple[str, ...]:
    """Names of all parameters."""
    return tuple(_BY_NAME)
