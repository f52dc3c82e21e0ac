"""Notices as letters, in the language of each office, and their way out through an SMTP server. Sending is
never the default."""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any, Protocol
from urllib.parse import urlsplit

from milepost.errors import WrongUse
from milepost.follow_up.calls import Call
from milepost.follow_up.notices import Notice
from milepost.languages import Language
from milepost.programme import Programme
from milepost.records.acceptance import acceptance_tests
from milepost.records.wording import titles_of
from milepost.results import Cell, Rows


class Mail(Protocol):
    """What can be sent: to whom (empty: nobody), in which language, and its words."""

    @property
    def to(self) -> str:
        """Address."""

    @property
    def language(self) -> str:
        """Code of its language."""

    @property
    def subject(self) -> str:
        """One line."""

    @property
    def text(self) -> str:
        """The letter."""


@dataclass(frozen=True)
class Letter:
    """One letter to one office. ``to`` is empty where no address is on record; then it cannot be sent."""

    notice: Notice
    to: str
    language: str
    subject: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        """The letter as plain JSON values."""
        n = self.notice
        return {
            "day": n.day.isoformat(),
            "kind": n.kind,
            "item": n.item,
            "party": n.party,
            "addressee": n.addressee,
            "due": n.due.isoformat() if n.due else None,
            "days": n.days,
            "reply_by": n.reply_by.isoformat() if n.reply_by else None,
            "working_days_of": n.working_days_of,
            "to": self.to,
            "language": self.language,
            "subject": self.subject,
            "text": self.text,
        }


class Letters(Rows[Letter]):
    """The letters of a day, in the order of their notices; ``sent`` says how many went out."""

    heads: Sequence[str] = (
        "day",
        "kind",
        "item",
        "party",
        "addressee",
        "due",
        "days",
        "reply_by",
        "working_days_of",
        "to",
        "language",
        "subject",
        "text",
    )
    sent: int = 0

    @property
    def without_address(self) -> int:
        """How many have no address on record, so that they cannot be sent."""
        return sum(not letter.to for letter in self)

    def after(self, sent: int) -> Letters:
        """The same once some went out."""
        made = Letters(self, self.name, self.day)
        made.sent = sent
        return made

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost remind``."""
        rows = [letter.as_dict() for letter in self]
        day = self.day.isoformat() if self.day else None
        return {"on": day, "sent": self.sent, "without_address": self.without_address, "letters": rows}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a letter, its text with it."""
        rows = [letter.as_dict() for letter in self]
        return list(self.heads), [[row[name] for name in self.heads] for row in rows]


def letters(programme: Programme, notices: Iterable[Notice], on: dt.date | None = None) -> Letters:
    """Every notice as a letter to each office it goes to; one without an office is kept, without an
    address."""
    costs = {c.commitment: c for c in programme.calls(on) if not c.milestone}
    made = []
    said: dict[str, Programme] = {}
    for notice in notices:
        offices: list[tuple[str, str, str, str]] = [
            (c.email, c.language, c.role, c.office) for c in notice.contacts
        ]
        offices = offices or [("", "en", notice.addressee, "")]
        for to, language, role, office in offices:
            say = Language(language)
            if language not in said:
                said[language] = programme.in_language(language)
            subject, text = _write(said[language], notice, say, role, office, costs)
            made.append(Letter(notice, to, language, subject, text))
    return Letters(made, "letters", on or programme.day)


def reminders(
    programme: Programme,
    *,
    on: dt.date | None = None,
    since: dt.date | None = None,
    party: str = "",
    intake: bool = False,
) -> Letters:
    """The letters that fall due after ``since`` (default: the day before) up to and with ``on`` (default:
    the programme's day), to all or to one party. Raises ``WrongUse`` for an unknown party."""
    party = programme.known_party(party)
    return letters(programme, programme.notices(on, since, intake=intake, party=party), on)


