"""Fill the tables of the two example programmes from the folder of facts, and say what found no home.

Run: .venv/bin/python scripts/facts_to_examples.py FACTS [--tables nodes,links,...]

Every choice is a row of scripts/example_rules, with its reason: this file and its parts in
scripts/example_tables only apply them. What it makes it makes again: rows of ids that it makes are replaced,
other rows of the examples stay as they are. basis and source of a fact are carried over. The same facts and
rules give the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from example_tables.cargo import cargo
from example_tables.counts import counts
from example_tables.network import links, nodes, params, zone_shares
from example_tables.routes import routes
from example_tables.tables import EXAMPLES, PROGRAMME, Example
from example_tables.trade import countries, flows

WHOLE = ("cargo", "counts", "zone_shares")  # tables without a row of anybody else's
MADE = (
    *("nodes", "links", "crossings", "countries", "reported_trade", "flows", "cargo", "counts", "routes"),
    *("params", "zone_shares"),
)


def fill(name: str, facts: Path, tables: set[str], examples: Path = EXAMPLES) -> Iterator[str]:
    """Fill one example; what found no home."""
    of = Example(name, facts, examples)
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
