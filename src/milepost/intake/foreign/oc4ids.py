"""Infrastructure projects of the Open Contracting for Infrastructure Data Standard (OC4IDS), a JSON package.

A project is a commitment; its milestones are milestones with their dates, its documents are reports. What
the publisher calls its status stays in the publisher's words: no rule reads it, for done is proved and never
typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from milepost.intake.foreign.reading import (
    Ledger,
    Named,
    Proposed,
    Reading,
    bad_file,
    content_of_file,
    day_of,
    id_of,
    listed,
    names_in,
    number_of,
    short,
)

OWN_URI, OWN_ID = "urn:milepost:", "oc4ids-milepost-"
CUT = 200  # characters of a report's title in our own export
TEST = re.compile(r"^(.*?)\s*Acceptance test: (.*)\.$", re.S)
_MOST_WRAPPED = 3
_PACKAGE = frozenset(
    ("version", "uri", "publishedDate", "publisher", "license", "publicationPolicy", "projects")
)
_TAKEN = names_in(
    "id identifiers updated title description status period sector type locations budget parties documents "
    "milestones completion publicAuthority"
)
_KINDS = {
    "construction": "build-link",
    "rehabilitation": "upgrade",
    "replacement": "upgrade",
    "expansion": "upgrade",
}
_OWNERS = ("publicAuthority", "administrativeEntity")
Refs = dict[str, tuple[tuple[str, str], ...]]


def read(path: Path, source: str = "") -> Reading:
    """Commitments with what belongs to them. Raises ``BadData`` for a file that is no package of projects."""
    package = _package(json_of_file(path, lines=True))
    projects = items(package.get("projects"))
    if not projects:
        raise bad_file(path, "there are no projects in the file", "Give a package with a list 'projects'")
    own = text(package.get("uri")).startswith(OWN_URI)
    publisher = text(mapping(package.get("publisher")).get("name")) or path.stem
    ledger = Ledger()
    for name in package:
        if name not in _PACKAGE:
            ledger.add("the package", f"'{short(name, 40)}' of the package", "has no table here")
    key = source or publisher
    first = {"title": short(publisher), "basis": "sourced", "source": text(package.get("uri")) or path.name}
    rows = [Proposed("agreements", key, {}, first, wanted=id_of(key), same=("title",), where="the package")]
    seen: set[str] = set()
    for n, project in enumerate(projects, start=1):
        where, ident = f"project {n}", text(project.get("id"))
        if not ident or not text(project.get("title")) or ident in seen:
            why = "has no id" if not ident else "bears the id of another" if ident in seen else "has no title"
            ledger.add(where, f"project '{short(ident or text(project.get('title')), 60)}'", why)
            continue
        seen.add(ident)
        rows += _Project(project, ident, where, ledger, own=own).rows(key)
    return Reading("oc4ids", key, tuple(rows), ledger.lines(), own=own)


def _package(document: Any, deep: int = 0) -> Mapping[str, Any]:
    """The package of a document: itself; one around a list of projects or around a single one; or what the
    answer of a server wraps (``results``, ``data``, ``items``)."""
    if isinstance(document, list):
        packages = [d for d in document if "projects" in mapping(d)]
        found = [p for d in packages for p in items(d["projects"])] if packages else document
        return {**(packages[0] if packages else {}), "projects": found}
    package = mapping(document)
    if "projects" in package:
        return package
    if "id" in package and "title" in package:
        return {"projects": [package]}
    inner = next((package[k] for k in ("results", "data", "items", "records") if package.get(k)), None)
    return _package(inner, deep + 1) if isinstance(inner, list | dict) and deep < _MOST_WRAPPED else {}


class _Project:
    """One project, and what of it becomes rows."""

    def __init__(
        self, project: Mapping[str, Any], ident: str, where: str, ledger: Ledger, *, own: bool
    ) -> None:
        self.p, self.id, self.where, self.ledger, self.own = project, ident, where, ledger, own
        self.title = short(text(project["title"]))
        self.about: Refs = {"commitment": (("commitments", ident),)}
        self.first = {"basis": "sourced", "source": ident}
        self.updated = day_of(text(project.get("updated")))

    def rows(self, agreement: str) -> Iterator[Proposed]:
        """The commitment, then what refers to it."""
        for name in self.p:
            if name not in _TAKEN:
                self.ledger.add(self.where, f"'{short(name, 40)}' of projects", "has no table here")
        cells = {"title": self.title} | self._described() | self._budget()
        if not self.own and (status := text(self.p.get("status"))):
            cells |= {"status_reported": status} | (
                {"status_reported_on": self.updated} if self.updated else {}
            )
        if (sectors := texts(self.p.get("sector"))) and not self.own:
            cells["fields"] = listed([s.replace(";", ",") for s in sectors])
        wanted = self.id.removeprefix(OWN_ID) if self.own else self._wanted()
        yield Proposed(
            "commitments",
            self.id,
            cells,
            self.first | {"kind": _KINDS.get(text(self.p.get("type")), "works")},
            refs={"agreement": (("agreements", agreement),)},
            names={k: v for k, v in (("owed_by", self._owners()), ("network_ref", self._locations())) if v},
            wanted=wanted,
            same=("title",),
            where=self.where,
        )
        yield from self._documents()
        yield from self._milestones()
        yield from self._ends()

    def _wanted(self) -> str:
        known = [id_of(text(i.get("id"))) for i in items(self.p.get("identifiers"))]
        return next((i for i in known if i), "") or id_of(re.sub(r"^oc4ids-[a-z0-9]{6}-", "", self.id))

    def _described(self) -> dict[str, str]:
        words = text(self.p.get("description"))
        found = TEST.match(words) if self.own else None
        if found:
            return {"acceptance_test": found[2]} | ({"text": found[1]} if found[1] else {})
        return {"text": words} if words else {}

    def _budget(self) -> dict[str, str]:
        budget = mapping(self.p.get("budget"))
        amount = mapping(budget.get("amount"))
        value, currency = amount.get("amount"), text(amount.get("currency"))
        for name in budget:
            if name != "amount":
                self.ledger.add(self.where, f"'{short(name, 40)}' of budgets", "has no table here")
        if not isinstance(value, int | float) or isinstance(value, bool) or not currency:
            return {}
        if currency != "USD" or value < 0:
            why = (
                "is not in USD; say with 'milepost edit costs' what it is worth"
                if value >= 0
                else "is below zero"
            )
            self.ledger.add(self.where, f"budget of {value:,.0f} {short(currency, 8)}", why)
            return {}
        return {"cost_usd_m": repr(round(value / 1e6, 8))}

    def _owners(self) -> tuple[Named, ...]:
        found = []
        for party in items(self.p.get("parties")):
            roles = texts(party.get("roles"))
            name, ident = text(party.get("name")), text(party.get("id"))
            if not name and not ident:
                continue
            if any(r in _OWNERS for r in roles):
                found.append(Named("parties", name or ident, add=True, ident=ident if self.own else ""))
            else:
                told = ", ".join(roles) or "no role"
                self.ledger.add(
                    self.where, f"'{short(name or ident, 60)}' ({short(told, 60)})", "owes nothing here"
                )
        body = mapping(self.p.get("publicAuthority"))
        name, ident = text(body.get("name")), text(body.get("id"))
        if not found and name:
            found.append(Named("parties", name, add=True, ident=ident if self.own else ""))
        return tuple(found)

    def _locations(self) -> tuple[Named, ...]:
        """Points and lines are nodes and links where the network has one of that name."""
        found = []
        for location in items(self.p.get("locations")):
            shape = text(mapping(location.get("geometry")).get("type"))
            table = "links" if shape.endswith("LineString") else "nodes"
            ident, name = text(location.get("id")), text(location.get("description"))
            if ident or name:
                found.append(Named(table, name or ident, ident=ident if self.own else ""))
        return tuple(found)

    def _documents(self) -> Iterator[Proposed]:
        for n, document in enumerate(items(self.p.get("documents")), start=1):
            ident = text(document.get("id")) or str(n)
            title, address = (
                text(document.get("title")) or text(document.get("description")),
                text(document.get("url")),
            )
            day = day_of(text(document.get("datePublished"))) or day_of(text(document.get("dateModified")))
            if not title and not address:
                self.ledger.add(self.where, f"document {short(ident, 40)}", "has no title and no address")
                continue
            cells = {"reported_on": day} if day else {}
            if title and not (self.own and len(title) >= CUT):
                cells["report"] = title
            if address:
                cells["source"] = address
            kind = text(document.get("documentType"))
            first = {"basis": "sourced", "shows": "context", "report": title} | (
                {} if self.own or not kind else {"note": f"document of the kind {short(kind, 60)}"}
            )
            yield Proposed(
                "evidence",
                f"{self.id}/{ident}",
                cells,
                first,
                refs=self.about,
                wanted=ident if self.own else f"{self._wanted()}.d{n}",
                where=f"{self.where}, document {n}",
            )

    def _milestones(self) -> Iterator[Proposed]:
        for n, step in enumerate(items(self.p.get("milestones")), start=1):
            where, ident = f"{self.where}, milestone {n}", text(step.get("id")) or str(n)
            title, due, met = (
                short(text(step.get("title"))),
                *(day_of(text(step.get(k))) for k in ("dueDate", "dateMet")),
            )
            about = self.about
            code = text(step.get("code")) if self.own else ""
            if title and (code if self.own else title != self.title):
                key = f"{self.id}/{code or title}"
                yield Proposed(
                    "milestones",
                    key,
                    {"title": title},
                    self.first,
                    refs=self.about,
                    wanted=code or f"{self._short()}.m{n}",
                    same=("commitment", "title"),
                    where=where,
                )
                about = self.about | {"milestone": (("milestones", key),)}
            yield from self._promise(step, ident, about, due, n, where)
            if met:
                yield self._report(f"{ident}/met", "delivered", met, f"milestone {title} met", about, where)
            elif text(step.get("status")) == "met" and not self.own:
                self.ledger.add(
                    where, f"milestone '{short(title or ident, 60)}' met", "has no day on which it was met"
                )

    def _promise(
        self, step: Mapping[str, Any], ident: str, about: Refs, due: str, n: int, where: str
    ) -> Iterator[Proposed]:
        if not due:
            return
        announced, words = day_of(text(step.get("dateModified"))), text(step.get("description"))
        said = {"promised_for": due}
        if found := re.fullmatch(r"promised for ((?:(?:before|after) )?\d{4}(?:-\d\d){0,2})", words):
            words, said = "", {"promised_for": found[1]}
        first = dict(self.first)
        if announced and announced <= due:
            first["announced_on"] = announced
        yield Proposed(
            "date_changes",
            f"{self.id}/{ident}" if self.own else f"{self.id}/{ident}/{due}",
            said | ({"statement": words} if words else {}),
            first,
            refs=about,
            wanted=ident if self.own else f"{self._short()}.t{n}",
            same=("commitment", "milestone", "promised_for"),
            where=where,
        )

    def _ends(self) -> Iterator[Proposed]:
        """The end of the project as planned, and as it was."""
        period, done = mapping(self.p.get("period")), mapping(self.p.get("completion"))
        end, finished = day_of(text(period.get("endDate"))), day_of(text(done.get("endDate")))
        closed = text(self.p.get("status")) in ("completion", "completed", "maintenance", "decommissioning")
        if end and not closed and not self.own:
            first = self.first | {"statement": "end of the project's period"}
            if self.updated and self.updated <= end:
                first["announced_on"] = self.updated
            yield Proposed(
                "date_changes",
                f"{self.id}/period/{end}",
                {"promised_for": end},
                first,
                refs=self.about,
                wanted=f"{self._short()}.end",
                same=("commitment", "milestone", "promised_for"),
                where=f"{self.where}, period",
            )
        if finished:
            words = text(done.get("finalScopeDetails")) or "the publisher says: completed"
            yield self._report(
                "completion", "delivered", finished, words, self.about, f"{self.where}, completion"
            )

    def _report(self, key: str, shows: str, day: str, words: str, about: Refs, where: str) -> Proposed:
        return Proposed(
            "evidence",
            f"{self.id}/{key}/{day}",
            {"shows": shows, "happened_on": day},
            self.first | {"reported_on": max(day, self.updated), "report": words},
            refs=about,
            wanted=f"{self._short()}.{shows}",
            same=("commitment", "milestone", "shows", "happened_on"),
            where=where,
            derived=self.own,
        )

    def _short(self) -> str:
        return self.id.removeprefix(OWN_ID) if self.own else self._wanted()


def json_of_file(path: Path, *, lines: bool = False) -> Any:
    """A JSON document; with ``lines`` also one a line, as a list. Raises ``BadData`` for what is none, and
    for one that is nested too deep."""
    try:
        words = content_of_file(path).decode("utf-8-sig")
        try:
            return json.loads(words, parse_constant=lambda _: None)
        except json.JSONDecodeError as fault:
            rows = [row for row in words.split("\n") if row.strip()] if lines else []
            if len(rows) < 2 or not fault.msg.startswith("Extra data"):
                raise
            return [json.loads(row, parse_constant=lambda _: None) for row in rows]
    except (ValueError, RecursionError) as fault:
        line = getattr(fault, "lineno", 0)
        raise bad_file(path, f"this is no JSON: {str(fault)[:120]}", "Export it again", line) from None


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none for anything else."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> list[str]:
    """The texts of a list; none for anything else."""
    return [t for v in value if (t := text(v))] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text or a number as text; "" for anything else, and without what no table can keep."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and number_of(str(value)) is None:
        return ""
    kept = "".join(c for c in str(value) if c != "\0" and not "\ud800" <= c <= "\udfff")
    return kept.strip()
