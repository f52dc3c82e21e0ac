"""OGC API - Features."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from milepost.web import features
from milepost.web.desk import API, Desk, day, only
from milepost.web.shapes import GEO, Day, Format


class ItemsAsked(BaseModel):
    """What may be asked of the features of a collection, besides their properties."""

    limit: int = Field(
        default=1_000, ge=1, description=f"how many at most; more than {features.MOST:,} are never given"
    )
    offset: int = Field(default=0, ge=0, le=1_000_000)
    bbox: str = Field(
        default="", max_length=200, description="west,south,east,north in degrees; six numbers with heights"
    )
    datetime: str = Field(
        default="", max_length=100, description="moment or interval; no feature has one, so all meet it"
    )
    as_of: str = Field(default="", max_length=10, description="day of the property on_day of links")
    known_on: Day = ""
    f: Format = ""


def add(desk: Desk) -> None:
    """Add them to the router."""
    _collections(desk)
    _items(desk)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/") + f"{API}/features"


def _collections(desk: Desk) -> None:
    endpoint = desk.endpoint

    @endpoint("GET", "/features", "read", answer=features.Landing, tags=["features"])
    def feature_landing(request: Request, f: Format = "") -> features.Landing:
        """OGC API - Features: landing page."""
        return features.landing(_base(request), desk.state.current().programme.settings.title)

    @endpoint("GET", "/features/api", "read", media=(features.OPENAPI,), tags=["features"])
    def feature_api(request: Request, f: Format = "") -> Response:
        """What the features answer, as OpenAPI 3.0."""
        found = features.description(request.app.openapi(), f"{API}/features")
        if root := request.scope.get("root_path", ""):
            found["servers"] = [{"url": root}]
        return Response(json.dumps(found, ensure_ascii=False), media_type=features.OPENAPI)

    @endpoint("GET", "/features/conformance", "read", answer=features.Conformance, tags=["features"])
    def feature_conformance(request: Request, f: Format = "") -> features.Conformance:
        """Conformance classes."""
        return features.Conformance(conformsTo=features.CONFORMANCE)

    @endpoint("GET", "/features/collections", "read", answer=features.Collections, tags=["features"])
    def feature_collections(request: Request, known_on: Day = "", f: Format = "") -> features.Collections:
        """Collections."""
        return features.collections(_base(request), desk.at(known_on))

    @endpoint("GET", "/features/collections/{name}", "read", answer=features.Collection, tags=["features"])
    def feature_collection(
        request: Request, name: str, known_on: Day = "", f: Format = ""
    ) -> features.Collection:
        """One collection."""
        return features.collection(_base(request), desk.at(known_on), name)


def _items(desk: Desk) -> None:
    endpoint = desk.endpoint

    @endpoint(
        "GET",
        "/features/collections/{name}/items",
        "read",
        media=(features.GEO,),
        tags=["features"],
        responses=GEO,
        queries=False,
    )
    def feature_items(
        request: Request,
        name: str,
        asked: Annotated[ItemsAsked, Query()],
    ) -> Response:
        """Features, page by page; a query parameter named like a property filters by equality."""
        valued = desk.at(asked.known_on)
        named = tuple(ItemsAsked.model_fields)
        only(request, (*named, *features.properties(valued, name)))
        extra = tuple((k, v) for k, v in request.query_params.multi_items() if k not in named)
        moment = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = features.Query(properties=extra, **asked.model_dump(exclude={"f"}))
        found = features.items(_base(request), valued, name, query, day(asked.as_of) or valued.day, moment)
        return Response(json.dumps(found, ensure_ascii=False), media_type=features.GEO)

    @endpoint(
        "GET",
        "/features/collections/{name}/items/{ident}",
        "read",
        media=(features.GEO,),
        tags=["features"],
        responses=GEO,
    )
    def feature_item(
        request: Request, name: str, ident: str, as_of: Day = "", known_on: Day = "", f: Format = ""
    ) -> Response:
        """One feature."""
        valued = desk.at(known_on)
        found = features.item(_base(request), valued, name, ident, day(as_of) or valued.day)
        return Response(json.dumps(found, ensure_ascii=False), media_type=features.GEO)
