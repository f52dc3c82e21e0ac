"""Remarks: what a reader of the numbers should know about the network, and what stops nothing.

Each is one generator function named as a sentence. One kind of oddity is one remark with a count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from milepost.errors import FEW, Finding, NoSolution
from milepost.network.borders import Borders
from milepost.network.network import Network, directions
from milepost.network.paths import route
from milepost.network.shipment_types import without_spread
from milepost.params import CLASSES, LAND
from milepost.records import Link, Node, Records, Route, Row

Rule = Callable[[Records], Iterator[Finding]]
TWICE = 2.0
FAR = 30.0  # times: published unit values of a class spread over some ten times to either side
OFF = 0.5  # of a published figure: further away the network tells another story


def remarks(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules remark, rule by rule; for records without findings."""
    return tuple(finding for rule in RULES for finding in rule(records))


def _at(records: Records, rows: Sequence[Row], column: str, message: str, remedy: str) -> Finding:
    """A remark about some rows, at the first of them."""
    row, file = rows[0], records.file(rows[0].table)
    return Finding(row.table, file, row.line, row.ident, message, remedy, column, "nothing")


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"{', '.join(names[:FEW])}{more}"


def _several(count: int, one: str, many: str) -> str:
    """``1 node leads`` or ``3 nodes lead``: what is counted agrees with its number."""
    return f"{count} {one if count == 1 else many}"


def land_neighbours_have_a_link(records: Records) -> Iterator[Finding]:
    """Between countries with a common border goods pass, or a suspended link says since when and why not."""
    country = {node.id: node.country for node in records.nodes}
    linked = {
        frozenset((country[k.from_node], country[k.to_node]))
        for k in records.links
        if k.mode in LAND and k.use == "model" and (k.state != "suspended" or k.note)
    }
    rows = {c.id: c for c in records.countries}
    here = set(country.values())
    missing = {
        frozenset((row.id, other)): row
        for row in records.countries
        for other in row.neighbours
        if {row.id, other} <= here and other in rows and frozenset((row.id, other)) not in linked
    }
    if missing:
        names = ["-".join(sorted(pair)) for pair in missing]
        told = _several(len(names), "pair of neighbours has", "pairs of neighbours have")
        message = f"{told} no link by land: {_few(names)}"
        remedy = "Add the links; for a closed border one with state suspended and a note since when and why"
        yield _at(records, list(missing.values()), "neighbours", message, remedy)


def no_node_is_a_dead_end(records: Records) -> Iterator[Finding]:
    """A node that is no zone and from which nothing goes on carries no freight."""
    onward: dict[str, set[str]] = {node.id: set() for node in records.nodes}
    into: dict[str, set[str]] = {node.id: set() for node in records.nodes}
    for row in records.links:
        if row.use == "model" and row.state != "suspended":
            for a, b in directions(row):
                onward[a].add(b)
                into[b].add(a)
    stuck = [
        node
        for node in records.nodes
        if not node.trade_share
        and (into[node.id] or onward[node.id])
        and not any(a != b for a in into[node.id] for b in onward[node.id])
    ]
    if stuck:
        names = [node.id for node in stuck]
        told = _several(len(names), "node without trade leads", "nodes without trade lead")
        message = f"{told} nowhere else: {_few(names)}"
        yield _at(records, stuck, "id", message, "Add the link that goes on, or its share of trade")


def nothing_carries_more_than_it_can(records: Records) -> Iterator[Finding]:
    """What is stated to carry more than is stated to be possible has a figure of another kind or year."""
    stated: tuple[Link | Node, ...] = (*records.links, *records.nodes)
    rows = [
        row
        for row in stated
        if row.capacity_mt_per_year and (row.load_mt_per_year or 0.0) > row.capacity_mt_per_year
    ]
    if rows:
        names = [row.ident for row in rows]
        told = _several(len(names), "row carries more than it", "rows carry more than they")
        message = f"{told} can: {_few(names)}"
        yield _at(records, rows, "load_mt_per_year", message, "Check unit and year of both figures")


