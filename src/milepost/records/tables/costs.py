"""What it costs and who pays: costs by year, grants and loans, growth, and what money is worth in a year."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from milepost.records.kinds import (
    CountryOrAny,
    Id,
    NotNegative,
    Number,
    Positive,
    Ref,
    Sourced,
    Text,
    Year,
)

Currency = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Z]{3})?$")]


class Cost(Sourced):
    """What a commitment costs: once, in some years, or in each year of service. Who pays is not who lends."""

    table: ClassVar[str] = "costs"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment it is spent on")]
    kind: Annotated[
        Literal["capital", "renewal", "maintenance", "operation", "residual"],
        Field(
            description="capital: before it is delivered; renewal: again after some years; maintenance and "
            "operation: in each year of service; residual: what is left at the end, a gain"
        ),
    ]
    amount_m: Annotated[
        NotNegative,
        Field(
            description="million of the currency, net of taxes: of capital and residual all of it, of "
            "renewal each time, of maintenance and operation a year"
        ),
    ]
    currency: Annotated[Currency, Field(description="currency, ISO 4217, such as USD or EUR")] = ""
    price_year: Annotated[Year | None, Field(description="year of the prices")] = None
    first_year: Annotated[
        Year | None,
        Field(
            description="first year in which it is paid; empty: of capital the construction_years of params "
            "before delivery, of maintenance and operation each year of service, of renewal every_years "
            "after delivery, of residual the end"
        ),
    ] = None
    last_year: Annotated[
        Year | None, Field(description="last year; the years between pay equal parts; empty = the first")
    ] = None
    every_years: Annotated[Positive | None, Field(description="of renewal: years between two of them")] = None
    life_years: Annotated[
        Positive | None,
        Field(description="life of what capital builds; empty = economic_life_years of params"),
    ] = None
    payer: Annotated[
        Text,
        Ref("parties"),
        Field(description="party that pays; empty = the parties that owe it, in equal parts"),
    ] = ""


class Financing(Sourced):
    """Where the money for the capital of a commitment comes from; what nobody finances the payers find
    themselves."""

    table: ClassVar[str] = "financing"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment financed")]
    kind: Annotated[
        Literal["grant", "loan", "equity"], Field(description="grant: never repaid; loan; equity")
    ]
    by: Annotated[Text, Field(description="who gives it: a party, bank or fund")]
    amount_m: Annotated[NotNegative, Field(description="million of the currency")]
    currency: Annotated[Currency, Field(description="currency, ISO 4217")] = ""
    price_year: Annotated[Year | None, Field(description="year at whose rate and prices it counts")] = None
    rate_percent: Annotated[NotNegative | None, Field(description="of a loan: interest, percent a year")] = (
        None
    )
    grace_years: Annotated[
        NotNegative | None,
        Field(description="of a loan: years from the first drawing in which only interest is paid"),
    ] = None
    tenor_years: Annotated[
        Positive | None, Field(description="of a loan: years from the first drawing to the last repayment")
    ] = None
    repaid_by: Annotated[
        Text,
        Ref("parties"),
        Field(description="party that serves the loan; empty = the parties that owe it, in equal parts"),
    ] = ""


class Growth(Sourced):
    """How fast the economy, or the trade, of a country grows in some years; the last one holds on after its
    end, if it says so."""

    table: ClassVar[str] = "growth"
    id: Annotated[Id, Field(description="short code")]
    country: Annotated[CountryOrAny, Field(description="country; * = each without rows of its own")]
    measure: Annotated[
        Literal["gdp", "trade"],
        Field(description="gdp: trade follows by trade_to_gdp_elasticity of params; trade: itself"),
    ] = "gdp"
    first_year: Annotated[Year, Field(description="first year that grows so fast against the year before")]
    last_year: Annotated[Year | None, Field(description="last such year; empty = and ever after")] = None
    percent_per_year: Annotated[Number, Field(description="growth in real terms, percent a year")]
    low_percent: Annotated[Number | None, Field(description="low end of the band, percent a year")] = None
    high_percent: Annotated[Number | None, Field(description="high end of the band, percent a year")] = None
    scenario: Annotated[Text, Field(description="scenario in the words of the source")] = ""


class Price(Sourced):
    """What a currency is worth in a year, and how prices in it stand: amounts become dollars at the rate of
    their price year, and dollars of the base year by the index of the dollar."""

    table: ClassVar[str] = "prices"
    key: ClassVar[tuple[str, ...]] = ("currency", "year")
    currency: Annotated[Currency, Field(description="currency, ISO 4217")]
    year: Annotated[Year, Field(description="year")]
    usd_per_unit: Annotated[
        Positive | None, Field(description="US dollars for one unit, mean of the year; of USD it is 1")
    ] = None
    price_index: Annotated[
        Positive | None, Field(description="of USD: level of prices in the year, on any base")
    ] = None
