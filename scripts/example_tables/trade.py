"""Countries, reported totals and recorded flows of the facts."""

from __future__ import annotations

from collections import defaultdict

from example_tables.tables import Example, Row, note

REST = "ROW"


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
