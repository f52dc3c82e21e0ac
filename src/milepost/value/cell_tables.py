r"""What a path between two zones costs in every set of commitments: a table over those that matter to it.

Few commitments ever lie on a cheapest path between two given zones. So a *cell* (class of cargo, from, to)
has a table with a row for each set of the commitments that change it, its *support*, and not for all 2^K:

    (1)  T_xy(S) = T_xy(S ∩ support) ,

a row being the costs of all shipment types, or the keys of their paths (:mod:`milepost.network.traced`).
Commitments are put in one after the other in the order of the overlay. An added arc a -> b of cost c is the
update (1) of :mod:`milepost.network.overlay`, for all sets at once: the new row of x y for a set is made of
the rows of x y, x a and b y for that set, and its support is the union of theirs, less what turns out to
change nothing. Tables of ends that no later commitment needs are dropped.

Equal rows of a table are one *entry*, which knows what it was made of; so what is gathered along its paths
(:mod:`milepost.value.gathered`) is found piece by piece without a search, once for each entry.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.network.traced import PER_T
from milepost.trade.costs import term
from milepost.value.gathered import INDEX, in_all, traffic

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REMEMBERED = 256  # results of three entries, while one arc is put in between two nodes
MADE = 4  # what an entry was made of: the entry before, those to and from the arc, the arc
BASE = -1  # an entry of today's costs, made of no arc; its first number is its cell


class CellTables(NamedTuple):
    """Of one class of cargo. Cell ``x · N + y`` has ``length`` rows from ``begin`` on in ``ids``, one for
    each set of the commitments in ``support`` (bits by their order; the first of them is the lowest digit):
    the number of an entry. Entry e has the keys or costs ``keys[e · types : (e + 1) · types]``, and ``made``
    says of what it is made."""

    support: Ints
    begin: Ints
    length: Ints
    ids: NDArray[np.int32]
    keys: NDArray[Any]
    made: NDArray[np.int32]


@kernel(inline="always")
def _mix_of(keys, entry, types):  # type: ignore[no-untyped-def]
    """Few bits of an entry, by which equal ones are found."""
    mix = np.int64(0)
    at = INDEX(entry * types)
    for t in range(INDEX(types)):
        mix += np.int64(keys[at + t]) * np.int64(INDEX(2) * t + INDEX(1))
    return np.int64((np.uint64(mix) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33))


@kernel(inline="always")
def sets_of(mask):  # type: ignore[no-untyped-def]
    """How many sets there are of some commitments."""
    size = 1
    while mask:
        size *= 2
        mask &= mask - 1
    return size


@kernel()
def rows_of(union, parts, wide):  # type: ignore[no-untyped-def]
    """For each set of a ``union`` of supports the row that it has in a table with each of these supports, and
    how many of the fourth it holds, into ``wide`` (4, sets)."""
    wide[:, 0] = 0
    size, bit = 1, np.int64(1)
    weight = (np.int64(1), np.int64(1), np.int64(1))
    while bit <= union:
        if union & bit:
            one, two = weight[0] if parts[0] & bit else 0, weight[1] if parts[1] & bit else 0
            three, four = weight[2] if parts[2] & bit else 0, 1 if parts[3] & bit else 0
            for u in range(size):
                wide[0, size + u] = wide[0, u] + one
                wide[1, size + u] = wide[1, u] + two
                wide[2, size + u] = wide[2, u] + three
                wide[3, size + u] = wide[3, u] + four
            weight = (weight[0] + one, weight[1] + two, weight[2] + three)  # twice what it was, or the same
            size *= 2
        bit <<= 1
    return size


@kernel()
def _reduced(out, size, union):  # type: ignore[no-untyped-def]
    """Leave out, in place, commitments that change no row. Returns (length, support)."""
    support, bit, low = np.int64(0), np.int64(1), 1
    while bit <= union:
        if union & bit:
            same = True
            for u in range(size):
                if u & low == 0 and out[u] != out[u | low]:
                    same = False
                    break
            if same:
                size //= 2
                for u in range(size):
                    out[u] = out[(u & (low - 1)) | ((u & ~(low - 1)) << 1)]
            else:
                support |= bit
                low *= 2
        bit <<= 1
    return size, support


@kernel()
def _entry(room, count, made_of, cost):  # type: ignore[no-untyped-def]
    """The entry of three others with an arc of this cost in between, written behind the others if it is
    cheaper than the first of them for any type, and else that one."""
    keys, types = room.keys, len(cost)
    e, f, g, step = made_of  # entries, and the arc
    old, to, on, new = INDEX(e * types), INDEX(f * types), INDEX(g * types), INDEX(count * types)
    changed = False
    for t in range(INDEX(types)):
        changed |= keys[to + t] + cost[t] + keys[on + t] < keys[old + t]
    if not changed:
        return e
    for t in range(INDEX(types)):
        keys[new + t] = min(keys[to + t] + cost[t] + keys[on + t], keys[old + t])
    room.made[count, 0], room.made[count, 1], room.made[count, 2], room.made[count, 3] = e, f, g, step
    room.mixes[count] = _mix_of(keys, count, types)
    return count


@kernel()
def _as_met(room, entry, types, last):  # type: ignore[no-untyped-def]
    """The entry that equals this one among those met in the table, which is itself if it is the first."""
    keys, mixes, spots = room.keys, room.mixes, room.spots
    spot = mixes[entry] & last
    while True:
        held = spots[spot]
        if held < 0:
            spots[spot] = entry
            return entry
        same = held == entry
        if not same and mixes[held] == mixes[entry]:
            same = True
            x, y = INDEX(held * types), INDEX(entry * types)
            for t in range(INDEX(types)):
                same &= keys[x + t] == keys[y + t]
        if same:
            return held
        spot = (spot + 1) & last


@kernel()
def _through(room, count, begins, arc, size):  # type: ignore[no-untyped-def]
    """Put an arc (step, costs, how many others it needs) in between two nodes, for each set of the union:
    entries into ``out``, from tables that begin there. Returns how many entries there are then, and whether
    any row got cheaper."""
    ids, wide, out, remembered = room.ids, room.wide, room.out, room.remembered
    step, cost, others = arc
    types, last = len(cost), 1
    while last < 2 * size:
        last *= 2
    last -= 1
    for k in range(last + 1):
        room.spots[k] = -1
    for k in range(REMEMBERED):
        remembered[k, 3] = -1
    cheaper = False
    for u in range(size):
        e = ids[begins[0] + wide[0, u]]
        if wide[3, u] != others:
            out[u] = _as_met(room, e, types, last)
            continue
        f, g = ids[begins[1] + wide[1, u]], ids[begins[2] + wide[2, u]]
        k = (e * 31 + f * 7 + g) & (REMEMBERED - 1)
        if (
            remembered[k, 3] >= 0
            and remembered[k, 0] == e
            and remembered[k, 1] == f
            and remembered[k, 2] == g
        ):
            out[u] = remembered[k, 3]
            continue
        new = _entry(room, count, (e, f, g, step), cost)
        cheaper |= new != e
        found = _as_met(room, new, types, last)
        if found == count:
            count += 1
        remembered[k, 0], remembered[k, 1], remembered[k, 2], remembered[k, 3] = e, f, g, found
        out[u] = found
    return count, cheaper


@kernel()
def _put_in(room, steps, at, tables, counts):  # type: ignore[no-untyped-def]
    """Put in the arcs of a level, ``at`` (level, class, N, types), as if its commitment were delivered:
    ``tables`` (support, begin, length) are changed. Returns how many entries and ids there are then, and the
    length of the table that there was no room for, 0 if there was."""
    level, s, N, types = at
    support, begin, length = tables
    count, filled = counts
    keys, ids, used, many = room.keys, room.ids, steps.need[level], INDEX(types)
    through, cost = np.empty(types, dtype=keys.dtype), np.empty(types, dtype=keys.dtype)
    for step in range(steps.first[level], steps.first[level + 1]):
        a, b, needs = steps.ends[step, 0], steps.ends[step, 1], steps.others[step]
        others, left = 0, needs
        while left:
            others, left = others + 1, left & (left - 1)
        of = step * steps.cost.shape[1] + s
        for t in range(types):
            cost[t] = steps.cost[step, s, t]
        for e in range(steps.row_first[of], steps.row_first[of + 1]):
            x = steps.rows[e]
            if x >= used:
                break
            xa, xb = x * N + a, x * N + b
            # costs only fall: the last row of a table has the least, the first one the most
            best, worst = INDEX(ids[begin[xa] + length[xa] - 1] * types), INDEX(ids[begin[xb]] * types)
            cheaper = False
            for t in range(many):
                through[t] = keys[best + t] + cost[t]
                cheaper |= through[t] < keys[worst + t]
            if not cheaper:
                continue
            for m in range(steps.column_first[of], steps.column_first[of + 1]):
                y = steps.columns[m]
                if y >= used:
                    break
                xy, by = x * N + y, b * N + y
                best, worst = INDEX(ids[begin[by] + length[by] - 1] * types), INDEX(ids[begin[xy]] * types)
                cheaper = False
                for t in range(many):
                    cheaper |= through[t] + keys[best + t] < keys[worst + t]
                if not cheaper:
                    continue
                union = support[xy] | support[xa] | support[by] | needs
                size = sets_of(union)
                if size > len(room.out) or count + size > len(room.mixes) or filled + size > len(ids):
                    return count, filled, size
                rows_of(union, (support[xy], support[xa], support[by], needs), room.wide)
                begins = begin[xy], begin[xa], begin[by]
                count, cheaper = _through(room, count, begins, (step, cost, others), size)
                if cheaper:
                    length[xy], support[xy] = _reduced(room.out, size, union)
                    begin[xy] = filled
                    for u in range(length[xy]):
                        ids[filled + u] = room.out[u]
                    filled += length[xy]
    return count, filled, 0


@kernel()
def _join(room, at, without, given, kept):  # type: ignore[no-untyped-def]
    """Tables with and without the commitment of a level beside each other, into ``kept``, of the first
    ``used`` nodes; ``without`` is changed. Returns how long they are; they are only counted if there is no
    room."""
    level, used, N = at
    support, begin, length = without
    there = len(kept) > 0
    filled = 0
    for x in range(used):
        for y in range(used):
            xy = x * N + y
            if given[1][xy] == begin[xy]:
                if there:
                    for u in range(length[xy]):
                        kept[filled + u] = room.ids[begin[xy] + u]
                    begin[xy] = filled
                filled += length[xy]
                continue
            union = support[xy] | given[0][xy]
            size = sets_of(union)
            if there:
                rows_of(union, (support[xy], given[0][xy], np.int64(0), np.int64(0)), room.wide)
                for u in range(size):
                    kept[filled + u] = room.ids[begin[xy] + room.wide[0, u]]
                    kept[filled + size + u] = room.ids[given[1][xy] + room.wide[1, u]]
                begin[xy], length[xy], support[xy] = filled, 2 * size, union | (np.int64(1) << level)
            filled += 2 * size
    return filled


class _Room(NamedTuple):
    """What entries and tables are written to, and what is needed meanwhile."""

    keys: NDArray[Any]
    made: NDArray[np.int32]
    mixes: Ints
    ids: NDArray[np.int32]
    wide: NDArray[np.int32]
    out: NDArray[np.int32]
    spots: NDArray[np.int32]
    remembered: Ints

    @classmethod
    def of(cls, base: NDArray[Any], types: int) -> _Room:
        """With an entry for each cell, today's costs."""
        cells = base.size // types
        made = np.full((cells, MADE), BASE, dtype=np.int32)
        made[:, 0] = np.arange(cells)
        mixes = np.empty(cells, dtype=np.int64)
        _mix_all(base.ravel(), types, mixes)
        return cls(
            keys=base.ravel(),
            made=made,
            mixes=mixes,
            ids=np.arange(cells, dtype=np.int32),
            wide=np.empty((4, 1), dtype=np.int32),
            out=np.empty(1, dtype=np.int32),
            spots=np.empty(4, dtype=np.int32),
            remembered=np.empty((REMEMBERED, 4), dtype=np.int64),
        )

    def for_tables(self, size: int) -> _Room:
        """With room for tables of a length."""
        if size <= len(self.out):
            return self
        wide, out, spots = (np.empty(shape, dtype=np.int32) for shape in ((4, size), size, 4 * size))
        return self._replace(wide=wide, out=out, spots=spots)

    def wider(self, counts: tuple[int, int], size: int) -> _Room:
        """With room for so many entries and ids more, or twice as many as there are."""
        count, filled = counts
        types = len(self.keys) // len(self.mixes)
        entries = (
            max(2 * len(self.mixes), count + size) if count + size > len(self.mixes) else len(self.mixes)
        )
        ids = max(2 * len(self.ids), filled + size) if filled + size > len(self.ids) else len(self.ids)
        return self._replace(
            keys=_longer(self.keys, count * types, entries * types),
            made=_longer(self.made, count, entries),
            mixes=_longer(self.mixes, count, entries),
            ids=_longer(self.ids, filled, ids),
        ).for_tables(size)

    def bytes(self) -> int:
        """How many."""
        return sum(array.nbytes for array in self)


