"""Published days and prices of routes."""

from __future__ import annotations

import re

from example_tables.tables import PROGRAMME, Example, Row, note, number, rules

ALSO = {"INSTC": ("INSTC", "Middle Corridor")}


def routes(of: Example) -> None:
    """Published costs and days between nodes of the example. The rules say which are held out: about every
    third, all of one way together."""
    fact_of = {row["id"]: row for row in of.fact("freight_costs")}
    here = {row["id"] for t in ("nodes", "links") for row in of.rows(t)}
    ruled = {rule["fact"] for rule in rules("routes")}
    also = ALSO.get(PROGRAMME[of.name], (PROGRAMME[of.name],))
    for rule in rules("routes"):
        ends = {rule["origin"], rule["destination"], *filter(None, rule["via"].split(";"))}
        if ends <= here and fact_of[rule["fact"]]["programme"] in also:
            add_route(of, fact_of[rule["fact"]], rule)
    for rule in rules("routes_read"):
        if rule["example"] == of.name:
            of.add("routes", rule | {"note": rule["reason"]})
    for row in fact_of.values():
        if row["id"] not in ruled and row["programme"] in ALSO.get(PROGRAMME[of.name], (PROGRAMME[of.name],)):
            of.no(
                row["id"],
                f"{row['origin']}-{row['destination']} {row['cost']} {row['unit']}: no two nodes here",
            )


def add_route(of: Example, fact: Row, rule: Row) -> None:
    """One published route."""
    unit_of = {r["unit"]: r for r in rules("units")}
    cost, unit, told = "" if rule["days_only"] else fact["cost"], "", ""
    if cost:
        found = unit_of[fact["unit"]]
        usd, unit, told = float(cost) * float(found["usd_per_unit"]), found["to"], found["reason"]
        if unit == "USD/tkm":
            usd, unit, told = usd * float(fact["km"]), "USD/t", f"{cost} {fact['unit']} over {fact['km']} km"
        cost = number(usd, 5)
    days = fact["days_min"] or fact["days_max"]
    sample = "" if rule["sample"] == "check" or not (cost or days) else rule["sample"] or "fit"
    cargo_class = "containers" if unit != "USD/t" else "general"
    row = {"id": fact["id"], "origin": rule["origin"], "destination": rule["destination"]}
    row |= {"origin_text": fact["origin"], "destination_text": fact["destination"], "title": fact["route"]}
    row |= {
        "mode_chain": rule["mode_chain"],
        "cargo": cargo_class,
        "via": rule["via"],
        "avoid_modes": rule["avoid_modes"],
    }
    row |= {"days_min": fact["days_min"], "days_max": fact["days_max"], "cost": cost, "cost_unit": unit}
    row["loading"] = rule["loading"]
    row |= {"km": fact["km"], "year": (re.match(r"\d{4}", fact["year"]) or [""])[0], "what": fact["what"]}
    row |= {"branch": rule["branch"], "sample": sample, "basis": fact["basis"], "source": fact["source"]}
    of.add(
        "routes",
        row
        | {
            "note": note(fact["note"], f"cargo: {fact['cargo']}, period {fact['year']}", told, rule["reason"])
        },
    )
