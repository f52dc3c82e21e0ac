"""``milepost check``: every fault in the data at once; and how faults are told by any other command."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import money, print_notes, print_table, say, width
from milepost.errors import BadData, Finding
from milepost.network.verify import Unchecked
from milepost.results import Findings, Form, Rows
from milepost.store.stores import open_store

REGISTER = "status, force, calls, request, decide, remind, calendar and brief"


@app.command()
def check(
    programme: Folder,
    verify_first: Annotated[
        bool,
        typer.Option("--verify-first", help="List assumed rows of the network by what hangs on them."),
    ] = False,
    most: Annotated[int, typer.Option("--most", help="With --verify-first: how many to show.")] = 20,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """List every fault in the data: file, line, what to do.

    All at once, what stops everything first; then remarks, which stop nothing.
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    if verify_first:
        rows = opened.verify_first()
        return say(rows, form, lambda: _print_unchecked(rows, most))
    findings, remarks = opened.check(), opened.remarks()
    everything = Findings((*findings, *remarks), "findings")

    def page() -> None:
        _print_checked(findings, remarks)
        print_notes([f"Note: {note}." for note in open_store(programme).notes()])

    say(everything, form, page)
    return BadData.exit_code if findings else 0


def _print_unchecked(rows: Rows[Unchecked], most: int) -> None:
    cells = [
        [r.id, r.what, money(r.mt_per_year), money(r.hours), money(r.usd_per_t), money(r.musd_if_a_tenth_off)]
        for r in rows[:most]
    ]
    columns = ["row", "what", "Mt/year", "hours", "USD/t", "MUSD"]
    print_table("To check first", columns, cells, right=(2, 3, 4, 5), flex=0)
    print_notes(
        [
            f"{len(rows):,} assumed rows of the network carry goods today. MUSD: by how much V changes a "
            "year, to first order, if the row is a tenth off: tonnes of today's cheapest paths times what "
            "they pay there, time included. It ranks; it values nothing.",
        ]
    )


def say_findings(findings: Sequence[Finding], form: Form) -> int:
    """What stands in the way of a command, in the form asked for; returns the exit code."""
    found = Findings(findings, "findings")
    say(found, form, lambda: _print_findings(found))
    return BadData.exit_code


def _print_checked(findings: Findings, remarks: Findings) -> None:
    _print_findings(findings)
    if remarks:
        print()
        _print_findings(remarks)
        print_notes(["Remarks stop nothing; whoever reads the numbers should know them."])
    if findings:
        print_notes([_what_they_stop(findings)])


def _print_findings(findings: Findings) -> None:
    """Findings file by file: where, what was found, what to do."""
    wide = width()
    for finding in findings:
        where = finding.file + (f":{finding.line}" if finding.line else "")
        where += f" [{finding.id}]" if finding.id else ""
        where += f" {finding.column}" if finding.column else ""
        print(where)
        print(textwrap.fill(finding.message, wide, initial_indent="  ", subsequent_indent="  "))
        print(textwrap.fill("→ " + finding.remedy, wide, initial_indent="  ", subsequent_indent="    "))
    count, what = len(findings), findings.name.removesuffix("s")
    print(f"{count} {what}{'s' if count != 1 else ''}." if count else "No findings.")


def _what_they_stop(findings: Findings) -> str:
    """What cannot be done until which of the findings are repaired."""
    everything = findings.of_everything
    if not findings.of_values:
        return "They stop every command that computes."
    only = f"only what needs values (value, shapley, delay, report ...); {REGISTER} run"
    if not everything:
        return f"They stop {only}, without costs."
    return (
        f"The first {everything} stop{'s' if everything == 1 else ''} every command that computes, the "
        f"other {findings.of_values} {only} then."
    )
