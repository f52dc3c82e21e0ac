"""The tables of accounts: persons, their rights in one programme of several, passkeys and what they are to
sign, sessions, failed sign-ins, secret addresses, pending sign-ins, and the trail.

Their schema is brought to this release's by the migrations beside this file. The first of them makes only
what is missing, so a database that an older release made is taken over as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, String, Table, Text

from milepost.errors import WrongUse
from milepost.late import Late

_command, _config = Late("alembic.command"), Late("alembic.config")
_migration, _script = Late("alembic.runtime.migration"), Late("alembic.script")
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "people_version"  # of its own: accounts may lie in one database with other things
METADATA = MetaData()
PERSONS = Table(
    "people_persons",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("role", String(40), nullable=False),
    Column("party", String(60), nullable=False),
    Column("password", String(300), nullable=False),
    Column("issuer", String(500), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("totp", String(64), nullable=False, server_default=""),
    Column("totp_used", Integer, nullable=False, server_default="0"),
)
RIGHTS = Table(
    "people_rights",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("programme", String(40), primary_key=True),
    Column("role", String(40), nullable=False),
    Column("party", String(60), nullable=False),
)
SESSIONS = Table(
    "people_sessions",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("began", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
)
FAILURES = Table(
    "people_failures",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, index=True),
    Column("address", String(100), nullable=False, index=True),
    Column("at", String(40), nullable=False),
)
FEEDS = Table(
    "people_feeds",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("feed", String(500), nullable=False),
)
PENDING = Table(
    "people_pending",
    METADATA,
    Column("state", String(64), primary_key=True),
    Column("browser", String(64), nullable=False),
    Column("nonce", String(200), nullable=False),
    Column("verifier", String(200), nullable=False),
    Column("redirect", String(1000), nullable=False),
    Column("at", String(40), nullable=False),
)
PASSKEYS = Table(
    "people_passkeys",
    METADATA,
    Column("id", String(64), primary_key=True),  # digest of the credential's id, which may be long
    Column("name", String(200), nullable=False, index=True),
    Column("label", String(60), nullable=False),
    Column("site", String(255), nullable=False),  # name of the server that it was made for (RP id)
    Column("credential", Text, nullable=False),  # id and public key, as the authenticator gave them
    Column("count", BigInteger, nullable=False),  # up to 2**32 - 1
    Column("added", String(40), nullable=False),
    Column("used", String(40), nullable=False),
)
CHALLENGES = Table(
    "people_challenges",
    METADATA,
    Column("challenge", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("at", String(40), nullable=False),
)
LOG = Table(
    "people_log",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("what", String(60), nullable=False),
    Column("name", String(200), nullable=False),
    Column("by", String(200), nullable=False),
    Column("address", String(100), nullable=False),
    Column("detail", String(500), nullable=False),
)


def prepare(engine: Engine) -> None:
    """Make the tables, or bring them to this release's schema; what is in them stays. Whole or not at all."""
    with engine.connect() as link:
        if _revision(link) == newest():
            return
        link.rollback()
        with _whole(link):
            _upgrade(link)


def _revision(link: Connection) -> str | None:
    now = _migration.MigrationContext.configure(link, opts={"version_table": VERSION_TABLE})
    found: str | None = now.get_current_revision()
    return found


def _upgrade(link: Connection) -> None:
    revision = _revision(link)  # who waited for the lock finds the work done
    known = {s.revision for s in _script.ScriptDirectory.from_config(config(None)).walk_revisions()}
    if revision is not None and revision not in known:
        raise WrongUse(
            f"The accounts were made by a newer milepost (schema {revision}, the newest known here is "
            f"{newest()}); install that release, or a later one."
        )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    _command.upgrade(config(link), "head")


@contextmanager
def _whole(link: Connection) -> Iterator[None]:
    """One transaction. SQLite's driver by itself commits each table as it is made, and a disk that is full
    meanwhile would leave a part of them, which no later migration could go on from."""
    raw: Any = link.connection.driver_connection
    kept = getattr(raw, "isolation_level", None)
    try:
        if _is_sqlite(link):
            raw.isolation_level = None
            link.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        link.commit()
    finally:
        link.rollback()
        if _is_sqlite(link):
            raw.isolation_level = kept


def _is_sqlite(link: Connection) -> bool:
    return link.dialect.name == "sqlite"


def newest() -> str | None:
    """The revision that this release's tables have."""
    found: str | None = _script.ScriptDirectory.from_config(config(None)).get_current_head()
    return found


def config(link: Connection | None) -> Any:
    """Alembic's settings, with the connection that it is to use."""
    found = _config.Config()
    found.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    found.attributes["connection"] = link
    return found
