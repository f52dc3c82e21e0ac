"""What a workbook says to who fills it in: drop-downs of choices, a comment on every header, dates that stay
text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from milepost.records import Row
from milepost.records.reference import kind_of
from milepost.store.cells import choices_of, is_date

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

CHOICES_SHEET = "choices"  # hidden: Excel takes a list of more than 255 characters from cells only
_MOST_ROWS = 5000


class Guidance:
    """Lists of choices of one workbook, each written once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._lists: dict[tuple[str, ...], str] = {}

    def guide(self, sheet: Worksheet, kind: type[Row]) -> None:
        """Guide who fills in a table; its header stands in the first row, its rows below."""
        for number, (cell, name) in enumerate(zip(sheet[1], kind.columns(), strict=True), start=1):
            info = kind.model_fields[name]
            letter = get_column_letter(number)
            needed = "needed" if info.is_required() else "optional"
            cell.comment = Comment(
                f"{needed}; {kind_of(info.annotation, info.metadata)}. {info.description or name}", "milepost"
            )
            cell.comment.width, cell.comment.height = 320, 160
            if is_date(info.annotation):
                # a cell of text stays 2027-12; otherwise Excel makes it the first of the month
                sheet.column_dimensions[letter].number_format = "@"
                for below in sheet[letter][1:]:
                    below.number_format = "@"
            choices = tuple(c for c in choices_of(info.annotation) if c)
            if choices:
                rule = DataValidation(
                    "list", formula1=self._range(choices), allow_blank=True, showErrorMessage=True
                )
                rule.errorTitle, rule.error = name, f"Choose from the list: {', '.join(choices)}"[:255]
                rule.add(f"{letter}2:{letter}{_MOST_ROWS}")
                sheet.add_data_validation(rule)

    def finish(self) -> None:
        """Hide the lists."""
        if self._lists:
            self._book[CHOICES_SHEET].sheet_state = "hidden"

    def _range(self, choices: tuple[str, ...]) -> str:
        if choices not in self._lists:
            sheet = self._book[CHOICES_SHEET] if self._lists else self._book.create_sheet(CHOICES_SHEET)
            column = len(self._lists) + 1
            for row, choice in enumerate(choices, start=1):
                sheet.cell(row=row, column=column, value=choice)
            letter = get_column_letter(column)
            self._lists[choices] = f"{CHOICES_SHEET}!${letter}$1:${letter}${len(choices)}"
        return self._lists[choices]
