"""Slip, timing and firmness as a reader sees them: lateness is never a slip of nothing, and "on time" is said
only with how often the date was moved."""

from __future__ import annotations

from milepost.languages import Language, Said
from milepost.register.status import Status
from milepost.store.checkpoints import Seal


def seal_shown(say: Language, seal: Seal) -> str:
    """Where the audit chain stood, and the key that it trusts: 16 digits of each, which verify takes."""
    if not seal.root:
        return say.say("footer-no-root")
    root = seal.root[:16]
    return say.say("footer-signed", root=root, signer=seal.key[:16]) if seal.key else root


def timing_shown(say: Language, status: Status) -> str:
    """The timing, with how often the date was moved where that makes the difference."""
    word = say.word("timing", status.timing)
    if status.redated and status.timing in ("on time", "at risk", "done on time"):
        return say.say("timing-moved", timing=word, count=status.redated)
    return word


def state_shown(say: Language, status: Status) -> str:
    """How far it is, and whether on time."""
    comma = "، " if say.right_to_left else ", "
    return f"{say.word('delivery', status.delivery)}{comma}{timing_shown(say, status)}"


def slip_shown(say: Language, status: Status) -> tuple[str, int | None]:
    """Days from the first promised date, and days late: for a date that was never moved only the latter. The
    words, and the number that a workbook reckons with."""
    late = say.say("slip-late", days=say.number(status.days_late)) if status.days_late else ""
    if status.slip_days is None:
        return late or "–", status.days_late or None
    if not status.closed and not status.redated:
        return late or "–", status.days_late or None
    slip = say.number(status.slip_days)
    return (f"{slip}, {late}" if late else slip), status.slip_days


def firmness_shown(say: Language, firmness: str) -> str:
    """How firmly something is promised, in words."""
    return say.word("firmness", firmness or "not stated")


def conflict_shown(say: Language, conflict: Said) -> str:
    """A contradiction in the reader's language: days in that calendar, per cents in those digits."""
    shown = {name: _value(say, name, str(value)) for name, value in conflict.values.items()}
    return say.say(conflict.key, **shown)


def _value(say: Language, name: str, text: str) -> str:
    if name.endswith("on"):
        return say.partial(text)
    if name in ("before", "after"):
        return say.number(float(text), 0 if float(text).is_integer() else 1)
    return text
