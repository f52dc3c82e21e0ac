"""Write the page's help by glossary out of docs/glossary.md, the one source of it: which words are explained
(page/src/terms.ts) and their English sentences (languages/messages/en.ftl).

An entry that the page explains holds its sentence first, ended by a comment that names it:
``**Link.** A stretch of railway.<!-- page: link --> Both ways (`links`).``

Run: .venv/bin/python scripts/page_glossary.py
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY, TERMS = ROOT / "docs/glossary.md", ROOT / "page/src/terms.ts"
MESSAGES = ROOT / "src/milepost/languages/messages/en.ftl"
_ENTRY = re.compile(
    r"^\*\*(?P<head>[^*\n]+)\.\*\* (?P<said>(?:(?!\n\n).)+?)<!-- page: (?P<key>[a-z-]+) -->", re.M | re.S
)


def sentences(glossary: str) -> dict[str, str]:
    """The sentence of each word that the page explains, by its key, in their order."""
    found = {}
    for entry in _ENTRY.finditer(glossary):
        said = " ".join(entry["said"].split()).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
        head = re.sub(r" \(.*?\)", "", entry["head"])
        found[entry["key"]] = f"{head}: {said[0].lower()}{said[1:]}"
    return dict(sorted(found.items()))


def terms(found: dict[str, str]) -> str:
    """The list of words, as the page's source has it."""
    rows = "".join(f'  "{key}",\n' for key in found)
    return (
        "/** The words that the glossary explains (made by scripts/page_glossary.py). */\n"
        f"export const TERMS = [\n{rows}] as const;\n"
    )


def messages(found: dict[str, str], held: str) -> str:
    """The English messages with these sentences; a new word comes after the last one."""
    lines = held.split("\n")
    at = {line.partition(" = ")[0]: k for k, line in enumerate(lines) if line.startswith("page-term-")}
    new = [f"page-term-{key} = {said}" for key, said in found.items() if f"page-term-{key}" not in at]
    for key, said in found.items():
        if f"page-term-{key}" in at:
            lines[at[f"page-term-{key}"]] = f"page-term-{key} = {said}"
    last = max(at.values(), default=len(lines) - 2)
    gone = {k for name, k in at.items() if name.removeprefix("page-term-") not in found}
    kept = [*lines[: last + 1], *new, *lines[last + 1 :]]
    return "\n".join(line for k, line in enumerate(kept) if k not in gone)


def main() -> None:
    """Both files, written anew."""
    found = sentences(GLOSSARY.read_text(encoding="utf-8"))
    TERMS.write_text(terms(found), encoding="utf-8")
    MESSAGES.write_text(messages(found, MESSAGES.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
