"""What the tests keep of large games is the table that would be computed, and of no other game."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import milepost
from kept import LARGE, digest, kept_in
from milepost.programme import Programme
from milepost.value.corridor import _Values
from milepost.value.game import Values


def values(programme: Programme) -> _Values:
    whole: _Values = programme.game.evaluate_all.__self__  # type: ignore[union-attr]
    return whole


def opened(name: str) -> Programme:
    return milepost.open(milepost.example(name))


@pytest.mark.parametrize("name", ["ridge", "north-south"])
def test_a_digest_is_of_what_values_follow_from(name: str) -> None:
    programme = opened(name)
    asked = digest(values(programme))
    programme.value()
    assert digest(values(programme)) == asked, "what was asked before does not count"
    assert digest(values(Programme("elsewhere", opened(name).records))) == asked
    records = programme.records
    titles = [row.model_copy(update={"title": "another"}) for row in records.commitments]
    assert digest(values(Programme("memory", records.with_rows(commitments=titles)))) == asked
    day = records.param("value_of_time_share_per_day", "containers")
    link = records.links[0]
    for other in (
        records.with_param("value_of_time_share_per_day", day * 1.01, "containers"),
        records.with_param("trade_elasticity", 4.01),
        records.with_rows(links=[link.model_copy(update={"km": (link.km or 1) + 50}), *records.links[1:]]),
        records.with_rows(
            countries=[c.model_copy(update={"gdp_usd_m": c.gdp_usd_m + 1}) for c in records.countries]
        ),
    ):
        assert digest(values(Programme("memory", other))) != asked


def test_what_cannot_be_seen_into_has_no_digest() -> None:
    with pytest.raises(TypeError, match="function"):
        digest({"x": lambda: 1})
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(TypeError, match="holds itself"):
        digest(ring)
    assert digest({"b", "a", "c"}) == digest({"c", "b", "a"}) != digest(["c", "b", "a"])
    assert digest(1) != digest(1.0) != digest(True)


def test_a_table_is_computed_once_and_read_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []

    def table(self: _Values, progress: object, answer: Values) -> None:
        counted.append(len(answer))
        answer[:] = np.arange(answer.size).reshape(answer.shape)

    monkeypatch.setattr(_Values, "table", table)
    whole = values(Programme("memory", opened("ridge").records))
    n = len(whole.model.countries)
    with kept_in(tmp_path):
        first, second, small = np.empty((LARGE, n)), np.empty((LARGE, n)), np.empty((LARGE // 2, n))
        told: list[tuple[int, int]] = []
        whole.table(None, first)
        whole.table(lambda done, of: told.append((done, of)), second)
        np.testing.assert_array_equal(first, second)
        assert counted == [LARGE]
        assert told == [(LARGE, LARGE)]
        whole.table(None, small)
        whole.table(None, small)
        assert counted == [LARGE, LARGE // 2, LARGE // 2]
    assert _Values.table is table
