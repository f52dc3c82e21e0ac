"""The digest of a row is that of canonical JSON as the library of RFC 8785 writes it."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from milepost.store.content import digest
from torture import cases

NAMES = st.sampled_from(["id", "title", "note", "reported_on", "B", "a_b", "été", "\U0001f600", "\uff21"])
TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from('\0\x1f\x7f\b\t\n\f\r"\\/\u2028\u2029\ud7ff\ue000\uffff\U0010ffff'), max_size=12),
)


@cases(100, 20_000)
@given(st.dictionaries(NAMES, TEXTS, max_size=6))
def test_it_is_that_of_the_library(cells: dict[str, str]) -> None:
    told = {name: text for name, text in cells.items() if text}
    assert digest(cells) == hashlib.sha256(rfc8785.dumps(told)).hexdigest()


def test_half_a_character_has_none() -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        digest({"note": "\ud800"})
