"""Tables at stable addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from milepost.errors import one_of
from milepost.languages import Language
from milepost.web import downloads
from milepost.web.desk import Desk, attachment, day, ids, scenario_dates
from milepost.web.rights import must
from milepost.web.shapes import Ids, TableNames


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint = desk.endpoint

    @endpoint("GET", "/tables", "read", tags=["tables"])
    def tables() -> TableNames:
        """Names of all tables and formats, and what each computed table answers and may be asked."""
        about = {
            n: {"answers": text, "takes": sorted({"known_on", *takes})}
            for n, (text, takes) in downloads.COMPUTED.items()
        }
        return TableNames(
            tables=list(downloads.names()),
            formats=list(downloads.MEDIA),
            columns=downloads.columns(),
            computed=about,
        )

    @endpoint(
        "GET",
        "/tables/{name}.{kind}",
        "read",
        tags=["tables"],
        response_class=Response,
        responses={
            200: {
                "description": "The table.",
                "content": {m.partition(";")[0]: {} for m in downloads.MEDIA.values()},
            }
        },
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
        delivered: Ids = "",
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
        if kind not in downloads.MEDIA:
            raise one_of("format", kind, list(downloads.MEDIA))
        if name == "contacts":
            must(desk.person_of(request), "read offices")
        Language(lang)
        asked = downloads.Asked(day(as_of), scenario_dates(scenario), ids(delivered) if delivered else None)
        valued = desk.at(known_on)

        def make() -> bytes:
            return downloads.write(downloads.table(valued, name, asked), kind, lang, name)

        # what is asked for again and again is written once; what a reader makes up is not kept
        key = f"{name}.{kind} {lang if kind == 'xlsx' else ''}"
        content: bytes = valued.once(key, make) if asked.plain else make()
        return Response(content, media_type=downloads.MEDIA[kind], headers=attachment(f"{name}.{kind}"))