def _longer(array: NDArray[Any], used: int, length: int) -> NDArray[Any]:
    if length == len(array):
        return array
    new = np.empty((length, *array.shape[1:]), dtype=array.dtype)
    new[:used] = array[:used]
    return new


@kernel()
def _mix_all(keys, types, mixes):  # type: ignore[no-untyped-def]
    for k in range(len(mixes)):
        mixes[k] = _mix_of(keys, k, types)


def class_tables(base: NDArray[Any], steps: Any, s: int, types: int, most_bytes: int) -> CellTables | None:
    """The tables of class ``s`` from today's costs or keys ``base`` (N, N · types), between the zones in the
    end; None if that takes more than ``most_bytes``. ``steps`` as in :mod:`milepost.value.all_sets`."""
    N = len(base)
    room = _Room.of(base, types)
    tables = np.zeros(N * N, dtype=np.int64), np.arange(N * N), np.ones(N * N, dtype=np.int64)
    count = filled = N * N
    for level in range(len(steps.need) - 1):
        at, start = (level, s, N, types), (count, filled)
        while True:  # as long as there is no room: what was written since is written again
            given = tables[0].copy(), tables[1].copy(), tables[2].copy()
            count, filled, size = _put_in(room, steps, at, given, start)
            if not size:
                break
            room = room.wider((count, filled), size)
            if room.bytes() > most_bytes:
                return None
        used = int(steps.need[level + 1])
        longest = 2 * int(max(given[2].max(), tables[2].max())) ** 2
        nothing = np.empty(0, dtype=np.int32)
        filled = _join(room, (level, used, N), tables, given, nothing)
        if room.bytes() + 4 * filled > most_bytes:
            return None
        room = room.for_tables(min(longest, filled))
        kept = np.empty(filled, dtype=np.int32)
        _join(room, (level, used, N), tables, given, kept)
        room = room._replace(ids=kept)
    return CellTables(*tables, room.ids, room.keys[: count * types], room.made[:count])