def a_published_route_is_not_far_off(records: Records) -> Iterator[Finding]:
    """Days of published routes, and prices in USD/t, that the model misses by more than half."""
    told = [r for r in records.routes if r.origin and r.destination]
    if not told:
        return
    network = Network.of(without_spread(records))
    found: dict[str, list[tuple[Route, str]]] = {"days_min": [], "cost": []}
    for row in told:
        try:
            path = route(
                network,
                row.origin,
                row.destination,
                cargo=row.cargo,
                via=row.via,
                avoid_modes=row.avoid_modes,
            )
        except NoSolution:
            continue
        days = (row.days_min + row.days_max) / 2 if row.days_min and row.days_max else 0.0
        usd = (row.cost or 0.0) if row.cost_unit == "USD/t" else 0.0
        alone = row.loading == "excluded"
        hours, money = path.without_loading() if alone else (path.hours, path.usd_per_t)
        for column, stated, model in (("days_min", days, hours / 24), ("cost", usd, money)):
            if stated and abs(model - stated) > OFF * stated:
                only = "" if row.sample in ("fit", "held out") else ", for checking"
                found[column].append((row, f"{row.id} ({model:.3g} for {stated:.3g}{only})"))
    for column, unit in (("days_min", "days"), ("cost", "USD/t")):
        if rows := found[column]:
            names = _few([text for _, text in rows])
            routes = _several(len(rows), "published route", "published routes")
            message = f"{unit} of {routes} are missed by more than half: {names}"
            remedy = "Look at its path with 'milepost route', and at what the source counts"
            yield _at(records, [row for row, _ in rows], column, message, remedy)


def a_border_row_is_paid_by_some_link(records: Records) -> Iterator[Finding]:
    """A wait at a border that no link crosses would be taken for one that counts."""
    borders = Borders.of(records)
    known = {node.id for node in records.nodes}
    whole = [k for k in records.links if k.use == "model" and {k.from_node, k.to_node} <= known]
    paid = {row.id for link in whole for row in borders.paid(link)}
    idle = [row for row in borders.rows.values() if row.id not in paid and row.node in known]
    if idle:
        told = _several(len(idle), "border row is", "border rows are")
        names = _few([row.id for row in idle])
        message = f"{told} paid by nobody, since no link of the mode crosses there: {names}"
        yield _at(records, idle, "node", message, "Move each to the link that crosses, or set use = check")


def a_stated_load_is_not_twice_what_was_counted(records: Records) -> Iterator[Finding]:
    """Both are traffic of the same link or terminal: one has another unit, or counts something else."""
    rows_of: tuple[Link | Node, ...] = (*records.links, *records.nodes)
    stated = {(row.table, row.ident): row for row in rows_of}
    found: dict[str, tuple[Row, str]] = {}
    for count in records.counts:
        row = stated.get((count.place_table, count.place))
        load = None if row is None else row.load_mt_per_year
        if row is None or load is None or count.mt is None or count.direction != "both":
            continue
        if count.mode in ("", getattr(row, "mode", "")) and load > TWICE * count.mt:
            found.setdefault(row.ident, (row, f"{row.ident} ({load:g} for {count.mt:g} of {count.id})"))
    if found:
        told = _several(len(found), "stated load is", "stated loads are")
        names = _few([text for _, text in found.values()])
        message = f"{told} more than twice what was counted, Mt a year: {names}"
        rows = [row for row, _ in found.values()]
        yield _at(records, rows, "load_mt_per_year", message, "Check unit, year and direction of both")


def a_tonne_is_worth_what_its_class_is(records: Records) -> Iterator[Finding]:
    """The value of a tonne of a pair, far from that of its class, has another unit or few tonnes."""
    found = []
    for row in records.cargo:
        if row.usd_per_t is None or row.cargo_class not in CLASSES:
            continue
        usual = records.param("cargo_value_usd_per_t", row.cargo_class)
        if not usual / FAR <= row.usd_per_t <= usual * FAR:
            text = f"{row.cargo_class} of {row.exporter} to {row.importer} {row.usd_per_t:,.6g} ({row.id})"
            found.append((row, text))
    if found:
        told = _several(len(found), "value of a tonne is", "values of a tonne are")
        names = _few([text for _, text in found])
        message = f"{told} more than {FAR:g} times above or below that of the class in params, USD: {names}"
        remedy = "Check USD a tonne; where few tonnes are behind it, leave it empty"
        yield _at(records, [row for row, _ in found], "usd_per_t", message, remedy)


RULES: tuple[Rule, ...] = (
    land_neighbours_have_a_link,
    a_border_row_is_paid_by_some_link,
    no_node_is_a_dead_end,
    nothing_carries_more_than_it_can,
    a_stated_load_is_not_twice_what_was_counted,
    a_tonne_is_worth_what_its_class_is,
    a_published_route_is_not_far_off,
)
