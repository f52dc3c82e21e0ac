"""The built page: where it lies, and how the server gives it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException

SEVERAL = 'data-programmes="several"'
PAGE = Path(__file__).resolve().parent / "static"


def add_page(app: FastAPI, *, several: bool = False) -> None:
    """The built page: ``/`` and what it needs. Names of assets carry a hash, so they are kept for a year.
    With ``several`` it is told that it stands before several programmes."""

    def files() -> Iterator[Path]:
        yield from (PAGE / "assets").glob("*") if (PAGE / "assets").is_dir() else ()

    @app.get("/", include_in_schema=False)
    def index() -> Response:
        if not (PAGE / "index.html").is_file():
            return Response(
                "The page is not built: run 'make page' (needs Node 20), or install a released wheel. The "
                "API is at /api/v1.",
                media_type="text/plain",
                status_code=503,
            )
        headers = {"cache-control": "no-cache"}
        if several:
            text = (PAGE / "index.html").read_text(encoding="utf-8")
            return HTMLResponse(text.replace("<html", f"<html {SEVERAL}", 1), headers=headers)
        return FileResponse(PAGE / "index.html", headers=headers)

    @app.get("/assets/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        known = {f.name: f for f in files()}
        if name not in known:
            raise HTTPException(404)
        return FileResponse(known[name], headers={"cache-control": "public, max-age=31536000, immutable"})
