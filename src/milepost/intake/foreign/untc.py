"""Status lists of treaties, as the United Nations Treaty Collection gives them: a row for each participant,
with the day of signature and of the act that binds. CSV as its tables are saved, or the XML of a treaty's
page.

The letter after a day says what the act was: none ratification, A acceptance, AA approval, a accession, d
succession, s definitive signature, c formal confirmation, n notification, P provisional application.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from milepost.intake.foreign.reading import (
    Ledger,
    Named,
    Proposed,
    Reading,
    bad_file,
    content_of_file,
    id_of,
    is_date,
    local,
    short,
    text_of_file,
    tree_of_file,
    words_of,
)
from milepost.intake.names import known_names, plain

_LETTERS = {
    "": "ratification",
    "A": "acceptance",
    "AA": "approval",
    "a": "accession",
    "d": "succession",
    "s": "definitive signature",
    "c": "ratification",
    "n": "notification",
    "P": "provisional application",
}
_MONTHS = {
    name: n
    for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)  # noqa: SIM905
}
_DAY = re.compile(
    r"\[?\s*(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]{3,9})\.?\s+(?P<year>\d{4})"
    r"\s*\]?\s*(?P<letter>AA|A|a|d|s|c|n|P)?\s*\]?\s*$"
)
# words around a table that are not its title: chapter, state of the list, where and when it was made
_AROUND = re.compile(r"chapter\b|status\b|https?:|.*,\s*\d{1,2} [a-z]+ \d{4}$", re.IGNORECASE)
_HEADS = {  # words of a column's head -> the act of a day that bears no letter
    "signature": "signature",
    "ratification": "ratification",
    "accession": "accession",
    "acceptance": "acceptance",
    "approval": "approval",
    "succession": "succession",
    "provisional": "provisional application",
    "notification": "notification",
    "withdrawal": "withdrawal",
    "denunciation": "withdrawal",
    "entry into force": "entry into force",
}
Row = tuple[str, Sequence[str]]  # where it stands, and its cells


def read(path: Path, source: str = "") -> Reading:
    """Agreement, parties and instruments of one status list. Raises ``BadData`` for a file without
    participants."""
    content = content_of_file(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    facts: dict[str, str] = {}
    table = _from_xml(path, facts) if content.startswith(b"<") else _from_csv(path)
    found = _split(path, table, facts)
    ledger = Ledger()
    name = source or facts.get("number", "") or id_of(path.stem)
    rows: list[Proposed] = [_agreement(name, facts, path)]
    for where, participant, acts in found:
        rows += _acts(name, where, participant, acts, ledger)
    if len(rows) == 1:
        raise bad_file(
            path, "no act of any participant was found", "Save the table of participants with its heads"
        )
    return Reading("untc", name, tuple(rows), ledger.lines())


def _from_csv(path: Path) -> list[Row]:
    text = text_of_file(path)
    head = next(iter(text.splitlines()), "")
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as fault:
        raise bad_file(path, f"this is no CSV: {fault}", "Export it again") from None
    return [(f"line {n}", row) for n, row in enumerate(rows, start=1) if any(c.strip() for c in row)]


def _from_xml(path: Path, facts: dict[str, str]) -> list[Row]:
    """Rows of the table of participants; what the page says of the treaty goes into ``facts``."""
    root = tree_of_file(path)
    rows: list[Row] = []
    for row in root.iter():
        if local(row).lower() in ("row", "tr"):
            cells = [words_of(c) for c in row if local(c).lower() in ("entry", "td", "th", "cell")]
            if any(cells):
                rows.append((f"line {row.sourceline}", cells))
    for element in root.iter():
        label = local(element).lower()
        if label in ("titlesect", "title", "treatytitle") and words_of(element):
            facts.setdefault("title", short(words_of(element), 300))
        elif label in ("treatyno", "number", "mtdsgno") and words_of(element):
            facts.setdefault("number", id_of(words_of(element)))
        elif label == "entryintoforce" and words_of(element):
            facts.setdefault("rule", short(words_of(element), 500))
    if rows and not any("articipant" in " ".join(cells) for _, cells in rows):
        heads = [words_of(h) for h in root.iter() if local(h).lower() in ("tableheader", "header", "head")]
        rows.insert(0, ("heads", [h for h in heads if h] or ["Participant", "Signature", "Ratification"]))
    return rows


Act = tuple[str, str]  # words of the head, the cell


def _split(path: Path, table: Sequence[Row], facts: dict[str, str]) -> list[tuple[str, str, list[Act]]]:
    """Participants with their acts; rows before the head are words around the table, the title of the treaty
    among them."""
    for n, (_, cells) in enumerate(table):
        first = cells[0].strip().lower() if cells else ""
        if re.match(r"participant|state|country|party|parties", first) and len(cells) > 1:
            heads = [c.strip() for c in cells]
            said = (next((c.strip() for c in row if c.strip()), "") for _, row in table[:n])
            titles = [s for s in said if not _AROUND.match(s)]
            if titles:
                facts.setdefault("title", short(re.sub(r"^\d+\s*\.\s*(?:[a-z]\)\s*)?", "", titles[0]), 300))
            return [
                (where, row[0].strip(), [(h, c.strip()) for h, c in zip(heads[1:], row[1:], strict=False)])
                for where, row in table[n + 1 :]
                if row and row[0].strip()
            ]
    raise bad_file(
        path,
        "no column is headed Participant",
        "The first row names the columns: Participant, Signature, Ratification ...",
    )


def _agreement(name: str, facts: dict[str, str], path: Path) -> Proposed:
    cells = {"entry_into_force_rule": facts["rule"]} if facts.get("rule") else {}
    first = {"title": facts.get("title", "") or name, "basis": "sourced", "source": path.name}
    return Proposed("agreements", name, cells, first, wanted=name, where="the file")


def _acts(name: str, where: str, participant: str, acts: list[Act], ledger: Ledger) -> Iterator[Proposed]:
    bare = re.sub(r"\s*[\d,\s]+$|\s*\[[\d,\s]*\]|\*+$", "", participant).strip(" []")  # marks of footnotes
    party = Named("parties", bare, add=True)
    for head, cell in acts:
        for part in filter(None, re.split(r"[;\n]|(?<=\d{4}),|(?<=\d{4}\s[a-zA-Z]),", cell)):
            read = _day(part)
            act = _act_of(head, read[1]) if read else ""
            if not read or not act:
                ledger.add(where, f"'{short(part, 60)}' of {bare}", "is no day with the letter of an act")
                continue
            yield Proposed(
                "instruments",
                f"{bare}/{act}/{read[0]}",
                {"kind": act, "date": read[0]},
                {"basis": "sourced", "source": name},
                refs={"agreement": (("agreements", name),)},
                names={"party": (party,)},
                wanted=f"{name[:32]}-{known_names().get(plain(bare), bare[:12])}-{act}",
                same=("agreement", "party", "kind", "date"),
                where=where,
            )


def _day(text: str) -> tuple[str, str] | None:
    """Day and letter of a cell such as ``23 Sep 1982 a``."""
    found = _DAY.match(re.sub(r"<[^>]*>", "", text).strip())
    if not found:
        return None
    month = _MONTHS.get(found["month"][:3].lower())
    day = f"{found['year']}-{month or 0:02d}-{int(found['day']):02d}"
    return (day, found["letter"] or "") if month and is_date(day) else None


def _without_letters(head: str) -> str:
    """The part of a head that speaks of days without a letter: of "Accession(a), Succession(d), Ratification"
    the last, for the others bear theirs."""
    parts = [p.strip() for p in head.split(",")]
    return ", ".join(p for p in parts if not re.search(r"\(\w{1,2}\)\s*$", p)) or head


def _act_of(head: str, letter: str) -> str:
    words = _without_letters(head).lower()
    if letter == "d" and words.startswith("signature"):
        return "signature"  # a succession to the signature binds nobody
    if letter:
        return _LETTERS[letter]
    if words.startswith("definitive"):
        return "ratification"
    return next((act for word, act in _HEADS.items() if words.startswith(word)), "") or next(
        (act for word, act in _HEADS.items() if word in words), ""
    )