def send(
    batch: Iterable[Mail],
    *,
    server: str,
    sender: str,
    environment: Mapping[str, str] = os.environ,
    timeout_seconds: float = 30,
) -> int:
    """Send every letter that has an address; returns how many went out.

    ``server`` is ``smtp://host:port``, ``smtps://host:port`` (TLS at once) or ``smtp+starttls://host:port``.
    User and password come from MILEPOST_SMTP_USER and MILEPOST_SMTP_PASSWORD and are never sent over a
    connection without TLS. Raises ``WrongUse`` with one sentence if the server refuses; letters accepted
    before stay sent, and it says how many.
    """
    parts = urlsplit(server)
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
        raise WrongUse(
            f"'{server}' is no mail server; write smtp://host:25, smtp+starttls://host:587 or "
            "smtps://host:465."
        )
    user, password = environment.get("MILEPOST_SMTP_USER", ""), environment.get("MILEPOST_SMTP_PASSWORD", "")
    if user and parts.scheme == "smtp":
        raise WrongUse(
            "A password is not sent over a connection without TLS; use smtps:// or smtp+starttls://."
        )
    sent = 0
    try:
        if parts.scheme == "smtps":
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname,
                parts.port or 465,
                timeout=timeout_seconds,
                context=ssl.create_default_context(),
            )
        else:
            link = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=timeout_seconds)
        with link:
            if parts.scheme == "smtp+starttls":
                link.starttls(context=ssl.create_default_context())
            if user:
                link.login(user, password)
            for letter in batch:
                if letter.to:
                    link.send_message(message(letter, sender))
                    sent += 1
    except (OSError, smtplib.SMTPException) as fault:
        raise WrongUse(
            f"The mail server {parts.hostname} failed after {sent} letters: {str(fault)[:150]}"
        ) from None
    return sent


def message(letter: Mail, sender: str) -> EmailMessage:
    """The letter as a mail message. A line break in a subject or address cannot smuggle in a header: it is
    refused."""
    mail = EmailMessage()
    try:
        mail["From"] = sender
        mail["To"] = letter.to
        mail["Subject"] = " ".join(letter.subject.split())
    except ValueError:
        raise WrongUse(f"'{letter.to[:60]}' or '{sender[:60]}' is no mail address.") from None
    mail["Date"] = format_datetime(dt.datetime.now(dt.UTC))
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(">") or "milepost.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail["Content-Language"] = letter.language  # set_content clears what describes the content
    return mail


def _day_costs(say: Language, call: Call, bears: str) -> str:
    """What one more day costs: benefit lost, and net of what spending later saves where a cost is stated."""
    lost, net = (say.number(1000 * (x or 0.0)) for x in (call.cost_of_a_day_musd, call.net_of_a_day_musd))
    if call.saved_of_a_day_musd is None:
        return say.say("letter-cost", cost=lost, countries=bears)
    saved = say.number(1000 * call.saved_of_a_day_musd)
    return say.say("letter-cost-net", net=net, lost=lost, saved=saved, countries=bears)


def _write(
    programme: Programme, notice: Notice, say: Language, role: str, office: str, costs: Mapping[str, Call]
) -> tuple[str, str]:
    records = programme.records
    names = {p.id: p.name for p in records.parties}
    party = say.country(notice.party, names.get(notice.party, notice.party))
    tests = acceptance_tests(records)
    given = {
        "id": notice.item,
        "title": titles_of(records).get(notice.item, notice.title),
        "party": party or "–",
        "date": say.full(notice.shown) if notice.shown else say.date(notice.due),
        "days": abs(notice.days or 0),
        "test": tests.get(notice.item) or say.say("test-none"),
        "missing": ", ".join(say.word("missing", m) for m in notice.missing),
    }
    if notice.reply_by:
        given["date"] = say.date(notice.reply_by)
    key = notice.kind.replace(" ", "-")
    body = key
    if notice.kind == "reminder":
        when = notice.days or 0
        body = "reminder-day" if when == 0 else "reminder-before" if when < 0 else "reminder-after"
    common = role in ("secretariat", "council")
    title = office or say.word("office", role)
    lines = [
        say.say("letter-greeting-common", office=title)
        if common
        else say.say("letter-greeting", office=title, party=party),
        "",
        say.say(f"letter-{body}", **given),
    ]
    call = costs.get(notice.item)
    if call and call.cost_of_a_day_musd and (call.net_of_a_day_musd or 0.0) > 0:
        countries = {c.id: c.name for c in records.countries}
        bears = ", ".join(say.country(c, countries.get(c, c)) for c in call.borne_by)
        lines.append(_day_costs(say, call, bears))
    closing = say.say(
        "letter-closing", programme=programme.settings.title, fingerprint=records.fingerprint[:16]
    )
    lines += ["", closing]
    subject = say.say(f"letter-subject-{key}", **given).replace("\u2068", "").replace("\u2069", "")
    return subject, "\n".join(lines) + "\n"
