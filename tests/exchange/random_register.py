"""Registers at random: sound ones, with every kind of date, report and dependency."""

from __future__ import annotations

import random
from itertools import pairwise

import milepost
from milepost.records import (
    Commitment,
    DateChange,
    Dependency,
    Evidence,
    Milestone,
    PartialDate,
    Records,
    Translation,
)
from milepost.records.kinds import Row
from milepost.records.wording import TRANSLATED

WORDS = "rail Grenze пути مرز port & <ferry> 'quote' déjà 100 % summit/valley x; y. 東 line".split()  # noqa: SIM905
DAYS = ("2019", "2021-07", "2024-02-29", "2026-12", "2027-06-30", "2031", "before 2022", "2025-01-01")


def words(rng: random.Random, least: int = 1) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, 5)))


def _day(rng: random.Random, *, day: bool = False) -> PartialDate:
    """A date; ``day``: one of a whole day."""
    if day:
        return PartialDate(f"{rng.randint(2015, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}")
    return PartialDate(rng.choice(DAYS))


def random_register(seed: int) -> Records:
    """The ridge with other commitments, milestones, dates, reports and dependencies; no findings."""
    rng = random.Random(seed)
    base = milepost.open(milepost.example("ridge")).records
    parties = [p.id for p in base.parties]
    refs = [f"L:{x.id}" for x in base.links] + [f"N:{n.id}" for n in base.nodes]
    commitments = [
        Commitment(
            id=rng.choice(("C{}", "c/{}", "R-{}.a")).format(n),
            agreement=rng.choice(base.agreements).id,
            title=f"{words(rng)} {n}",
            text=words(rng, 0) if rng.random() < 0.7 else "",
            owed_by=tuple(rng.sample(parties, rng.randint(1, len(parties)))),
            kind=rng.choice(("build-link", "upgrade", "border", "study")),
            acceptance_test=words(rng) if rng.random() < 0.5 else "",
            cost_usd_m=rng.choice((None, 0.0, 12.5, 1234567.89, 3e-6)),
            network_ref=tuple(rng.sample(refs, rng.randint(0, 2))),
            basis="assumed",
        )
        for n in range(rng.randint(1, 6))
    ]
    rows: dict[str, list[Row]] = {t: [] for t in ("milestones", "date_changes", "evidence", "dependencies")}
    for c in commitments:
        steps = [""]
        for k in range(rng.randint(0, 2)):
            made = Milestone(
                id=f"{c.id}.m{k}", commitment=c.id, title=f"{words(rng)} step {k}", basis="assumed"
            )
            rows["milestones"].append(made)
            steps.append(made.id)
        for step in steps:
            promised = sorted({_day(rng) for _ in range(rng.randint(0, 3))})
            for d in promised:
                rows["date_changes"].append(
                    DateChange(
                        id=f"D{len(rows['date_changes'])}",
                        commitment=c.id,
                        milestone=step,
                        announced_on=PartialDate("2018-05-01") if rng.random() < 0.6 else None,
                        promised_for=d,
                        statement=words(rng, 0) if rng.random() < 0.5 else "",
                        basis="assumed",
                    )
                )
        for _ in range(rng.randint(0, 3)):
            rows["evidence"].append(_report(rng, c.id, rng.choice(steps), len(rows["evidence"])))
    for n, (a, b) in enumerate(pairwise(commitments)):
        if rng.random() < 0.5:
            kind, lag = rng.choice(("FS", "SS", "FF", "SF")), float(rng.choice((0, 30, -12)))
            rows["dependencies"].append(
                Dependency(
                    id=f"P{n}", predecessor=a.id, successor=b.id, kind=kind, lag_days=lag, basis="assumed"
                )
            )
    rows["texts"] = [
        Translation(of_table=row.table, row=row.ident, column=column, language=code, text=words(rng))
        for row in (*commitments, *rows["evidence"])
        for column in TRANSLATED[row.table]
        for code in ("fr", "ru", "fa", "ar")
        if getattr(row, column) and rng.random() < 0.2
    ]
    gone = ("effects", "durations", "drivers", "date_requests", "restrictions", "costs", "financing")
    links = [x.model_copy(update={"commitment": ""}) for x in base.links]
    return base.with_rows(commitments=commitments, links=links, **rows, **dict.fromkeys(gone, ()))


def _report(rng: random.Random, commitment: str, milestone: str, n: int) -> Evidence:
    reported = _day(rng, day=True)
    shows = rng.choice(("context", "started", "progress", "delivered", "in effect", "stopped"))
    return Evidence(
        id=f"E{n}",
        commitment=commitment,
        milestone=milestone,
        reported_on=reported if rng.random() < 0.9 else None,
        shows=shows,
        happened_on=reported if rng.random() < 0.3 else None,
        standing=rng.choice(("owner", "outside", "unknown")),
        document=rng.choice(("primary", "secondary")),
        meets_test="yes" if shows == "delivered" else "",
        percent=50.0 if shows == "progress" else None,
        percent_of="rails" if shows == "progress" else "",
        report=words(rng),
        basis="assumed",
        source=rng.choice(("", "https://ridge.example/a?b=1&c=2", "a paper", f"http://x.example/{n}")),
    )
