"""Who is here, and the words of the page."""

from __future__ import annotations

from milepost.acts.persons import Person
from milepost.languages import LANGUAGES, Language
from milepost.languages.catalogue import page_messages
from milepost.web.answers.people import Messages, Session
from milepost.web.rights import ACTIONS


def session(person: Person, csrf: str, *, teams: bool, oidc: bool, public: bool) -> Session:
    """Who is signed in, and what the person may do; somebody without a name may read only what is
    ``public``."""
    known = not teams or public or bool(person.name)
    return Session(
        signed_in=bool(person.name),
        name=person.name,
        role=person.role,
        party=person.party,
        csrf=csrf,
        teams=teams,
        oidc=oidc,
        may=sorted(a for a, roles in ACTIONS.items() if person.role in roles and (known or a == "open")),
    )


def nobody() -> Session:
    """The reader of a snapshot: nobody, on no server."""
    return Session(
        signed_in=False,
        name="",
        role="snapshot",
        party="",
        csrf="",
        teams=False,
        oidc=False,
        may=["open", "read", "try"],
    )


def messages(lang: str) -> Messages:
    """The words of the page in one language. Raises ``WrongUse`` for an unknown one."""
    return Messages(
        lang=lang, dir=Language(lang).direction, languages=dict(LANGUAGES), messages=page_messages(lang)
    )
