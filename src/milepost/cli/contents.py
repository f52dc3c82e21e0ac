"""What commands there are: section, name, file and line on the page of help, in its order.

Written down so that ``milepost --help`` reads no command's file and ``milepost COMMAND`` only its own: most
of them load the whole library. A test compares it with the files.
"""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup


class Entry(NamedTuple):
    """The file of :mod:`milepost.cli` that holds a command, and what it does in one line."""

    file: str
    line: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Begin": {
        "new": Entry("new", "Start a programme: a template, an example, or from open data."),
        "extend": Entry("extend", "Add countries out of open data: first shown, then applied."),
        "check": Entry("check", "List every fault in the data: file, line, what to do."),
    },
    "Look and show": {
        "serve": Entry("serve", "Open the programme in the browser: the page and its API."),
        "snapshot": Entry("snapshot", "Write the page with its data into one file, to send."),
        "report": Entry("report", "Write the report: values, maps and timetable in one file."),
        "brief": Entry("brief", "Write the brief for a meeting, or one page for a minister."),
    },
    "Follow up": {
        "status": Entry("status", "What the evidence proves: states, dates, contradictions."),
        "force": Entry("force", "When each agreement enters into force, and for whom."),
        "calls": Entry("calls", "Whom to call first: what is open, and what a day costs."),
        "remind": Entry("remind", "One letter a person and week; sent only with --send."),
        "calendar": Entry("calendar", "Due dates and meetings as an iCalendar file."),
        "forecast": Entry("forecast", "Forecast deliveries and ratifications, to be scored later."),
        "score": Entry("forecast", "How kept forecasts did: Brier score, CRPS, calibration."),
        "minutes": Entry("minutes", "Minutes of a meeting: who came, what was decided."),
    },
    "Record": {
        "evidence": Entry("evidence", "Record a report about a commitment."),
        "judge": Entry("evidence", "Judge whether a report meets the acceptance test."),
        "comment": Entry("comment", "Comment on a commitment, or show its comments."),
        "meeting": Entry("evidence", "Record a meeting."),
        "request": Entry("dates", "Ask to move a promised date."),
        "decide": Entry("dates", "Grant or refuse a request to move a date."),
        "edit": Entry("edit", "Add, change or remove a row, or several at once."),
        "intake": Entry("intake", "Draft commitments from a text; you confirm each."),
    },
    "Values": {
        "value": Entry("value", "What delivered commitments are worth to each country, a year."),
        "shapley": Entry("shapley", "Divide the value of all commitments among them (Shapley)."),
        "delay": Entry("delay", "What one more day of delay costs each country."),
        "draws": Entry("draws", "When will it come, and how sure? Drawn timetables."),
        "intervals": Entry("intervals", "How sure the values are: every uncertain input is drawn."),
        "screen": Entry("screen", "A first look at many commitments: shares from pairs."),
        "complement": Entry("complement", "Whose strengths meet whose needs, and what opens the exchange."),
    },
    "Costs, plans and groups": {
        "appraise": Entry("appraise", "Costs beside benefits: net present value, rates of return."),
        "plan": Entry("plan", "The best plan under a budget: what to open, and when."),
        "group": Entry("group", "Who gains, who could walk away, what holds a group together."),
        "resilience": Entry("resilience", "Expected cost of closures, and what a commitment takes off it."),
    },
    "Network and trade": {
        "route": Entry("route", "The cheapest path between two nodes, leg by leg."),
        "loads": Entry("loads", "Tonnes on each link and terminal, beside its capacity."),
        "skim": Entry("skim", "Cost, hours, dollars and km between every two zones."),
        "fit": Entry("fit", "Fit waits, rates and values of time to observations."),
        "trade": Entry("trade", "Trade data: read, fetch, fit; an agreement with and without."),
    },
    "Data and proof": {
        "import": Entry("bring", "Bring in a programme, changed rows, or another system's file."),
        "export": Entry("export", "Write the programme to another store or format."),
        "record": Entry("chain", "Begin the audit chain, or take over changes made by hand."),
        "log": Entry("chain", "The audit chain: who changed what, when and why."),
        "verify": Entry("chain", "Prove, offline, that nothing was changed behind the chain."),
        "witness": Entry("chain", "Note for another party where the chain stands."),
        "sign": Entry("chain", "Sign where the chain stands (Ed25519)."),
        "backup": Entry("backup", "Back up a programme into one file, while others write."),
        "restore": Entry("backup", "Restore a backup as a new programme."),
        "doctor": Entry("doctor", "Look at this machine and a programme: what is good, what to do."),
        "upgrade": Entry("chain", "Bring the schema of a database to this release's."),
        "people": Entry("people", "Accounts of a team's server."),
    },
}
COMMANDS: dict[str, Entry] = {name: entry for rows in SECTIONS.values() for name, entry in rows.items()}


def _section_of(name: str) -> str:
    return next((title for title, rows in SECTIONS.items() if name in rows), "Commands")


class Sections(TyperGroup):
    """A page of help with its commands in sections, each line whole: folded where the terminal ends, never
    cut."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections in the order of the commands."""
        names = self.list_commands(ctx)
        wide = max(map(len, names), default=0)
        for title, inside in groupby(names, _section_of if ctx.parent is None else lambda _: "Commands"):
            rows = [(name.ljust(wide), _first_lines(self.get_command(ctx, name))) for name in inside]
            with formatter.section(title):
                formatter.write_dl(rows, col_max=wide + 2)


def _first_lines(command: Any) -> str:
    """The first paragraph of a command's help."""
    return " ".join((command.help or "").split("\n\n")[0].split())


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
        cls=Sections,
        help=_root.__doc__,
        epilog="'milepost COMMAND --help' tells more. 'milepost' alone says what to do next here.",
        no_args_is_help=True,
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
