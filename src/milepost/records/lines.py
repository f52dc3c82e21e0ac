"""The line of a link as a cell holds it: well-known text (OGC 06-103r4), degrees, longitude first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

Point = tuple[float, float]
_WKT = re.compile(r"\s*LINESTRING\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_REMEDY = "write LINESTRING (51.2 43.6, 49.9 40.4): longitude and latitude in degrees, two points or more"


@lru_cache(maxsize=4096)
def points_of(text: str) -> tuple[Point, ...]:
    """The points (longitude, latitude) of a line as text; none of an empty one.

    Raises ``ValueError`` with a sentence for anything that is no line on earth.
    """
    if not text.strip():
        return ()
    found = _WKT.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text[:40]}' is no line; {_REMEDY}")
    points = []
    for pair in found[1].split(","):
        try:
            lon, lat = (float(number) for number in pair.split())
        except ValueError:
            raise ValueError(f"'{pair.strip()[:40]}' is no point of a line; {_REMEDY}") from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(f"the point {lon:g} {lat:g} does not lie on earth; {_REMEDY}")
        points.append((lon, lat))
    if len(points) < 2:
        raise ValueError(f"a line has two points or more; {_REMEDY}")
    return tuple(points)


def wkt_of(points: Sequence[Point]) -> str:
    """Points as text, to four decimals (10 m)."""
    return f"LINESTRING ({', '.join(f'{_short(lon)} {_short(lat)}' for lon, lat in points)})"


def _short(degrees: float) -> str:
    text = f"{degrees:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def checked(text: str) -> str:
    """The same text, if it is a line or empty. Raises ``ValueError`` as :func:`points_of`."""
    points_of(text)
    return text
