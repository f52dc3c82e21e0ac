"""The commands that open the page: a server, and one file that needs none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

import milepost
from milepost.cli.commands import AsCsv, AsJson, Folder, _form, app
from milepost.cli.output import print_csv, print_json, progress
from milepost.errors import WrongUse


@app.command()
def serve(
    programme: Folder,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8420,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; beyond loopback only with --people.")
    ] = "127.0.0.1",
    people: Annotated[
        str,
        typer.Option("--people", metavar="FILE-OR-URL", help="Accounts (milepost people add): for teams."),
    ] = "",
    public: Annotated[bool, typer.Option("--public", help="Let anybody read without signing in.")] = False,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Host name the server answers to; may be given again.")
    ] = None,
    https: Annotated[
        bool, typer.Option("--https", help="It stands behind HTTPS: secure cookies and HSTS.")
    ] = False,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Folder for documents brought as evidence.")
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws", min=0, help="Draws for intervals on values, made beside the server (0: none)."
        ),
    ] = 40,
    oidc_issuer: Annotated[
        str, typer.Option("--oidc-issuer", help="Sign-in by OpenID Connect: the issuer.")
    ] = "",
    oidc_client: Annotated[
        str, typer.Option("--oidc-client", help="Client id; the secret is MILEPOST_OIDC_SECRET.")
    ] = "",
) -> int:
    """Open the programme in the browser: the page and its API, on loopback for one person, or for a team with
    accounts."""
    import socket
    import sys

    import uvicorn

    from milepost.web.app import Config, create_app, warm
    from milepost.web.people import People

    loopback = host in ("127.0.0.1", "::1", "localhost")
    if not loopback and not people:
        raise WrongUse(
            f"Without accounts the page is open to whoever reaches it: listen on 127.0.0.1, not {host}, or "
            "give --people."
        )
    if public and not people:
        raise WrongUse("--public goes with --people; without accounts there is only the local user.")
    persons = People(people) if people else None
    oidc = None
    if oidc_issuer or oidc_client:
        from milepost.web.oidc import Oidc

        if persons is None or not (oidc_issuer and oidc_client):
            raise WrongUse("Sign-in by OpenID Connect needs --people, --oidc-issuer and --oidc-client.")
        oidc = Oidc.from_environment(oidc_issuer, oidc_client, persons)
    names = frozenset(name or ()) | {"localhost", "127.0.0.1", "::1"}
    folder = documents or (Path(programme) / "documents" if Path(programme).is_dir() else None)
    if 0 < draws < 10:
        raise WrongUse(
            "An interval from fewer than 10 draws says nothing; ask for 10 or more, or 0 for none."
        )
    made = create_app(
        Config(
            str(programme),
            people=persons,
            oidc=oidc,
            public=public,
            hosts=names,
            https=https,
            documents=folder,
            interval_draws=draws,
        )
    )
    warm(made)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    link = socket.socket(family)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        link.bind((host, port))
        link.listen(2048)  # before the address is told: who opens it at once waits, and is not refused
    except OSError as fault:
        link.close()
        raise WrongUse(
            f"Cannot listen on {host}:{port} ({fault.strerror}); choose another --port, or 0 for a free one."
        ) from None
    # a reader is not to wait for the valuation that runs beside: let threads take turns five times as often
    sys.setswitchinterval(0.001)

    class Server(uvicorn.Server):
        """Stops its jobs before it waits for those who watch them."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            made.state.jobs.close()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        made,
        log_level="warning",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=https,
    )
    shown = f"[{host}]" if ":" in host else host
    with suppress(KeyboardInterrupt):  # Ctrl+C is how one stops it
        print(
            f"milepost {milepost.__version__}: http://{shown}:{link.getsockname()[1]}/   (stop with Ctrl+C)",
            flush=True,
        )
        Server(config).run(sockets=[link])
    return 0


@app.command()
def snapshot(
    programme: Folder,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="One HTML file that opens without a network.")
    ] = Path("corridor.html"),
    language: Annotated[
        str, typer.Option("--lang", help="Language it opens in: en, ru, fa, ar or fr.")
    ] = "en",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the whole page with its data into one file: every date can be moved, without a server or a
    network."""
    from milepost.web.snapshot import write_snapshot
    from milepost.web.state import State

    form = _form(as_json, as_csv)
    with progress("Snapshot", form):
        size = write_snapshot(State(programme), to, language=language)
    facts: dict[str, str | int | float | None] = {"snapshot": str(to), "bytes": size}
    if form == "json":
        print_json(facts)
    elif form == "csv":
        print_csv(list(facts), [list(facts.values())])
    else:
        print(f"Wrote {to} ({size / 1e6:.1f} MB).")
    return 0
