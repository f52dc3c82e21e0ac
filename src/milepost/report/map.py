"""One map for page, notebook and brief: SVG from small frozen inputs, no script, no tiles, no network.

Albers' conic equal-area projection (Snyder 1987, USGS Professional Paper 1395, ch. 14), fitted to the points
shown. Open, promised and closed are told apart by width and dash, not by colour alone; commitments carry
numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from milepost.plots.land import WIDTH, Land, Point, Projection, basemap
from milepost.report.generalised import DrawnTogether, together
from milepost.report.thinned import simpler

State = Literal["open", "promised", "delivered", "closed"]
VERTICES = 15_000
_FONT = "system-ui, 'Noto Sans', 'Noto Naskh Arabic', sans-serif"
_PATH = {
    "before": 'stroke="#e9b44c" stroke-width="13" stroke-opacity=".75"',
    "after": 'stroke="#5b2a86" stroke-width="5"',
}
_STYLE = {
    "open": 'stroke-width="1.4"',
    "promised": 'stroke-width="4" stroke-dasharray="8 7"',
    "delivered": 'stroke-width="5.5"',
    "closed": 'stroke-width="1.6" stroke-dasharray="1.5 4"',
}
_ORDER = {"open": 0, "closed": 1, "delivered": 2, "promised": 3}
_COLOUR = {"rail": "#1f4e79", "road": "#7a6a58", "sea": "#5b8fb0", "ferry": "#5b8fb0", "river": "#5b8fb0"}


@dataclass(frozen=True)
class MapLink:
    """A link between two points (lon, lat), along ``line`` where that is known."""

    name: str
    start: Point
    end: Point
    mode: str
    state: State
    id: str = ""
    needs: tuple[str, ...] = ()  # commitments that open it when all are delivered
    line: tuple[Point, ...] = ()
    singly: bool = True  # or together with others of its mode, as a part of the picture


@dataclass(frozen=True)
class MapNode:
    """A point with a label; more important nodes are labelled first. One that ships only pass does not widen
    the picture: a way around a continent would leave its subject a tenth of it."""

    name: str
    at: Point
    weight: float
    passed: bool = False
    id: str = ""


@dataclass(frozen=True)
class MapPath:
    """The links of one way, by id: ``before`` is drawn as a wide pale band, ``after`` as a narrow dark one
    over it."""

    links: tuple[str, ...]
    when: Literal["before", "after"]
    name: str = ""


Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class MapMark:
    """A commitment's number at the middle of what it changes."""

    label: str
    title: str
    at: Point


def within(shapes: list[list[Point]], most: int) -> list[list[Point]]:
    """Outlines with at most ``most`` vertices: Douglas-Peucker with a growing tolerance, in the picture."""
    tolerance = 0.5
    while sum(map(len, shapes)) > most:
        shapes = [s for s in (simpler(shape, tolerance) for shape in shapes) if len(s) > 3]
        tolerance *= 1.6
    return shapes


@dataclass(frozen=True)
class DrawnLink:
    """A link as it is drawn: ``d`` is its SVG path in the units of the picture."""

    id: str
    name: str
    mode: str
    state: State
    needs: tuple[str, ...]
    d: str


@dataclass(frozen=True)
class DrawnNode:
    """A dot; ``label_x`` is where its name begins or ends by ``anchor``, None where it has no room."""

    name: str
    x: float
    y: float
    label_x: float | None = None
    anchor: Literal["start", "end"] = "start"
    id: str = ""


@dataclass(frozen=True)
class DrawnMark:
    """A commitment's number at (x, y), with a line to the place (at_x, at_y) that it is about."""

    label: str
    title: str
    x: float
    y: float
    at_x: float
    at_y: float


@dataclass(frozen=True)
class Drawing:
    """The map laid out: everything at its place, in units of the picture, x to the right and y downward.

    Links in the order in which they are drawn; ``land`` is one SVG path of the outlines; ``together`` are the
    other links of a large network, drawn under them.
    """

    title: str
    about: str
    width: float
    height: float
    land: str
    links: tuple[DrawnLink, ...]
    nodes: tuple[DrawnNode, ...]
    marks: tuple[DrawnMark, ...]
    together: tuple[DrawnTogether, ...] = ()


def lay_out(
    title: str,
    links: Sequence[MapLink],
    nodes: Sequence[MapNode],
    marks: Sequence[MapMark] = (),
    *,
    about: str = "",
    labels: int = 34,
    land: Land | None = None,
    frame: Sequence[Point] = (),
) -> Drawing | None:
    """Where everything stands on the map; None if there is nothing to show.

    ``land`` replaces the outlines that are shipped; they are simplified until the picture has at most 15,000
    vertices. The picture holds the points of ``frame``, by default all of them; what leads out of it is cut
    off at its edge. ``about`` describes the picture to who does not see it. At most ``labels`` names are
    written.
    """
    points = [p for link in links for p in (link.start, link.end)] + [p.at for p in nodes]
    if not points:
        return None
    passed = {p.at for p in nodes if p.passed}
    project = Projection(frame or [p for p in points if p not in passed] or points)
    _, rings = land or basemap()
    dots, names = _nodes(project, [n for n in nodes if project.holds(n.at)], labels)
    return Drawing(
        title,
        about,
        WIDTH,
        project.height,
        _land(project, rings),
        tuple(
            DrawnLink(k.id, k.name, k.mode, k.state, k.needs, _shape(project, k))
            for k in sorted(links, key=lambda k: (_ORDER[k.state], k.mode))
            if k.singly
        ),
        tuple(dots),
        tuple(_marks(project, marks, names)),
        _together(project, [k for k in links if not k.singly]),
    )


