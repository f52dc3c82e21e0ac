"""Commitments as activities of the International Aid Transparency Initiative, standard 2.03.

Element order follows the activity schema. Status, dates and documents are those of one day: what was
reported later is left out and counted. An actual start is the day on which the work began, not that of the
report. A budget is not written: IATI wants one by period with a value date, and the register knows a cost
only; it stands in the description with its basis. Countries that are not in ISO 3166 are left out and named.
Titles, descriptions and titles of documents go out in every language that the register has them in.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from lxml import etree

from milepost.errors import WrongUse
from milepost.languages import Language
from milepost.languages.catalogue import alpha2
from milepost.records import Commitment, Evidence, Records
from milepost.register.status import Status
from milepost.report.exchange.address import is_url
from milepost.report.exchange.texts import clean
from milepost.store.texts import cell_text

_STATUS = {  # codelist ActivityStatus: 1 pipeline, 2 implementation, 3 finalisation, 4 closed, 5 cancelled
    "no evidence": "1",
    "not started": "1",
    "started": "2",
    "substantial": "2",
    "delivered": "3",
    "verified": "4",
    "in effect": "4",
    "stopped": "5",
}
_SECTOR = {
    "rail": "21030",
    "road": "21020",
    "sea": "21040",
    "ferry": "21040",
    "river": "21040",
}  # DAC 5-digit purpose codes
_POLICY, _FACILITATION = "21010", "33120"
Said = dict[tuple[str, str], dict[str, dict[str, str]]]
OWN = "{urn:milepost}id"  # an attribute of ours: the id of the row
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def iati(
    records: Records, statuses: tuple[Status, ...], *, on: dt.date, organisation: str = ""
) -> tuple[bytes, tuple[str, ...]]:
    """The activities as XML, and notes on what was left out. ``organisation`` is the publisher's IATI
    identifier."""
    if re.search(r"[\s/&|?]", organisation):
        raise WrongUse(
            f"'{organisation[:80]}' is no identifier of IATI: it holds blanks, '/', '&', '|' or '?'."
        )
    state = {s.commitment: s for s in statuses}
    root = etree.Element(
        "iati-activities",
        {"version": "2.03", "generated-datetime": f"{on.isoformat()}T00:00:00Z"},
        nsmap={"milepost": "urn:milepost"},
    )
    notes: list[str] = []
    if not organisation:
        organisation = "XI-UNREGISTERED-milepost"
        notes.append("the publisher's identifier is a placeholder; give yours with --organisation")
    later = sum(not _known(e, on) for e in records.evidence)
    if later:
        notes.append(f"{later} reports are later than {on} and left out; --on takes another day")
    known = records.with_rows(evidence=[e for e in records.evidence if _known(e, on)])
    said = _in_others(records)
    for c in records.commitments:
        activity = _activity(root, known, c, organisation)
        _tell(activity, known, c, state[c.id], on, said, notes)
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return bytes(text), tuple(dict.fromkeys(notes))


def _known(e: Evidence, on: dt.date) -> bool:
    """As the statuses take it: undated is known always."""
    return e.reported_on is None or e.reported_on.known_from <= on


def _add(parent: Any, tag: str, text: str | None = None, **attributes: str) -> Any:
    """A new element; ``text`` without what XML cannot carry."""
    named = {k.rstrip("_").replace("_", "-"): v for k, v in attributes.items()}
    element = etree.SubElement(parent, tag, named)
    if text is not None:
        element.text = clean(text)
    return element


def _activity(root: Any, records: Records, c: Commitment, organisation: str) -> Any:
    """The head of an activity. An attribute of our own namespace holds our id, by which an import finds
    it."""
    facts = {_LANG: records.settings.language, "default-currency": "USD", OWN: c.id}
    activity = etree.SubElement(root, "iati-activity", facts)
    # no slash is allowed in an identifier of IATI, and no id of ours holds a tilde: so two ids stay two
    _add(activity, "iati-identifier", f"{organisation}-{c.id.replace('/', '~')}")
    reporting = _add(activity, "reporting-org", ref=organisation, type="10")
    _add(reporting, "narrative", records.settings.title)
    return activity


def _tell(
    activity: Any, records: Records, c: Commitment, s: Status, on: dt.date, said: Said, notes: list[str]
) -> None:
    """What an activity says of a commitment; its elements in the order of the schema."""
    _words(activity, c, records.settings.language, said.get(("commitments", c.id), {}))
    _owners(activity, records, c)
    _add(activity, "activity-status", code=_STATUS[s.delivery])
    _dates(activity, records, c, s, on, notes)
    _recipients(activity, c, notes)
    _locations(activity, records, c)
    _add(activity, "sector", vocabulary="1", code=_sector(records, c), percentage="100")
    _documents(activity, records, c, said)


def _words(activity: Any, c: Commitment, own: str, said: dict[str, dict[str, str]]) -> None:
    """Title and description: the register's own words, then those of other languages for the same cells."""
    title, description = _add(activity, "title"), _add(activity, "description", type="1")
    _add(title, "narrative", c.title)
    _add(description, "narrative", _described(c, own))
    for code, words in said.items():
        if "title" in words:
            _add(title, "narrative", words["title"]).set(_LANG, code)
        told = _with_test(
            words.get("text", "") if c.text else "",
            words.get("acceptance_test", "") if c.acceptance_test else "",
            code,
        )
        if told:
            _add(description, "narrative", told).set(_LANG, code)


