"""Counts of traffic between nodes, links and countries that the example has."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from example_tables.tables import PROGRAMME, Example, Row, note, number, rules

ALSO = {"INSTC": ("INSTC", "Middle Corridor")}
COUNTED_IN = range(2021, 2026)  # years around the base year, in peace: older or later counts are for checking
BASE_YEAR = 2023  # of the flows
LEAST_MONTHS = 3.0  # a shorter count says little about a year


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
