"""The report of a register that has no network: what was promised by whom, what is done, late and
disputed. Nothing is valued, and the report says so."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from importlib.metadata import version

from jinja2 import Environment, PackageLoader, StrictUndefined

from milepost.programme import Programme
from milepost.report.document import evidence_rows, timetable_section


def register_report(programme: Programme, *, on: dt.date | None = None) -> str:
    """The report as one HTML text. Raises ``BadData`` if the register has findings."""
    programme = programme.for_register()
    records, settings = programme.sound(), programme.settings
    day = on or programme.day
    status, head = programme.status(day), programme.headline(day)
    open_ones = {s.commitment: s for s in status if not s.closed}
    late = sum(s.timing == "late" for s in status)
    acts = Counter(i.agreement for i in records.instruments)
    page = {
        "title": settings.title,
        "summary": settings.summary,
        "on": day.isoformat(),
        "version": version("milepost"),
        "made": dt.date.today().isoformat(),
        "fingerprint": records.fingerprint,
        "lead": f"{len(status)} commitments are on record; {len(open_ones)} are open, {late} of them past "
        "the date that was promised last. There is no network in this register, so nothing is valued.",
        "facts": [
            {
                "value": f"{head.verified + head.claimed} of {len(status)}",
                "text": f"commitments delivered: {head.verified} verified by others, {head.claimed} claimed",
            },
            {"value": str(late), "text": "open commitments past their latest promised date"},
            {"value": str(len(records.agreements)), "text": "agreements"},
            {"value": str(len(records.evidence)), "text": "reports on record"},
        ],
        "calls": [
            {
                "id": c.commitment,
                "title": c.title,
                "owed": ", ".join(c.owed_by),
                "due": c.due.isoformat() if c.due else "no date",
                "late": f"{c.days_late:,}" if c.days_late else "",
                "delivery": open_ones[c.commitment].delivery if c.commitment in open_ones else "",
            }
            for c in programme.calls(day)
        ],
        "agreements": [
            {
                "id": a.id,
                "title": a.title,
                "signed": str(a.signed or ""),
                "in_force": str(a.in_force or ""),
                "acts": acts[a.id],
            }
            for a in records.agreements
        ],
        "evidence": evidence_rows(records),
    }
    environment = Environment(
        loader=PackageLoader("milepost.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("register.html").render(page | timetable_section(programme, day))
