"""Fill the tables of the two example programmes from the folder of facts, and say what found no home.

Run: .venv/bin/python scripts/facts_to_examples.py FACTS [--tables nodes,links,...]

Every choice is a row of scripts/example_rules, with its reason: this file only applies them. What it makes it
makes again: rows of ids that it makes are replaced, other rows of the examples stay as they are. basis and
source of a fact are carried over. The same facts and rules give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from pathlib import Path

from milepost.records import TABLES

HERE = Path(__file__).resolve().parent
RULES = HERE / "example_rules"
EXAMPLES = HERE.parent / "src" / "milepost" / "examples"
WHOLE = ("cargo", "counts", "zone_shares")  # tables without a row of anybody else's
PROGRAMME = {"north-south": "INSTC", "northern-corridor": "NCOR"}
ALSO = {"INSTC": ("INSTC", "Middle Corridor")}
REST = "ROW"
LAND = ("rail", "road")
DRAWN = "https://www.openstreetmap.org/copyright"
NEAR_DRAWN = 0.02  # then what is drawn is what the km come from
COUNTED_IN = range(2021, 2026)  # years around the base year, in peace: older or later counts are for checking
BASE_YEAR = 2023  # of the flows
LEAST_MONTHS = 3.0  # a shorter count says little about a year
CLASSES = ("bulk", "general", "containers", "off_network")
MADE = (
    *("nodes", "links", "crossings", "countries", "reported_trade", "flows", "cargo", "counts", "routes"),
    *("params", "zone_shares"),
)

Row = dict[str, str]


def table(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rules(name: str) -> list[Row]:
    """Rows of a table of rules."""
    return table(RULES / f"{name}.csv")


def number(value: float, digits: int = 6) -> str:
    """A number as short as it is exact to some digits."""
    return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"


def note(*parts: str) -> str:
    """Sentences in one cell."""
    return "; ".join(part for part in parts if part)


class Example:
    """Tables of one example while they are filled; ``unplaced`` says of which fact why it has no row."""

    def __init__(self, name: str, facts: Path) -> None:
        self.name, self.facts, self.folder = name, facts, EXAMPLES / name
        self.tables: dict[str, list[Row]] = {}
        self.made: dict[str, list[Row]] = defaultdict(list)
        self.unplaced: list[str] = []

    def rows(self, name: str) -> list[Row]:
        """Rows of a table as they stand, each that was made in the place of the one before, new ones last."""
        if name not in self.tables:
            path = self.folder / f"{name}.csv"
            self.tables[name] = table(path) if path.exists() else []
        new = {row["id"]: row for row in self.made[name]}
        stand = {row["id"] for row in self.tables[name]}
        kept = [new.get(row["id"], row) for row in self.tables[name]]
        return kept + [row for ident, row in new.items() if ident not in stand]

    def add(self, name: str, row: Row) -> None:
        """A made row. The line of a sea leg is drawn by sea_lines.py, and stays."""
        if name == "links":
            before = next((r for r in self.rows(name) if r["id"] == row["id"]), {})
            row = row | {"geometry": before.get("geometry", "")}
        self.made[name].append(row)

    def no(self, fact: str, why: str) -> None:
        """A fact without a row."""
        self.unplaced.append(f"{self.name} {fact}: {why}")

    def fact(self, name: str) -> list[Row]:
        """A table of facts."""
        return table(self.facts / f"{name}.csv")

    def write(self, name: str, rows: Iterable[Row]) -> None:
        """A table in the folder: columns in the order of the records."""
        kind = TABLES.get(name)
        rows = list(rows)
        path = self.folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        before = next(csv.reader(io.StringIO(text)), [])
        asked = {key for row in rows for key, value in row.items() if value}
        known = list(kind.columns()) if kind else list(dict.fromkeys(key for row in rows for key in row))
        columns = [c for c in known if c in asked or c in before]
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")


# ---------------------------------------------------------------------------------------------- network


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


# ------------------------------------------------------------------------------------------------ trade


def countries(of: Example) -> list[str]:
    """Countries with a node stay; the others, and their GDP, are the rest of the world."""
    placed = {row["country"] for row in of.rows("nodes")}
    facts = {row["iso3"]: row for row in of.fact("countries") if len(row["iso3"]) == 3}
    rest = next(row for row in of.rows("countries") if row["id"] == REST)
    gone = [row for row in of.rows("countries") if row["id"] not in placed | {REST}]
    for row in gone:
        for column in ("gdp_usd_m", "population"):
            rest[column] = str(int(float(rest[column])) + int(float(row[column])))
    if gone:
        rest["note"] = note(
            rest["note"], f"{', '.join(r['id'] for r in gone)} are in it: this network has no node there"
        )
    kept = [row for row in of.rows("countries") if row["id"] in placed | {REST}]
    names = [row["id"] for row in kept]
    for row in kept:
        row["neighbours"] = ";".join(n for n in row["neighbours"].split(";") if n in names)
    for missing in sorted(placed - set(names)):
        of.no(missing, "a country with a node and no row" + ("" if missing in facts else ", nor any facts"))
    of.tables["countries"] = kept
    reported(of, set(names))
    return names


def reported(of: Example, names: set[str]) -> None:
    """Reported totals of countries that are no longer told apart are kept for comparison."""
    for row in of.rows("reported_trade"):
        if row["use"] == "model" and not {row["exporter"], row["importer"]} <= names:
            row["use"] = "check"
            row["note"] = note(row["note"], "a country of the rest of the world here, so kept for comparison")


def flows(of: Example, names: list[str]) -> list[Row]:
    """Recorded trade between the example's countries; that of others is the rest of the world's."""
    into = {name: name for name in names}
    total: dict[tuple[str, str], float] = defaultdict(float)
    said: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    parts: dict[tuple[str, str], int] = defaultdict(int)
    for row in of.fact("flows_2023"):
        pair = (into.get(row["exporter"], REST), into.get(row["importer"], REST))
        if pair[0] == pair[1]:
            continue
        total[pair] += float(row["musd"])
        said[pair].add((row["basis"], row["source"]))
        parts[pair] += 1
    made = []
    for (a, b), usd in sorted(total.items()):
        bases, sources = zip(*sorted(said[a, b]), strict=True)
        basis = bases[0] if parts[a, b] == 1 else "computed"
        more = (
            ""
            if parts[a, b] == 1
            else f"sum of {parts[a, b]} recorded flows: this network has no node in some of them"
        )
        made.append(
            {"exporter": a, "importer": b, "usd_m": f"{usd:.3f}".rstrip("0").rstrip("."), "basis": basis}
            | {"source": sources[0], "note": more}
        )
    return made


# ------------------------------------------------------------------------------------------------ cargo


def cargo(of: Example, names: list[str]) -> None:
    """Classes of cargo: every exporter, then the pairs that are recorded; USD a tonne where it is known."""
    facts = {row["id"]: row for row in of.fact("cargo")}
    stated = {(r["exporter"], r["importer"]): r for r in rules("cargo_values")}
    known = [r for r in rules("pair_goods") if {r["exporter"], r["importer"]} <= set(names)]
    pairs = [r for r in rules("cargo_pairs") if {r["exporter"], r["importer"]} <= {*names, "*"}]
    recorded = {(r["exporter"], r["importer"]) for r in (*pairs, *known)}
    for rule in known:
        with_goods(of, rule)
    for rule in pairs:
        shares, source = recorded_shares(facts, rule)
        told = note(
            f"classes of HS chapters, {rule['year']}; the mapping is assumed, tankers are bulk",
            rule["reason"],
        )
        values = {c: rule.get(c, "") for c in CLASSES if c != "off_network"}
        put(of, rule, shares, values, ("computed", source, told))
    for name in names:
        if (name, "*") not in recorded and name != REST:
            by_goods(of, (name, "*"), facts, stated.get((name, "*")))
    not_known = [a for a in names if a != REST and (a, "*") not in recorded]
    not_paired = [(a, b) for a in not_known for b in names if a != b and (a, b) not in recorded]
    for a, b in not_paired:
        if (a, b) not in stated and any(why_not_sent(a, b, x) for x in goods_of(a, facts)):
            by_goods(of, (a, b), facts, stated.get((a, "*")))
    for (a, b), rule in stated.items():
        if {a, b} <= set(names) and (a, b) not in recorded:
            scaled(of, (a, b), rule, facts)


def recorded_shares(facts: dict[str, Row], rule: Row) -> tuple[dict[str, float], str]:
    """Shares by class of a pair, gems and gold out of the boxes and off the network."""
    class_of = {r["name"]: r["value"] for r in rules("cargo") if r["value"] in CLASSES}
    shares: dict[str, float] = defaultdict(float)
    source = ""
    for row in facts.values():
        same = (row["exporter"], row["importer"], row["year"]) == (
            rule["fact_exporter"],
            rule["fact_importer"],
            rule["year"],
        )
        if row["kind"] == "share" and same and row["commodity"].startswith("class "):
            shares[class_of[row["commodity"].removeprefix("class ")]] += float(row["value"])
            source = row["source"]
    off = float(rule["off_network"])
    shares["containers"] -= off
    shares["off_network"] += off
    return shares, source


def goods_of(name: str, facts: dict[str, Row]) -> dict[str, float]:
    """Shares of the goods of an exporter: known, or by their order among its five largest."""
    weights = {r["name"]: float(r["value"]) for r in rules("cargo") if r["value"][0].isdigit()}
    known = {r["commodity"]: r for r in rules("exporters") if r["exporter"] == name}
    order = largest(name, facts)
    share = {x: weights[f"rank_{k}"] for k, x in enumerate(order, 1)} | {
        x: float(r["share"]) for x, r in known.items()
    }
    if known:  # what is known leaves less to the rest of the five
        left = [x for x in order if x not in known]
        spare = max(0.97 - sum(float(r["share"]) for r in known.values()), 0.0)
        scale = min(1.0, 0.6 * spare / max(sum(share[x] for x in left), 1e-9))
        share |= {x: share[x] * scale for x in left}
    return share


def largest(name: str, facts: dict[str, Row]) -> list[str]:
    """The largest exports of a country in order, as the facts state them."""
    top = next((r for r in facts.values() if r["kind"] == "top_commodities" and r["exporter"] == name), None)
    return [x.strip() for x in top["commodity"].split(",")] if top else []


def by_tanker(exporter: str, importer: str, good: str) -> bool:
    """Is a good of an exporter one that only tankers (or oil pipelines to tankers) bring, to a country that
    they do not reach?"""
    only = next((r["only_by"] for r in rules("commodities") if r["commodity"] == good), "")
    known = {r["commodity"]: r for r in rules("exporters") if r["exporter"] == exporter}
    piped = (known.get(good) or {}).get("cargo_class") == "off_network"
    if not only or (piped and good != "crude petroleum"):
        return False
    return importer in {r["importer"] for r in rules("no_tanker")}


def why_not_sent(exporter: str, importer: str, good: str) -> str:
    """Why a good of an exporter does not go to an importer, or nothing where it may."""
    if by_tanker(exporter, importer, good):
        return f"which tankers bring: none reaches {importer}"
    for rule in rules("only_from"):
        here = (rule["importer"], rule["commodity"]) == (importer, good)
        if here and exporter not in rule["exporters"].split(";"):
            return f"which {importer} does not have from there: {rule['reason']}"
    return ""


def by_goods(of: Example, pair: tuple[str, str], facts: dict[str, Row], stated: Row | None) -> None:
    """Shares of an exporter from its five largest goods, in order, and what the rules know of them; without
    what does not go to the importer."""
    name, importer = pair
    weights = {r["name"]: float(r["value"]) for r in rules("cargo") if r["value"][0].isdigit()}
    goods = {r["commodity"]: r for r in rules("commodities")}
    known = {r["commodity"]: r for r in rules("exporters") if r["exporter"] == name}
    order, share = largest(name, facts), goods_of(name, facts)
    top = next((r for r in facts.values() if r["kind"] == "top_commodities" and r["exporter"] == name), None)
    rest = 1 - sum(share.values())
    dropped: dict[str, list[str]] = defaultdict(list)
    for x in share:
        if why := why_not_sent(name, importer, x):
            dropped[why].append(x)
    share = {x: s for x, s in share.items() if not any(x in gone for gone in dropped.values())}
    value: dict[str, float] = defaultdict(float)
    tonnes: dict[str, float] = defaultdict(float)
    for x, s in share.items():
        kind = (known.get(x) or {}).get("cargo_class") or goods[x]["cargo_class"]
        usd = (known.get(x) or {}).get("usd_per_t") or goods[x]["usd_per_t"]
        value[kind] += s
        tonnes[kind] += s / float(usd) if usd else 0.0
    usual = worth(of)
    for kind in ("containers", "general", "bulk"):
        value[kind] += rest * weights[f"rest_{kind}"]
        tonnes[kind] += rest * weights[f"rest_{kind}"] / usual[kind]
    usd_of = {k: number(value[k] / tonnes[k], 4) for k in CLASSES if tonnes[k]}
    told = f"from its largest exports in order ({', '.join(order)}) and " if order else "from "
    told += (
        "general knowledge of their shares; classes and shares by rank are assumed"
        if known or not order
        else "shares by rank, assumed"
    )
    told = note(told, *(f"without {', '.join(gone)}, {why}" for why, gone in dropped.items()))
    source = top["source"] if top else ""
    if stated is not None:
        usd_of = to_total(value, usd_of, float(stated["usd_per_t"]))
        told = note(told, f"tonnes scaled to USD {stated['usd_per_t']} a tonne, {stated['reason']}")
        source = facts[stated["facts"]]["source"] if stated["facts"] else source
    put(of, {"exporter": name, "importer": importer}, value, usd_of, ("assumed", source, told))


def with_goods(of: Example, rule: Row) -> None:
    """A pair of which it is known what goods are traded: shares and the value of a tonne as the rule has
    them."""
    usd_of = {c: rule[f"{c}_usd_per_t"] for c in CLASSES if c != "off_network"}
    told = (rule["basis"], rule["source"], rule["reason"])
    put(of, rule, {c: float(rule[c]) for c in CLASSES}, usd_of, told)


def worth(of: Example) -> dict[str, float]:
    """USD a tonne by class, where nothing is known of a pair."""
    rows = of.rows("params")
    return {r["applies_to"]: float(r["value"]) for r in rows if r["name"] == "cargo_value_usd_per_t"}


def to_total(value: dict[str, float], usd_of: dict[str, str], usd_per_t: float) -> dict[str, str]:
    """USD a tonne of the classes, in their proportions, so that all tonnes together have the value."""
    on = {k: v for k, v in value.items() if usd_of.get(k) and v > 0}
    mean = sum(on.values()) / sum(v / float(usd_of[k]) for k, v in on.items())
    return {k: number(float(usd_of[k]) * usd_per_t / mean, 4) for k in on}


def scaled(of: Example, pair: tuple[str, str], rule: Row, facts: dict[str, Row]) -> None:
    """A pair with a stated value of a tonne: the classes of its exporter, tonnes to the stated value."""
    if "*" in pair:
        return
    base = [r for r in of.made["cargo"] if (r["exporter"], r["importer"]) == (pair[0], "*")]
    if not base:
        of.no(rule["facts"], f"no classes of {pair[0]} to scale")
        return
    value = {r["cargo_class"]: float(r["share"]) for r in base}
    if rule["off_network"] == "none":  # the stated goods are not those of the pipelines
        value.pop("off_network", None)
    usd_of = to_total(value, {r["cargo_class"]: r["usd_per_t"] for r in base}, float(rule["usd_per_t"]))
    fact = facts[rule["facts"]]
    told = note(
        f"classes of {pair[0]}, tonnes scaled to USD {rule['usd_per_t']} a tonne: {rule['reason']}",
        fact["note"],
    )
    put(of, {"exporter": pair[0], "importer": pair[1]}, value, usd_of, ("assumed", fact["source"], told))


def put(
    of: Example, pair: Row, shares: dict[str, float], usd_of: dict[str, str], told: tuple[str, str, str]
) -> None:
    """Rows of an exporter and importer: shares to four digits that add up to 1."""
    total = sum(s for s in shares.values() if s > 0)
    exact = {k: round(shares[k] / total, 4) for k in CLASSES if shares.get(k, 0.0) > 0}
    largest = max(exact, key=lambda k: (exact[k], k))
    exact[largest] = round(exact[largest] + 1 - sum(exact.values()), 4)
    for kind, share in exact.items():
        if share <= 0:
            continue
        name = "any" if pair["exporter"] == "*" else pair["exporter"]
        row = {"id": f"{name}-{'any' if pair['importer'] == '*' else pair['importer']}-{kind}"}
        row |= {
            "exporter": pair["exporter"],
            "importer": pair["importer"],
            "cargo_class": kind,
            "share": f"{share:g}",
        }
        row |= {"usd_per_t": "" if kind == "off_network" else usd_of.get(kind, "")}
        of.add("cargo", row | dict(zip(("basis", "source", "note"), told, strict=True)))


# ----------------------------------------------------------------------------------------------- counts


def counts(of: Example) -> None:
    """Counts at places of the example, the others as corridors; every third place of a kind is held out."""
    mine = PROGRAMME[of.name]
    rule_of = {row["fact"]: row for row in rules("counts")}
    for row in of.fact("counts"):
        if row["programme"] in ALSO.get(mine, (mine,)):
            add_count(of, row, rule_of.get(row["id"], {}))
    for rule in rules("counts_read"):
        if rule["example"] == of.name:
            told = note(rule["reason"], f"{rule['mt']} in {rule['months']} months, brought to twelve")
            mt = number(float(rule["mt"]) * 12 / float(rule["months"]), 5)
            of.add("counts", rule | {"mt": mt, "sample": rule["sample"] or "fit", "note": told})
    conflicts(of.made["counts"])
    far_years(of.made["counts"])
    for kind in ("links", "nodes", "borders", "countries"):
        rows = [r for r in of.made["counts"] if r["place_table"] == kind and r["sample"] != "check"]
        places = list(dict.fromkeys(r["place"] for r in sorted(rows, key=lambda r: r["id"])))
        out = set(places[2::3])
        for row in rows:
            row["sample"] = "held out" if row["place"] in out else "fit"


def add_count(of: Example, fact: Row, rule: Row) -> None:
    """One count, with what the rules say about it."""
    words = {(r["kind"], r["text"]): r["is"] for r in rules("count_words")}
    kind, place = rule.get("place_table") or "", rule.get("place") or ""
    if not kind:
        yes = fact["place_in_example"] == "yes" or (
            fact["place_kind"] == "country" and known(of, "countries", fact["place"])
        )
        kind = (
            {"link": "links", "node": "nodes", "country": "countries"}.get(fact["place_kind"], "corridors")
            if yes
            else "corridors"
        )
        place = fact["place"]
    if kind in ("links", "nodes", "countries") and not all(known(of, kind, p) for p in place.split(";")):
        of.no(fact["id"], f"no {kind} {place}: kept as a corridor")
        kind = "corridors"
    mode = rule.get("mode") or ""
    mode = "" if mode == "all" else mode or words.get(("mode", fact["mode"]), "?")
    direction = rule.get("direction") or words.get(("direction", fact["direction"]), "?")
    told = [
        fact["note"],
        f"counted: {fact['mode']}, {fact['direction']}" if "?" in (mode, direction) else "",
        rule.get("reason", ""),
    ]
    mode, direction = mode.replace("?", ""), direction.replace("?", "both")
    if kind == "links" and not mode and ";" not in place:
        mode = next(r["mode"] for r in of.rows("links") if r["id"] == place)
    months = float(rule["months"]) if rule.get("months") else months_of(fact["year"], words)
    year = rule.get("year") or year_of(fact["year"])
    figures = {}
    for column in ("mt", "teu"):
        text = fact[column] if column == "teu" else rule.get("mt") or fact[column]
        figures[column] = number(float(text) * 12 / months, 5) if text else ""
    if fact["id"] == "K0279":  # boxes in the column of tonnes
        figures = {"mt": "", "teu": figures["mt"]}
    if months != 12:
        told.append(
            f"{fact['mt'] or fact['teu']} in {months:g} months, brought to twelve"
            if fact["mt"] or fact["teu"]
            else ""
        )
    usable = (
        kind != "corridors" and figures["mt"] and year and int(year) in COUNTED_IN and months >= LEAST_MONTHS
    )
    sample = rule.get("sample") or ("fit" if usable and "undated" not in fact["year"] else "check")
    row = {"id": fact["id"], "place_table": kind, "place": place, "mode": mode, "direction": direction}
    row |= figures | {"period": fact["year"], "months": f"{months:.3g}", "year": year, "sample": sample}
    row |= {"what": fact["what"], "basis": fact["basis"], "source": fact["source"], "note": note(*told)}
    of.add("counts", row)


def known(of: Example, name: str, ident: str) -> bool:
    """Does the example have a row of this id?"""
    return any(row["id"] == ident for row in of.rows(name))


def months_of(period: str, words: dict[tuple[str, str], str]) -> float:
    """Months that a period covers: two days or months, a word, or a year."""
    if "x365" in period:
        return 12.0
    days = re.match(r"(\d{4})-(\d\d)-(\d\d)/(\d{4})-(\d\d)-(\d\d)", period)
    if days:
        y, m, d, y2, m2, d2 = map(int, days.groups())
        return min(round((date(y2, m2, d2) - date(y, m, d)).days / 30.4375, 1), 12.0)
    span = re.match(r"(\d{4})-(\d\d)(?:/| to )(\d{4})-(\d\d)$", period)
    if span:
        y, m, y2, m2 = map(int, span.groups())
        return float((y2 - y) * 12 + m2 - m + 1)
    for (kind, text), months in words.items():
        if kind == "period" and text in period:
            return float(months)
    return 1.0 if re.fullmatch(r"\d{4}-\d\d", period) else 12.0


def year_of(period: str) -> str:
    """The year in which most of a period lies: that of its first day but for what begins late."""
    found = re.search(r"(\d{4})(?:-(\d\d))?", period)
    if found is None or not 1800 < int(found[1]) < 2200:
        return ""
    late = found[2] is not None and int(found[2]) > 9 and "/" in period
    return str(int(found[1]) + late)


def conflicts(rows: list[Row]) -> None:
    """Say of counts of one thing and year that others differ."""
    same: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["mt"]:
            same[tuple(row[k] for k in ("place_table", "place", "mode", "direction", "year"))].append(row)
    for group in same.values():
        figures = [float(r["mt"]) for r in group]
        if group[0]["place_table"] != "corridors" and max(figures) > 1.1 * min(figures):
            for row in group:
                others = ", ".join(f"{r['id']} {r['mt']}" for r in group if r is not row)
                row["note"] = note(row["note"], f"another count of it: {others} Mt a year; both are kept")


def far_years(rows: list[Row]) -> None:
    """A count that is more than a year from the base is for checking where the same was counted nearer."""
    same: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["sample"] != "check":
            same[tuple(row[k] for k in ("place_table", "place", "mode", "direction"))].append(row)
    for group in same.values():
        far = [row for row in group if abs(int(row["year"]) - BASE_YEAR) > 1]
        if len(far) < len(group):
            for row in far:
                row["sample"] = "check"
                row["note"] = note(row["note"], f"for checking: it was counted nearer to {BASE_YEAR}, too")


# ----------------------------------------------------------------------------------------------- routes


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


# --------------------------------------------------------------------------------------------------- all


def fill(name: str, facts: Path, tables: set[str]) -> Iterator[str]:
    """Fill one example; what found no home."""
    of = Example(name, facts)
    nodes(of)
    links(of)
    names = countries(of)
    cargo(of, names)
    counts(of)
    routes(of)
    params(of)
    zone_shares(of)
    recorded = flows(of, names)
    for one in MADE:
        if one in tables and (of.made[one] or (of.folder / f"{one}.csv").exists()):
            of.write(one, recorded if one == "flows" else of.made[one] if one in WHOLE else of.rows(one))
    yield (
        f"{name}: "
        + ", ".join(f"{len(rows)} {t}" for t, rows in of.made.items())
        + f", {len(recorded)} flows"
    )
    yield from of.unplaced


def main() -> None:
    """Fill both."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("facts", type=Path, help="folder of the facts")
    parser.add_argument("--tables", default=",".join(MADE), help="tables to write, by default all")
    asked = parser.parse_args()
    for name in PROGRAMME:
        for line in fill(name, asked.facts, set(asked.tables.split(","))):
            print(line)


if __name__ == "__main__":
    main()
