"""What commands there are: name, file and line on the page of help, in its order.

Written down so that ``milepost --help`` reads no command's file and ``milepost COMMAND`` only its own: most
of them load the whole library. A test compares it with the files.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer


class Entry(NamedTuple):
    """The file of :mod:`milepost.cli` that holds a command, and what it does in one line."""

    file: str
    line: str


COMMANDS: dict[str, Entry] = {
    "new": Entry(
        "new", "Start a programme: an empty template, a copy of an example, or a corridor out of open data."
    ),
    "extend": Entry("extend", "Add countries out of open data to a programme: first shown, then applied."),
    "check": Entry("check", "List every fault in the data at once: file, line, what was found, what to do."),
    "value": Entry("value", "What a set of delivered commitments is worth to each country, a year."),
    "shapley": Entry(
        "shapley",
        "Divide the value of all commitments among them, for every country (Shapley).",
    ),
    "delay": Entry("delay", "What one more day of delay of each commitment costs each country."),
    "draws": Entry(
        "draws",
        "When will it come, and how sure? Drawn timetables: P10 to P95, and the expected cost of delay.",
    ),
    "appraise": Entry(
        "appraise",
        "What it costs beside what it is worth: net present value, rates of return, who pays, how sure.",
    ),
    "resilience": Entry(
        "resilience",
        "What closures that may happen are expected to cost a year, and what each commitment takes off it.",
    ),
    "plan": Entry(
        "plan",
        "The best plan under a budget: which commitments, opened when, for all together and for each member.",
    ),
    "group": Entry(
        "group",
        "Is the group good for each member? Who gains, who could walk away, what payments hold it together.",
    ),
    "skim": Entry(
        "skim",
        "Cost, hours, dollars and km of the cheapest path between every two zones, by class of cargo.",
    ),
    "fit": Entry(
        "fit",
        "Fit waits, rates, constants of modes, spreads and values of cargo to counts, days and costs.",
    ),
    "loads": Entry(
        "loads",
        "Where the goods would go: tonnes on each link and terminal against capacity, what a commitment "
        "shifts, and who uses what.",
    ),
    "route": Entry(
        "route",
        "The cheapest path between two nodes, leg by leg: hours, dollars, kilometres; and the shares of the "
        "paths that shipment types take.",
    ),
    "report": Entry("report", "Write the report: one HTML file that opens without a network."),
    "status": Entry("status", "What the evidence proves: three axes, four shares, slips, contradictions."),
    "force": Entry("force", "Entry into force of each agreement and for each party: date, trigger, working."),
    "calls": Entry(
        "calls",
        "Whom to call first: what is open, its owner, days late, what a day costs and whom.",
    ),
    "request": Entry("dates", "Ask to move a promised date. Nothing moves until the request is granted."),
    "decide": Entry(
        "dates",
        "Grant or refuse a request; a granted one moves the date, and the old one stays on record.",
    ),
    "remind": Entry(
        "remind",
        "One letter a person and week, the dearest delay first: dates, the ladder. Sent only with --send.",
    ),
    "calendar": Entry(
        "calendar",
        "Due dates and meetings as an iCalendar file; a subscribed calendar moves what is re-dated.",
    ),
    "brief": Entry(
        "brief",
        "The brief for a meeting: where promises stand, what changed, dearest delays, draft decisions.",
    ),
    "minutes": Entry(
        "minutes",
        "Minutes of a meeting: attendance, decisions, where their commitments stand; record with --by.",
    ),
    "serve": Entry(
        "serve",
        "Open the programme in the browser: the page and its API, on loopback for one person, or for "
        "a team with accounts.",
    ),
    "snapshot": Entry(
        "snapshot",
        "Write the whole page with its data into one file: every date can be moved, without a server "
        "or a network.",
    ),
    "complement": Entry(
        "complement",
        "Which member's strengths meet which member's needs, and which commitments open that exchange.",
    ),
    "import": Entry(
        "bring",
        "Bring a programme into a new store, its changed rows into one that exists, or a file of another "
        "system: first shown, then applied.",
    ),
    "export": Entry(
        "export",
        "Write the programme, now or as recorded on a day, to a new folder, workbook, database, or in "
        "another format.",
    ),
    "edit": Entry(
        "edit",
        "Add, change or remove one row: checked as a whole, recorded, refused if somebody else was faster.",
    ),
    "evidence": Entry(
        "evidence",
        "Record a report about a commitment: the register gives it an id. Other columns as COLUMN=VALUE.",
    ),
    "judge": Entry(
        "evidence",
        "Judge whether a report meets the acceptance test: another person than the one who entered it.",
    ),
    "meeting": Entry(
        "evidence",
        "Record a meeting: the register gives it an id, unless id=ID does. Other columns as COLUMN=VALUE.",
    ),
    "record": Entry(
        "chain",
        "Begin the audit chain of a folder, or take over into it what was changed by hand since the "
        "last entry.",
    ),
    "log": Entry("chain", "The audit chain: who changed what, when and why."),
    "verify": Entry(
        "chain",
        "Prove, offline, that nothing in the register was changed behind its chain; say where if it was.",
    ),
    "sign": Entry(
        "chain",
        "Sign where the chain stands (Ed25519): afterwards it cannot be rewritten unnoticed.",
    ),
    "upgrade": Entry("chain", "Bring the schema of a database to this release's."),
    "intake": Entry(
        "intake",
        "Draft commitments from a text: who, what, by when, how firm, what is missing. You confirm; "
        "nothing enters by itself.",
    ),
    "intervals": Entry(
        "intervals",
        "How sure the values are: draws of every parameter with a band, of flows and of their source; "
        "intervals on V, commitments, shares and a day's delay.",
    ),
    "screen": Entry(
        "screen",
        "A first look at many commitments: shares from pairs, an approximation with its measured error.",
    ),
    "people": Entry("people", "Accounts of a team's server."),
    "trade": Entry("trade", "Trade data: read, fetch, fit; an agreement with and without."),
}


def _version(wanted: bool) -> None:
    if wanted:
        import milepost

        print(f"milepost {milepost.__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """What every promise along a trade corridor is worth, to whom, and what each day of delay costs."""


def empty() -> typer.Typer:
    """The program without its commands."""
    made = typer.Typer(
        name="milepost",
        help=_root.__doc__,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    made.callback()(_root)
    return made


def page() -> typer.Typer:
    """The program with its commands by name and line alone: for the page of help, and to refuse an unknown
    name."""
    made = empty()

    def nothing() -> None:
        """Stands for a command on the page of help; what is asked for is read from its own file."""

    for name, entry in COMMANDS.items():
        made.command(name, help=entry.line)(nothing)
    return made
