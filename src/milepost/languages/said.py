"""A sentence that a model made: English text wherever a text is wanted, and still known by its message in
every language."""

from __future__ import annotations

from typing import Any

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

    def __reduce__(self) -> Any:
        return _again, (self.key, self.values)


def _again(key: str, values: dict[str, str | int]) -> Said:
    return Said(key, **values)


def spoken(text: str) -> dict[str, Any]:
    """The shape that the page reads; a text without a message keeps an empty key and is shown as it is."""
    if isinstance(text, Said):
        return {"text": str(text), "key": text.key, "values": dict(text.values)}
    return {"text": text, "key": "", "values": {}}
