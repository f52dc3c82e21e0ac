"""Fill costs, financing, growth and prices of the two example programmes from the folder of facts.

Run: .venv/bin/python scripts/facts_to_costs.py FACTS

Every choice is a row of scripts/example_rules (costs, financing, prices), with its reason: this file only
applies them. A rule that names a fact takes amount, currency, price year, basis and source from it, where it
does not state its own; ``share`` is a part of the fact, or, of a fact in percent of capital, the fact that
states the capital. Growth has no rules: SSP2 by its periods, a forecast of the IMF where it names a country
and year. The same facts and rules give the same bytes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from example_tables.tables import Example, Row, note, number, rules, table

BAND = 1.0  # percentage points on both sides of a growth, assumed
UNIT = {"bn": 1000.0, "m": 1.0, "trillion": 1_000_000.0}
CURRENCY = {"KSh": "KES", "rial": "IRR"}
AFTER = (2030, 2040)  # SSP2 changes its growth after these years
WORLD = (("2024", "2030", "3.0"), ("2031", "", "2.5"))  # between G0254 and G0256


def money(unit: str) -> tuple[float, str]:
    """Millions, and the currency, of a unit such as 'USD bn a year'."""
    words = unit.replace(" a year", "").split()
    size = next(UNIT[w] for w in words if w in UNIT)
    name = next(w for w in words if w not in UNIT)
    return size, CURRENCY.get(name, name)


class Facts:
    """The facts about costs."""

    def __init__(self, folder: Path) -> None:
        self.by_id = {row["id"]: row for row in table(folder / "project_costs.csv")}
        self.commitments = {row["id"]: row for row in table(folder / "commitments.csv")}

    def amount(self, rule: Row) -> Row:
        """Amount, currency, price year, basis and source of a rule."""
        if rule["amount_m"] or not rule["fact"]:
            own = {key: rule[key] for key in ("amount_m", "currency", "price_year", "basis")}
            return own | {"source": self.source(rule)}
        fact, share = self.by_id[rule["fact"]], rule["share"]
        if fact["unit"].startswith("% of capital"):
            middle = (float(fact["value"]) + float(fact["value_high"])) / 200
            whole, basis = self.by_id[share], fact["basis"]
        else:
            middle, whole, basis = float(share or 1), fact, fact["basis"]
        size, currency = money(whole["unit"])
        return {
            "amount_m": number(middle * size * float(whole["value"])),
            "currency": currency,
            "price_year": rule["price_year"] or re.sub(r"-.*", "", whole["year"]),
            "basis": rule["basis"] or basis,
            "source": fact["source"] or whole["source"],
        }

    def source(self, rule: Row) -> str:
        """The source of the fact that a rule names, of the commitment, or of the first fact that its reason
        names."""
        if "(commitments)" in rule["reason"]:
            return self.commitments[rule["commitment"]]["source_url"]
        named = [rule["fact"], *re.findall(r"P\d{4}", rule["reason"])]
        return next((self.by_id[n]["source"] for n in named if n in self.by_id), "")


def costs(of: Example, facts: Facts) -> Iterator[Row]:
    """Rows of costs by the rules."""
    count: dict[str, int] = {}
    for rule in rules("costs"):
        if rule["example"] != of.name:
            continue
        name = rule["commitment"]
        count[name] = count.get(name, 0) + 1
        kept = {
            k: rule[k] for k in ("commitment", "kind", "first_year", "last_year", "every_years", "life_years")
        }
        said = note(rule["reason"], f"fact {rule['fact']}" if rule["fact"] else "")
        yield {
            "id": f"{name}.k{count[name]}", "payer": rule["payer"], "note": said, **kept, **facts.amount(rule)
        }  # fmt: skip


def financing(of: Example, facts: Facts) -> Iterator[Row]:
    """Rows of financing by the rules."""
    count: dict[str, int] = {}
    for rule in rules("financing"):
        if rule["example"] != of.name:
            continue
        name = rule["commitment"]
        count[name] = count.get(name, 0) + 1
        kept = {k: v for k, v in rule.items() if k not in ("example", "fact", "reason")}
        yield {
            "id": f"{name}.l{count[name]}", **kept, "source": facts.source(rule), "note": note(rule["reason"])
        }  # fmt: skip


def prices(of: Example, amounts: list[Row]) -> Iterator[Row]:
    """Rates and levels of prices that the amounts and the published routes of the example ask for."""
    base = re.search(r"base_year = (\d+)", (of.folder / "programme.toml").read_text(encoding="utf-8"))
    years = {row["price_year"] for row in amounts} | {base[1] if base else ""}
    years |= {row["year"] for row in of.rows("routes") if row["cost"]}
    asked = {(row["currency"], row["price_year"]) for row in amounts} | {("USD", year) for year in years}
    for rule in rules("prices"):
        if (rule["currency"], rule["year"]) in asked:
            yield rule | {"source": ""}


def growth(of: Example) -> Iterator[Row]:
    """Growth of GDP by country: SSP2, and the forecasts of the IMF for single years."""
    known = [row["id"] for row in of.rows("countries")]
    facts = [row for row in of.fact("growth") if row["measure"] == "GDP growth"]
    for country in known:
        mine = [row for row in facts if row["country"] == country]
        ssp = {row["period"]: row for row in mine if row["scenario"] == "SSP2"}
        if not {"2020-2030", "2025-2030", "2030-2040", "2040-2050"} <= set(ssp):
            if country not in ("ROW",):
                of.no(country, "no growth by SSP2: that of the world")
            continue
        near = {
            y: row for row in mine if row["scenario"].startswith("IMF WEO") for y in years_of(row["period"])
        }
        spans = [("2024", "2025", ssp["2020-2030"])]
        first = 2026
        for year in sorted(near):
            if year < first:
                continue
            if year > first:
                spans.append((str(first), str(year - 1), ssp["2025-2030"]))
            spans.append((str(year), str(year), near[year]))
            first = year + 1
        spans.append((str(first), str(AFTER[0]), ssp["2025-2030"]))
        spans.append((str(AFTER[0] + 1), str(AFTER[1]), ssp["2030-2040"]))
        spans.append((str(AFTER[1] + 1), "", ssp["2040-2050"]))
        for k, (a, b, row) in enumerate(spans, start=1):
            yield growth_row(f"{country}.g{k}", country, (a, b, row["value"]), row)
    world = next(row for row in facts if row["id"] == "G0254")
    for k, span in enumerate(WORLD, start=1):
        said = {"basis": "assumed", "note": "between the IMF's 3.3 % for 2026 and the OECD's 2 % for 2060"}
        yield growth_row(f"world.g{k}", "*", span, world | said)


def years_of(period: str) -> range:
    """Years of a period such as 2026-2027."""
    first, _, last = period.partition("-")
    return range(int(first), int(last or first) + 1)


def growth_row(ident: str, country: str, span: tuple[str, str, str], fact: Row) -> Row:
    """One row of growth, with its assumed band."""
    first, last, percent = span
    return {
        "id": ident,
        "country": country,
        "measure": "gdp",
        "first_year": first,
        "last_year": last,
        "percent_per_year": number(float(percent)),
        "low_percent": number(float(percent) - BAND),
        "high_percent": number(float(percent) + BAND),
        "scenario": fact["scenario"],
        "basis": fact["basis"],
        "source": fact["source"],
        "note": note(fact["note"], "band of one point assumed"),
    }


def main() -> None:
    """Write the four tables of both examples."""
    folder = Path(sys.argv[1])
    facts = Facts(folder)
    for name in ("north-south", "northern-corridor"):
        of = Example(name, folder)
        spent, lent = list(costs(of, facts)), list(financing(of, facts))
        missing = {row["id"] for row in of.rows("commitments")} - {row["commitment"] for row in spent}
        for ident in sorted(missing):
            of.no(ident, "no rule says what it costs")
        of.write("costs", spent)
        of.write("financing", lent)
        of.write("prices", prices(of, [*spent, *lent]))
        of.write("growth", growth(of))
        assumed = {r["commitment"] for r in spent if r["kind"] == "capital" and r["basis"] == "assumed"}
        print(f"{name}: {len(spent)} costs, capital assumed of {len(assumed)}: {', '.join(sorted(assumed))}")
        print("\n".join(of.unplaced))


if __name__ == "__main__":
    main()