def _in_others(records: Records) -> Said:
    """Table and row -> language -> column -> text, in the languages that are not the register's own."""
    found: Said = {}
    for t in records.texts:
        if t.language != records.settings.language:
            found.setdefault((t.of_table, t.row), {}).setdefault(t.language, {})[t.column] = t.text
    return found


def _with_test(text: str, test: str, language: str) -> str:
    """Text and acceptance test as one description; by the words between them an import parts them again."""
    head = Language(language).say("page-test")
    return " ".join(filter(None, (text, f"{head}: {test}." if test else "")))


def _described(c: Commitment, language: str) -> str:
    words = [_with_test(c.text or c.title, c.acceptance_test, language)]
    if c.cost_usd_m is not None:
        words.append(
            f"Cost of the works: {cell_text(c.cost_usd_m)} million USD "
            f"({c.cost_basis or 'basis not stated'})."
        )
    return " ".join(words)


def _owners(activity: Any, records: Records, c: Commitment) -> None:
    names = {p.id: p.name for p in records.parties}
    for party in c.owed_by or ("",):
        org = _add(activity, "participating-org", role="2", type="10")
        if party:
            org.set(OWN, party)
        _add(org, "narrative", names.get(party, party) or "not named in the register")


def _dates(activity: Any, records: Records, c: Commitment, s: Status, on: dt.date, notes: list[str]) -> None:
    begun = (
        e.happened_on or e.reported_on
        for e in records.evidence
        if e.commitment == c.id and not e.milestone and e.shows == "started"
    )
    started = min((d.known_from for d in begun if d and d.known_from <= on), default=None)
    agreement = next((a for a in records.agreements if a.id == c.agreement), None)
    signed = agreement.signed.known_from if agreement and agreement.signed else None
    if signed and signed > on:
        signed = None
    dates = {  # codelist ActivityDateType: planned start, actual start, planned end, actual end
        "1": signed or started,
        "2": started,
        "3": s.latest_promised.last if s.latest_promised else None,
        "4": s.delivered_on if s.done else None,
    }
    for kind, day in dates.items():
        if day:
            _add(activity, "activity-date", type=kind, iso_date=day.isoformat())
    if not (any(dates.values()) or s.delivered_on):
        # the standard wants one date; the day on which the agreement or the commitment was last reported is
        # the only one known
        day = s.last_reported or on
        _add(activity, "activity-date", type="1", iso_date=day.isoformat())
        notes.append(f"{c.id}: no start is on record; the date of its last report stands for it")


def _recipients(activity: Any, c: Commitment, notes: list[str]) -> None:
    codes = [(p, alpha2(p)) for p in c.owed_by]
    known = [two for _, two in codes if two]
    unknown = [p for p, two in codes if not two]
    if unknown:
        notes.append(f"{c.id}: {', '.join(unknown)} has no ISO 3166 code and is left out as recipient")
    for number, two in enumerate(known):
        share = round(100 / len(known), 2)
        last = round(100 - share * (len(known) - 1), 2)
        _add(
            activity,
            "recipient-country",
            code=two,
            percentage=f"{last if number == len(known) - 1 else share:g}",
        )
    if not known:
        _add(activity, "recipient-region", code="998", vocabulary="1", percentage="100")


def _locations(activity: Any, records: Records, c: Commitment) -> None:
    nodes = {n.id: n for n in records.nodes}
    links = {x.id: x for x in records.links}
    for ref in c.network_ref:
        kind, _, name = ref.partition(":")
        ends = (
            [name] if kind == "N" else [links[name].from_node, links[name].to_node] if name in links else []
        )
        for end in ends:
            if end in nodes:
                location = _add(activity, "location", ref=end)
                _add(_add(location, "name"), "narrative", nodes[end].name)
                point = _add(location, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
                _add(point, "pos", f"{_degrees(nodes[end].lat)} {_degrees(nodes[end].lon)}")


def _sector(records: Records, c: Commitment) -> str:
    links = {x.id: x for x in records.links}
    modes = [links[r[2:]].mode for r in c.network_ref if r.startswith("L:") and r[2:] in links]
    if modes:
        return _SECTOR.get(modes[0], _POLICY)
    return _FACILITATION if c.kind in ("border", "tariff") else _POLICY


def _documents(activity: Any, records: Records, c: Commitment, said: Said) -> None:
    for e in records.evidence:
        if e.commitment == c.id and is_url(e.source):
            link = _add(activity, "document-link", url=e.source, format_="text/html")
            link.set(OWN, e.id)
            title = _add(link, "title")
            _add(title, "narrative", (e.report or e.shows)[:200])
            for code, words in said.get(("evidence", e.id), {}).items():
                if e.report and "report" in words:
                    _add(title, "narrative", words["report"][:200]).set(_LANG, code)
            _add(link, "category", code="A01")
            if e.reported_on:
                _add(link, "document-date", iso_date=e.reported_on.known_from.isoformat())


def _degrees(value: float) -> str:
    """Every digit of the register, and no exponent: a decimal of XML Schema has none."""
    return f"{Decimal(cell_text(value)):f}"
