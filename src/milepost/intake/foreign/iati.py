"""Activities of the International Aid Transparency Initiative: XML of the standard 2.0x, and what the older
1.0x wrote.

An activity is a commitment; who is accountable for it owes it, the countries that receive it benefit. Its
documents are reports; its planned end is a promised date; an actual start or end is a report that nobody has
proved. Titles and descriptions in several languages are taken over in each that milepost speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from milepost.intake.foreign.oc4ids import CUT, Refs
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
from milepost.languages import LANGUAGES, Language

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


def _first(said: Mapping[str, str], language: str) -> str:
    """The words of a language, else the first."""
    return said.get(language, "") or next(iter(said.values()), "")


def _parted(words: str, language: str) -> tuple[str, str]:
    """Text and acceptance test of a description that we wrote ourselves."""
    words = words.partition(" Cost of the works: ")[0]
    for code in dict.fromkeys((language if language in LANGUAGES else "en", "en")):
        head = re.escape(Language(code).say("page-test"))
        if found := re.match(rf"(.*?)\s*{head}: (.*)\.$", words, re.DOTALL):
            return found[1], found[2]
    return words, ""


def _language(element: Any, otherwise: str) -> str:
    return str(element.get(_LANG, "") or otherwise).lower().partition("-")[0]


class _Activity:
    """One activity, and what of it becomes rows."""

    def __init__(self, element: Any, ident: str, where: str, said: str, ledger: Ledger) -> None:
        self.e, self.id, self.where, self.ledger = element, ident, where, ledger
        self.mine = str(element.get(OWN, ""))
        self.own = bool(self.mine)
        self.said = day_of(str(element.get("last-updated-datetime", ""))) or said
        self.about: Refs = {"commitment": (("commitments", ident),)}
        self.first = {"basis": "sourced", "source": ident}
        around = element.getparent()
        self.language = _language(element, "en" if around is None else _language(around, "en"))
        self.words: dict[str, dict[str, str]] = {}

    def rows(self, agreement: str) -> Iterator[Proposed]:
        """The commitment, then what refers to it."""
        for child in self.e:
            if local(child) and local(child) not in _TAKEN:
                self.ledger.add(
                    f"line {child.sourceline}", f"<{short(local(child), 40)}>", "has no table here"
                )
        cells = {"title": self._titled()} | self._described()
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
            words=self.words,
        )
        yield from self._dates()
        yield from self._documents()

    def _short(self) -> str:
        return self.mine or id_of(self.id)[-32:].lstrip("-._/")

    def _said(self, elements: Sequence[Any]) -> dict[str, str]:
        """Language -> words, of elements in as many languages (1.0x) or of narratives in one (2.0x); where
        none is named, that of the activity. The first of a language stands."""
        found: dict[str, str] = {}
        for element in elements:
            mine = _language(element, self.language)
            for part in element.findall("{*}narrative") or [element]:
                code, words, where = _language(part, mine), words_of(part), f"line {part.sourceline}"
                what = f"<{local(element)}> in '{short(code, 10)}'"
                if not words:
                    continue
                if code in found:
                    if words != found[code]:
                        self.ledger.add(where, what, "stands there twice: the first is taken")
                elif code in LANGUAGES or not found:
                    found[code] = words
                else:
                    self.ledger.add(where, what, "is in a language that milepost does not speak")
        return found

    def _titled(self) -> str:
        said = {k: short(v) for k, v in self._said(self.e.findall("{*}title")).items()}
        self.words["title"] = said
        return _first(said, self.language if self.own else "en")

    def _described(self) -> dict[str, str]:
        elements = self.e.findall("{*}description")
        kinds = [str(e.get("type", "")) or "1" for e in elements]
        for element, kind in zip(elements, kinds, strict=True):
            if kind != kinds[0]:
                told = f"<description> of the type {short(kind, 10)} beside another"
                self.ledger.add(f"line {element.sourceline}", told, "has no column here")
        said = self._said([e for e, kind in zip(elements, kinds, strict=True) if kind == kinds[0]])
        if not self.own:
            self.words["text"] = said
            return {"text": _first(said, "en")}
        texts, tests = {}, {}
        for code, words in said.items():
            texts[code], tests[code] = _parted(words, code)
        if all(texts[code] in ("", self.words["title"].get(code)) for code in texts):
            texts = {}  # our own writes the title where there is no text
        cells = {"text": texts, "acceptance_test": tests}
        self.words |= {column: {k: v for k, v in found.items() if v} for column, found in cells.items()}
        return {column: found.get(self.language, "") for column, found in cells.items()}

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

    def _title_of(self, link: Any) -> str:
        """The title of a document; of our own in the language of the register that wrote it."""
        title = link.find("{*}title")
        if self.own and title is not None:
            parts = title.findall("{*}narrative")
            return next((words_of(p) for p in parts if _language(p, self.language) == self.language), "")
        return _narrative(title)

    def _documents(self) -> Iterator[Proposed]:
        links = [*self.e.findall("{*}document-link"), *self.e.findall("{*}activity-website")]
        seen = set()
        for n, link in enumerate(links, start=1):
            website = local(link) == "activity-website"
            address = words_of(link) if website else str(link.get("url", "")).strip()
            title = "website of the activity" if website else self._title_of(link)
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
            said = {} if website else self._said(link.findall("{*}title"))
            if self.own:
                said = {code: words for code, words in said.items() if len(words) < CUT}
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
                words={"report": said},
            )
