"""What a promise is about: its kind, its fields, its measure, its clause. Kinds are a table with a default
acceptance test; their words stand in the lexicons, and a kind that is in neither may still be given by a
person."""

from __future__ import annotations

import re

from milepost.intake.lexicon import Lexicon
from milepost.records.acceptance import kinds_known

_MEASURE = re.compile(
    r"\d[\d,.]*(?: ?(?:million|thousand|billion|percent|per cent|млн|тыс|млрд|процент\w*|millions?|"
    r"milliards?|pour cent|"
    r"ملیون|میلیون|هزار|درصد|ملیار|میلیارد|الف|%))? ?(?:de |d')?"
    r"(?:tonnes|tons?|teu|hours?|heures?|km/h|km|wagons?|trucks?|camions?|trains?|mt|mw|percent|%|containers?|conteneurs?|"
    r"slots|dollars?|euros?|usd|eur|тонн\w*|час\w*|км/ч|км|вагон\w*|контейнер\w*|долл\w*|мвт|процент\w*|"
    r"تن|کیلومتر|مگاوات|ساعت|کامیون|واگن|دلار|درصد|دولار|طن|ساعه|شاحنه|میغاواط)(?!\w)"
)


def kind(clause: str, lex: Lexicon) -> str:
    """The kind of commitment by the words of its folded clause; empty if none fits. The words that stand
    first decide among the acts (sign, ratify, meet ...), the table's order among the things."""
    acts = [
        (m.start(), n, name)
        for n, name in enumerate(kinds_known())
        if (m := lex.p(f"kinds.{name}").search(clause[:240])) is not None
    ]
    if not acts:
        return ""
    near = [a for a in acts if a[0] <= 40]
    return min(near, key=lambda a: a[1])[2] if near else min(acts)[2]


def fields(clause: str, lex: Lexicon) -> tuple[str, ...]:
    """The fields that a folded clause speaks of, such as transport, energy, science."""
    names = [k.split(".", 1)[1] for k in lex.patterns if k.startswith("fields.")]
    return tuple(name for name in names if lex.has(f"fields.{name}", clause))


def measure(clause: str) -> tuple[int, int] | None:
    """Where a folded clause names a measure, such as "25 million tonnes"; None without one."""
    found = _MEASURE.search(clause)
    return found.span() if found else None
