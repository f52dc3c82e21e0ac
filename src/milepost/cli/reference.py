"""The page ``docs/reference/cli.md``, made from the commands themselves."""

from __future__ import annotations

import io
from contextlib import redirect_stdout


def reference_page() -> str:
    """Every command with its help text, as Markdown."""
    import os

    from milepost.cli import command_names, run

    lines = [
        "# Command line",
        "",
        "Every command takes a programme (a folder of CSV files, or one `.xlsx`) and prints a table; "
        "`--json` and "
        "`--csv` print the same for machines.",
        "",
        "Exit codes: 0 fine, 1 the data have findings, 2 wrong use, 3 no solution.",
    ]
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        for name in command_names():
            out = io.StringIO()
            with redirect_stdout(out):
                run([*name.split(), "--help"])
            text = "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())
            lines += ["", f"## milepost {name}", "", "```text", text, "```"]
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(reference_page(), end="")
