"""Which spots of a corridor hang together, beside sets that are joined one pair at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from milepost.atlas.harbours import parts_of
from milepost.atlas.spots import Spot


def spot(ident: str) -> Spot:
    return Spot(ident, ident, "XWV", 0.0, 0.0, "city", 1, "assumed", "", "")


@given(st.integers(1, 10), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_spots_hang_together_by_pairs_of_them(count: int, drawn: list[tuple[int, int]]) -> None:
    names = [f"n{k}" for k in range(count)]
    pairs = [(names[a % count], names[b % count]) for a, b in drawn]
    together = {name: {name} for name in names}
    for one, other in pairs:
        both = together[one] | together[other]
        together.update(dict.fromkeys(both, both))
    found = parts_of([spot(name) for name in names], pairs)
    assert list(found) == names
    for name in names:
        assert {other for other in names if found[other] == found[name]} == together[name]
        assert found[name] in together[name], "a part has the name of one of its spots"
