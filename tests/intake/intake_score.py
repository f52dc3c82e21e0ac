"""Intake measured on labelled texts: `make intake-score`.

A labelled file is plain text. A line that begins with @ says what is around the lines after it: the day,
the parties and a title; in `*-document.txt` it stands once and the rest is one document as it is. A promise
stands in double brackets with its owners, its date, its firmness (L legal duty, A agreed, V vowed, S must
strive, C considered), and its words; * stands for the parties. Lines without brackets promise nothing.

`held/` was written before the rules and is read for its figures alone; `tune/` is what the rules were
written with.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from milepost.intake.documents import read_document
from milepost.intake.drafts import Draft, propose

HERE = Path(__file__).parent
LANGUAGES = ("en", "fr", "ru", "fa", "ar")
FIRMNESS = {"L": "legal duty", "A": "agreed", "V": "vowed", "S": "must strive", "C": "considered"}
_LABEL = re.compile(r"\[\[([^|\]]*)\|([^|\]]*)\|([LAVSC])\|(.*?)\]\]", re.S)
MEASURES = ("precision", "recall", "owner", "date", "firmness")


@dataclass(frozen=True)
class Label:
    """A promise that the text makes: its words, and what is right of it."""

    words: str
    owners: tuple[str, ...]
    due: str
    firmness: str


@dataclass(frozen=True)
class Labelled:
    """A text with its labels."""

    name: str
    dated: dt.date
    title: str
    text: str
    labels: tuple[Label, ...]


@dataclass
class Count:
    """What was counted over texts."""

    n: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def shares(self) -> dict[str, float]:
        """Precision, recall, and the shares right of those found (dates: of those found that have one or
        say one)."""
        n = self.n
        return {
            "precision": n["found"] / max(1, n["drafts"]),
            "recall": n["found"] / max(1, n["labels"]),
            "owner": n["owner"] / max(1, n["found"]),
            "date": n["date"] / max(1, n["dated"]),
            "firmness": n["firmness"] / max(1, n["found"]),
        }


def texts(path: Path) -> Iterator[Labelled]:
    """The labelled texts of a file: one a line, or the whole of a document."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.stem.endswith("-document"):
        yield _labelled(f"{path.name}", lines[0], "\n".join(lines[1:]), whole=True)
        return
    about = ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("@"):
            about = line
        elif line.strip():
            yield _labelled(f"{path.name}:{number}", about, line, whole=False)


def _labelled(name: str, about: str, text: str, *, whole: bool) -> Labelled:
    day, parties, title = (part.strip() for part in about[1:].split("|", 2))
    labels = []
    for owners, due, firmness, words in _LABEL.findall(text):
        who = parties if owners == "*" else owners
        labels.append(
            Label(
                " ".join(words.split()),
                tuple(sorted(p for p in who.split(";") if p)),
                due,
                FIRMNESS[firmness],
            )
        )
    plain = _LABEL.sub(lambda m: m[4], text)
    return Labelled(name, dt.date.fromisoformat(day), "" if whole else title, plain, tuple(labels))


def drafts(item: Labelled) -> tuple[list[Draft], list[str]]:
    """What intake makes of a text, and the text of the paragraph of each draft."""
    body = f"{item.title}\n\n{item.text}" if item.title else item.text
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(body, encoding="utf-8")
        document = read_document(path)
    where = {p.place: p.text for p in document.paragraphs}
    found = list(propose(document, dated=item.dated).drafts)
    return found, [where[d.place] for d in found]


def count(item: Labelled, into: Count) -> None:
    """Match drafts with labels by the words that both cover, each once, and count."""
    found, paragraphs = drafts(item)
    n = into.n
    n["drafts"] += len(found)
    n["labels"] += len(item.labels)
    free = list(range(len(found)))
    for label in item.labels:
        best, most = -1, 0
        for i in free:
            at = " ".join(paragraphs[i].split()).find(label.words)
            if at < 0:
                continue
            common = min(at + len(label.words), found[i].what_end) - max(at, found[i].what_start)
            if common > most:
                best, most = i, common
        if best < 0:
            into.wrong.append(f"{item.name} missed: {label.words}")
            continue
        free.remove(best)
        draft = found[best]
        n["found"] += 1
        right = {
            "owner": draft.owed_by == label.owners,
            "firmness": draft.firmness == label.firmness,
        }
        if label.due or draft.due:
            n["dated"] += 1
            right["date"] = str(draft.due or "") == label.due
        for name, ok in right.items():
            n[name] += ok
            if not ok:
                said = {"owner": draft.owed_by, "firmness": draft.firmness, "date": str(draft.due or "")}[
                    name
                ]
                want = {"owner": label.owners, "firmness": label.firmness, "date": label.due}[name]
                into.wrong.append(f"{item.name} {name} {said} not {want}: {label.words}")
    into.wrong += [
        f"{item.name} no promise ({found[i].why}; {found[i].firmness}): {found[i].what}" for i in free
    ]


def measured(which: str, language: str, pattern: str = "") -> Count:
    """The counts of one language in ``held`` or ``tune``."""
    into = Count()
    for path in sorted((HERE / which).glob(f"{language}*.txt")):
        if pattern in path.name:
            for item in texts(path):
                count(item, into)
    if which == "held":
        into.wrong.clear()  # nobody tunes by what failed there
    return into


def main(arguments: list[str]) -> int:
    """Print the figures a language, and with ``--wrong`` what went wrong in ``tune`` (never in ``held``)."""
    wanted = [a for a in arguments if a in LANGUAGES] or list(LANGUAGES)
    sets = [a for a in arguments if a in ("held", "tune")] or ["held", "tune"]
    only = next((a[5:] for a in arguments if a.startswith("only=")), "")
    for which in sets:
        print(f"{which:9}" + "".join(f"{m:>11}" for m in MEASURES) + f"{'promises':>11}")
        for language in wanted:
            done = measured(which, language, only)
            shares = done.shares()
            print(
                f"{language:9}" + "".join(f"{shares[m]:11.2f}" for m in MEASURES) + f"{done.n['labels']:11d}"
            )
            if "--wrong" in arguments and which == "tune":
                print("\n".join(f"    {w}" for w in done.wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