def _together(project: Projection, links: Sequence[MapLink]) -> tuple[DrawnTogether, ...]:
    groups: dict[tuple[str, str], list[list[Point]]] = {}
    for link in sorted(links, key=lambda k: (_ORDER[k.state], k.mode)):
        line = link.line or (link.start, link.end)
        groups.setdefault((link.mode, link.state), []).append([project(p) for p in line])
    return together(groups)


def map_svg(drawing: Drawing | None, *, boundaries: bool = True, paths: Sequence[MapPath] = ()) -> str:
    """The map as one SVG element; empty for none. ``boundaries=False`` draws land without borders, ``paths``
    are drawn under the links."""
    if drawing is None:
        return ""
    width, height = f"{drawing.width:.0f}", f"{drawing.height:.0f}"
    stroke = "#cfc8ba" if boundaries else "#f8f6f0"
    drawn_as = {link.id: link.d for link in drawing.links}
    out = [
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="{_FONT}" aria-label="{_xml(drawing.title)}"><title>{_xml(drawing.title)}</title>'
        f"<desc>{_xml(drawing.about)}</desc>",
        f'<clipPath id="frame"><rect width="{width}" height="{height}"/></clipPath>'
        '<g clip-path="url(#frame)">',
        f'<rect width="{width}" height="{height}" fill="#e9eff3"/>',
        f'<path class="land" d="{drawing.land}" fill="#f8f6f0" stroke="{stroke}" stroke-width=".6"/>',
        *map(_drawn_together, drawing.together),
        *_paths(paths, drawn_as),
        *map(_link, drawing.links),
        *map(_dot, drawing.nodes),
        *map(_named, drawing.nodes),
        *map(_lead, drawing.marks),
        *map(_mark, drawing.marks),
        "</g></svg>",
    ]
    return "".join(out)


def _land(project: Projection, rings: Sequence[Sequence[Point]]) -> str:
    """The outlines that lie in the picture, with at most so many vertices."""
    shapes = []
    for ring in rings:
        drawn = [project(p) for p in ring]
        if any(-300 < x < WIDTH + 300 and -300 < y < project.height + 300 for x, y in drawn):
            shapes.append(drawn)
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in s) + "Z" for s in within(shapes, VERTICES))


def _paths(paths: Sequence[MapPath], drawn_as: Mapping[str, str]) -> Iterator[str]:
    """The one before first, so that the one after lies over it."""
    for path in sorted(paths, key=lambda w: w.when, reverse=True):
        whole = "".join(drawn_as[name] for name in path.links if name in drawn_as)
        if whole:
            yield (
                f'<path class="path {path.when}" d="{whole}" fill="none" {_PATH[path.when]} '
                'stroke-linecap="round" '
                f'stroke-linejoin="round"><title>{_xml(path.name)}</title></path>'
            )


def _drawn_together(drawn: DrawnTogether) -> str:
    return (
        f'<path class="together {drawn.mode}" d="{drawn.d}" fill="none" '
        f'stroke="{_COLOUR.get(drawn.mode, "#666")}" stroke-width=".5" stroke-opacity=".5"/>'
    )


def _link(link: DrawnLink) -> str:
    colour = {"promised": "#b3261e", "delivered": "#17212b"}.get(link.state) or _COLOUR.get(link.mode, "#666")
    faint = ' stroke-opacity=".55"' if link.state == "open" and link.mode != "rail" else ""
    dash = ' stroke-dasharray="3 3"' if link.state == "open" and link.mode in ("sea", "ferry") else ""
    return (
        f'<path class="link {link.mode}" data-link="{_xml(link.id)}" data-state="{link.state}" '
        f'data-needs="{_xml(" ".join(link.needs))}" d="{link.d}" fill="none" stroke="{colour}" '
        f'{_STYLE[link.state]}{dash}{faint} stroke-linecap="round">'
        f"<title>{_xml(link.name)}</title></path>"
    )


