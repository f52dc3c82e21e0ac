"""All programmes that a reader may see, and what waits for the reader in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import Request

from milepost.acts.persons import Person
from milepost.languages import LANGUAGES
from milepost.web import views
from milepost.web.answers.together import ProgrammeAtAGlance, Waiting
from milepost.web.desk import Desk, Entrance
from milepost.web.several import key_of
from milepost.web.shapes import Lang

Seen = Callable[[Request], Sequence[tuple[Desk, Person]]]  # the programmes that a reader may see, and as whom


def add(entrance: Entrance, seen: Seen) -> None:
    """Add them to the router: of one programme, or of all that the reader may see."""
    one = isinstance(entrance, Desk)
    action = "read" if one else "open"  # which of several one may see is asked of each

    def of(desk: Desk, request: Request) -> tuple[str, str]:
        """Key and address of a programme."""
        root = str(request.scope.get("root_path", ""))
        key = desk.config.key or key_of(desk.state)
        return key, f"{root}/" if one else f"{root}/p/{key}/"

    @entrance.endpoint("GET", "/programmes", action, answer=list[ProgrammeAtAGlance], tags=["programmes"])
    def programmes(request: Request, lang: Lang = "") -> tuple[ProgrammeAtAGlance, ...]:
        """The programmes of this server that the reader may see: how each stands, and how much waits."""
        said = lang if lang in LANGUAGES else ""
        return tuple(views.at_a_glance(d.state, *of(d, request), who, said) for d, who in seen(request))

    @entrance.endpoint("GET", "/inbox", action, answer=list[Waiting], tags=["programmes"])
    def inbox(request: Request, lang: Lang = "") -> tuple[Waiting, ...]:
        """What waits for the reader in all of them: requests to decide, claims to verify, what is overdue,
        proposals of others, and the letters of the week."""
        said = lang if lang in LANGUAGES else ""
        each = (views.waiting(d.state, *of(d, request), who, said) for d, who in seen(request))
        return tuple(item for items in each for item in items)
