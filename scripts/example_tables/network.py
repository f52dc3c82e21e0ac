"""Nodes, links, borders, shares of zones and parameters of countries, by the rules."""

from __future__ import annotations

import re
import sys
from itertools import product

from example_tables.tables import Example, Row, note, rules

DRAWN = "https://www.openstreetmap.org/copyright"
NEAR_DRAWN = 0.02  # then what is drawn is what the km come from


def nodes(of: Example) -> None:
    """Nodes of the facts as the rules place them, then our own border points and cities."""
    place_of = {row["id"]: row for row in rules("facts_nodes")}
    known = of.fact("nodes_new") + [row | {"country": row["iso3"]} for row in of.fact("nodes")]
    old = {row["id"] for row in of.rows("nodes")}
    for row in known:
        rule = place_of.get(row["id"])
        if rule is None or of.name not in rule["examples"].split(";"):
            if rule is not None and not rule["examples"]:
                of.no(row["id"], rule["reason"])
            continue
        shares = {key: rule[key] for key in ("country", "kind", "trade_share")}
        kept = {key: row[key] for key in ("id", "name", "lat", "lon", "basis")}
        source = row.get("source") or row.get("source_url") or ""
        of.add(
            "nodes",
            kept | shares | {"source": source, "note": note("coordinates: " + kept["basis"], rule["reason"])},
        )
    for row in rules("nodes"):
        if row["example"] == of.name and (row["id"] not in old or row["id"] in ours(of)):
            more = {
                "basis": "reference",
                "source": "",
                "note": note(row["note"], "position: general knowledge"),
            }
            of.add(
                "nodes",
                {k: row[k] for k in ("id", "name", "country", "lat", "lon", "kind", "trade_share")} | more,
            )
    changes(of, "nodes")


def ours(of: Example) -> set[str]:
    """Ids of nodes that the rules name."""
    return {row["id"] for row in rules("nodes") if row["example"] == of.name}


def changes(of: Example, name: str) -> None:
    """The few cells of rows on record that a rule changes, with the reason in the note."""
    for rule in rules("changes"):
        if (rule["example"], rule["table"]) != (of.name, name):
            continue
        row = next(row for row in of.rows(name) if row["id"] == rule["id"])
        if row[rule["column"]] not in (rule["before"], rule["after"]):
            sys.exit(f"{of.name} {name} {rule['id']}: {rule['column']} is {row[rule['column']]}")
        if row[rule["column"]] != rule["after"]:
            row[rule["column"]] = rule["after"]
            row["note"] = note(row["note"], rule["reason"])


def links(of: Example) -> None:
    """Land links by the rules, then the sea skeleton of the facts between nodes that the example has."""
    fact_of = {row["id"]: row for row in of.fact("links_missing")}
    used = {rule["fact"] for rule in rules("links")}
    for rule in rules("links"):
        if rule["example"] == of.name:
            add_link(of, rule, fact_of.get(rule["fact"]))
    here = {row["id"] for row in of.rows("nodes")}
    for row in fact_of.values():
        ends = {row["from_node"], row["to_node"]}
        if row["mode"] != "sea" or not row["km"]:
            if row["id"] not in used and of.name == "north-south":
                of.no(
                    row["id"],
                    f"{row['from_node']}-{row['to_node']} {row['mode']}: a state of the day, or on record",
                )
        elif not ends <= here:
            if of.name == "north-south" and not ends <= {"MOMBASA", "DARESSALAAM"} | here:
                of.no(row["id"], f"no node {sorted(ends - here)}")
        else:
            add_sea(of, row)
    changes(of, "links")


def add_link(of: Example, rule: Row, fact: Row | None) -> None:
    """A land link, and the row of the border on it."""
    ident = f"{rule['from_node']}-{rule['to_node']}" + {
        "road": "-ROAD",
        "sea": "-SEA",
        "ferry": "-FERRY",
    }.get(rule["mode"], "")
    said = fact or {}
    state = rule["state"] or ("open" if said.get("state", "").startswith("open") else said.get("state", ""))
    basis, source = said.get("basis", "reference"), said.get("source", "")
    if rule["source"]:  # looked up by ourselves
        basis, source = "sourced", rule["source"]
    elif rule["drawn_km"] and abs(float(rule["km"]) / float(rule["drawn_km"]) - 1) < NEAR_DRAWN:
        basis, source = "computed", DRAWN
    told = note(
        rule["note"],
        f"the facts say {fact['from_node']}-{fact['to_node']} {fact['km']} km by {fact['place']}"
        if fact
        else "",
        f"state in the facts: {fact['state']}" + (f", since {fact['since']}" if fact["since"] else "")
        if fact
        else "",
        said.get("capacity", ""),
        said.get("note", "")
        if fact
        else ""
        if rule["source"] or basis == "computed"
        else "general reference knowledge, not looked up",
        f"{rule['drawn_km']} km as drawn there (scripts/link_lengths.py)"
        if source == DRAWN
        else f"{rule['drawn_km']} km as drawn in OpenStreetMap (scripts/link_lengths.py)"
        if rule["drawn_km"]
        else "",
    )
    row = {k: rule[k] for k in ("from_node", "to_node", "mode", "km", "gauge_mm", "speed_kmh", "usd_per_tkm")}
    row |= {"id": ident, "state": state, "capacity_mt_per_year": rule["capacity_mt"], "use": "model"}
    row["usd_per_t"] = "0"
    of.add("links", row | {"basis": basis, "source": source, "note": told})
    if rule["border"]:
        add_border(of, rule, said)


