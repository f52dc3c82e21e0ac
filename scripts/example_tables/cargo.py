"""What a country or pair sends: shares of cargo classes and values a tonne, from goods or by a rule."""

from __future__ import annotations

from collections import defaultdict

from example_tables.tables import Example, Row, note, number, rules

REST = "ROW"
CLASSES = ("bulk", "general", "containers", "off_network")


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
