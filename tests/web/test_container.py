"""The container file: what it says, by rules; and its command, settings and health check, run as it has them
in a root file system that takes nothing new (Debian's bubblewrap).

That shows that the command starts, serves and is found healthy with no capability, a process list of its own
and nowhere to write but the volume and /tmp. It does not show that the image builds, nor that its base is
what it says: for that an image must be built (docs/operate.md).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from serving import PASSWORD
from test_deploy import DEPLOY, programme_of

import milepost
from milepost.cli import run
from milepost.web.people import People

TEXT = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def steps() -> list[tuple[str, str]]:
    """Instructions and what follows them, lines joined, without remarks."""
    plain = "\n".join(line for line in TEXT.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", plain)
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in joined.splitlines() if line.strip()]


def said(instruction: str) -> list[str]:
    return [rest for name, rest in steps() if name == instruction]


def health() -> list[str]:
    """The command of the health check."""
    [check] = said("HEALTHCHECK")
    found: list[str] = json.loads(check[check.index("[") :])
    return found


def test_it_is_written_as_container_files_are() -> None:
    assert not {name for name, _ in steps()} & {"ADD", "MAINTAINER", "SHELL", "ONBUILD"}
    assert all(":" in f.split()[0].rpartition("/")[2] or "$" in f for f in said("FROM"))
    assert not any(":latest" in f for f in said("FROM"))
    assert not any("sudo " in r or "apt-get" in r or re.search(r"\bcd ", r) for r in said("RUN"))
    assert all(
        "--no-cache-dir" in part for r in said("RUN") for part in r.split("&&") if "pip install" in part
    )
    assert all(w.startswith("/") for w in said("WORKDIR"))
    assert not re.search(r"(?i)password|secret|token", " ".join(said("ENV") + said("ARG")))
    for name in ("ENTRYPOINT", "CMD"):
        [one] = said(name)
        assert json.loads(one), f"{name} is a list, so that signals arrive"
    names = [name for name, _ in steps()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    last = max(i for i, name in enumerate(names) if name == "USER")
    assert "RUN" not in names[last:], "nothing is installed by who serves"
    ignored = (DEPLOY / "Containerfile.containerignore").read_text(encoding="utf-8").split()
    copied = [c.split()[0] for c in said("COPY") if not c.startswith("--from")]
    assert ignored == ["**", *sorted(f"!{c}" for c in copied)], "nothing but what is copied goes along"


def test_its_command_has_only_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--help"]) == 0
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    [command] = said("CMD")
    assert {word for word in json.loads(command) if word.startswith("--")} <= known


INSIDE = """
import json, os, signal, subprocess, sys, time, urllib.error, urllib.request
serve, health = json.loads(sys.argv[1]), json.loads(sys.argv[2])
told = {"uid": os.getuid(), "pids": [p for p in os.listdir("/proc") if p.isdigit()]}
status = open("/proc/self/status").read().split()
told["caps"], told["new"] = status[status.index("CapEff:") + 1], status[status.index("NoNewPrivs:") + 1]
told["before"] = subprocess.run(health, stderr=subprocess.DEVNULL).returncode
server = subprocess.Popen(serve, stderr=subprocess.PIPE, text=True)
until = time.monotonic() + 60  # as the start period has it
while server.poll() is None and time.monotonic() < until:
    told["health"] = subprocess.run(health, stderr=subprocess.DEVNULL).returncode
    if not told["health"]:
        break
    time.sleep(0.3)
told["took"] = 60 - until + time.monotonic()
def status_of(path, **headers):
    asked = urllib.request.Request("http://127.0.0.1:8420" + path, headers=headers)
    try:
        return urllib.request.urlopen(asked, timeout=30).status
    except urllib.error.HTTPError as fault:
        return fault.code
name = {"Host": "corridor.example"}
told["ready"], told["page"] = status_of("/health/ready", **name), status_of("/", **name)
told["rows"], told["other"] = status_of("/api/v1/register", **name), status_of("/", Host="evil.example")
told["wrote"] = []
for place in ("/x", "/etc/x", "/usr/x", sys.prefix + "/x", "/data/x", "/tmp/x"):
    try:
        open(place, "w").close()
        told["wrote"].append(place)
    except OSError:
        pass
server.send_signal(signal.SIGTERM)
told["log"] = server.communicate(timeout=60)[1].splitlines()[:3]
told["ended"] = server.returncode
print(json.dumps(told))
"""


def confined(volume: Path) -> list[str]:
    """What runs a command as the image would: a root that takes nothing new, the volume, /tmp, no capability,
    processes and a network of its own."""
    settings = dict(word.split("=", 1) for env in said("ENV") for word in shlex.split(env))
    values = settings | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    shut = [programme_of("bwrap", "Debian's bubblewrap")]
    for entry in sorted(Path("/").iterdir()):
        if entry.is_symlink():
            shut += ["--symlink", os.readlink(entry), str(entry)]
        elif entry.is_dir() and entry.name not in ("data", "dev", "proc", "sys", "tmp"):
            shut += ["--ro-bind", str(entry), str(entry)]
    shut += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--bind", str(volume), "/data"]
    for place in (DEPLOY.parent, Path(sys.prefix)):  # a checkout may lie in /tmp
        shut += ["--ro-bind", str(place), str(place)]
    [user] = said("USER")
    uid, _, gid = user.partition(":")
    shut += ["--remount-ro", "/", "--chdir", said("WORKDIR")[0], "--unshare-user", "--uid", uid, "--gid", gid]
    shut += ["--unshare-pid", "--unshare-ipc", "--unshare-net", "--cap-drop", "ALL", "--die-with-parent"]
    return [*shut, "--clearenv", *(w for name, value in values.items() for w in ("--setenv", name, value))]


@pytest.mark.bubblewrap
def test_it_serves_and_is_found_healthy_where_nothing_can_be_written(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    assert run(["import", str(milepost.example("ridge")), str(volume / "corridor.db")]) == 0
    people = People(volume / "people.db")
    people.add("sara", "secretariat", "", PASSWORD)
    people.close()
    serve = [*json.loads(said("ENTRYPOINT")[0]), *json.loads(said("CMD")[0])]
    command = [*confined(volume), "python", "-c", INSIDE, json.dumps(serve), json.dumps(health())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode and "bwrap:" in done.stderr and os.environ.get("CI") != "true":
        pytest.skip(f"this machine lets nobody confine a process: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["before"] != 0, "nothing is healthy before it runs"
    assert told["health"] == 0, told
    assert told["took"] < 60, "the start period"
    assert (told["uid"], int(told["caps"], 16), told["new"]) == (8420, 0, "1")
    assert len(told["pids"]) < 10, "it sees its own processes alone"
    assert (told["ready"], told["page"], told["rows"], told["other"]) == (200, 200, 401, 421)
    assert told["wrote"] == ["/data/x", "/tmp/x"]
    assert told["ended"] == 0, "it ends when it is told to"
    assert all("route" in json.loads(line) for line in told["log"]), told["log"]
