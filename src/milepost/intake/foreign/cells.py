"""Cells as people type them: dates in any usual form and calendar, amounts, lists of owners."""

from __future__ import annotations

import datetime as dt
import re

import jdatetime

from milepost.intake.dates import chosen, dates
from milepost.intake.folding import folded
from milepost.intake.foreign.reading import is_date
from milepost.intake.lexicon import lexicon
from milepost.intake.names import known_names, plain

_FIGURES = re.compile(r"(\d{1,4})[./\-\s](\d{1,2})[./\-\s](\d{1,4})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[./\-](\d{4})|(\d{4})[./\-](\d{1,2})")
_SHORT = re.compile(r"([^\W\d_]{3,})[-\s'.]+(\d{2})")
_SERIAL = re.compile(r"[2-9]\d{4}(?:\.0+)?")  # days since 1899-12-30 in a spreadsheet, from 1954 to 2173
_SCALES = {
    "k": 1e-3,
    "thousand": 1e-3,
    "m": 1.0,
    "mn": 1.0,
    "mln": 1.0,
    "million": 1.0,
    "bn": 1e3,
    "billion": 1e3,
}
_AMOUNT = re.compile(r"[^\d\-]*(-?\d[\d\s.,'/]*)\s*([^\W\d_]*)\.?[^\d]*")


def date_in(cell: str, *, language: str = "en", solar: bool = False, day_first: bool = True) -> str:
    """The date in a cell as the register writes it, as precise as the cell; "" for a cell that names none.

    ``solar``: figures are of the Solar Hijri calendar; ``day_first``: 05/06/2027 is the 5th of June.
    """
    text = folded(cell).strip()
    if is_date(text) and not (solar and text[:2] in ("13", "14")):
        return text
    if _SERIAL.fullmatch(text):
        return (dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))).isoformat()
    for read in (_figures(text, solar=solar, day_first=day_first), _month(text, solar=solar)):
        if read is not None:
            return read
    if short := _SHORT.fullmatch(text):
        text = f"{short[1]} 20{short[2]}"
    if "\n" in cell or len(text) > 200:
        text = text[:200]
    due = chosen(dates(text, lexicon(language), None))
    return str(due.date) if due and due.date else ""


def _figures(text: str, *, solar: bool, day_first: bool) -> str | None:
    """A day in figures: 2027-06-30, 30/06/2027, 1406/04/09; None for another form, "" for no day."""
    found = _FIGURES.fullmatch(text)
    if not found:
        return None
    a, b, c = found[1], found[2], found[3]
    if len(a) == 4:
        year, month, day = int(a), int(b), int(c)
    elif len(c) in (2, 4):
        year = int(c) + (2000 if len(c) == 2 else 0)
        day, month = (int(a), int(b)) if (day_first and int(b) <= 12) or int(a) > 12 else (int(b), int(a))
    else:
        return ""
    try:
        if solar or 1300 <= year < 1500:
            made = jdatetime.date(year, month, day).togregorian()
            return str(made.isoformat())
        return dt.date(year, month, day).isoformat() if is_date(f"{year}") else ""
    except ValueError:
        return ""


def _month(text: str, *, solar: bool) -> str | None:
    """A month in figures: 06/2027, 2027/06."""
    found = _MONTH_YEAR.fullmatch(text)
    if not found:
        return None
    month, year = (found[1], found[2]) if found[2] else (found[4], found[3])
    if solar or year.startswith(("13", "14")):
        return None  # a month of that calendar ends within one of ours: the words of dates know when
    made = f"{year}-{int(month):02d}"
    return made if is_date(made) else ""


def amount_in(cell: str, unit: float, decimal: str) -> float | None:
    """Million USD in a cell such as ``1,250.5``, ``12 m`` or ``USD 3.4 bn``; ``unit`` is what a bare
    number counts in. None for a cell without one number."""
    found = _AMOUNT.fullmatch(folded(cell).strip())
    if not found:
        return None
    grouping = "," if decimal == "." else "."
    digits = re.sub(r"(?<=\d)/(?=\d)", decimal, re.sub(r"[\s']", "", found[1]))  # Persian: 25/5 is 25.5
    if digits.count(decimal) > 1 or (grouping in digits and not re.fullmatch(_GROUPS[grouping], digits)):
        return None
    try:
        value = float(digits.replace(grouping, "").replace(decimal, "."))
    except ValueError:
        return None
    word = found[2]
    scale = next((s for w, s in _SCALES.items() if word == w or (len(w) > 3 and word.startswith(w))), None)
    return value * (unit if scale is None else scale)


_GROUPS = {",": r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", ".": r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?"}


# words with which the name of an office, a company or a bank begins (folded): after a comma another owner
_OFFICE = re.compile(
    r"(?:ministr|ministere|agenc|agence|committee|comite|department|departement|authority|bank\b|banque\b|"
    r"министерств|мин[а-я]{3,9}\b|агентств|комитет|департамент|служб|управлени|компани|банк\b|(?:оао|зао|ооо|"
    r"пао|тоо|ао|гп|гк|нк)\b|وزارت|سازمان|شرکت|بانک|اداره|گمرک|راه اهن|استانداری|وزاره|هیئه|"
    r"الهیئه|مصلحه|بنک|شرکه)"
)
_MOST_LETTERS = 8  # of an office that is called by its first letters


def owners_in(cell: str, between: str) -> list[str]:
    """Names in a cell of owners. "Kenya, Uganda and Rwanda" are three, for each is a state; "Ministry of
    Lands, Surveys and Works" is one; "Ministry of Lands, Ministry of Works" are two."""
    cell = cell.replace("\u061b", ";")
    parts = re.split("[" + re.escape(between) + "\n\r]+", cell) if between else [cell]
    found: list[str] = []
    for part in filter(None, (p.strip(" .,") for p in parts)):
        words = [w.strip() for w in re.split(r",|\band\b|&|\bet\b|\bи\b|،|\s\u0648\s", part) if w.strip()]
        if plain(part) in known_names() or len(words) < 2:
            found.append(part)
        elif all(plain(w) in known_names() for w in words):
            found += words
        else:
            found += _offices(part)
    return list(dict.fromkeys(found))


def _offices(text: str) -> list[str]:
    """A list of names parted by commas: what begins with a state or as offices do is another name, all else
    belongs to the name before."""
    found: list[str] = []
    for piece in re.split(r"([,،])", text):
        bare = piece.strip()
        letters = bare.isupper() and len(bare) <= _MOST_LETTERS
        begins = letters or plain(bare) in known_names() or _OFFICE.match(folded(bare))
        if found and bare in (",", "،"):
            found[-1] += bare
        elif found and not begins:
            found[-1] += piece
        elif bare:
            found.append(bare)
    return [name for name in (f.strip(" ,،") for f in found) if name]
