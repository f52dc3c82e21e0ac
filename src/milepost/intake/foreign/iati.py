"""Activities of the International Aid Transparency Initiative: XML of the standard 2.0x, and what the older
1.0x wrote.

An activity is a commitment; who is accountable for it owes it, the countries that receive it benefit. Its
documents are reports; its planned end is a promised date; an actual start or end is a report that nobody has
proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from milepost.intake.foreign.oc4ids import CUT, TEST, Refs
from milepost.intake.foreign.reading import (
    Ledger,
    Named,
    Proposed,
    Reading,
    bad_file,
    day_of,
    id_of,
    local,
    names_in,
    number_of,
    short,
    tree_of_file,
    words_of,
)

OWN = "{urn:milepost}id"  # on an activity of our own export: the commitment's id
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DATES = {  # codelist ActivityDateType, and the words of 1.0x
    "1": "planned start",
    "2": "actual start",
    "3": "planned end",
    "4": "actual end",
    "start-planned": "planned start",
    "start-actual": "actual start",
    "end-planned": "planned end",
    "end-actual": "actual end",
}
_STATUS = {
    "1": "pipeline",
    "2": "implementation",
    "3": "finalisation",
    "4": "closed",
    "5": "cancelled",
    "6": "suspended",
}
_TAKEN = names_in(
    "iati-identifier other-identifier reporting-org title description participating-org activity-status "
    "activity-date recipient-country location sector document-link activity-website total-cost"
)
_ACCOUNTABLE, _IMPLEMENTING = ("2", "accountable"), ("4", "implementing", "beneficiary")


def read(path: Path, source: str = "") -> Reading:
    """Commitments with their dates and reports. Raises ``BadData`` for a file without activities."""
    root = tree_of_file(path)
    found = [root] if local(root) == "iati-activity" else [e for e in root if local(e) == "iati-activity"]
    if local(root) not in ("iati-activities", "iati-activity") or not found:
        raise bad_file(
            path,
            f"there are no activities below <{short(local(root), 40)}>",
            "Give a file of iati-activities",
        )
    ledger = Ledger()
    own = any(OWN in a.attrib for a in found)
    publishers = [str(p.get("ref", "")) or words_of(p) for a in found for p in a.findall("{*}reporting-org")]
    name = source or next((p for p in publishers if p), "") or path.stem
    said = day_of(str(root.get("generated-datetime", "")))
    titles = [_narrative(p) for a in found for p in a.findall("{*}reporting-org")]
    title = next((t for t in titles if t), name)
    first = {"title": short(title), "basis": "sourced", "source": path.name}
    rows = [Proposed("agreements", name, {}, first, wanted=id_of(name), same=("title",), where="the file")]
    seen: set[str] = set()
    for element in found:
        where = f"line {element.sourceline}"
        ident = _identifier(element)
        if not ident or ident in seen or not _narrative(element.find("{*}title")):
            why = (
                "has no identifier"
                if not ident
                else "bears the identifier of another"
                if ident in seen
                else "has no title"
            )
            ledger.add(where, f"activity '{short(ident, 80)}'", why)
            continue
        seen.add(ident)
        rows += _Activity(element, ident, where, said, ledger).rows(name)
    return Reading("iati", name, tuple(rows), ledger.lines(), own=own)


def _identifier(activity: Any) -> str:
    """The identifier; before 2.01 some gave only another one."""
    own = words_of(activity.find("{*}iati-identifier"))
    if own:
        return own
    other = activity.find("{*}other-identifier")
    return (str(other.get("ref", "")) or words_of(other)) if other is not None else ""


def _narrative(element: Any) -> str:
    """The English words of an element, else the first."""
    if element is None:
        return ""
    parts = element.findall("{*}narrative")
    if not parts:
        return words_of(element)
    english = [p for p in parts if p.get(_LANG, "en").startswith("en")]
    return words_of((english or parts)[0])


class _Activity:
    """One activity, and what of it becomes rows."""

    def __init__(self, element: Any, ident: str, where: str, said: str, ledger: Ledger) -> None:
        self.e, self.id, self.where, self.ledger = element, ident, where, ledger
        self.mine = str(element.get(OWN, ""))
        self.own = bool(self.mine)
        self.said = day_of(str(element.get("last-updated-datetime", ""))) or said
        self.about: Refs = {"commitment": (("commitments", ident),)}
        self.first = {"basis": "sourced", "source": ident}

    def rows(self, agreement: str) -> Iterator[Proposed]:
        """The commitment, then what refers to it."""
        for child in self.e:
            if local(child) and local(child) not in _TAKEN:
                self.ledger.add(
                    f"line {child.sourceline}", f"<{short(local(child), 40)}>", "has no table here"
                )
        cells = {"title": short(self._words("title"))} | self._described()
        status = self.e.find("{*}activity-status")
        if status is not None and not self.own:
            code = str(status.get("code", ""))
            cells["status_reported"] = _STATUS.get(code, "") or words_of(status) or code
            if self.said:
                cells["status_reported_on"] = self.said
        self._cost(cells)
        yield Proposed(
            "commitments",
            self.id,
            {k: v for k, v in cells.items() if v},
            self.first | {"kind": "works"},
            refs={"agreement": (("agreements", agreement),)},
            names={k: v for k, v in self._names() if v},
            wanted=self._short(),
            same=("title",),
            where=self.where,
        )
        yield from self._dates()
        yield from self._documents()

    def _short(self) -> str:
        return self.mine or id_of(self.id)[-32:].lstrip("-._/")

    def _words(self, name: str) -> str:
        """Of several in as many languages (1.0x) the English one."""
        found = self.e.findall("{*}" + name)
        english = [f for f in found if f.get(_LANG, "en").startswith("en")]
        return _narrative((english or found or [None])[0])

    def _described(self) -> dict[str, str]:
        words = self._words("description")
        if not self.own:
            return {"text": words}
        words = words.partition(" Cost of the works: ")[0]
        found = TEST.match(words)
        cells = {"acceptance_test": found[2]} if found else {}
        words = found[1] if found else words
        return cells | ({"text": words} if words != self._words("title") else {})

    def _cost(self, cells: dict[str, str]) -> None:
        total = self.e.find("{*}total-cost")
        value = number_of(words_of(total)) if total is not None else None
        if value is None:
            return
        currency = str(total.get("currency", "") or self.e.get("default-currency", ""))
        if currency == "USD" and value >= 0:
            cells["cost_usd_m"] = repr(round(value / 1e6, 8))
        else:
            what = f"total cost of {value:,.0f} {short(currency, 8)}"
            self.ledger.add(
                self.where, what, "is not in USD; say with 'milepost edit costs' what it is worth"
            )

    def _names(self) -> Iterator[tuple[str, tuple[Named, ...]]]:
        orgs = []
        for org in self.e.findall("{*}participating-org"):
            role, name = str(org.get("role", "")).lower(), _narrative(org)
            if name and name != "not named in the register":
                orgs.append((role, Named("parties", name, add=True, ident=str(org.get(OWN, "")))))
        owners = [n for role, n in orgs if role in _ACCOUNTABLE] or [
            n for role, n in orgs if role in _IMPLEMENTING
        ]
        for role, named in orgs:
            if named not in owners:
                told = f"'{short(named.name, 60)}' ({short(role, 20) or 'no role'})"
                self.ledger.add(self.where, told, "neither owes nor receives here")
        yield "owed_by", tuple(dict.fromkeys(owners))
        if not self.own:
            yield "beneficiaries", tuple(self._recipients())
        locations = [
            Named("nodes", _narrative(place.find("{*}name")) or ref, ident=ref if self.own else "")
            for place in self.e.findall("{*}location")
            if (ref := str(place.get("ref", ""))) or _narrative(place.find("{*}name"))
        ]
        if not self.own:  # our own names the ends of links, not the links
            yield "network_ref", tuple(dict.fromkeys(locations))

    def _recipients(self) -> Iterator[Named]:
        for country in self.e.findall("{*}recipient-country"):
            code, name = str(country.get("code", "")), _narrative(country)
            if code or name:
                yield Named("parties", name or code, code=code)

    def _dates(self) -> Iterator[Proposed]:
        for element in self.e.findall("{*}activity-date"):
            kind = _DATES.get(str(element.get("type", "")), "")
            day = day_of(str(element.get("iso-date", ""))) or day_of(words_of(element))
            where = f"line {element.sourceline}"
            if not kind or not day:
                what = f"date of the kind '{short(str(element.get('type', '')), 30)}'"
                self.ledger.add(where, what, "is not in the code list" if not kind else "has no day")
            elif kind == "planned end":
                yield self._promise(day, where)
            elif kind == "planned start":
                if not self.own:
                    self.ledger.add(where, "planned start", "has no column here")
            else:
                yield self._happened("started" if kind == "actual start" else "delivered", day, kind, where)

    def _promise(self, day: str, where: str) -> Proposed:
        first = self.first | {"statement": "planned end of the activity"}
        if self.said and self.said <= day:
            first["announced_on"] = self.said
        return Proposed(
            "date_changes",
            f"{self.id}/planned/{day}",
            {"promised_for": day},
            first,
            refs=self.about,
            wanted=f"{self._short()}.end",
            same=("commitment", "milestone", "promised_for"),
            where=where,
            derived=self.own,
        )

    def _happened(self, shows: str, day: str, kind: str, where: str) -> Proposed:
        return Proposed(
            "evidence",
            f"{self.id}/{shows}/{day}",
            {"shows": shows, "happened_on": day},
            self.first | {"reported_on": max(day, self.said), "report": f"the publisher says: {kind} {day}"},
            refs=self.about,
            wanted=f"{self._short()}.{shows}",
            same=("commitment", "milestone", "shows", "happened_on"),
            where=where,
            derived=self.own,
        )

    def _documents(self) -> Iterator[Proposed]:
        links = [*self.e.findall("{*}document-link"), *self.e.findall("{*}activity-website")]
        seen = set()
        for n, link in enumerate(links, start=1):
            website = local(link) == "activity-website"
            address = words_of(link) if website else str(link.get("url", "")).strip()
            title = "website of the activity" if website else _narrative(link.find("{*}title"))
            published = link.find("{*}document-date")
            day = day_of(str(published.get("iso-date", ""))) if published is not None else ""
            key, where = f"{self.id}/{address}/{day}/{title}", f"line {link.sourceline}"
            if not address or key in seen:
                self.ledger.add(
                    where,
                    f"document '{short(title, 60)}'",
                    "has no address" if not address else "is there twice",
                )
                continue
            seen.add(key)
            cells = {"source": address} | ({"reported_on": day} if day else {})
            if title and not (self.own and len(title) >= CUT):
                cells["report"] = title
            yield Proposed(
                "evidence",
                key,
                cells,
                {"basis": "sourced", "shows": "context", "report": title},
                refs=self.about,
                wanted=str(link.get(OWN, "")) or f"{self._short()}.d{n}",
                same=("commitment", *cells),
                where=where,
            )
