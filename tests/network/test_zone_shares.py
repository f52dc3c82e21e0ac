"""Rows of zone_shares: what is wrong with them is said, and what is right is all that a zone sends."""

from __future__ import annotations

import numpy as np
import pytest

import milepost
from milepost.network.cargo import zone_shares
from milepost.network.checks import findings
from milepost.params import CLASSES
from milepost.records import Records, ZoneShare


def row(
    node: str, share: float, direction: str = "export", name: str = "bulk", partner: str = "*"
) -> ZoneShare:
    cells = {
        "id": f"{node}-{direction}-{name}-{partner}-{share}".replace("*", "any"),
        "node": node,
        "direction": direction,
    }
    return ZoneShare.model_validate(
        cells | {"cargo_class": name, "partner": partner, "share": share, "basis": "assumed"}
    )


def ridge(*rows: ZoneShare) -> Records:
    return milepost.open(milepost.example("ridge")).records.with_rows(zone_shares=rows)


def test_rows_of_a_partner_hold_before_those_of_any_and_those_before_the_node() -> None:
    records = ridge(row("VALE", 1.0), row("WESTPORT", 1.0, partner="XEM"), row("HAVEN", 1.0, "import"))
    countries = ("XWV", "XRL", "XEM")
    share = zone_shares(records, countries)
    zones = [n.id for n in records.nodes if n.trade_share]
    vale, westport, haven = (zones.index(x) for x in ("VALE", "WESTPORT", "HAVEN"))
    bulk, general = CLASSES.index("bulk"), CLASSES.index("general")
    np.testing.assert_array_equal(share[0, bulk, [vale, westport]], [[1, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(share[1, bulk, [vale, westport]], [[0.7] * 3, [0.3] * 3])
    np.testing.assert_array_equal(share[0, general, [vale, westport]], [[0.7] * 3, [0.3] * 3])
    np.testing.assert_array_equal(share[1, bulk, haven], [1, 1, 1])
    for country in countries:  # nothing is lost, of any class, way and partner
        mine = [k for k, n in enumerate(n for n in records.nodes if n.trade_share) if n.country == country]
        np.testing.assert_allclose(share[:, :, mine].sum(axis=2), 1.0)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((row("VALE", 0.6), row("WESTPORT", 0.3)), "the export shares of bulk of XWV add up to 0.9"),
        ((row("VALE", 0.4, partner="XEM"),), "the export shares of bulk of XWV with XEM add up to 0.4"),
        ((row("VALE", 0.5), row("VALE", 0.5).model_copy(update={"id": "x"})), "VALE stands in 2 rows"),
        ((row("SUMMIT", 1.0),), "SUMMIT has no trade_share"),
        ((row("VALE", 1.0, partner="QQQ"),), "there is no 'QQQ' in countries.csv"),
        ((row("VALE", 1.0, partner="XWV"),), "VALE lies in XWV itself"),
    ],
)
def test_what_is_wrong_is_one_finding_with_its_row(rows: tuple[ZoneShare, ...], words: str) -> None:
    assert not findings(ridge(row("VALE", 0.5), row("WESTPORT", 0.5)))
    (found,) = findings(ridge(*rows))
    assert found.message.startswith(words)
    assert found.table == "zone_shares"
    assert found.id in {r.id for r in rows}
