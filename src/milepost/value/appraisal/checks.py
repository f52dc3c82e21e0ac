"""Rules about costs, financing, growth and prices. Each is one generator function named as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.errors import Finding
from milepost.records import Agreement, Cost, Financing, Growth, Records, Row
from milepost.records.kinds import ANY
from milepost.records.watched import Rule, found_by
from milepost.value.appraisal.prices import Dollars

_ROUNDING = 1.001  # financing of a cost that was rounded
_MOST_PERCENT = 100.0
_A = {"grant": "a grant", "equity": "equity"}
_NOT_SAID = ("source", "note", "basis", "line")  # what a row says besides its amount


def findings(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules find, rule by rule."""
    return found_by(RULES, records)


def _at(records: Records, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


def _amounts(records: Records) -> Iterator[Cost | Financing]:
    yield from records.costs
    yield from records.financing


def every_amount_has_its_money(records: Records) -> Iterator[Finding]:
    """A number without a currency and the year of its prices is no amount."""
    for row in _amounts(records):
        if not row.currency:
            message = f"{row.id} states {row.amount_m:g} million of no currency"
            yield _at(records, row, "currency", message, "Write its currency, such as USD or EUR")
        if row.price_year is None:
            message = f"{row.id} states {row.amount_m:g} million at prices of no year"
            yield _at(records, row, "price_year", message, "Write the year of its prices")


def every_amount_can_be_told_in_dollars(records: Records) -> Iterator[Finding]:
    """Each currency and year has a rate, and each year a level of prices."""
    if not records.whole("prices"):
        return
    dollars, base, said = Dollars(records), records.settings.base_year, set[tuple[str, int]]()
    for row in _amounts(records):
        if not row.currency or row.price_year is None:
            continue
        key = (row.currency, row.price_year)
        if dollars.rate(*key) is None and key not in said:
            known = any(p.currency == row.currency for p in records.prices)
            what = (
                f"no rate of {row.currency} for {row.price_year}" if known else f"'{row.currency}' is unknown"
            )
            remedy = (
                f"Add a row {row.currency} {row.price_year} to {records.file('prices')} with usd_per_unit"
            )
            yield _at(records, row, "currency", f"{what}, so {row.id} has no dollars", remedy)
        elif dollars.level(row.price_year) is None and ("USD", row.price_year) not in said:
            said.add(("USD", row.price_year))
            message = f"no level of dollar prices for {row.price_year} and the base year {base}"
            remedy = (
                f"Add rows USD {row.price_year} and USD {base} to {records.file('prices')} with price_index"
            )
            yield _at(records, row, "price_year", message, remedy)
        said.add(key)


def nothing_is_spent_before_it_is_agreed(records: Records) -> Iterator[Finding]:
    """A cost in a year before the agreement was signed belongs to something else."""
    agreements: Mapping[str, Agreement] = {a.id: a for a in records.agreements}
    agreed = {c.id: agreements.get(c.agreement) for c in records.commitments}
    for row in records.costs:
        agreement = agreed.get(row.commitment)
        if agreement is None or agreement.signed is None or row.first_year is None:
            continue
        if row.first_year < agreement.signed.first.year:
            signed = f"{agreement.id} was signed {agreement.signed}"
            message = f"{row.id} is spent from {row.first_year} on, and {signed}"
            yield _at(
                records, row, "first_year", message, "Correct the year, or leave out what was spent before"
            )


def years_of_costs_run_forward(records: Records) -> Iterator[Finding]:
    """A last year without, or before, the first one is a slip."""
    rows: Sequence[Cost | Growth] = (*records.costs, *records.growth)
    for row in rows:
        if row.last_year is not None and (row.first_year is None or row.last_year < row.first_year):
            message = f"{row.id} ends in {row.last_year} and begins in {row.first_year or 'no year'}"
            yield _at(records, row, "last_year", message, "Correct the years, or leave the last one empty")


def a_renewal_says_how_often(records: Records) -> Iterator[Finding]:
    """Renewal comes back after some years; other costs have no such interval."""
    for row in records.costs:
        if row.kind == "renewal" and row.every_years is None:
            message = f"{row.id} is a renewal without years between two of them"
            yield _at(records, row, "every_years", message, "Write every_years, or call it maintenance")
        if row.kind != "renewal" and row.every_years is not None:
            message = f"{row.id} is {row.kind}, which has no every_years"
            yield _at(records, row, "every_years", message, "Leave it empty, or call it renewal")


def every_loan_has_its_terms(records: Records) -> Iterator[Finding]:
    """A loan without rate and tenor has no debt service."""
    for row in records.financing:
        if row.kind != "loan":
            continue
        missing = [c for c in ("rate_percent", "tenor_years") if getattr(row, c) is None]
        for column in missing:
            message = f"the loan {row.id} states no {column.replace('_', ' ')}"
            yield _at(records, row, column, message, "Write it, with basis assumed where nobody states it")
        if row.tenor_years is not None and (row.grace_years or 0.0) >= row.tenor_years:
            message = f"the loan {row.id} has a grace of {row.grace_years:g} of {row.tenor_years:g} years"
            yield _at(records, row, "grace_years", message, "Make the grace shorter than the tenor")


def only_a_loan_has_terms(records: Records) -> Iterator[Finding]:
    """A grant or equity with a rate is a loan, or its rate counts nowhere."""
    for row in records.financing:
        if row.kind == "loan":
            continue
        for column in ("rate_percent", "grace_years", "tenor_years", "repaid_by"):
            if getattr(row, column) not in (None, ""):
                message = f"{row.id} is {_A[row.kind]}, which has no {column.replace('_', ' ')}"
                yield _at(records, row, column, message, "Leave it empty, or call it a loan")


def rates_are_percent_a_year(records: Records) -> Iterator[Finding]:
    """No lender asks for more than its loan every year."""
    for row in records.financing:
        if row.rate_percent is not None and row.rate_percent > _MOST_PERCENT:
            message = f"{row.id} has a rate of {row.rate_percent:g} % a year"
            yield _at(records, row, "rate_percent", message, "Write percent a year, such as 3.5")


def only_what_is_built_has_a_life(records: Records) -> Iterator[Finding]:
    """A life says how long what capital or a renewal builds will stand; running costs build nothing."""
    for row in records.costs:
        if row.life_years is not None and row.kind != "capital":
            message = f"{row.id} is {row.kind}, whose life_years counts nowhere"
            yield _at(
                records, row, "life_years", message, "Leave it empty, or write it in the row of capital"
            )


def no_amount_stands_twice(records: Records) -> Iterator[Finding]:
    """Two rows that differ in their ids alone are one amount that was entered twice."""
    for rows in (records.costs, records.financing):
        seen: dict[tuple[str, ...], str] = {}
        for row in rows:
            key = tuple(
                str(value) for name, value in row.model_dump().items() if name not in (*_NOT_SAID, "id")
            )
            if key in seen:
                message = f"{row.id} says the same as {seen[key]}, so the amount would count twice"
                yield _at(
                    records, row, "id", message, "Delete one of the two, or put both amounts into one row"
                )
            else:
                seen[key] = row.id


def financing_is_no_more_than_the_cost(records: Records) -> Iterator[Finding]:
    """Nobody finances more than there is to pay."""
    if not records.whole("costs", "financing", "prices"):
        return
    dollars = Dollars(records)
    financed = {row.commitment for row in records.financing}
    for commitment in (c for c in records.commitments if c.id in financed):
        rows = [r for r in records.financing if r.commitment == commitment.id]
        spent = [r for r in records.costs if r.commitment == commitment.id and r.kind == "capital"]
        amounts = [_told(dollars, r) for r in spent]
        given = [_told(dollars, r) for r in rows]
        if None in amounts or None in given:
            continue
        whole = sum(a for a in amounts if a is not None) if spent else commitment.cost_usd_m
        together = sum(a for a in given if a is not None)
        if whole is None:
            message = f"{commitment.id} has financing and no capital"
            yield _at(records, rows[0], "amount_m", message, "Add a row of capital to its costs")
        elif together > whole * _ROUNDING:
            message = (
                f"{commitment.id} is financed with {together:,.6g} MUSD, and its capital is {whole:,.6g} MUSD"
            )
            yield _at(records, rows[0], "amount_m", message, "Correct one of the two, or their price years")


def _told(dollars: Dollars, row: Cost | Financing) -> float | None:
    rate = None if row.price_year is None else dollars.rate(row.currency, row.price_year)
    level = None if row.price_year is None else dollars.level(row.price_year)
    return None if rate is None or level is None else row.amount_m * rate * level


def every_cost_has_a_payer(records: Records) -> Iterator[Finding]:
    """What nobody owes and nobody pays has no payer."""
    owed = {c.id: c.owed_by for c in records.commitments}
    for row in records.costs:
        if not row.payer and not owed.get(row.commitment, ("known elsewhere",)):
            message = f"{row.id} names no payer, and {row.commitment} is owed by nobody"
            yield _at(records, row, "payer", message, "Name the party that pays")


def growth_names_countries(records: Records) -> Iterator[Finding]:
    """A row of growth for no country of the model changes nothing."""
    for row in records.growth:
        if row.country != ANY and not records.may_have("countries", row.country):
            message = f"'{row.country}' is no country of the model"
            yield _at(
                records, row, "country", message, "Name a country, or * for each without rows of its own"
            )
        low, high = row.low_percent, row.high_percent
        outside = (low is not None and low > row.percent_per_year) or (
            high is not None and high < row.percent_per_year
        )
        if outside:
            message = f"{row.id} grows by {row.percent_per_year:g} %, outside its band"
            yield _at(records, row, "percent_per_year", message, "Correct low_percent or high_percent")


def trade_never_falls_by_all_there_is(records: Records) -> Iterator[Finding]:
    """Growth is percent a year: at -100 nothing would be left, and beyond it less than nothing."""
    for row in records.growth:
        for column in ("percent_per_year", "low_percent", "high_percent"):
            value = getattr(row, column)
            if value is not None and not -_MOST_PERCENT < value <= _MOST_PERCENT:
                message = f"{row.id} says {value:g} % a year"
                yield _at(records, row, column, message, "Write percent a year, above -100 and up to 100")


def growth_of_a_year_stands_once(records: Records) -> Iterator[Finding]:
    """Of two rows about the same year only one could count."""
    for k, row in enumerate(records.growth):
        for other in records.growth[:k]:
            if (row.country, row.measure) != (other.country, other.measure):
                continue
            if row.first_year <= (other.last_year or 9999) and other.first_year <= (row.last_year or 9999):
                message = f"{row.id} tells years of {row.country} that {other.id} tells as well"
                yield _at(records, row, "first_year", message, "Let each year stand in one row")
                break


def a_dollar_is_a_dollar(records: Records) -> Iterator[Finding]:
    """The rate of the dollar is one; a row of prices says a rate or a level, or it says nothing."""
    for row in records.prices:
        if not row.currency:
            yield _at(records, row, "currency", "a price of no currency", "Write it, such as EUR")
        elif row.currency == "USD" and row.usd_per_unit not in (None, 1.0):
            message = f"a dollar of {row.year} is {row.usd_per_unit:g} dollars"
            yield _at(records, row, "usd_per_unit", message, "Leave it empty")
        elif row.currency != "USD" and row.usd_per_unit is None:
            message = f"{row.currency} {row.year} states no rate"
            yield _at(records, row, "usd_per_unit", message, "Write the dollars for one unit")
        elif row.currency == "USD" and row.price_index is None:
            message = f"USD {row.year} states no level of prices"
            yield _at(records, row, "price_index", message, "Write price_index, or delete the row")
        elif row.currency != "USD" and row.price_index is not None:
            message = (
                f"{row.currency} {row.year} states a level of prices, and amounts go by that of the dollar"
            )
            yield _at(records, row, "price_index", message, "Leave it empty; write it in the row of USD")


RULES: tuple[Rule, ...] = (
    every_amount_has_its_money,
    every_amount_can_be_told_in_dollars,
    nothing_is_spent_before_it_is_agreed,
    years_of_costs_run_forward,
    a_renewal_says_how_often,
    every_loan_has_its_terms,
    only_a_loan_has_terms,
    rates_are_percent_a_year,
    only_what_is_built_has_a_life,
    no_amount_stands_twice,
    financing_is_no_more_than_the_cost,
    every_cost_has_a_payer,
    growth_names_countries,
    trade_never_falls_by_all_there_is,
    growth_of_a_year_stands_once,
    a_dollar_is_a_dollar,
)
