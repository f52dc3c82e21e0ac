"""Rules about the network and what commitments do to it. Each is one generator function named as a
sentence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from milepost.errors import Finding
from milepost.network import count_checks, param_checks
from milepost.network.effects import MONEY, RISING, VALUED, is_valued, no_number, number
from milepost.network.gauges import Gauges
from milepost.network.network import directions
from milepost.network.restrictions import touches
from milepost.network.strong_parts import strong_parts
from milepost.params import MODES
from milepost.records import Crossing, Effect, Link, Records, Restriction, Row, ZoneShare
from milepost.records.kept import by_ident, where
from milepost.records.kinds import ADD_UP, ANY
from milepost.records.watched import Rule, found_by

SHORTER_BY = 0.9  # published lengths are rounded and points lie in towns: only a real slip is a finding


def findings(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules find, rule by rule."""
    return found_by(RULES, records)


def _at(records: Records, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


def there_is_a_network(records: Records) -> Iterator[Finding]:
    """Goods need zones and paths."""
    for table, what in (
        ("nodes", "nodes that goods start from and go to"),
        ("links", "railways, roads and lines of ships"),
    ):
        if not records.rows(table) and records.whole(table):
            yield Finding(table, records.file(table), 0, "", f"there are no {table}", f"Add the {what}", "")
    if records.nodes and records.whole("nodes") and not any(node.trade_share for node in records.nodes):
        message = "no node has a trade_share: no goods start or end anywhere"
        yield Finding(
            "nodes",
            records.file("nodes"),
            0,
            "",
            message,
            "Say of a node in each country which share of its trade it has",
            "trade_share",
        )


def a_link_has_one_service(records: Records) -> Iterator[Finding]:
    """Of two rows about one link only one could count, and nobody would see which."""
    seen: dict[str, str] = {}
    for row in records.services:
        if row.link in seen:
            message = f"{row.link} has two services ({seen[row.link]} and {row.id})"
            yield _at(
                records,
                row,
                "link",
                message,
                "Keep one row with the hours between departures of both together",
            )
        seen.setdefault(row.link, row.id)


def a_link_joins_two_nodes(records: Records) -> Iterator[Finding]:
    """A loop carries nothing anywhere."""
    for row in records.links:
        if row.from_node == row.to_node:
            yield _at(
                records, row, "to_node", f"{row.id} starts and ends in {row.from_node}", "Correct one end"
            )


def no_link_is_shorter_than_the_great_circle(records: Records) -> Iterator[Finding]:
    """Kilometres below the straight line are a slip of the pen or of a coordinate."""
    nodes = {n.id: n for n in records.nodes}
    for row in records.links:
        a, b = nodes.get(row.from_node), nodes.get(row.to_node)
        if a is None or b is None:
            continue
        h = math.sin(math.radians(b.lat - a.lat) / 2) ** 2
        h += (
            math.cos(math.radians(a.lat))
            * math.cos(math.radians(b.lat))
            * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
        )
        km = 2 * 6371 * math.asin(min(1.0, math.sqrt(h)))
        if km > 20 and row.km < SHORTER_BY * km:
            message = f"{row.id} has {row.km:,.0f} km, but its ends lie {km:,.0f} km apart"
            yield _at(records, row, "km", message, "Correct the km, or the coordinates of its nodes")


def no_link_stands_twice(records: Records) -> Iterator[Finding]:
    """Links may lie side by side, but two rows with the same figures are one link typed twice: closing one
    would leave the other open, unseen."""
    seen: dict[tuple[object, ...], str] = {}
    told = ("mode", "km", "gauge_mm", "direction", "state", "speed_kmh", "usd_per_tkm", "usd_per_t", "lines")
    for row in records.links:
        if row.use != "model":
            continue
        ends: object = (row.from_node, row.to_node)
        if row.direction == "both":
            ends = frozenset((row.from_node, row.to_node))
        key = (ends, *(getattr(row, column) for column in told))
        if key in seen:
            message = f"{row.id} repeats {seen[key]}: same ends, mode, km and all else"
            yield _at(records, row, "id", message, "Keep one, or set use = check on the other")
        seen.setdefault(key, row.id)


def a_railway_between_two_gauges_says_which(records: Records) -> Iterator[Finding]:
    """An empty gauge is that of the country; between two countries of different gauges it is neither."""
    if not records.whole("nodes", "links", "countries"):
        return
    gauges = Gauges.of(records)
    known = {node.id for node in records.nodes}
    for row in records.links:
        if (
            row.mode != "rail"
            or row.gauge_mm
            or row.use != "model"
            or not {row.from_node, row.to_node} <= known
        ):
            continue
        choices = gauges.choices(row)
        if len(choices) > 1:
            message = f"{row.id} runs between {choices[0]:g} and {choices[1]:g} mm, and states no gauge"
            yield _at(records, row, "gauge_mm", message, "Write the gauge of its track")
        elif not choices and gauges.of_country:
            where = gauges.country[row.from_node]
            message = f"{row.id} states no gauge, and no railway of {where} does"
            yield _at(records, row, "gauge_mm", message, f"Write it, or gauge_mm of {where} in countries")


def every_zone_can_be_reached(records: Records) -> Iterator[Finding]:
    """A zone that no link joins to most others, there and back, can trade with nobody; a link that a
    commitment opens counts, because the zone is valued from then on."""
    if not records.whole("nodes", "links") or not records.links:
        return
    opened = {
        e.target for e in records.effects if e.attribute == "state" and e.after == "open" and e.use == "model"
    }
    at = {n.id: k for k, n in enumerate(records.nodes)}
    arcs = [
        (at[a], at[b])
        for row in records.links
        if row.use == "model" and (row.state == "open" or row.id in opened)
        for a, b in directions(row)
        if a in at and b in at
    ]
    part = strong_parts(len(at), arcs)
    zones = [n for n in records.nodes if n.trade_share]
    sizes = Counter(part[at[n.id]] for n in zones)
    main = max(sizes, key=lambda p: sizes[p], default=-1)
    for node in zones:
        if part[at[node.id]] != main:
            message = (
                f"{node.id} cannot be reached from most zones, or they from it, by links open or promised"
            )
            remedy = "Add the link it uses today, or leave trade_share empty"
            yield _at(records, node, "trade_share", message, remedy)


def trade_shares_of_a_country_add_up(records: Records) -> Iterator[Finding]:
    """The shares of a country's zones are shares of all its trade."""
    if not records.whole("nodes"):
        return
    total: dict[str, float] = {}
    first: dict[str, Row] = {}
    for node in records.nodes:
        if node.trade_share is not None:
            total[node.country] = total.get(node.country, 0.0) + node.trade_share
            first.setdefault(node.country, node)
    for country, share in total.items():
        if abs(share - 1) > 1e-6:
            message = f"the trade shares of {country} add up to {share:g}"
            yield _at(records, first[country], "trade_share", message, ADD_UP)


def zone_shares_add_up(records: Records) -> Iterator[Finding]:
    """Shares of a class that starts or ends in a country are those of its zones, each once, and are all of
    it."""
    if not records.whole("nodes", "zone_shares"):
        return
    nodes = {n.id: n for n in records.nodes}
    told: dict[tuple[str, str, str, str], list[ZoneShare]] = {}
    for row in records.zone_shares:
        node = nodes.get(row.node)
        if node is None:
            continue  # said of every reference
        if not node.trade_share:
            message = f"{row.node} has no trade_share, so no goods start or end there"
            yield _at(records, row, "node", message, "Name a zone, or give the node a share")
        if row.partner != ANY and not records.may_have("countries", row.partner):
            message = f"there is no '{row.partner}' in {records.file('countries')}"
            yield _at(records, row, "partner", message, "Correct the name, write *, or add the country")
        if row.partner == node.country:
            message = f"{row.node} lies in {row.partner} itself, whose trade at home is in no network"
            yield _at(records, row, "partner", message, "Name the country traded with, or write *")
        told.setdefault((node.country, row.direction, row.cargo_class, row.partner), []).append(row)
    for (country, direction, name, partner), rows in told.items():
        what = f"{direction} shares of {name} of {country}" + (f" with {partner}" if partner != ANY else "")
        names, total = [row.node for row in rows], sum(row.share for row in rows)
        for node_id in sorted({x for x in names if names.count(x) > 1}):
            message = f"{node_id} stands in {names.count(node_id)} rows of the {what}"
            yield _at(records, rows[-1], "node", message, "Keep one of them")
        if abs(total - 1) > 1e-6:
            message = f"the {what} add up to {total:g}"
            yield _at(records, rows[0], "share", message, ADD_UP)


def nothing_starts_or_ends_at_a_waypoint(records: Records) -> Iterator[Finding]:
    """Ships pass it: what is loaded or handled somewhere has a port."""
    for row in records.nodes:
        for column in ("trade_share", "capacity_mt_per_year", "load_mt_per_year"):
            if row.kind == "waypoint" and getattr(row, column) is not None:
                message = f"{row.id} is a waypoint, which ships only pass"
                yield _at(records, row, column, message, "Empty it, or say which kind of place it is")


def a_crossing_says_between_what(records: Records) -> Iterator[Finding]:
    """A crossing of the model needs its node, its modes and its hours, and stands once."""
    seen: dict[tuple[str, str, frozenset[str]], str] = {}
    for row in records.crossings:
        if row.use != "model":
            continue
        if row.kind == "observation":
            yield _at(
                records, row, "use", f"{row.id} is an observation", "Set use = check, or say which kind it is"
            )
            continue
        for column in ("node", "from_mode", "to_mode", "hours"):
            if getattr(row, column) in ("", None):
                yield _at(records, row, column, f"{row.id} has no {column}", "Fill it in, or set use = check")
        if row.kind in ("border", "gauge", "passage") and row.from_mode != row.to_mode:
            message = f"a {row.kind} lies within one mode, not between {row.from_mode} and {row.to_mode}"
            yield _at(records, row, "to_mode", message, "Name the same mode twice, or call it a terminal")
        key = (row.node, row.kind, frozenset((row.from_mode, row.to_mode)))
        if key in seen:
            yield _at(records, row, "id", f"{row.id} repeats {seen[key]}", "Keep one of the two")
        seen.setdefault(key, row.id)


def effects_change_what_exists(records: Records) -> Iterator[Finding]:
    """Target, attribute and value of every effect must be there."""
    known = {
        t: {r.ident for r in records.rows(t)} for t in ("links", "crossings", "services", "nodes", "routes")
    }
    known["lines"] = {name for link in records.links for name in link.lines}
    lost: dict[str, list[Effect]] = {}
    for row in records.effects:
        if row.use == "model" and row.target_table in known and row.target not in known[row.target_table]:
            if not _may_be_there(records, row):
                lost.setdefault(row.target_table, []).append(row)
            continue
        if not is_valued(records, row):
            if (
                row.use == "model"
                and row.target_table in VALUED
                and row.attribute not in ("capacity", "draught", "cost", "duty")
            ):
                message = f"{row.target_table} have no {row.attribute} that could change"
                yield _at(records, row, "attribute", message, f"Known: {', '.join(VALUED[row.target_table])}")
        elif row.attribute == "state":
            if row.after != "open":
                yield _at(records, row, "after", f"'{row.after}' is no state to deliver", "Write open")
        elif number(row, row.after) is None:
            yield no_number(records, row)
    for table, rows in lost.items():
        yield from _without_target(records, table, rows)


def _may_be_there(records: Records, effect: Effect) -> bool:
    """Whether the target of an effect may stand in a row that could not be read, or is missed already."""
    if effect.target_table == "lines":
        return not records.whole("links")
    return records.may_have(effect.target_table, effect.target)


def _without_target(records: Records, table: str, rows: list[Effect]) -> Iterator[Finding]:
    """A finding an unknown name; one for all where the table has no row at all."""
    if table != "lines" and not records.rows(table):
        file = records.file(table)
        message = f"{file} is missing or has no row, and {len(rows)} effects change rows of it"
        yield _at(records, rows[0], "target", message, f"Add {file} with its rows")
        return
    for name in dict.fromkeys(row.target for row in rows):
        own = [row for row in rows if row.target == name]
        more = f" ({len(own)} effects change it)" if len(own) > 1 else ""
        message = f"there is no '{name}' among the {table}{more}"
        yield _at(records, own[0], "target", message, "Correct the id, or add the row")


# Units of the numbers that an effect changes, the one to write first.
_UNITS: dict[str, tuple[str, ...]] = {
    "speed_kmh": ("km/h", "kmh", "kph", "kmperhour"),
    "hours": ("h", "hour", "hours", "hr", "hrs"),
    "headway_hours": ("h", "hour", "hours", "hr", "hrs"),
    "usd_per_tkm": ("USD/tkm", "usd/t-km", "usd/tonne-km", "usdpertkm", "usdpertonne-km"),
    "usd_per_t": ("USD/t", "usd/tonne", "usdpert", "usdpertonne"),
    "usd_per_tkm_factor": ("factor", "x", "1"),
}


def effects_have_the_unit_of_what_they_change(records: Records) -> Iterator[Finding]:
    """Nothing is converted: days or miles would be taken for hours or kilometres."""
    for row in records.effects:
        allowed = _UNITS.get(row.attribute)
        if not row.unit or allowed is None or not is_valued(records, row):
            continue
        if row.unit.replace(" ", "").casefold() not in {unit.casefold() for unit in allowed}:
            message = f"{row.attribute} is in {allowed[0]}, not in '{row.unit[:40]}'"
            yield _at(
                records,
                row,
                "unit",
                message,
                f"Convert before and after to {allowed[0]}, and write that as the unit",
            )


_over = where(lambda report: report.shows in ("delivered", "in effect", "stopped"))


def effects_start_from_today(records: Records) -> Iterator[Finding]:
    """An effect says what it changes from; if today's row says something else, one of them is wrong. It
    improves."""
    done = {e.commitment for e in _over(records.evidence)}
    rows = {t: by_ident(records.rows(t)) for t in ("links", "crossings", "services", "nodes")}
    for effect in records.effects:
        if not is_valued(records, effect) or effect.commitment in done:
            continue
        row = rows.get(effect.target_table, {}).get(effect.target)
        column = "capacity_mt_per_year" if effect.attribute == "capacity" else effect.attribute
        today = getattr(row, column, None) if row is not None else None
        if row is not None and today is not None and effect.before and not _same(today, effect.before):
            message = f"{effect.target} has {effect.attribute} {today} today, not {effect.before}"
            yield _at(records, effect, "before", message, "Correct before, or the row it changes")
        yield from _worse(records, effect, today)


def _worse(records: Records, effect: Effect, today: object) -> Iterator[Finding]:
    after = number(effect, effect.after) if effect.attribute != "state" else None
    if after is None:
        return
    now = float(today) if isinstance(today, int | float) else number(effect, effect.before)
    if effect.attribute == "usd_per_tkm_factor":
        now = 1.0
    if now is not None and (after < now if effect.attribute in RISING else after > now):
        message = f"{effect.attribute} {now:g} to {after:g} makes {effect.target} worse"
        yield _at(
            records, effect, "after", message, "Effects improve; write what closes or costs as a restriction"
        )


def _same(today: object, before: str) -> bool:
    try:
        return math.isclose(float(str(today)), float(before), rel_tol=1e-9)
    except ValueError:
        return str(today) == before


def restrictions_touch_what_exists(records: Records) -> Iterator[Finding]:
    """A restriction that touches nothing, or costs nothing, would be taken for one that works."""
    for row in records.restrictions:
        if row.effect == "recorded":
            continue
        yield from _idle_columns(records, row)
        if row.target_table == "countries":
            if not records.may_have("countries", row.target):
                yield _at(records, row, "target", f"there is no country '{row.target}'", "Correct the id")
            if row.partner == row.target:
                yield _at(
                    records, row, "partner", "a country cannot be closed to itself", "Name the other country"
                )
            if row.effect == "dearer" and not (row.ad_valorem_percent or row.tariff_percent):
                yield _at(
                    records,
                    row,
                    "ad_valorem_percent",
                    f"{row.id} makes trade dearer by nothing",
                    "Fill in the percent",
                )
            if (row.sectors or row.tariff_percent) and records.settings.model == "one-sector":
                column = "sectors" if row.sectors else "tariff_percent"
                message = (
                    f"{row.id} is about {'sectors' if row.sectors else 'duties'}, which the model "
                    "with "
                    "one sector has not"
                )
                remedy = (
                    "Set model = 'many-sectors' in programme.toml with its tables, or set effect = recorded"
                )
                yield _at(records, row, column, message, remedy)
        else:
            if records.whole("links", "nodes") and not any(touches(row, link) for link in records.links):
                message = (
                    f"{row.id} touches no link: there is nothing '{row.target}' among the {row.target_table}"
                )
                yield _at(records, row, "target", message, "Correct the target, or set effect = recorded")
            if row.effect == "dearer" and not (row.hours or row.usd_per_t):
                yield _at(
                    records,
                    row,
                    "hours",
                    f"{row.id} makes the path dearer by nothing",
                    "Fill in hours or usd_per_t",
                )


def a_risk_says_how_likely_and_how_long(records: Records) -> Iterator[Finding]:
    """What may happen is counted by its probability times its length; with one of them, or recorded only, it
    would be taken for something that counts."""
    for row in records.restrictions:
        if not row.is_risk:
            continue
        for column in ("probability_per_year", "length_days"):
            if getattr(row, column) is None:
                yield _at(
                    records,
                    row,
                    column,
                    f"{row.id} may happen, and {column} is empty",
                    "Fill in how likely it is in a year (0 to 1) and how many days it lasts, or empty both",
                )
        if row.effect == "recorded":
            yield _at(
                records,
                row,
                "effect",
                f"{row.id} may happen and is recorded without an effect, so it would count for nothing",
                "Set effect = closed or dearer, or empty probability_per_year and length_days",
            )


def _idle_columns(records: Records, row: Restriction) -> Iterator[Finding]:
    """What is filled in and changes nothing would be taken for something that works."""
    of_trade = {
        "partner": row.partner,
        "ad_valorem_percent": row.ad_valorem_percent,
        "tariff_percent": row.tariff_percent,
        "direction": row.direction != "both",
        "sectors": row.sectors,
    }
    of_paths = {"hours": row.hours, "usd_per_t": row.usd_per_t}
    idle, of = (
        (of_paths, "trade between countries")
        if row.target_table == "countries"
        else (of_trade, "the network")
    )
    for column, filled in idle.items():
        if filled:
            remedy = "Empty it, or make a second row for the other restriction"
            yield _at(
                records, row, column, f"{row.id} restricts {of}, where {column} changes nothing", remedy
            )
    if row.target_table == "programme" and row.target:
        yield _at(
            records, row, "target", f"{row.id} is about every link, and names '{row.target}'", "Empty it"
        )


# What no link, crossing or rate on earth exceeds: beyond it a unit has slipped (metres for km, minutes for
# hours ...). Bounds of parameters stand in their declarations.
_RANGES: dict[str, tuple[float, float]] = {
    "km": (0.0, 45_000.0),
    "speed_kmh": (1.0, 300.0),
    "usd_per_tkm": (0.0, 10.0),
    "usd_per_t": (0.0, 5_000.0),
    "hours": (0.0, 8_784.0),
    "headway_hours": (0.0, 8_784.0),
    "usd_per_tkm_factor": (0.0, 1.0),
    "capacity_mt_per_year": (0.0, 5_000.0),
    "load_mt_per_year": (0.0, 5_000.0),
}
_TONNES = ("capacity_mt_per_year", "load_mt_per_year")


def units_are_in_range(records: Records) -> Iterator[Finding]:
    """A number beyond what is possible on earth has the wrong unit."""
    for row, column, name, value in _measured(records):
        low, high = _RANGES.get(name, (-math.inf, math.inf))
        if value is not None and not low <= value <= high:
            message = f"{name} is {value:g}, outside {low:g} to {high:g}"
            yield _at(
                records, row, column, message, "Check the unit: km, km/h, hours, USD, million tonnes a year"
            )


def _measured(records: Records) -> Iterator[tuple[Row, str, str, float | None]]:
    """Every cell that holds a measure of the network: row, column, what it measures, value."""
    tables: tuple[tuple[Iterable[Row], tuple[str, ...]], ...] = (
        (records.links, ("km", "speed_kmh", "usd_per_tkm", "usd_per_t", *_TONNES)),
        (records.nodes, _TONNES),
        ((r for r in records.restrictions if r.effect == "dearer"), ("hours", "usd_per_t")),
        ((c for c in records.crossings if c.use == "model"), ("hours", "usd_per_t")),
        (records.services, ("headway_hours",)),
    )
    for rows, columns in tables:
        for row in rows:
            yield from ((row, column, column, getattr(row, column)) for column in columns)
    for effect in records.effects:
        if is_valued(records, effect) and effect.attribute != "state":
            yield effect, "after", effect.attribute, number(effect, effect.after)


def a_route_avoids_modes_that_exist(records: Records) -> Iterator[Finding]:
    """A route for comparison can only avoid a means of transport."""
    for row in records.routes:
        for mode in row.avoid_modes:
            if mode not in MODES:
                yield _at(
                    records,
                    row,
                    "avoid_modes",
                    f"'{mode}' is no mode",
                    "Write rail, road, sea, ferry or river",
                )


def a_route_passes_what_exists(records: Records) -> Iterator[Finding]:
    """What the path of a published route must pass is a node, or a link of the model that it must take."""
    links = {link.id for link in records.links if link.use == "model"}
    known = links | {node.id for node in records.nodes}
    for row in records.routes:
        for one in row.via:
            if one not in known and not any(records.may_have(t, one) for t in ("nodes", "links")):
                message = f"there is no '{one}' among the nodes and the links of the model"
                yield _at(records, row, "via", message, "Correct it, or add the row")


def a_route_has_its_days_in_order(records: Records) -> Iterator[Finding]:
    """A range that ends before it begins holds no figure."""
    for row in records.routes:
        if row.days_min and row.days_max and row.days_min > row.days_max:
            message = f"its days go from {row.days_min:g} down to {row.days_max:g}"
            yield _at(records, row, "days_min", message, "Write the shorter time first")


def shares_of_money_add_up(records: Records) -> Iterator[Finding]:
    """Tax and margin are parts of one price; and what an effect lowers is money."""
    rows: tuple[Link | Crossing, ...] = (*records.links, *records.crossings)
    for row in rows:
        if (row.tax_share or 0.0) + (row.margin_share or 0.0) > 1.0:
            message = f"tax and margin are {(row.tax_share or 0) + (row.margin_share or 0):g} of the price"
            yield _at(records, row, "margin_share", message, "Together they are at most 1")
    for effect in records.effects:
        if effect.lowers and effect.attribute not in MONEY:
            message = f"it lowers {effect.lowers}, but changes {effect.attribute}, which is no money"
            yield _at(records, effect, "lowers", message, "Leave it empty")


RULES: tuple[Rule, ...] = (
    shares_of_money_add_up,
    units_are_in_range,
    a_route_avoids_modes_that_exist,
    a_route_passes_what_exists,
    a_route_has_its_days_in_order,
    there_is_a_network,
    a_link_has_one_service,
    a_link_joins_two_nodes,
    no_link_is_shorter_than_the_great_circle,
    no_link_stands_twice,
    a_railway_between_two_gauges_says_which,
    every_zone_can_be_reached,
    trade_shares_of_a_country_add_up,
    zone_shares_add_up,
    nothing_starts_or_ends_at_a_waypoint,
    a_crossing_says_between_what,
    effects_change_what_exists,
    effects_have_the_unit_of_what_they_change,
    effects_start_from_today,
    restrictions_touch_what_exists,
    a_risk_says_how_likely_and_how_long,
    *count_checks.RULES,
    *param_checks.RULES,
)
