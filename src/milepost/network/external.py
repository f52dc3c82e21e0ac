r"""What carrying freight costs others: greenhouse gases from well to wheel, and accidents.

A tonne on a link of mode m over d km costs others

    (1)  − d · ( co2e_m · p / 1000 + accidents_m )      USD per tonne

with co2e_m in kg per tkm, p the shadow price of a tonne of CO2e, accidents_m in USD per tkm; it is told of
the country where the link lies, half each on a link between two. Gases harm everybody, wherever they are
let out: they are told where they are let out, as countries report them.
"""

from __future__ import annotations

from collections.abc import Iterator

from milepost.network.network import Arc
from milepost.records import Records

EXTERNAL = ("co2e", "accidents")


class External:
    """Equation (1) for the parts that are asked for."""

    def __init__(self, records: Records, parts: frozenset[str]) -> None:
        self._records = records
        self._parts = tuple(part for part in EXTERNAL if part in parts)
        country = {node.id: node.country for node in records.nodes}
        self._lies_in = {
            link.id: tuple(dict.fromkeys((country[link.from_node], country[link.to_node])))
            for link in records.links
        }

    def where(self, arc: Arc) -> tuple[str, ...]:
        """Countries that an arc of a link lies in; none for what is done at a node."""
        return self._lies_in[arc.row] if arc.key[0] == "link" else ()

    def of(self, arc: Arc) -> Iterator[tuple[str, str, float]]:
        """(part, country, USD per tonne) of an arc, below zero."""
        there = self.where(arc)
        for part in self._parts if there else ():
            usd_per_tkm = self._usd_per_tkm(part, arc.mode)
            if usd_per_tkm:
                for country in there:
                    yield part, country, -arc.km * usd_per_tkm / len(there)

    def _usd_per_tkm(self, part: str, mode: str) -> float:
        if part == "accidents":
            return self._records.param("accident_usd_per_tkm", mode)
        kg = self._records.param("co2e_kg_per_tkm", mode)
        return kg * self._records.param("carbon_usd_per_t") / 1000
