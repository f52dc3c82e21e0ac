"""Rules about trade. Each is one generator function named as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.errors import FEW, Finding
from milepost.records import Cargo, Records, ReportedTrade, Row
from milepost.records.kinds import ADD_UP, ANY
from milepost.records.watched import Rule, found_by


def findings(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules find, rule by rule."""
    return found_by(RULES, records)


def _at(records: Records, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


def _known(records: Records) -> dict[tuple[str, str], float]:
    """What is recorded between two countries, or reported one way and held; MUSD a year."""
    found = {
        (r.exporter, r.importer): r.usd_m_per_year
        for r in records.reported_trade
        if r.use == "model" and r.kind == "flow" and ANY not in (r.exporter, r.importer)
    }
    return found | {(f.exporter, f.importer): f.usd_m for f in records.flows}


def every_country_trades(records: Records) -> Iterator[Finding]:
    """A country of which every flow is recorded, and every one is zero, has no equilibrium."""
    if not records.flows or not records.whole("flows", "reported_trade", "countries"):
        return
    known, names = _known(records), [c.id for c in records.countries]
    for row in records.countries:
        others = [c for c in names if c != row.id]
        for word, cells in (
            ("exports", [known.get((row.id, c)) for c in others]),
            ("imports", [known.get((c, row.id)) for c in others]),
        ):
            if others and all(usd == 0 for usd in cells):
                message = f"{row.id} has no {word} in {records.file('flows')}"
                yield _at(records, row, "id", message, "Add its flows, or remove the country")


def nobody_exports_more_than_it_makes(records: Records) -> Iterator[Finding]:
    """Where domestic trade is not given it is GDP less exports, which must be above zero."""
    known = _known(records)
    own = {a for (a, b), usd in known.items() if a == b and usd > 0}
    exports: dict[str, float] = {}
    for (a, b), usd in known.items():
        if a != b:
            exports[a] = exports.get(a, 0.0) + usd
    for row in records.countries:
        sold = exports.get(row.id, 0.0)
        if records.whole("flows") and records.flows and row.id not in own and sold >= row.gdp_usd_m:
            message = f"{row.id} exports {sold:,.0f} MUSD, not less than its GDP of {row.gdp_usd_m:,.0f}"
            yield _at(
                records, row, "gdp_usd_m", message, "Give its domestic trade in flows, or check the units"
            )


def reported_flows_name_countries(records: Records) -> Iterator[Finding]:
    """What is held must lie between two countries of the model, or be all that one of them sells or buys."""
    held = [row for row in records.reported_trade if row.use == "model"]
    strange: dict[str, list[tuple[Row, str]]] = {}
    for row in held:
        sides = [row.exporter, row.importer]
        for column, name in zip(("exporter", "importer"), sides, strict=True):
            if name != ANY and not records.may_have("countries", name):
                strange.setdefault(name, []).append((row, column))
    for name, cells in strange.items():
        message = f"'{name}' is no country of the model{_in_rows([row for row, _ in cells])}"
        yield _at(records, *cells[0], message, "Set use = check, or name a country")
    for row in held:
        sides = [row.exporter, row.importer]
        if sides[0] == sides[1]:
            message = f"both sides of {row.id} are {sides[0]}"
            yield _at(records, row, "importer", message, "Name two countries, or set use = check")
        elif ANY in sides and row.kind == "turnover":
            message = f"{row.id} is the turnover of {' and '.join(sides)}, which bounds no flow"
            yield _at(
                records, row, "kind", message, "Give exports and imports in rows of their own, or use = check"
            )


def nothing_reported_is_held_twice(records: Records) -> Iterator[Finding]:
    """One row a pair and direction; a turnover beside its two directions must be their sum."""
    flows: dict[tuple[str, str], ReportedTrade] = {}
    turnovers: dict[tuple[str, ...], ReportedTrade] = {}
    for row in records.reported_trade:
        if row.use != "model":
            continue
        pair = (row.exporter, row.importer)
        first = (
            flows.setdefault(pair, row)
            if row.kind == "flow"
            else turnovers.setdefault(tuple(sorted(pair)), row)
        )
        if first is not row:
            message = (
                f"{row.exporter} to {row.importer} is held twice: {row.usd_m_per_year:,.6g} MUSD a year, and "
                f"{first.usd_m_per_year:,.6g} in {first.id}"
            )
            yield _at(records, row, "use", message, "Keep use = model on the better of the two")
    for (a, b), row in turnovers.items():
        directions = [flows[pair] for pair in ((a, b), (b, a)) if pair in flows]
        total, both = sum(w.usd_m_per_year for w in directions), len(directions) == 2
        gap = abs(total - row.usd_m_per_year) if both else max(total - row.usd_m_per_year, 0.0)
        if directions and gap > 0.01 * row.usd_m_per_year:
            message = (
                f"{a} and {b} are held twice with different sums: a turnover of {row.usd_m_per_year:,.6g} "
                f"MUSD a year, and {total:,.6g} one way by one way ({', '.join(w.id for w in directions)})"
            )
            yield _at(records, row, "use", message, "Set use = check on the turnover, or on the other rows")


def reported_totals_hold_what_is_recorded(records: Records) -> Iterator[Finding]:
    """What a country sells or buys in all cannot be less than what is recorded of it."""
    known = _known(records)
    for row in records.reported_trade:
        if row.use != "model" or row.kind != "flow" or (row.exporter == ANY) == (row.importer == ANY):
            continue
        mine = [
            usd
            for (a, b), usd in known.items()
            if a != b and (a == row.exporter if row.importer == ANY else b == row.importer)
        ]
        names = {c.id for c in records.countries}
        whole = len(mine) >= len(names) - 1
        total = sum(mine)
        if records.whole("flows") and not whole and total >= row.usd_m_per_year:
            message = (
                f"{row.id} states {row.usd_m_per_year:,.6g} MUSD a year in all, and {total:,.6g} are "
                f"recorded with {len(mine)} partners alone"
            )
            yield _at(records, row, "usd_m", message, "Correct the total, or set use = check")


def an_estimate_has_its_geography(records: Records) -> Iterator[Finding]:
    """Gravity needs to know where a country lies, wherever a pair is recorded by nobody."""
    names = [c.id for c in records.countries]
    known = {(f.exporter, f.importer) for f in records.flows}
    missing = [c for c in names if any(c != d and not {(c, d), (d, c)} <= known for d in names)]
    if not records.whole("flows", "countries") or not missing:
        return
    for row in records.countries:
        if row.id != "ROW" and (row.lat is None or row.lon is None) and row.id in missing:
            message = f"{row.id} has no position, and not all of its trade is recorded in flows.csv"
            yield _at(
                records,
                row,
                "lat",
                message,
                "Give lat and lon of its economic centre, or a row for each pair (0 where there is no trade)",
            )


def neighbours_are_countries(records: Records) -> Iterator[Finding]:
    """A neighbour that is no country has no border."""
    strange: dict[str, list[Row]] = {}
    for row in records.countries:
        for name in row.neighbours:
            if not records.may_have("countries", name):
                strange.setdefault(name, []).append(row)
    for name, rows in strange.items():
        message = f"the neighbour '{name}' is no country of the model{_in_rows(rows)}"
        yield _at(records, rows[0], "neighbours", message, "Remove it, or add the country")


def ids_of_countries_differ_by_more_than_case(records: Records) -> Iterator[Finding]:
    """deu and DEU would be two economies, and whoever types the other one would not see it."""
    seen: dict[str, str] = {}
    for row in records.countries:
        first = seen.setdefault(row.id.casefold(), row.id)
        if first != row.id:
            message = f"{row.id} and {first} differ by case alone"
            yield _at(records, row, "id", message, "Keep one of the two, or give it another id")


# USD a tonne: sand and gravel are worth some 10, gold is no cargo of a corridor
_USD_PER_T = (5.0, 2_000_000.0)
_SHARE_SLACK = 0.001


def cargo_adds_up(records: Records) -> Iterator[Finding]:
    """Shares of one exporter and importer add up to 1, each class once, for countries that are there."""
    unknown: dict[tuple[str, str], list[Cargo]] = {}
    rows: dict[tuple[str, str], list[Cargo]] = {}
    for row in records.cargo:
        for column in ("exporter", "importer"):
            name = getattr(row, column)
            if name != ANY and not records.may_have("countries", name):
                unknown.setdefault((column, name), []).append(row)
        rows.setdefault((row.exporter, row.importer), []).append(row)
    for (column, name), group in unknown.items():
        message = f"there is no '{name}' in {records.file('countries')}{_in_rows(group)}"
        yield _at(records, group[0], column, message, "Correct the name, write *, or add the country")
    wrong: list[tuple[Cargo, str]] = []
    for (exporter, importer), group in rows.items():
        total, classes = sum(r.share for r in group), [r.cargo_class for r in group]
        for name in sorted({x for x in classes if classes.count(x) > 1}):
            message = f"{name} of {exporter} to {importer} stands in {classes.count(name)} rows"
            yield _at(records, group[-1], "cargo_class", message, "Keep one of them")
        if records.whole("cargo") and abs(total - 1) > _SHARE_SLACK:
            shown = ", ".join(r.id for r in group[:4])
            wrong.append(
                (group[0], f"the cargo shares of {exporter} to {importer} add up to {total:.6g} ({shown})")
            )
    yield from _few(records, wrong, "share", f"{ADD_UP}, off_network included")


def a_tonne_of_cargo_has_a_sound_value(records: Records) -> Iterator[Finding]:
    """USD a tonne: thousands of USD or USD a kilogram are a thousand times off."""
    wrong: list[tuple[Cargo, str]] = []
    for row in records.cargo:
        if row.usd_per_t is None:
            continue
        if row.cargo_class == "off_network":
            message = "what goes off the network is not weighed, and has a value of a tonne"
            yield _at(records, row, "usd_per_t", message, "Leave it empty")
        elif not _USD_PER_T[0] <= row.usd_per_t <= _USD_PER_T[1]:
            what = f"{row.cargo_class} from {row.exporter} to {row.importer}"
            wrong.append((row, f"a tonne of {what} is worth {row.usd_per_t:,.6g} USD"))
    low, high = _USD_PER_T
    yield from _few(
        records, wrong, "usd_per_t", f"Write USD a tonne; cargo is worth {low:,g} to {high:,g} of them"
    )


def _few(records: Records, wrong: Sequence[tuple[Row, str]], column: str, remedy: str) -> Iterator[Finding]:
    """A finding each; where the same stands in more rows than can be told, one that counts them."""
    if len(wrong) > FEW:
        row, message = wrong[0]
        yield _at(records, row, column, f"{message}{_in_rows([r for r, _ in wrong])}", remedy)
        return
    for row, message in wrong:
        yield _at(records, row, column, message, remedy)


def _in_rows(group: Sequence[Row]) -> str:
    more = len(group) - 1
    return (
        f"; {more} more row{'s' if more > 1 else ''} {'have' if more > 1 else 'has'} this fault"
        if more
        else ""
    )


# USD a head and year: the poorest country has some 200, the richest some 250,000. All countries together have
# 110 million MUSD.
_GDP_PER_HEAD = (100.0, 300_000.0)
_MOST_GDP_USD_M = 200_000_000.0


def gdp_is_in_million_usd(records: Records) -> Iterator[Finding]:
    """USD or billions typed for millions are a thousand or a million times off, which no economy is."""
    for row in records.countries:
        per_head = 1e6 * row.gdp_usd_m / row.population if row.population else None
        if row.gdp_usd_m > _MOST_GDP_USD_M:
            message = f"{row.id} has a GDP of {row.gdp_usd_m:,.0f} million USD, more than all countries have"
            yield _at(records, row, "gdp_usd_m", message, "Write gdp_usd_m in million USD")
        elif per_head is not None and not _GDP_PER_HEAD[0] <= per_head <= _GDP_PER_HEAD[1]:
            message = (
                f"{row.id} has a GDP of {row.gdp_usd_m:,.6g} million USD for {row.population:,.0f} "
                "inhabitants: "
                f"{per_head:,.3g} USD a head"
            )
            yield _at(
                records,
                row,
                "gdp_usd_m",
                message,
                "Write gdp_usd_m in million USD and population in inhabitants",
            )


def no_works_cost_more_than_their_owners_make(records: Records) -> Iterator[Finding]:
    """Works dearer than a year of all their owners have the wrong unit. Judged where all owners are countries
    of the model."""
    gdp = {c.id: c.gdp_usd_m for c in records.countries}
    members = {p.id: p.members for p in records.parties if p.members}
    for row in records.commitments:
        owners = {m for owner in row.owed_by for m in members.get(owner, (owner,))}
        if row.cost_usd_m is None or not owners or not owners <= gdp.keys():
            continue
        together = sum(gdp[owner] for owner in owners)
        if row.cost_usd_m > together:
            message = (
                f"{row.id} costs {row.cost_usd_m:,.6g} million USD, more than the GDP of all who owe "
                f"it ({together:,.6g})"
            )
            yield _at(records, row, "cost_usd_m", message, "Write cost_usd_m in million USD")


def there_is_a_trade_elasticity(records: Records) -> Iterator[Finding]:
    """Without it there is no trade model."""
    found = records.find_param("trade_elasticity")
    if found is None and not records.whole("params"):
        return
    if found is None or found.value <= 0:
        message = "there is no trade elasticity above 0"
        remedy = "Add a row named trade_elasticity, such as 4 (Simonovska & Waugh 2014)"
        yield Finding(
            "params", records.file("params"), found.line if found else 0, "", message, remedy, "value"
        )


def there_are_two_countries(records: Records) -> Iterator[Finding]:
    """Trade takes two."""
    if len(records.countries) < 2 and records.whole("countries"):
        # one sentence for none and one: who adds the first brings no new fault
        message = "there are fewer than two countries"
        yield Finding("countries", records.file("countries"), 0, "", message, "Trade needs two at least", "")


def many_sectors_are_complete(records: Records) -> Iterator[Finding]:
    """The model with many sectors needs its tables, and accounts that fit together."""
    if records.settings.model == "one-sector":
        return
    for table in ("sectors", "sector_trade", "sector_accounts"):
        if not records.rows(table) and records.whole(table):
            message = f"the model with many sectors needs rows in {table}"
            yield Finding(
                table, records.file(table), 0, "", message, "Fill the table, or set model = 'one-sector'", ""
            )
    have = {(a.country, a.sector) for a in records.sector_accounts}
    for sector in records.sectors:
        total = sector.bulk + sector.general + sector.containers
        if total > 1 + 1e-9:
            message = f"the shares of {sector.id} by kind of cargo add up to {total:g}"
            yield _at(records, sector, "containers", message, "Make them add up to 1 at most")
        for country in (
            records.countries if records.sector_accounts and records.whole("sector_accounts") else ()
        ):
            if (country.id, sector.id) not in have:
                message = f"{country.id} has no account of {sector.id}"
                yield _at(
                    records, country, "id", message, "Add it to sector_accounts, with zeros if there is none"
                )
    yield from _nothing_is_sold_that_is_not_made(records)


def every_pair_has_a_row_in_some_sector(records: Records) -> Iterator[Finding]:
    """The model with many sectors estimates nothing: a pair of countries in no sector would count as zero."""
    if records.settings.model == "one-sector" or not records.sector_trade:
        return
    if not records.whole("sector_trade", "countries"):
        return
    known = {(t.exporter, t.importer) for t in records.sector_trade}
    names = [c.id for c in records.countries]
    missing = [(a, b) for a in names for b in names if a != b and (a, b) not in known]
    if missing:
        shown = ", ".join(f"{a} to {b}" for a, b in missing[:3])
        message = f"{len(missing)} pairs of countries stand in no sector ({shown}): that is not zero"
        remedy = "Give their trade; where there is none, a row with 0 in one sector"
        yield Finding("sector_trade", records.file("sector_trade"), 0, "", message, remedy, "usd_m")


def _nothing_is_sold_that_is_not_made(records: Records) -> Iterator[Finding]:
    made: dict[tuple[str, str], float] = {}
    for account in records.sector_accounts:
        made[account.country, account.sector] = account.value_added_usd_m
    for used in records.sector_inputs:
        made[used.country, used.user] = made.get((used.country, used.user), 0.0) + used.usd_m
    sold: dict[tuple[str, str], float] = {}
    for trade in records.sector_trade:
        key = (trade.exporter, trade.sector)
        sold[key] = sold.get(key, 0.0) + trade.usd_m
    for account in records.sector_accounts:
        key = (account.country, account.sector)
        if records.whole("sector_accounts", "sector_inputs") and made[key] == 0 and sold.get(key, 0.0) > 0:
            message = f"{account.country} sells {account.sector} and makes none"
            yield _at(
                records, account, "value_added_usd_m", message, "Give its value added, or remove its sales"
            )


RULES: tuple[Rule, ...] = (
    many_sectors_are_complete,
    every_pair_has_a_row_in_some_sector,
    every_country_trades,
    nobody_exports_more_than_it_makes,
    reported_flows_name_countries,
    nothing_reported_is_held_twice,
    reported_totals_hold_what_is_recorded,
    an_estimate_has_its_geography,
    neighbours_are_countries,
    ids_of_countries_differ_by_more_than_case,
    cargo_adds_up,
    a_tonne_of_cargo_has_a_sound_value,
    gdp_is_in_million_usd,
    no_works_cost_more_than_their_owners_make,
    there_is_a_trade_elasticity,
    there_are_two_countries,
)
