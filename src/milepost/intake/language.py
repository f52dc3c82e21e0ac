"""Which language is a text in? By its letters and its commonest words."""

from __future__ import annotations

import re

from milepost.intake.folding import folded

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_COMMON = {  # each language's commonest words
    "en": "the of and to in for will that with by agreed shall on is was were its their this be has have",
    "fr": "le la les de des du et en un une sont pour dans que qui aux par sur au ont cette leur ses elle",
    "de": "der die das und den von zu mit ist im auf fur eine wird dem nicht werden sich",
    "es": "el la los las de del y en que una es para por con su al se lo sus entre",
    "it": "il lo la gli di del della e che un una per con sono nel alla dei",
    "pt": "o os as de do da dos e em que um uma para com ao pela no na",
    "tr": "ve bir bu ile icin da de olarak olan arasinda tarafindan edilmesi turkiye",
    "ru": "и в на с по о для что не из за к до его их также будет стороны между",
    "uk": "та і в на що з для не до про їх також буде сторони між від",
    "kk": "және мен бен үшін туралы бойынша жыл осы деп арасындағы",
    "tg": "ва дар ба аз ки барои бо дигар ҷумҳурии кишвар тарафҳо",
    "fa": "و در به از که این را با است برای آن شد کرد تا دو های می بر شود کشور",
    "ar": "في من على إلى أن التي بين مع عن هذا هذه الذي ما خلال قد كما أو الجانبان",
    "ur": "کے میں کی اور سے کا نے پر کو ہے ہیں گا",
}
_SCRIPTS = {
    "latin": ("en", "fr", "de", "es", "it", "pt", "tr"),
    "cyrillic": ("ru", "uk", "kk", "tg"),
    "arabic": ("fa", "ar", "ur"),
}
_LETTERS = {  # letters, or beginnings of words, that only this language of its script has
    "fr": re.compile("[\u00e7\u00ea\u0153\u00ee]|\u00e9e?s?\\b|\u00e9g"),
    "fa": re.compile("[\u067e\u0686\u0698\u06af]"),
    "ar": re.compile("\\b\u0627\u0644|\u0629\\b|\u0649\\b"),
    "ur": re.compile("[\u0679\u0688\u0691\u06d2\u06ba]"),
    "uk": re.compile("[\u0457\u0454\u0491]"),
    "kk": re.compile("[\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af]"),
    "tg": re.compile("[\u04b3\u04b7\u04ef\u04e3]"),
}
_FOLDED = {code: frozenset(folded(words).split()) for code, words in _COMMON.items()}


def language(text: str, default: str = "") -> str:
    """ISO 639-1 code of a text's language: one of the five that are read, or another that is known by sight;
    ``default`` where nothing tells."""
    sample = text[:20_000]
    counts = {
        "latin": len(_LATIN.findall(sample)),
        "cyrillic": len(_CYRILLIC.findall(sample)),
        "arabic": len(_ARABIC.findall(sample)),
    }
    script = max(counts, key=lambda s: counts[s])
    if not counts[script]:
        return default
    words = re.findall(r"\w+", folded(sample))
    codes = _SCRIPTS[script]
    scores = {code: sum(w in _FOLDED[code] for w in words) for code in codes}
    for code, letters in _LETTERS.items():
        if code in scores:
            scores[code] += len(letters.findall(sample))
    best = max(codes, key=lambda c: scores[c])
    if default in codes and scores[best] < 1.5 * scores[default] + 2:
        return default
    if scores[best]:
        return best
    if default in codes:
        return default
    return codes[0] if len(words) < 12 else ""
