"""What jobs make: intervals, tornado, draws, plan, resilience, report, brief, snapshot. Each tells its
progress and gives content, media type and file name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import milepost
from milepost.errors import WrongUse, one_of
from milepost.languages import Language
from milepost.report.document import html_report
from milepost.report.register_document import register_report
from milepost.results import Result
from milepost.store.checkpoints import Seal
from milepost.web import downloads
from milepost.web.desk import day
from milepost.web.jobs import Work
from milepost.web.shapes import NewJob
from milepost.web.snapshot import snapshot_html
from milepost.web.state import State, Valued

Tell = Callable[[int, int], None]
Content = tuple[bytes, str, str]  # content, media type, file name
HTML = "text/html; charset=utf-8"
BRIEFS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": downloads.MEDIA["xlsx"],
    "html": HTML,
}
RESULTS = tuple(sorted({"application/json", *(m.partition(";")[0] for m in BRIEFS.values())}))


@dataclass(frozen=True)
class Asked:
    """What a job is to make, of which programme."""

    state: State
    valued: Valued
    body: NewJob


def _json(found: Result, name: str) -> Content:
    return json.dumps(found.as_dict(), ensure_ascii=False).encode(), "application/json", name


def _intervals(asked: Asked, tell: Tell) -> Content:
    body = asked.body
    draws = min(body.draws, 1_000)
    found = asked.valued.programme.intervals(draws, seed=body.seed, sets=body.delivered, progress=tell)
    return _json(found, "intervals.json")


def _tornado(asked: Asked, tell: Tell) -> Content:
    body = asked.body
    if len(body.delivered) > 1:
        raise WrongUse("A tornado is of one set; give one list of ids, or none for all.")
    found = asked.valued.programme.tornado(
        body.delivered[0] if body.delivered else "all",
        cost_musd=body.cost_musd,
        switching=body.switching,
        progress=tell,
    )
    return _json(found, "tornado.json")


def _draws(asked: Asked, tell: Tell) -> Content:
    tell(0, 1)
    return _json(asked.valued.programme.draws(draws=asked.body.draws, seed=asked.body.seed), "draws.json")


def _plan(asked: Asked, tell: Tell) -> Content:
    body, valued = asked.body, asked.valued
    wish = milepost.Wish(
        body.budget,
        until=body.until,
        must=tuple(body.must),
        leave_out=tuple(body.leave_out),
        reach_musd=body.reach_musd,
    )
    return _json(valued.programme.plan(wish, rate=body.rate, on=valued.day, progress=tell), "plan.json")


def _resilience(asked: Asked, tell: Tell) -> Content:
    tell(0, 1)
    given = asked.body.risks
    chances = None
    if given is not None:
        chances = {name: (one.probability_per_year, one.length_days) for name, one in given.items()}
    return _json(asked.valued.programme.resilience(chances, progress=tell), "resilience.json")


def _report(asked: Asked, tell: Tell) -> Content:
    programme, day = asked.valued.programme, asked.valued.day
    text = register_report(programme, on=day) if asked.valued.alone else html_report(programme, progress=tell)
    return text.encode(), HTML, "report.html"


def _snapshot(asked: Asked, tell: Tell) -> Content:
    tell(0, 1)
    return snapshot_html(asked.state, language=asked.body.lang).encode(), HTML, "corridor.html"


def _brief(asked: Asked, tell: Tell) -> Content:
    # the writers of PDF and office files load late: a server starts without them
    from milepost.report.brief import View, brief, one_page, sections_for, with_views
    from milepost.report.brief.writers import docx, page, pdf, xlsx

    tell(0, 2)
    body, programme = asked.body, asked.valued.programme
    about: dict[str, Any] = {
        "meeting": body.meeting,
        "party": body.party,
        "language": body.lang,
        "version": milepost.__version__,
        "seal": Seal.of(asked.valued.head[1], asked.state.store.lines()),
    }
    if body.one_page and (body.sections or body.annex or body.views):
        raise WrongUse("The one page has its own parts; leave out sections, annex and views.")
    if body.one_page:
        made = one_page(programme, **about)
    else:
        made = brief(programme, **about, sections=sections_for(programme, body.sections))
        made = made.with_annex() if body.annex else made
        made = with_views(made, [View(v.title, v.note, v.png) for v in body.views])
    tell(1, 2)
    kind = body.kind.partition("-")[2]
    writers = {"pdf": pdf, "docx": docx, "xlsx": xlsx, "html": page}
    return writers[kind](made), BRIEFS[kind], f"brief.{kind}"


KINDS: Mapping[str, Callable[[Asked, Tell], Content]] = {
    "intervals": _intervals,
    "tornado": _tornado,
    "draws": _draws,
    "plan": _plan,
    "resilience": _resilience,
    "report": _report,
    "snapshot": _snapshot,
    **{f"brief-{kind}": _brief for kind in BRIEFS},
}


def work(state: State, body: NewJob) -> Work:
    """The work of a job. Raises ``WrongUse`` for an unknown kind, language or day, ``BadData`` for data with
    findings."""
    valued = state.current(day(body.known_on))
    valued.programme.sound()
    if body.kind == "snapshot" and body.known_on:
        raise WrongUse("A snapshot is of what is known now.")
    if body.kind not in KINDS:
        raise one_of("kind of job", body.kind, list(KINDS))
    Language(body.lang)
    make, asked = KINDS[body.kind], Asked(state, valued, body)
    return lambda tell: make(asked, tell)
