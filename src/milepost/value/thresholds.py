"""What a party asks for to join: a net gain of so many MUSD a year, or benefits of so many per cent of its
costs.

With benefit b and cost c of the party (present values) and a payment p that it receives (or pays: p < 0), a
gain of X MUSD a year is b − c + p >= X · A, with A the worth today of one MUSD a year up to the horizon. A
ratio of Y is (b + p) / c >= Y for who receives, b / (c − p) >= Y for who pays. Both are lower bounds on p.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.errors import WrongUse, one_of

HOW = "write PARTY=10 for 10 MUSD a year, or PARTY=120% for benefits of 120 per cent of its costs"


@dataclass(frozen=True)
class Threshold:
    """What one party asks for: one of the two."""

    party: str
    musd_per_year: float | None = None
    benefit_cost_ratio: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"musd_per_year": self.musd_per_year, "benefit_cost_ratio": self.benefit_cost_ratio}

    def in_words(self) -> str:
        """As a person would say it."""
        if self.musd_per_year is not None:
            return f"{self.party} at least {self.musd_per_year:g} MUSD a year"
        return f"{self.party} benefits of at least {100 * (self.benefit_cost_ratio or 0):g} % of its costs"

    def least_payment(self, benefit: float, cost: float, level: float) -> float:
        """The payment with which it is met, below zero for what the party may pay; in the unit of benefit and
        cost, of which one a year is worth ``level``."""
        if self.musd_per_year is not None:
            return self.musd_per_year * level - benefit + cost
        ratio = self.benefit_cost_ratio or 0.0
        lacking = ratio * cost - benefit
        return lacking if lacking > 0 else lacking / ratio


def thresholds_of(
    wanted: Mapping[str, float | str] | Iterable[str],
    parties: Collection[str],
    known: Collection[str],
    without_value: Collection[str],
    *,
    net: bool,
) -> dict[str, Threshold]:
    """Thresholds as they are written, ``PARTY=10`` or ``PARTY=120%``, or as a mapping from the party.

    ``parties`` are those of the group, ``known`` all on record, ``without_value`` those of the group of which
    nobody knows what they gain. Raises ``WrongUse`` with everything that is wrong.
    """
    wanted = [wanted] if isinstance(wanted, str) else wanted
    pairs = (
        [(k, str(v)) for k, v in wanted.items()]
        if isinstance(wanted, Mapping)
        else [_pair(t) for t in wanted]
    )
    found: dict[str, Threshold] = {}
    faults: list[str] = []
    for party, text in pairs:
        try:
            _check_party(party, parties, known, without_value)
            if party in found:
                raise WrongUse(f"{party} has two thresholds; give it one.")
            found[party] = _read(party, text, net=net)
        except WrongUse as fault:
            faults.append(str(fault))
    if faults:
        raise WrongUse(" ".join(faults))
    return found


def _pair(text: str) -> tuple[str, str]:
    party, _, amount = text.partition("=")
    return party.strip(), amount.strip()


def _check_party(
    party: str, parties: Collection[str], known: Collection[str], without_value: Collection[str]
) -> None:
    if party not in known:
        raise one_of("party", party, list(known))
    if party not in parties:
        raise WrongUse(
            f"{party} owes and pays for nothing that is valued here, so it has no threshold; those who do: "
            f"{', '.join(sorted(parties))}."
        )
    if party in without_value:
        raise WrongUse(
            f"Nothing is known of what {party} gains: it is no country of the model, so no threshold can be "
            "held against it."
        )


def _read(party: str, text: str, *, net: bool) -> Threshold:
    ratio = text.endswith("%")
    try:
        amount = float(text.removesuffix("%"))
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise WrongUse(f"The threshold '{text}' of {party} is not a number; {HOW}.")
    if not ratio:
        return Threshold(party, musd_per_year=amount)
    if amount <= 0:
        raise WrongUse(f"The threshold '{text}' of {party} is not above zero; {HOW}.")
    if not net:
        raise WrongUse(
            f"The threshold '{text}' of {party} is a share of its costs, and gross terms count none; ask in "
            "net terms, or for MUSD a year."
        )
    return Threshold(party, benefit_cost_ratio=amount / 100)
