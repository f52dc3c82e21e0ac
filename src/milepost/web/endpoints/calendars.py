"""Calendars, open and by secret address."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from fastapi import Request, Response

from milepost.report.calendar import calendar
from milepost.web.answers.people import Feed
from milepost.web.desk import API, Desk, attachment
from milepost.web.people import NO_ROLE
from milepost.web.rights import NotThere
from milepost.web.shapes import Day, Lang, Short

NO_CALENDAR = "There is no such calendar; ask for a new address."


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, config = desk.endpoint, desk.config

    def ics(party: str, body: str, lang: str, known_on: str = "") -> Response:
        content = calendar(desk.at(known_on).programme, party=party, body=body, language=lang)
        return Response(
            content, media_type="text/calendar; charset=utf-8", headers=attachment("milepost.ics")
        )

    @endpoint("GET", "/calendar.ics", "read", media=("text/calendar",), tags=["calendar"])
    def calendar_now(party: Short = "", body: Short = "", lang: Lang = "en", known_on: Day = "") -> Response:
        """The calendar of due dates and meetings."""
        return ics(party, body, lang, known_on)

    @endpoint("POST", "/feeds", "subscribe", answer=Feed, tags=["calendar"])
    def new_feed(request: Request, party: Short = "", body: Short = "", lang: Lang = "en") -> Feed:
        """A secret address of the calendar for a calendar program; a new one ends the old one."""
        ics(party, body, lang)  # refuse now what could not be shown later
        here = request.scope.get("root_path", "") + API
        if config.people is None:
            asked = urlencode({"party": party, "body": body, "lang": lang})
            return Feed(path=f"{here}/calendar.ics?{asked}", secret=False)
        mine = [party, body, lang, *([config.key] if config.key else [])]
        token = config.people.feed_token(desk.who(request).name, json.dumps(mine))
        return Feed(path=f"{here}/feeds/{token}.ics", secret=True)

    @endpoint("GET", "/feeds/{token}.ics", "open", media=("text/calendar",), tags=["calendar"])
    def feed(token: str) -> Response:
        """A calendar by its secret address."""
        found = config.people.feed(token) if config.people else None
        party, body, lang, *key = json.loads(found[1]) if found else ("", "", "")
        if found is None or found[0].role == NO_ROLE or key != ([config.key] if config.key else []):
            raise NotThere(NO_CALENDAR)
        return ics(party, body, lang)
