"""Tables at stable addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from milepost.records.named import set_named
from milepost.web import downloads, views
from milepost.web.answers.programme import TableNames
from milepost.web.desk import Desk, attachment, day, scenario_dates
from milepost.web.rights import must_see
from milepost.web.shapes import SetOfIds


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint = desk.endpoint

    @endpoint("GET", "/tables", "read", answer=TableNames, tags=["tables"])
    def tables() -> TableNames:
        """Names of all tables and formats, and what each computed table answers and may be asked."""
        return views.table_names()

    @endpoint(
        "GET",
        "/tables/{name}.{kind}",
        "read",
        media=tuple(m.partition(";")[0] for m in downloads.MEDIA.values()),
        tags=["tables"],
        kept=True,
        heavy=True,
    )
    def table(
        request: Request,
        name: str,
        kind: str,
        as_of: Annotated[
            str,
            Query(
                max_length=10,
                description="day looked at, YYYY-MM-DD: from which the timetable is seen, or by "
                "which what is due counts as delivered (value, loads)",
            ),
        ] = "",
        known_on: Annotated[
            str, Query(max_length=10, description="the register as it was known on this day")
        ] = "",
        scenario: Annotated[
            str, Query(max_length=4_000, description="dates to try: C01:2030-06-30,C05:never")
        ] = "",
        delivered: SetOfIds = None,
        lang: Annotated[
            str,
            Query(
                max_length=5,
                description="words in the headings and cells of a workbook: en, ru, fa, ar, fr; "
                "csv, json and parquet have the same names in every language",
            ),
        ] = "en",
    ) -> Response:
        """One table as csv, xlsx, json or parquet: rows of the register, or computed (GET /tables says which
        take what).

        A question that cannot change the table is refused with the tables that it applies to. Names of
        columns are stable and fit Stata; days are ISO 8601; a cell holds one value, or values with
        semicolons; what is not known is empty; text is UTF-8.
        """
        must_see(desk.person_of(request), name)
        asked = downloads.Asked(
            day(as_of), scenario_dates(scenario), None if delivered is None else set_named(delivered)
        )
        content = downloads.written(desk.at(known_on), name, kind, lang, asked)
        return Response(content, media_type=downloads.MEDIA[kind], headers=attachment(f"{name}.{kind}"))
