"""What is wrong with a request in sentences: which field, what was found there, and what is expected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

MOST_SHOWN = 60  # characters of what was found
MOST_TOLD = 2_000  # characters of all sentences together
SECRET = ("password", "code", "credential")  # never told back: answers are logged and cached on their way
_EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "bool": "true or false",
    "date": "a date as YYYY-MM-DD",
    "datetime": "a time as YYYY-MM-DDThh:mm:ssZ",
    "dict": "an object of names and values",
    "mapping": "an object of names and values",
    "model": "an object of names and values",
    "list": "a list",
    "tuple": "a list",
    "base64": "base64 text",
    "bytes": "text",
}
_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}


def findings(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Every fault that the check of a request found: where (``query.limit``), and a sentence."""
    return [{"where": ".".join(str(p) for p in e["loc"]), "message": sentence(e)} for e in errors]


def sentence(error: Mapping[str, Any]) -> str:
    """A fault as ``limit is -4; expected is a number of at least 1.``"""
    sort, at = str(error["type"]), [str(p) for p in error["loc"]]
    kind, name = (at[0] if at else "body"), ".".join(at[1:])
    field = "the body" if kind == "body" and not name else name or kind
    if sort == "json_invalid":
        return "The body is no JSON; expected is an object of names and values."
    if sort == "missing":
        where = "the body" if kind == "body" else f"the {kind}"
        return f"{field} is missing in {where}." if name else "The body is missing; expected is JSON."
    if sort == "extra_forbidden":
        return f"{field} is no member of the body; leave it out."
    if any(part in SECRET for part in at):
        return f"{field} is not as expected: {_expected(sort, error)}."
    return f"{field} is {_shown(error.get('input'))}; expected is {_expected(sort, error)}."


def _shown(found: Any) -> str:
    """What was found, as JSON writes it, no longer than is read."""
    if isinstance(found, bytes):
        found = found.decode("utf-8", "replace")
    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def _expected(sort: str, error: Mapping[str, Any]) -> str:
    limits: Mapping[str, Any] = error.get("ctx") or {}
    if sort in _BOUNDS:
        key, word = _BOUNDS[sort]
        return f"a number {'of ' if word.startswith('at') else ''}{word} {limits.get(key)}"
    if sort.endswith(("too_long", "too_short")):
        what = "characters" if sort.startswith(("string", "bytes")) else "entries"
        most = limits.get("max_length", limits.get("min_length"))
        return f"{'at most' if sort.endswith('long') else 'at least'} {most} {what}"
    if sort in ("literal_error", "enum"):
        return str(limits.get("expected", "one of its values")).replace("'", "")
    if sort == "string_pattern_mismatch":
        return f"text of the form {limits.get('pattern')}"
    if sort == "int_from_float":
        return "a whole number"
    first = sort.removesuffix("_type").removesuffix("_parsing").split("_from_")[0]
    for name in (first, first.split("_")[0]):
        if name in _EXPECTED:
            return _EXPECTED[name]
    return "another value"
