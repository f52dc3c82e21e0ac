"""The one heap of the network's searches: four-ary, of nodes by their keys, compiled.

``key`` is an array by node; ``heap`` holds ``count`` nodes; ``position`` says where a node stands in it: -1
never seen, -2 taken. A node that was taken may be put in again.
"""

from __future__ import annotations

from milepost.compiled import kernel


@kernel(inline="always")
def pop(heap, position, key, count):  # type: ignore[no-untyped-def]
    """Take the node of least key from the heap; there are ``count - 1`` left."""
    u = heap[0]
    position[u] = -2
    count -= 1
    if count:
        v = heap[count]
        mine = key[v]
        i = 0
        while True:
            child = 4 * i + 1
            if child >= count:
                break
            # node and key of the least child are kept at hand: read again each time they cost a quarter more
            best, least = child, heap[child]
            its = key[least]
            c, last = child + 1, min(child + 4, count)
            while c < last:
                other = heap[c]
                if key[other] < its:
                    best, least, its = c, other, key[other]
                c += 1
            if its >= mine:
                break
            heap[i] = least
            position[least] = i
            i = best
        heap[i] = v
        position[v] = i
    return u


@kernel(inline="always")
def push(heap, position, key, count, v):  # type: ignore[no-untyped-def]
    """Put ``v`` into the heap, or move it up after its key fell; returns the new count."""
    i = position[v]
    if i < 0:
        i = count
        count += 1
    mine = key[v]
    while i > 0:
        up = (i - 1) >> 2
        above = heap[up]
        if key[above] <= mine:
            break
        heap[i] = above
        position[above] = i
        i = up
    heap[i] = v
    position[v] = i
    return count
