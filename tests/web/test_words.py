"""No string of the page stands outside the catalogue, and nothing in the catalogue is there for nobody."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from milepost.languages import LANGUAGES, Language
from milepost.languages.catalogue import message_keys
from milepost.languages.said import Said, spoken

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "page/src").rglob("*.svelte"))
CODE = [*SOURCES, *sorted((ROOT / "page/src").rglob("*.ts"))]
# the same in every language: units, formats, names of programs and of columns of files
EVERYWHERE = {
    "milepost",
    "JSON",
    "CSV",
    "XLSX",
    "OpenAPI",
    "OGC",
    "API",
    "Features",
    "map.svg",
    "milepost.ics",
    "programme.xlsx",
    "PDF",
    "PNG",
    "SVG",
    "Ctrl",
    "mm",
    "Word",
    "DOCX",
    "Excel",
    "HTML",
    "id",
    "km",
    "kB",
    "USD/t",
    "https://",
    "csv",
    "P5",
    "P10",
    "P50",
    "P90",
    "P95",
    "ltr",
    "rtl",
}
# made from a term at hand: page-help-{page}, page-shows-{what} ...
MADE = (
    "page-flows-",
    "page-help-",
    "page-term-",
    "page-shows-",
    "page-standing-",
    "page-method-",
    "page-model-",
    "page-step-",
    "page-layer-",
    "page-colour-",
    "page-width-",
    "page-theme-",
    "page-found-",
    "page-only-",
    "page-begin-",
    "page-date-",
    "page-draft-lacks-",
)


def without_code(text: str) -> str:
    """Markup of a component without script, comments and what stands in braces."""
    text = re.sub(r"<script.*?</script>|<style.*?</style>|<!--.*?-->|<pre.*?</pre>", " ", text, flags=re.S)
    out, depth = [], 0
    for char in text:
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif depth == 0:
            out.append(char)
    return "".join(out)


def test_every_text_of_the_page_comes_from_the_catalogue() -> None:
    looked = 0
    for source in SOURCES:
        markup = without_code(source.read_text(encoding="utf-8"))
        attributes = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]+)"', markup)
        texts = [t.strip("().,:;") for t in re.sub(r"<[^>]*>", " ", markup).split()]
        looked += len(re.findall("<", markup))
        strange = [
            t
            for t in (*texts, *attributes)
            if re.search(r"[A-Za-z]{2}", t) and t not in EVERYWHERE and "&" not in t
        ]
        assert strange == [], f"{source.name}: said in one language only"
    assert looked > 500


def test_the_test_would_find_one() -> None:
    assert re.sub(r"<[^>]*>", " ", without_code("<p>{x} Save it</p>")).split() == ["Save", "it"]


def test_the_page_asks_for_messages_that_are_there_and_leaves_none() -> None:
    code = "\n".join(f.read_text(encoding="utf-8") for f in CODE)
    asked = set(re.findall(r"say\(\s*['\"]([a-z0-9-]+)['\"]", code))
    named = set(re.findall(r"['\"]([a-z]+-[a-z0-9-]+)['\"]", code)) | set(
        re.findall(r"`([a-z]+-[a-z0-9-]+)`", code)
    )
    known = message_keys("en").keys()
    assert len(asked) > 100
    assert asked <= known, sorted(asked - known)
    pages = {
        "overview", "timetable", "commitments", "plan", "countries", "routes", "register", "brief", "model",
    }  # fmt: skip
    unused = {
        k
        for k in known
        if k.startswith("page-") and k not in named and not k.startswith(MADE) and k[5:] not in pages
    }
    assert unused == set()


def test_no_message_is_there_twice() -> None:
    for code in LANGUAGES:
        text = (ROOT / f"src/milepost/languages/messages/{code}.ftl").read_text(encoding="utf-8")
        keys = re.findall(r"^([a-z][a-z0-9-]*) =", text, flags=re.M)
        assert len(keys) > 600
        assert [k for k, times in Counter(keys).items() if times > 1] == [], code


def test_a_sentence_of_the_model_is_text_and_keeps_its_message() -> None:
    import pickle

    said = Said("why-capacity-carried", target="line 7")
    assert (
        said
        == "its effect is on capacity, and no source states both tonnes carried and capacity of line 7 today"
    )
    assert spoken(said) == {"text": str(said), "key": "why-capacity-carried", "values": {"target": "line 7"}}
    again = pickle.loads(pickle.dumps(said))
    assert (again, again.key, again.values) == (said, said.key, said.values)
    assert spoken("a user's own words") == {"text": "a user's own words", "key": "", "values": {}}
    with pytest.raises(KeyError):
        Said("why-not-at-all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sentence_says_net_in_every_language(language: str) -> None:
    values = {"costliest": "A", "cost": "1", "countries": "B", "worthiest": "C", "worth": "2"}
    told = {key: Language(language).say(key, **values) for key in ("page-lead", "page-lead-net")}
    net = {"en": " net", "fr": " nets", "ru": "за вычетом", "fa": "خالص", "ar": "صافيًا"}[language]
    assert net in told["page-lead-net"]
    assert net not in told["page-lead"]
