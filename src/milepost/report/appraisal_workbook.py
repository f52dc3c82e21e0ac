"""An appraisal as a workbook in which every number is a formula over its inputs, so that an economist can
follow each step and change any of them.

Sheets: Summary, Inputs, Value (V by commitment and country; once more in the order of the timetable), Rates
and Growth (trade of each country by year), Costs (each row brought to dollars), a sheet for each commitment,
and one for all together. Where capacities cut what grows, Capacity holds what they leave of each commitment's
value as trade grows, and Trade by how much it has grown: in between it is a line in -1 / g
(:mod:`milepost.value.ceilings`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.worksheet import Worksheet

from milepost.files import keep_text, write_whole
from milepost.records import Cost, Records
from milepost.value.appraisal.answers import IN_WORDS, Appraisals
from milepost.value.appraisal.appraisal import Case
from milepost.value.appraisal.growing import growth_rates
from milepost.value.appraisal.prices import Dollars
from milepost.value.appraisal.spending import Spending
from milepost.value.ceilings import TRAFFIC, Ceilings

BOLD, INPUT = Font(bold=True), PatternFill("solid", fgColor="FFF2CC")
MONEY, SHARE = "#,##0.000", "0.0000"
RATE, FACTOR = "Inputs!$B$4", "Inputs!$B$5"
TOP = 9  # rows of a commitment's sheet above its years
KINDS = ("capital", "renewal", "maintenance", "operation", "residual")
HEAD = ("year", "t", "discount", "served", "V grown", "benefit", *KINDS, "cost", "net")


def write_appraisal(records: Records, answer: Appraisals, path: Path) -> None:
    """Write the workbook. Raises ``WrongUse`` where the file cannot be written."""
    book = openpyxl.Workbook()
    summary = book.active
    assert isinstance(summary, Worksheet)
    summary.title = "Summary"
    made = _Book(records, answer, book)
    made.inputs()
    made.value_and_growth()
    made.capacity()
    made.costs()
    for name, case in answer.cases.items():
        made.commitment(name, case)
    if answer.all_together is not None:
        made.together()
    made.summary(summary)
    for cell in (c for sheet in book.worksheets for row in sheet.iter_rows() for c in row):
        if cell.data_type != "f":
            keep_text(cell)
    packed = io.BytesIO()
    book.save(packed)
    write_whole(path, packed.getvalue())


@dataclass
class _Book:
    """The workbook while it is made; ``lines`` says in which row of Costs a row of costs stands."""

    records: Records
    answer: Appraisals
    book: openpyxl.Workbook

    def __post_init__(self) -> None:
        self.lines: dict[tuple[str, str], int] = {}
        self.names = list(self.answer.cases)
        self.sheets = {name: _sheet_name(name, k) for k, name in enumerate(self.names)}
        last = letter(1 + len(self.answer.countries))
        self.span = f"B{{0}}:{last}{{0}}"  # a row of countries
        self.growth_row: dict[int, int] = {}
        self.kept_column: dict[str, str] = {}  # in Capacity
        self.trade_row: dict[int, int] = {}

    def add(self, name: str, head: Sequence[str]) -> Worksheet:
        """A new sheet with its head."""
        sheet: Worksheet = self.book.create_sheet(name)
        sheet.append(list(head))
        for cell in sheet[1]:
            cell.font = BOLD
        sheet.freeze_panes = "B2"
        return sheet

    def inputs(self) -> None:
        """The few numbers that hold for all."""
        answer, sheet = self.answer, self.add("Inputs", ("input", "value", "meaning"))
        sheet.append(["first year", answer.years[0], "year 0: not discounted"])
        sheet.append(["base year", answer.base_year, "of prices and of V"])
        sheet.append(["discount rate", answer.asked.rate, "a year, compounded once a year"])
        sheet.append(["conversion factor", answer.conversion_factor, "economic over market prices of costs"])
        sheet.append(["basis of V", answer.asked.basis, IN_WORDS[answer.asked.basis]])
        sheet.append(["horizon", answer.asked.horizon, "value after this day is not counted"])
        for row in range(2, 6):
            sheet.cell(row, 2).fill = INPUT

    def value_and_growth(self) -> None:
        """V by commitment and country, and factors on it by year."""
        answer, countries = self.answer, self.answer.countries
        sheet = self.add("Value", ("commitment", *countries))
        for name in self.names:
            sheet.append([name, *answer.cases[name].value.tolist()])
        _filled(sheet)
        first, last = min(answer.base_year, answer.years[0]), answer.years[-1]
        rates = growth_rates(self.records, countries, first, last)
        if answer.asked.flat:
            rates = np.zeros_like(rates)
        sheet = self.add("Rates", ("growth of trade, share a year", *countries))
        for k, year in enumerate(range(first, last + 1)):
            sheet.append([year, *rates[:, k].tolist()])
        _filled(sheet)
        sheet = self.add("Growth", ("factor on V", *countries))
        for k, year in enumerate(range(first, last + 1)):
            row = k + 2
            self.growth_row[year] = row
            columns = [letter(2 + c) for c in range(len(countries))]
            if year == answer.base_year:
                sheet.append([year, *([1] * len(countries))])
            elif year > answer.base_year:
                sheet.append([year, *(f"={c}{row - 1}*(1+Rates!{c}{row})" for c in columns)])
            else:
                sheet.append([year, *(f"={c}{row + 1}/(1+Rates!{c}{row + 1})" for c in columns)])
        sheet = self.add("Value in order", ("commitment", *countries))
        for name in self.names:
            sheet.append(
                [name, *(answer.in_order[name][: len(countries)].tolist() if name in answer.in_order else [])]
            )
        _filled(sheet)

    def capacity(self) -> None:
        """What capacities leave of each commitment's value, by how much trade has grown; nothing where they
        leave all."""
        found = next(
            (case.ceilings for case in self.answer.cases.values() if case.ceilings is not None), None
        )
        if found is None:
            return
        sheet = self.add("Capacity", ("trade, times the base", "-1 / trade", *self.names))
        rows = [found.kept[found.players.index(name)] for name in self.names]
        for k, traffic in enumerate(TRAFFIC.tolist()):
            sheet.append([traffic, f"=-1/A{k + 2}", *(float(row[k]) for row in rows)])
        _filled(sheet, range(3, 3 + len(self.names)))
        self.kept_column = {name: letter(3 + k) for k, name in enumerate(self.names)}
        self._trade(found)

    def _trade(self, found: Ceilings) -> None:
        """By how much trade has grown in each year, and between which rows of Capacity that lies."""
        sheet = self.add("Trade", ("share in all trade", *self.answer.countries))
        sheet.append(["", *found.weights.tolist()])
        _filled(sheet)
        sheet.append([])
        sheet.append(["year", "trade, times the base", "-1 / trade", "row of Capacity", "share of its step"])
        for cell in sheet[4]:
            cell.font = BOLD
        end, last = letter(1 + len(self.answer.countries)), len(TRAFFIC) + 1
        column = f"Capacity!$B$2:$B${last}"
        for year in self.answer.years:
            at = self.trade_row[year] = sheet.max_row + 1
            step = f"(INDEX({column},D{at}+1)-INDEX({column},D{at}))"
            grown = self.span.format(self.growth_row[year])
            sheet.append(
                [
                    year,
                    f"=MAX(1,SUMPRODUCT($B$2:${end}$2,Growth!{grown}))",
                    f"=-1/B{at}",
                    f"=MIN(MATCH(C{at},{column},1),{len(TRAFFIC) - 1})",
                    f"=MIN(1,(C{at}-INDEX({column},D{at}))/{step})",
                ]
            )

    def _kept(self, name: str, year: int) -> str:
        """The formula of what capacities leave of a commitment's value in a year."""
        column = self.kept_column.get(name)
        if column is None:
            return "=1"
        at, rows = self.trade_row[year], f"Capacity!${column}$2:${column}${len(TRAFFIC) + 1}"
        low, high = f"INDEX({rows},Trade!D{at})", f"INDEX({rows},Trade!D{at}+1)"
        return f"={low}+Trade!E{at}*({high}-{low})"

    def costs(self) -> None:
        """Every cost, brought to dollars of the base year."""
        dollars = Dollars(self.records)
        known = {(row.commitment, row.id): row for row in self.records.costs}
        head = (
            "row", "commitment", "kind", "amount, million", "currency", "price year", "USD per unit",
            "price level", "MUSD", "paid by", "basis",
        )  # fmt: skip
        sheet = self.add("Costs", head)
        for name, case in self.answer.cases.items():
            for line in case.spending().lines:
                if (name, line.row) in self.lines:
                    continue  # what is left of a capital stands in its row
                at = sheet.max_row + 1
                self.lines[name, line.row] = at
                row = known.get((name, line.row))
                money = _money_of(row, dollars) if row else [line.musd, "USD", self.answer.base_year, 1, 1]
                formula = f"=D{at}*G{at}*H{at}"
                sheet.append(
                    [line.row, name, line.kind, *money, formula, "; ".join(line.payers), _said(line.basis)]
                )
        _filled(sheet, (4, 7, 8))

    def commitment(self, name: str, case: Case) -> None:
        """The years of one commitment."""
        sheet: Worksheet = self.book.create_sheet(self.sheets[name])
        spending = case.spending()
        years = self.answer.years
        first, last = TOP + 2, TOP + 1 + len(years)
        self._head(sheet, name, case.commitment.title, first, last)
        in_service, kept = letter(len(HEAD) + 2), letter(len(HEAD) + 3)
        sheet[f"{in_service}{TOP + 1}"], sheet[f"{kept}{TOP + 1}"] = "in service", "kept by capacity"
        sheet[f"{in_service}{TOP + 1}"].font = sheet[f"{kept}{TOP + 1}"].font = BOLD
        at_column = len(HEAD) + 4
        shares = self._shares(name, spending)
        for k, (row, _, _) in enumerate(shares):
            sheet.cell(TOP + 1, at_column + k, f"share of {row}").font = BOLD
        value_row = 2 + self.names.index(name)
        served = case.in_service()
        for k, year in enumerate(years):
            at = first + k
            grown = self.span.format(self.growth_row[year])
            own = f"$B${value_row}:${letter(1 + len(self.answer.countries))}${value_row}"
            cells: list[Any] = [
                year,
                f"=A{at}-Inputs!$B$2",
                f"=1/(1+{RATE})^B{at}",
                f"={in_service}{at}*{kept}{at}",
                f"=SUMPRODUCT(Value!{own},Growth!{grown})",
                f"=D{at}*E{at}",
            ]
            for kind in KINDS:
                terms = [
                    f"{letter(at_column + j)}{at}*Costs!$I${self.lines[name, row]}"
                    for j, (row, of, _) in enumerate(shares)
                    if of == kind
                ]
                cells.append("=" + ("+".join(terms) or "0"))
            cells += [f"={FACTOR}*(G{at}+H{at}+I{at}+J{at})", f"=F{at}+{FACTOR}*K{at}-L{at}"]
            for column, content in enumerate(cells, start=1):
                sheet.cell(at, column, content).number_format = _format(column)
            sheet[f"{in_service}{at}"], sheet[f"{kept}{at}"] = float(served[k]), self._kept(name, year)
            sheet[f"{in_service}{at}"].fill = INPUT
            for j, (_, _, part) in enumerate(shares):
                sheet.cell(at, at_column + j, float(part[k])).fill = INPUT

    def _shares(self, name: str, spending: Spending) -> list[tuple[str, str, np.ndarray]]:
        """Row of Costs, kind, and which share of its MUSD falls in each year."""
        whole = {line.row: line.musd for line in spending.lines if line.kind != "residual"}
        whole = {line.row: line.musd for line in spending.lines} | whole
        return [
            (line.row, line.kind, line.amounts / whole[line.row])
            for line in spending.lines
            if whole[line.row]
        ]

    def _head(self, sheet: Worksheet, ident: str, title: str, first: int, last: int) -> None:
        """What is said of the years below."""
        net, discount = f"M{first}:M{last}", f"C{first}:C{last}"
        sheet.append([ident, _said(title)])
        sheet.append(["NPV", f"=SUMPRODUCT({net},{discount})", "MUSD"])
        sheet.append(["EIRR", f'=IFERROR(IRR({net}),"none")', "one rate, where there are several"])
        gains = f"SUMPRODUCT(F{first}:F{last},{discount})+{FACTOR}*SUMPRODUCT(K{first}:K{last},{discount})"
        sheet.append(["gains, present value", f"={gains}", "MUSD"])
        sheet.append(["costs, present value", f"=SUMPRODUCT(L{first}:L{last},{discount})", "MUSD"])
        sheet.append(["benefit over cost", '=IF(B5>0,B4/B5,"none")'])
        found = self.answer.one.get(ident, self.answer.all_together)
        assert found is not None
        sheet.append(["milepost's NPV", found.measures.npv, "MUSD"])
        sheet.append(["rates of return", found.measures.eirr.sentence])
        sheet.append([])
        for column, head in enumerate(HEAD, start=1):
            sheet.cell(TOP + 1, column, head).font = BOLD
        for row in (1, 2):
            sheet.cell(row, 1).font = BOLD
        sheet.cell(3, 2).number_format = "0.00 %"
        for row in (2, 4, 5, 7):
            sheet.cell(row, 2).number_format = MONEY
        sheet.freeze_panes = f"B{first}"
        sheet.column_dimensions["A"].width = 22

    def together(self) -> None:
        """All commitments: what each adds in the order of the timetable, and all costs."""
        sheet: Worksheet = self.book.create_sheet("All together")
        years, answer = self.answer.years, self.answer
        assert answer.all_together is not None
        first, last = TOP + 2, TOP + 1 + len(years)
        self._head(sheet, answer.all_together.ident, answer.all_together.title, first, last)
        end = letter(1 + len(answer.countries))
        for k, year in enumerate(years):
            at = first + k
            grown = self.span.format(self.growth_row[year])
            benefit = "+".join(
                f"{_quoted(self.sheets[n])}!D{at}"
                f"*SUMPRODUCT('Value in order'!$B${2 + j}:${end}${2 + j},Growth!{grown})"
                for j, n in enumerate(self.names)
            )
            cells: list[Any] = [year, f"=A{at}-Inputs!$B$2", f"=1/(1+{RATE})^B{at}"]
            cells += [None, None, f"={benefit}"]
            for column in "GHIJK":
                cells.append("=" + "+".join(f"{_quoted(self.sheets[n])}!{column}{at}" for n in self.names))
            cells += [f"={FACTOR}*(G{at}+H{at}+I{at}+J{at})", f"=F{at}+{FACTOR}*K{at}-L{at}"]
            for at_column, content in enumerate(cells, start=1):
                sheet.cell(at, at_column, content).number_format = _format(at_column)

    def summary(self, sheet: Worksheet) -> None:
        """One row each, all from the other sheets."""
        sheet.append([self.answer.headed()])
        sheet.append(["Every number is a formula; inputs are yellow."])
        sheet.append(["commitment", "title", "NPV, MUSD", "EIRR", "benefit over cost", "milepost's NPV"])
        for cell in (sheet["A1"], *sheet[3]):
            cell.font = BOLD
        rows = [(name, self.answer.one[name].title, self.sheets[name]) for name in self.names]
        if self.answer.all_together is not None:
            rows.append(("all together", self.answer.all_together.title, "All together"))
        for ident, title, name in rows:
            at = f"={_quoted(name)}!"
            sheet.append([ident, _said(title), f"{at}B2", f"{at}B3", f"{at}B6", f"{at}B7"])
            row = sheet.max_row
            sheet.cell(row, 3).number_format = sheet.cell(row, 6).number_format = MONEY
            sheet.cell(row, 4).number_format = "0.00 %"
            sheet.cell(row, 5).number_format = "0.00"
        sheet.column_dimensions["B"].width = 44
        sheet.column_dimensions["C"].width = sheet.column_dimensions["F"].width = 16


def _said(text: str) -> str:
    """Text from the data as text: no formula, and no sign that XML refuses."""
    kept = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    return f" {kept}" if kept.startswith("=") else kept


def _money_of(row: Cost, dollars: Dollars) -> list[object]:
    year = row.price_year or 0
    return [row.amount_m, row.currency, row.price_year, dollars.rate(row.currency, year), dollars.level(year)]


def _format(column: int) -> str:
    return {1: "0", 2: "0", 3: SHARE, 4: SHARE}.get(column, MONEY)


def _filled(sheet: Worksheet, columns: Sequence[int] = ()) -> None:
    for row in sheet.iter_rows(min_row=2):
        for cell in row[1:]:
            if not columns or cell.column in columns:
                cell.fill = INPUT


def _sheet_name(ident: str, position: int) -> str:
    """A name that a spreadsheet takes: 31 signs, no slash; numbered, so that none stands twice."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "-", ident)[:24]
    return plain if plain == ident and len(ident) <= 24 else f"{plain} {position + 1}"


def _quoted(name: str) -> str:
    return f"'{name}'"