def _xml(text: str) -> str:
    """Text as XML may carry it: escaped, without control characters."""
    return escape(
        "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def _shape(project: Projection, link: MapLink) -> str:
    """Its own line; else a straight one, at sea a bow, so that both ways round a coast are told apart."""
    if link.line:
        runs: list[list[Point]] = [[link.line[0]]]
        for before, point in itertools.pairwise(link.line):
            if abs(point[0] - before[0]) > 180:  # it goes on at the other edge, not back across the map
                runs.append([])
            runs[-1].append(point)
        return "".join(_run([project(point) for point in run]) for run in runs if len(run) > 1)
    (x1, y1), (x2, y2) = project(link.start), project(link.end)
    if link.mode not in ("sea", "ferry"):
        return f"M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}"
    bend = 0.08
    mid = ((x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend)
    return f"M{x1:.1f},{y1:.1f}Q{mid[0]:.1f},{mid[1]:.1f} {x2:.1f},{y2:.1f}"


def _run(drawn: Sequence[Point]) -> str:
    kept = [drawn[0], *(b for a, b in itertools.pairwise(drawn[:-1]) if math.dist(a, b) > 0.3), drawn[-1]]
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in kept)


def _nodes(project: Projection, nodes: Sequence[MapNode], most: int) -> tuple[list[DrawnNode], list[Box]]:
    """Dots and names as far as they fit, and the boxes that the names take."""
    taken: list[Box] = []
    out = []
    dots = [project(node.at) for node in nodes]
    for node in sorted(nodes, key=lambda p: (-p.weight, p.name)):
        x, y = project(node.at)
        drawn = DrawnNode(node.name, x, y, id=node.id)
        if len(taken) < most:
            width = 6.2 * len(node.name)
            sides: tuple[tuple[int, Literal["start", "end"]], ...] = ((6, "start"), (-6, "end"))
            found = []
            for dx, anchor in sides:
                left = x + dx if anchor == "start" else x + dx - width
                box = (left, y - 8, left + width, y + 5)
                inside = box[0] > 0 and box[2] < WIDTH and box[1] > 0 and box[3] < project.height
                if inside and not any(_meet(box, t) for t in taken):
                    covered = sum(box[0] - 2 < a < box[2] + 2 and box[1] < b < box[3] for a, b in dots)
                    found.append((covered, box, DrawnNode(node.name, x, y, x + dx, anchor, node.id)))
            if found:  # the side on which it covers fewer dots
                _, box, drawn = min(found, key=lambda side: side[0])
                taken.append(box)
        out.append(drawn)
    return out, taken


def _meet(one: Box, other: Box) -> bool:
    return not (one[2] < other[0] or one[0] > other[2] or one[3] < other[1] or one[1] > other[3])


def _dot(node: DrawnNode) -> str:
    return f'<circle cx="{node.x:.1f}" cy="{node.y:.1f}" r="2.6" fill="#fff" stroke="#333" stroke-width="1"/>'


def _named(node: DrawnNode) -> str:
    """Over all dots: a name that has no other room lies on one."""
    if node.label_x is None:
        return ""
    return (
        f'<text x="{node.label_x:.1f}" y="{node.y + 4:.1f}" text-anchor="{node.anchor}" font-size="11.5" '
        'fill="#222" stroke="#fff" stroke-width="3" stroke-linejoin="round" '
        f'paint-order="stroke">{_xml(node.name)}</text>'
    )


def _marks(project: Projection, marks: Sequence[MapMark], names: Sequence[Box]) -> Iterator[DrawnMark]:
    """Numbers; those that would collide or cover a name are moved outward and keep a line to their place."""

    def free(x: float, y: float) -> bool:
        if any((x - tx) ** 2 + (y - ty) ** 2 <= 24**2 for tx, ty in taken):
            return False
        return all(math.hypot(max(a - x, x - c, 0.0), max(b - y, y - d, 0.0)) > 11.5 for a, b, c, d in names)

    taken: list[Point] = []
    for mark in marks:
        x, y = project(mark.at)
        px, py = x, y
        for step in range(1, 60):
            if free(px, py):
                break
            angle, reach = step * 2.4, 16 + 2.2 * step
            px, py = x + reach * math.cos(angle), y + reach * math.sin(angle)
        taken.append((px, py))
        yield DrawnMark(mark.label, mark.title, px, py, x, y)


def _lead(mark: DrawnMark) -> str:
    """Under all numbers: drawn with its own it would strike out another."""
    return (
        f'<line x1="{mark.at_x:.1f}" y1="{mark.at_y:.1f}" x2="{mark.x:.1f}" y2="{mark.y:.1f}" '
        'stroke="#b3261e" stroke-width="1"/>'
    )


def _mark(mark: DrawnMark) -> str:
    return (
        f'<g class="mark" data-commitment="{_xml(mark.label)}"><title>{_xml(mark.label)} '
        f"{_xml(mark.title)}</title>"
        f'<circle cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="11" fill="#fff" stroke="#b3261e" '
        'stroke-width="1.6"/>'
        f'<text x="{mark.x:.1f}" y="{mark.y + 3.6:.1f}" text-anchor="middle" font-size="10" '
        f'font-weight="600" fill="#8c1d18">{_xml(mark.label)}</text></g>'
    )
