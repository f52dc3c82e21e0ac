"""What a job on resilience gives: what closures that may happen are expected to cost, and what commitments
take off it. Money is in MUSD a year at prices of the base year, by country, and of all together under
``all``."""

from __future__ import annotations

from milepost.web.answers.base import Answer

ByCountry = dict[str, float]


class Crisis(Answer):
    """What may happen, and what it is expected to cost."""

    title: str
    """What is restricted."""
    probability_per_year: float
    """How likely it is in a year."""
    length_days: float
    """How long it would last."""
    loss_of_a_whole_year: ByCountry
    """What it would cost if it held for a year, with nothing more delivered."""
    expected_loss: ByCountry
    """What it costs in an average year, with nothing more delivered."""
    expected_loss_delivered: ByCountry
    """The same with everything delivered."""


class OffACrisis(Answer):
    """What a commitment takes off the expected loss by one crisis."""

    alone: float
    """With nothing else delivered."""
    last: float
    """With all others delivered."""


class SecondPath(Answer):
    """What one commitment takes off what is expected to be lost; below zero: it adds to it."""

    resilience_alone: ByCountry
    """With nothing else delivered."""
    resilience_last: ByCountry
    """With all others delivered."""
    value_alone: ByCountry
    """V of it alone, beside which the first stands."""
    value_last: ByCountry
    """What it adds to V of all others."""
    by_risk: dict[str, OffACrisis]
    """By crisis."""


class Resilience(Answer):
    """Expected losses by what may happen, and what each commitment takes off them: beside V, never in it."""

    unit: str
    """MUSD a year."""
    base_year: int
    """Of prices."""
    days_per_year: int
    """Days of a year."""
    risks: dict[str, Crisis]
    """By restriction."""
    expected_loss: ByCountry
    """What all of them cost in an average year, with nothing more delivered."""
    expected_loss_delivered: ByCountry
    """The same with everything delivered."""
    commitments: dict[str, SecondPath]
    """By commitment."""
