"""What every test may use. Paths to data beside the checkout are found here and nowhere else."""

from __future__ import annotations

import gc
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import milepost
from kept import kept_in
from migrated import migrated_once
from milepost.programme import Programme
from milepost.value.game import Game
from opened import opened
from torture import TIMES, UNTIL, first_seed

ROOT = Path(__file__).resolve().parent.parent
NO_TIME = "the time of make torture is over"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the checkout: required in CI, otherwise a reason to skip."""
    folder = ROOT.parent / "shared"
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail("CI runs with ../shared beside the checkout, and it is not there")
    pytest.skip("needs the data folder ../shared beside the checkout")


def pytest_collection_finish() -> None:
    """What is loaded by now (every test and library) stays for the whole run: the collector of cycles need
    not go through it again and again, which took a seventh of the work of a worker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In `make torture` another file comes first in each round, so that no suite is always the one that the
    end of its time cuts off."""
    if TIMES:
        files = sorted({item.path for item in items})
        random.Random(first_seed(0)).shuffle(files)
        items.sort(key=lambda item: files.index(item.path))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """How many cases a suite looks at goes along with its result; once the time of `make torture` is over no
    other is begun."""
    if mark := item.get_closest_marker("torture"):
        if UNTIL and time.time() > UNTIL:
            pytest.skip(NO_TIME)
        item.user_properties.append(("cases", mark.args[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What `make torture` has looked at: of each file, and what its time did not suffice for."""
    if not TIMES:
        return
    tests, cases = Counter[str](), Counter[str]()
    for report in terminalreporter.stats.get("passed", ()):
        looked = [int(str(n)) for name, n in report.user_properties if name == "cases"]
        if looked:  # a suite that counts for itself says so last
            file = report.nodeid.partition("::")[0]
            tests[file] += 1
            cases[file] += looked[-1]
    for file in sorted(tests):
        terminalreporter.write_line(f"torture: {file} {tests[file]} {cases[file]}")
    left = sum(NO_TIME in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))
    terminalreporter.write_line(f"torture: {left} left for another time")


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session", autouse=True)
def large_games_are_made_once(of_the_run: Path) -> Iterator[None]:
    """V of the 262,144 sets of the North-South example takes seconds, and some twenty tests ask for it: it is
    computed once a run (:mod:`kept`), and a worker makes the game itself once.

    Only for records that are equal to the example's, row by row: whatever a test changes is computed anew.
    """
    made: dict[object, tuple[Programme, Game]] = {}
    example = cache(lambda: milepost.open(milepost.example("north-south")).records.fingerprint)
    whole = Programme.__dict__["game"]
    compute = whole.func

    def game(self: Programme) -> Game:
        if len(self.records.commitments) < 30 or self.records.fingerprint != example():
            return compute(self)  # type: ignore[no-any-return]
        key = (self.known_on, self.applied)
        known, answer = made.get(key, (None, None))
        if known is None or answer is None or known.records != self.records or self.check():
            answer = compute(self)
            made[key] = (self, answer)
        return answer

    whole.func = game
    with kept_in(of_the_run):
        yield
    whole.func = compute


@pytest.fixture(scope="session", autouse=True)
def an_empty_database_is_migrated_once() -> Iterator[None]:
    """(:mod:`migrated`)."""
    with migrated_once():
        yield


@pytest.fixture(scope="session")
def north_south() -> Programme:
    """The large example, opened once a worker and never changed (:mod:`opened`)."""
    return opened("north-south")


@dataclass
class Server:
    """A real PostgreSQL server on loopback, which the tests started and will stop."""

    home: Path
    programs: Path
    port: int
    user: str | None

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, as a user who may."""
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            user=self.user,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.home} -c max_connections=60"
        # a crash here is one of the server, never of the machine: what was given to the system is there after
        # it, and recovery need not bring every file to disk first
        options += " -c fsync=off -c shared_buffers=16MB -c autovacuum=off"
        self.run(
            "pg_ctl",
            "-D",
            str(self.home / "data"),
            "-w",
            "-l",
            str(self.home / "log"),
            "-o",
            options,
            "start",
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop; ``immediate`` is a crash: nothing is written out."""
        self.run("pg_ctl", "-D", str(self.home / "data"), "-w", "-m", mode, "stop")

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "milepost", name)
        return f"postgresql://milepost@127.0.0.1:{self.port}/{name}"


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), default=None)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL from Debian, started on loopback as a user who may: required in CI, otherwise a reason to
    skip."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI installs Debian's postgresql, and initdb is not there")
        pytest.skip("needs Debian's postgresql")
    home = Path(tempfile.mkdtemp(prefix="milepost-pg-"))
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "postgres"
        os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Server(home, programs, port, user)
    made.run(
        "initdb",
        "-D",
        str(home / "data"),
        "-U",
        "milepost",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    )
    made.start()
    yield made
    made.stop("immediate")
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """A new empty place of a kind: 'folder', 'sqlite' or 'postgresql'."""
    count = iter(range(1000))

    def make(kind: str) -> str:
        if kind == "postgresql":
            return str(request.getfixturevalue("server").database())
        name = tmp_path / f"{kind}{next(count)}"
        return str(name) if kind == "folder" else f"{name}.db"

    return make
