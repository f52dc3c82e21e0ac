"""What a publisher of trade data gives becomes tables of a programme. It stands apart from what else is
brought: its readers load pandas, and a workbook does without that."""

from __future__ import annotations

from milepost.acts.bring import put_tables
from milepost.acts.persons import Person
from milepost.acts.writing import Register
from milepost.trade.readers import Reading, to_rows


def put_reading(path: str, person: Person, reading: Reading, reason: str = "") -> tuple[str, ...]:
    """What a publisher's file gives, as the tables of a programme; what stood in them is replaced. Answers in
    sentences what was merged or left out, and how many rows of each table were written."""
    register = Register(path)
    _, opened = register.now()
    rows, told = to_rows(reading, [c.id for c in opened.records.countries])
    said, prices = list(told), opened.settings.base_year
    if reading.year and reading.year != prices:
        said.append(f"flows of {reading.year} in a programme of {prices} prices; they are used as they are")
    put_tables(register, person, rows, reason or f"{reading.kind} {reading.year or ''}".strip())
    return (*said, *(f"written: {len(table):,} rows of {name}" for name, table in rows.items()))
