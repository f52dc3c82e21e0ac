"""The page and all its data in one HTML file: opens from file://, asks nobody, and every date can be
moved."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from milepost.errors import WrongUse
from milepost.files import write_whole
from milepost.languages import LANGUAGES, Language
from milepost.languages.catalogue import page_messages
from milepost.web import views
from milepost.web.app import API, PAGE
from milepost.web.state import State


def snapshot_html(state: State, *, language: str = "en") -> str:
    """The file as text. Raises ``BadData`` if the data have findings, ``WrongUse`` if the page is not
    built."""
    Language(language)
    valued = state.current()
    valued.programme.sound()
    index = PAGE / "index.html"
    if not index.is_file():
        raise WrongUse("The page is not built: run 'make page' (needs Node 20), or install a released wheel.")
    answers: dict[str, Any] = {
        "/session": {
            "signed_in": False,
            "name": "",
            "role": "snapshot",
            "party": "",
            "csrf": "",
            "teams": False,
            "oidc": False,
            "may": ["open", "read", "try"],
        },
        "/programme": views.about(state, valued),
        "/register": views.register(valued),
        "/network": views.network(valued, views.land_of(state.path)),
        "/values": {**views.values(valued), "stale": False, "failed": ""},
        "/flows": views.flows(valued),
        "/model": views.model(valued),
        "/intervals": views.intervals(state, valued),
        **{
            f"/countries/{c.id}/paths": views.country_paths(valued, c.id, valued.programme.game.players)
            for c in valued.programme.records.countries
        },
        "/routes": views.routes(valued, valued.programme.game.players),
        **{
            f"/messages/{code}": {
                "lang": code,
                "dir": Language(code).direction,
                "languages": LANGUAGES,
                "messages": page_messages(code),
            }
            for code in LANGUAGES
        },
    }
    html = index.read_text(encoding="utf-8")
    scripts = re.findall(r'<script[^>]*src="([^"]+)"[^>]*></script>', html)
    styles = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"[^>]*>', html)
    html = re.sub(r'<link[^>]*rel="(modulepreload|stylesheet|icon)"[^>]*>', "", html)
    html = re.sub(r'<script[^>]*src="[^"]+"[^>]*></script>', "", html)
    css = "\n".join((PAGE / s.lstrip("./")).read_text(encoding="utf-8") for s in styles)
    js = "\n".join((PAGE / s.lstrip("./")).read_text(encoding="utf-8") for s in scripts)
    data = json.dumps(
        {"api": API, "language": language, "answers": answers}, ensure_ascii=False, separators=(",", ":")
    )
    # within a script element only '</' and '<!--' could end or change it; in JSON both may be written
    # otherwise
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    js = re.sub(r"</(script)", r"<\\/\1", js, flags=re.I)
    head = f"<style>{css}</style>"
    tail = f'<script type="application/json" id="snapshot">{data}</script><script type="module">{js}</script>'
    return html.replace("</head>", head + "</head>", 1).replace("</body>", tail + "</body>", 1)


def write_snapshot(state: State, target: Path, *, language: str = "en") -> int:
    """Write the file, whole or not at all; returns its size in bytes. Raises ``WrongUse`` if it cannot be
    written."""
    content = snapshot_html(state, language=language).encode()
    write_whole(target, content)
    return len(content)
