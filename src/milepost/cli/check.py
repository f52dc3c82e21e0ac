"""``milepost check``: every fault in the data at once; and how faults are told by any other command."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import print_notes, say, width
from milepost.errors import BadData, Finding
from milepost.results import Findings, Form

REGISTER = "status, force, calls, request, decide, remind, calendar and brief"


@app.command()
def check(programme: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """List every fault in the data at once: file, line, what was found, what to do."""
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    findings, remarks = opened.check(), opened.remarks()
    everything = Findings((*findings, *remarks), "findings")
    say(everything, form, lambda: _print_checked(findings, remarks))
    return BadData.exit_code if findings else 0


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
