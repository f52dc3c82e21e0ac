"""The page and all its data in one HTML file: opens from file://, asks nobody, and every date can be
moved."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

from milepost.errors import WrongUse
from milepost.files import write_whole
from milepost.languages import LANGUAGES, Language
from milepost.web import views
from milepost.web.desk import API, body_of
from milepost.web.page import PAGE
from milepost.web.state import State, Valued


def answers(state: State, valued: Valued) -> dict[str, Any]:
    """What a reader of the snapshot can ask: address -> the body that the server gives there."""
    if valued.alone:
        return _of_register(state, valued)
    players = valued.programme.game.players
    whole = {
        "/session": views.nobody(),
        "/programme": views.about(state, valued),
        "/register": views.register(valued),
        "/network": views.network(valued, views.land_of(state.path)),
        "/values": views.values(valued),
        "/appraisals": views.appraisals(valued),
        "/flows": views.flows(valued),
        "/model": views.basis(valued),
        "/intervals": views.intervals(state, valued),
        **{
            f"/countries/{c.id}/paths": views.country_paths(valued, c.id, players)
            for c in valued.programme.records.countries
        },
        "/routes": views.headline_paths(valued, players),
        **{f"/messages/{code}": views.messages(code) for code in LANGUAGES},
    }
    return {address: body_of(answer) for address, answer in whole.items()}


def _of_register(state: State, valued: Valued) -> dict[str, Any]:
    """The same of a register without a network: nothing is valued, and there is no map."""
    whole = {
        "/session": views.nobody(),
        "/programme": views.about(state, valued),
        "/register": views.register(valued),
        "/network": views.no_network(valued),
        **{f"/messages/{code}": views.messages(code) for code in LANGUAGES},
    }
    return {address: body_of(answer) for address, answer in whole.items()}


def snapshot_html(state: State, *, language: str = "en") -> str:
    """The file as text. Raises ``BadData`` if the data have findings, ``WrongUse`` if the page is not
    built."""
    Language(language)
    valued = state.current()
    valued.programme.sound()
    index = PAGE / "index.html"
    if not index.is_file():
        raise WrongUse("The page is not built: run 'make page' (needs Node 20), or install a released wheel.")
    html = index.read_text(encoding="utf-8")
    scripts = re.findall(r'<script[^>]*src="([^"]+)"[^>]*></script>', html)
    styles = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"[^>]*>', html)
    html = re.sub(r'<link[^>]*rel="(modulepreload|stylesheet|icon)"[^>]*>', "", html)
    html = re.sub(r'<script[^>]*src="[^"]+"[^>]*></script>', "", html)
    css = "\n".join((PAGE / s.lstrip("./")).read_text(encoding="utf-8") for s in styles)
    js = "\n".join((PAGE / s.lstrip("./")).read_text(encoding="utf-8") for s in scripts)
    data = json.dumps(
        {"api": API, "language": language, "answers": answers(state, valued)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # whose code this is can be read without unpacking it
    notices = "\n".join(_NOTICE.findall(js))
    js = _NOTICE.sub("", js)
    head = f'<style>{css}</style><script type="text/plain">{_inside(notices)}</script>'
    tail = "".join(
        f'<script type="application/gzip" id="{name}">{_packed(text)}</script>'
        for name, text in (("snapshot", data), ("page", js))
    )
    tail += f"<script>{_BEGIN}</script>"
    return html.replace("</head>", head + "</head>", 1).replace("</body>", tail + "</body>", 1)


_NOTICE = re.compile(r"/\*!.*?\*/", re.S)
# the script is unpacked and put where it would have stood
_BEGIN = (
    '(async()=>{const p=document.getElementById("page").textContent,'
    "b=Uint8Array.from(atob(p),c=>c.charCodeAt(0)),"
    's=document.createElement("script");s.type="module";'
    'const u=new DecompressionStream("gzip");'
    "s.textContent=await new Response(new Blob([b]).stream().pipeThrough(u)).text();"
    "document.body.append(s)})()"
)


def _inside(text: str) -> str:
    """A text that ends no element that it stands in."""
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.I)


def _packed(text: str) -> str:
    """A text packed, since a file is sent by mail: figures of many sets are most of it."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def write_snapshot(state: State, target: Path, *, language: str = "en") -> int:
    """Write the file, whole or not at all; returns its size in bytes. Raises ``WrongUse`` if it cannot be
    written."""
    content = snapshot_html(state, language=language).encode()
    write_whole(target, content)
    return len(content)
