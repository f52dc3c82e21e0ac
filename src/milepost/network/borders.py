"""Which links cross a border, and the crossing rows that are paid there.

A border is paid when goods pass from one country to another, once, by whoever takes the link between them:
it belongs to the link, not to a node. A row of kind ``border`` at either end, of the link's mode, says how
long it takes and what it costs; with a row at both ends both sides wait, one each. Where neither end has one,
a link on land takes the parameters. What stays inside a country pays at no border, whatever rows stand at its
nodes; nor does a link of another mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from milepost.records import Crossing, Link, Records


@dataclass(frozen=True)
class Borders:
    """The borders of a programme: country of each node, rows by node and mode."""

    country: Mapping[str, str]
    rows: Mapping[tuple[str, str], Crossing]

    @classmethod
    def of(cls, records: Records) -> Borders:
        """Of rows for the same node and mode the first one counts; the others are findings."""
        rows: dict[tuple[str, str], Crossing] = {}
        for row in records.crossings:
            stated = row.use == "model" and row.node and row.hours is not None
            if row.kind == "border" and stated and row.from_mode == row.to_mode:
                rows.setdefault((row.node, row.from_mode), row)
        country = {node.id: node.country for node in records.nodes}
        return cls(MappingProxyType(country), MappingProxyType(rows))

    def crosses(self, link: Link) -> bool:
        """Does the link join two countries?"""
        return self.country[link.from_node] != self.country[link.to_node]

    def paid(self, link: Link) -> tuple[Crossing, ...]:
        """Rows whose wait and charge are paid on the link, at most one an end; none inside a country."""
        if not self.crosses(link):
            return ()
        ends = ((node, link.mode) for node in (link.from_node, link.to_node))
        return tuple(self.rows[end] for end in ends if end in self.rows)
