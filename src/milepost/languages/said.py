"""A sentence that a model made: English text wherever a text is wanted, and still known by its message in
every language."""

from __future__ import annotations

from typing import Any

from milepost.errors import Finding
from milepost.languages.catalogue import Language


class Said(str):
    """The English text of a message; ``key`` and ``values`` tell a page how to say it in the reader's
    language."""

    key: str
    values: dict[str, str | int]

    def __new__(cls, key: str, **values: str | int) -> Said:
        """Raises ``KeyError`` for a message that is not in the catalogue: a fault of ours."""
        made = super().__new__(cls, Language("en").say(key, **values))
        made.key, made.values = key, values
        return made

    def and_more(self, text: str) -> Said:
        """The same message, after whose English text something stands that no other language has."""
        return _again(self.key, self.values, str(self) + text)

    def __reduce__(self) -> Any:
        return _again, (self.key, self.values, str(self))


def _again(key: str, values: dict[str, str | int], text: str) -> Said:
    made = str.__new__(Said, text)
    made.key, made.values = key, values
    return made


def told(code: str, **values: object) -> tuple[Said, Said]:
    """What was found and what to do about it: the messages finding-``code`` and remedy-``code``."""
    said = {name: str(value) for name, value in values.items()}
    return Said(f"finding-{code}", **said), Said(f"remedy-{code}", **said)


def spoken(text: str) -> dict[str, Any]:
    """The shape that the page reads; a text without a message keeps an empty key and is shown as it is."""
    if isinstance(text, Said):
        return {"text": str(text), "key": text.key, "values": dict(text.values)}
    return {"text": text, "key": "", "values": {}}


def finding_as_read(finding: Finding) -> dict[str, Any]:
    """A finding as plain JSON values, and what a page says it by: its message and its remedy."""
    return {**finding.as_dict(), "says": [spoken(finding.message), spoken(finding.remedy)]}