@kernel()
def _along(tables, steps, paths, s, sizes, entry, t, into):  # type: ignore[no-untyped-def]
    """Add the vectors of the pieces of the path of one entry and type to ``into``, as integers."""
    (types, cells), todo = sizes, np.empty(128, dtype=np.int64)
    keys, made = tables.keys, tables.made
    classes = steps.cost.shape[1]
    todo[0], count = entry, 1
    while count:
        count -= 1
        e = todo[count]
        while made[e, 3] >= 0:
            before = np.int64(made[e, 0])
            if keys[before * types + t] == keys[e * types + t]:
                e = before
                continue
            k = np.int64(made[e, 3]) * classes + s
            for m in range(paths.step_first[k], paths.step_first[k + 1]):
                into[paths.step_column[m]] += paths.step_amount[m]
            if count == len(todo):
                todo = np.concatenate((todo, todo))
            todo[count] = made[e, 2]
            count += 1
            e = np.int64(made[e, 1])
        k = paths.segment[(s * cells + np.int64(made[e, 0])) * types + t]
        if k >= 0:
            for m in range(paths.first[k], paths.first[k + 1]):
                into[paths.column[m]] += paths.amount[m]


@kernel()
def _numbered(tables, country, zones, N):  # type: ignore[no-untyped-def]
    """Number the entries of the cells between zones of different countries anew, in place. Returns which
    entry and whose cell each number is."""
    begin, length, ids = tables.begin, tables.length, tables.ids
    number, found = np.full(len(tables.made), -1, dtype=np.int32), 0
    which, whose = np.empty(len(tables.made), dtype=np.int64), np.empty(len(tables.made), dtype=np.int64)
    for x in range(zones):
        for y in range(zones):
            cell = x * N + y
            if country[x] == country[y]:
                continue
            for k in range(begin[cell], begin[cell] + length[cell]):
                e = ids[k]
                if number[e] < 0:
                    number[e], which[found], whose[found] = found, e, cell
                    found += 1
                ids[k] = number[e]
    return which[:found], whose[:found]


