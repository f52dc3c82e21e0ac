"""A row as a line of CSV, told in one look or by the writer: the same line, read back as the same cells."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from milepost.files import no_formula
from milepost.records.tables.follow_up import Evidence
from milepost.store import texts
from torture import cases

PIECES = st.text(st.sampled_from("ab ,;\"'\r\n\t=+-@\uff1d\uff200.5\u0633\u0430"), max_size=6)


@cases(300, 20_000)
@given(report=PIECES, source=PIECES, note=PIECES)
def test_a_line_is_what_the_writer_of_csv_makes_of_it(report: str, source: str, note: str) -> None:
    row = Evidence.model_validate(
        {"id": "E1", "commitment": "C1", "report": report, "basis": "sourced", "source": source, "note": note}
    )
    told = row.model_dump()
    cells = [no_formula(texts.cell_text(told[name])) for name in Evidence.columns()]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    line = texts.csv_text(Evidence, (row,)).split("\n", 1)[1]
    assert line == out.getvalue()[:-2] + "\n"
    assert next(csv.reader(io.StringIO(line, newline=""))) == cells
