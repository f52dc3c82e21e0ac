"""Rules about trade. Each is one generator function named as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from milepost.errors import Finding
from milepost.records import Records, Row

Rule = Callable[[Records], Iterator[Finding]]


def findings(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules find, rule by rule."""
    return tuple(finding for rule in RULES for finding in rule(records))


def _at(records: Records, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


def every_country_trades(records: Records) -> Iterator[Finding]:
    """With a matrix of one's own, a country without any trade has no equilibrium."""
    if not records.flows or not records.whole("flows"):
        return
    abroad = [f for f in records.flows if f.exporter != f.importer and f.usd_m > 0]
    for row in records.countries:
        for word, has in (
            ("exports", any(f.exporter == row.id for f in abroad)),
            ("imports", any(f.importer == row.id for f in abroad)),
        ):
            if not has:
                message = f"{row.id} has no {word} in {records.file('flows')}"
                yield _at(records, row, "id", message, "Add its flows, or remove the country")


def nobody_exports_more_than_it_makes(records: Records) -> Iterator[Finding]:
    """Where domestic trade is not given it is GDP less exports, which must be above zero."""
    own = {f.exporter for f in records.flows if f.exporter == f.importer and f.usd_m > 0}
    for row in records.countries:
        exports = sum(f.usd_m for f in records.flows if f.exporter == row.id != f.importer)
        if records.whole("flows") and row.id not in own and exports >= row.gdp_usd_m:
            message = f"{row.id} exports {exports:,.0f} MUSD, not less than its GDP of {row.gdp_usd_m:,.0f}"
            yield _at(
                records, row, "gdp_usd_m", message, "Give its domestic trade in flows, or check the units"
            )


def reported_flows_name_countries(records: Records) -> Iterator[Finding]:
    """A flow that is held must lie between two countries of the model, once."""
    seen: dict[tuple[str, str], str] = {}
    for row in records.reported_trade:
        if row.use != "model":
            continue
        if row.kind != "flow":
            yield _at(
                records,
                row,
                "kind",
                "a turnover cannot be held as a flow",
                "Set use = check, or give one way",
            )
        for column in ("exporter", "importer"):
            if not records.may_have("countries", getattr(row, column)):
                message = f"'{getattr(row, column)}' is no country of the model"
                yield _at(records, row, column, message, "Set use = check, or name a country")
        pair = (row.exporter, row.importer)
        if pair in seen:
            message = f"{row.exporter} to {row.importer} is held twice (also {seen[pair]})"
            yield _at(records, row, "use", message, "Keep use = model on the better of the two")
        seen.setdefault(pair, row.id)


def a_filled_matrix_has_its_geography(records: Records) -> Iterator[Finding]:
    """Gravity needs to know where a country lies."""
    if records.flows or not records.whole("flows"):
        return
    for row in records.countries:
        if row.id != "ROW" and (row.lat is None or row.lon is None):
            message = f"{row.id} has no position, and no flows.csv is given"
            yield _at(
                records, row, "lat", message, "Give lat and lon of its economic centre, or a trade matrix"
            )
        for name in row.neighbours:
            if not records.may_have("countries", name):
                message = f"the neighbour '{name}' is no country of the model"
                yield _at(records, row, "neighbours", message, "Remove it, or add the country")


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
        if row.cost_usd_m is None or not owners or not owners <= set(gdp):
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
    every_country_trades,
    nobody_exports_more_than_it_makes,
    reported_flows_name_countries,
    a_filled_matrix_has_its_geography,
    gdp_is_in_million_usd,
    no_works_cost_more_than_their_owners_make,
    there_is_a_trade_elasticity,
    there_are_two_countries,
)