def add_border(of: Example, rule: Row, fact: Row) -> None:
    """The row of a land crossing: hours of the fact, of the rule, or of params."""
    mode, node = rule["mode"], rule["border"]
    stands = [
        r["id"]
        for r in of.rows("crossings")
        if r["use"] == "model" and (r["node"], r["kind"], r["from_mode"]) == (node, "border", mode)
    ]
    made = f"B-{node}-{mode}"
    if (stands and made not in stands) or any(r["id"] == made for r in of.made["crossings"]):
        return
    hours, basis, source, told = rule["hours"], "assumed", "", "the facts' hours, their estimate"
    if hours == "fact":
        hours = fact["wait_hours"]
        basis, source = fact["basis"], fact["source"]
        if "hours ours" in fact["note"] or "hours are ours" in fact["note"]:
            basis = "assumed"
    elif hours == "param":
        row = next(r for r in of.rows("params") if (r["name"], r["applies_to"]) == ("border_hours", mode))
        hours, source, told = (
            row["value"],
            row["source"],
            "no wait of this post was found: border_hours of params",
        )
    else:
        told = note("hours of the rule", rule["note"])
    row = {"id": f"B-{node}-{mode}", "node": node, "kind": "border", "from_mode": mode, "to_mode": mode}
    row |= {"hours": hours, "use": "model", "basis": basis, "source": source, "year": fact.get("year", "")}
    row |= {"note": note(told, fact.get("note", ""), fact.get("place", "")), "what": "wait at the border"}
    of.add("crossings", row | measured(of, node, mode))


def measured(of: Example, node: str, mode: str) -> Row:
    """What a rule says of a post where somebody measured its wait: that counts before the facts' estimate."""
    for rule in rules("posts"):
        if (rule["example"], rule["node"], rule["mode"]) == (of.name, node, mode):
            kept = {key: rule[key] for key in ("hours", "usd_per_t", "year", "basis", "source")}
            return kept | {"note": rule["reason"]}
    return {}


def zone_shares(of: Example) -> None:
    """Where goods of a class start or end, as a rule says it, of one partner or several (``;``)."""
    for rule in rules("zone_shares"):
        if rule["example"] != of.name:
            continue
        for kind, partner in product(rule["cargo_class"].split(";"), rule["partner"].split(";")):
            kept = {key: value for key, value in rule.items() if key not in ("example", "reason")}
            kept |= {"cargo_class": kind, "partner": partner}
            kept["id"] = (
                rule["id"] or f"{rule['node']}-{rule['direction']}-{kind}-{partner.replace('*', 'any')}"
            )
            of.add("zone_shares", kept | {"note": rule["reason"]})


def params(of: Example) -> None:
    """Speeds and rates of single countries, as somebody measured them."""
    for rule in rules("country_params"):
        if rule["example"] == of.name:
            kept = {key: value for key, value in rule.items() if key not in ("example", "reason")}
            of.add("params", kept | {"use": "model", "note": rule["reason"]})


def add_sea(of: Example, fact: Row) -> None:
    """A leg of the sea skeleton, or a whole voyage for checking."""
    whole = "use=check" in fact["note"]
    ident = f"{fact['from_node']}-{fact['to_node']}-SEA"
    if whole:
        ident = ident.removesuffix("SEA") + ("CAPE" if "Cape" in fact["place"] else "SUEZ")
    pair = {fact["from_node"], fact["to_node"]}
    made = {r["id"] for r in of.made["links"]}
    for row in of.rows("links"):
        same = {row["from_node"], row["to_node"]} == pair and row["mode"] == "sea" and row["use"] == "model"
        if (same and not whole and row["id"] != ident) or (row["id"] == ident and ident in made):
            of.no(fact["id"], f"{row['id']} is on record with {row['km']} km, the facts say {fact['km']}")
            return
    ratio = re.search(r"ratio ([0-9.]+)", fact["note"])
    row = {k: fact[k] for k in ("from_node", "to_node", "mode", "km", "basis", "source")}
    row |= {"id": ident, "state": "open", "use": "check" if whole else "model", "usd_per_t": "0"}
    row |= {
        "great_circle_ratio": ratio[1] if ratio else "",
        "note": note(fact["place"], fact["what"], fact["note"], f"{fact['id']} of links_missing"),
    }
    if row_on_record(of, ident):
        of.no(fact["id"], f"{ident} is on record")
        return
    of.add("links", row)


def row_on_record(of: Example, ident: str) -> bool:
    """Is there a link of this id that an earlier run of this file did not make? Those name their fact."""
    return any(r["id"] == ident and "of links_missing" not in r["note"] for r in of.rows("links"))
