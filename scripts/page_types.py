"""Write page/src/types.ts: the schemas of the OpenAPI document as TypeScript.

The document is made by the server's own code and turned by openapi-typescript (page/node_modules); only what
the page reads, the schemas, is kept. ``make page-types`` runs this, a test checks that the file is current.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from milepost.web.app import create_app
from milepost.web.desk import Config

ROOT = Path(__file__).resolve().parent.parent
TYPES = ROOT / "page" / "src" / "types.ts"
TOOL = ROOT / "page" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
WIDEST = 110
HEAD = "/** Shapes of what the API asks and answers. Written by 'make page-types' from its document. */\n"


def document() -> dict[str, Any]:
    """The OpenAPI document without its paths, and without titles that only repeat a name."""
    whole = create_app(Config("nowhere")).openapi()
    return {
        "openapi": whole["openapi"],
        "info": {"title": whole["info"]["title"], "version": "1"},
        "paths": {},
        "components": {"schemas": _untitled(whole["components"]["schemas"])},
    }


def _untitled(node: Any) -> Any:
    if isinstance(node, list):
        return [_untitled(x) for x in node]
    if not isinstance(node, dict):
        return node
    return {k: _untitled(v) for k, v in node.items() if not (k == "title" and isinstance(v, str))}


def types() -> str:
    """The text of the file. Raises ``RuntimeError`` with what openapi-typescript said if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "types.ts"
        source.write_text(json.dumps(document()), encoding="utf-8")
        flags = ["--root-types", "--root-types-no-schema-prefix", "--alphabetize", "--output", str(target)]
        done = subprocess.run(["node", str(TOOL), str(source), *flags], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr or done.stdout)
        return HEAD + _narrow(target.read_text(encoding="utf-8"))


def _narrow(text: str) -> str:
    """The same without the note of the tool, and with no comment wider than a line."""
    body = re.sub(r"\A/\*\*.*?\*/\s*", "", text, count=1, flags=re.S)
    lines = []
    for line in body.splitlines():
        found = re.match(r"(\s*)(/\*\*|\*) (.*?)( \*/)?$", line)
        if len(line) <= WIDEST or not found:
            lines.append(line)
            continue
        indent, words = found[1], f"{found[3]}{found[4] or ''}"
        if found[2] == "/**":
            lines.append(f"{indent}/**")
            lines += [f"{indent} * {part}" for part in textwrap.wrap(found[3], WIDEST - len(indent) - 3)]
            lines.append(f"{indent} */")
        else:
            lines += [f"{indent}* {part}" for part in textwrap.wrap(words, WIDEST - len(indent) - 2)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TYPES.write_text(types(), encoding="utf-8")