@kernel()
def entries(tables, steps, trade, paths, s, kind):  # type: ignore[no-untyped-def]
    """The means over types of (2) in :mod:`milepost.trade.costs` of each entry between zones of different
    countries (entries, elasticities), and what is gathered by it before shares (entries, elasticities,
    columns). In ``ids`` the entries of these cells are numbered anew, in the order of these."""
    types, shift, zones, N = kind
    keys, theta, weights = tables.keys, trade.theta, trade.weights
    unit, unreachable = weights.unit, weights.unreachable
    which, whose = _numbered(tables, weights.country, zones, N)
    means = np.empty((len(which), len(theta)))
    gathered = np.zeros((len(which), len(theta), paths.columns))
    scale, path = np.empty(types), np.zeros(paths.columns, dtype=np.int64)
    for k in range(len(which)):
        at, x, y = which[k] * types, whose[k] // N, whose[k] % N
        i, j = weights.country[x], weights.country[y]
        v = weights.value[s, i, j]
        for q in range(len(theta)):
            total, fob = 0.0, trade.fob[q, i, j]
            for t in range(types):
                was, now = trade.today[s, x, y * types + t], keys[at + t] >> shift
                change = term(was, now, v, fob, unit, unreachable, theta[q])
                total += change
                if paths.columns:
                    scale[t] = traffic(was, now, v, fob, unit, unreachable, change) / types
            means[k, q] = total / types
            for t in range(types if paths.columns else 0):
                many = in_all(keys, at, types, scale, t)
                if many == 0.0:
                    continue
                for c in range(paths.columns):
                    path[c] = 0
                _along(tables, steps, paths, s, (types, N * N), which[k], t, path)
                many *= PER_T
                for c in range(paths.columns):
                    gathered[k, q, c] += many * path[c]
    return means, gathered
