"""Rules about observed traffic: what is counted exists, and the count says something."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.errors import Finding
from milepost.network.rates import model_links
from milepost.records import Count, Records

# which way a count may go, by the kind of its place
_DIRECTIONS: dict[str, tuple[str, ...]] = {
    "links": ("both", "forward", "back", "transit"),
    "nodes": ("both", "transit", "transit in", "export", "import"),
    "borders": ("both", "forward", "back", "transit"),
    "countries": ("both", "transit", "export", "import"),
    "corridors": ("both", "forward", "back", "transit", "transit in", "export", "import"),
}


def a_count_is_of_what_exists(records: Records) -> Iterator[Finding]:
    """A count of a place that the programme does not have would never be compared with anything."""
    for row in records.counts:
        if row.place_table == "corridors":
            if not row.place:
                yield _at(records, row, "place", f"{row.id} counts nowhere", "Name the corridor")
            continue
        for spot in row.counted_at:
            if row.place_table == "borders":
                yield from _no_border(records, row, spot)
            elif not records.may_have(row.place_table, spot):
                message = f"there is no '{spot}' among the {row.place_table}"
                remedy = "Correct the id, or count it as a corridor, for checking"
                yield _at(records, row, "place", message, remedy)
        if len(set(row.counted_at)) < len(row.counted_at):
            message = f"{row.id} names a place twice"
            yield _at(records, row, "place", message, "Name each of them once")


def a_count_has_the_mode_of_what_is_counted(records: Records) -> Iterator[Finding]:
    """Rail tonnes held against a road would be compared with what they are not."""
    if not records.whole("links"):
        return
    links = {link.id: link for link in records.links}
    modes: dict[str, set[str]] = {}
    for link in model_links(records):
        for node in (link.from_node, link.to_node):
            modes.setdefault(node, set()).add(link.mode)
    for row, spot in [(r, one) for r in records.counts if r.mode for one in r.counted_at]:
        link_of = links.get(spot) if row.place_table == "links" else None
        if link_of is not None and link_of.mode != row.mode:
            message = f"{spot} is a link by {link_of.mode}, not by {row.mode}"
            yield _at(records, row, "mode", message, f"Write {link_of.mode}, or name the link by {row.mode}")
        elif row.place_table == "nodes" and row.mode not in modes.get(spot, {row.mode}):
            message = f"no link by {row.mode} touches {spot}"
            yield _at(records, row, "mode", message, "Correct the mode, or leave it empty for all")


def a_count_says_how_much(records: Records) -> Iterator[Finding]:
    """Without tonnes and boxes there is nothing to compare; of a corridor a sentence may stand alone."""
    for row in records.counts:
        if row.mt is None and row.teu is None and row.sample != "check":
            message = f"{row.id} has neither mt nor teu"
            yield _at(records, row, "mt", message, "Fill one in, or set sample = check")


def a_count_has_a_direction_that_exists(records: Records) -> Iterator[Finding]:
    """Forward means nothing at a terminal, export nothing on a link."""
    for row in records.counts:
        known = _DIRECTIONS[row.place_table]
        if row.direction not in known:
            message = f"a count of {row.place_table} cannot go '{row.direction}'"
            yield _at(records, row, "direction", message, f"Write {', '.join(known)}")


def a_corridor_is_only_checked(records: Records) -> Iterator[Finding]:
    """No model figure answers to a free name."""
    for row in records.counts:
        if row.place_table == "corridors" and row.sample != "check":
            message = f"{row.id} counts a corridor, which no link or node answers to"
            yield _at(records, row, "sample", message, "Set sample = check, or name the place")


def _no_border(records: Records, row: Count, spot: str) -> Iterator[Finding]:
    """What is wrong with a border that a count names."""
    ends = tuple(spot.split("-"))
    if len(ends) != 2 or ends[0] == ends[1]:
        message = f"'{spot}' is no pair of countries"
        yield _at(records, row, "place", message, "Write two country ids, such as IRN-AZE")
        return
    unknown = [end for end in ends if not records.may_have("countries", end)]
    if unknown:
        message = f"there is no country '{unknown[0]}'"
        yield _at(records, row, "place", message, "Correct the id, or count it as a corridor, for checking")
    elif records.whole("nodes", "links") and not _crossed(records, frozenset(ends), row.mode):
        by = f" by {row.mode}" if row.mode else ""
        message = f"no link{by} crosses the border {spot}"
        yield _at(records, row, "place", message, "Add the link, or count it as a corridor, for checking")


def _crossed(records: Records, ends: frozenset[str], mode: str) -> bool:
    country = {node.id: node.country for node in records.nodes}
    return any(
        {country.get(link.from_node), country.get(link.to_node)} == ends and mode in ("", link.mode)
        for link in model_links(records)
    )


def _at(records: Records, row: Count, column: str, message: str, remedy: str) -> Finding:
    return Finding("counts", records.file("counts"), row.line, row.id, message, remedy, column)


RULES = (
    a_count_is_of_what_exists,
    a_count_has_the_mode_of_what_is_counted,
    a_count_says_how_much,
    a_count_has_a_direction_that_exists,
    a_corridor_is_only_checked,
)
