"""Strongly connected parts of a graph: between nodes of one part there is a path there and back (Kosaraju;
Sharir 1981, Computers & Mathematics with Applications 7(1)): twice a search in depth, without recursion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def strong_parts(size: int, arcs: Iterable[tuple[int, int]]) -> list[int]:
    """The number of each node's part, for arcs (tail, head) between ``size`` nodes."""
    onward: list[list[int]] = [[] for _ in range(size)]
    back: list[list[int]] = [[] for _ in range(size)]
    for tail, head in arcs:
        onward[tail].append(head)
        back[head].append(tail)
    left: list[int] = []
    seen = [False] * size
    for start in range(size):
        left.extend(_left(onward, start, seen))
    part, count = [-1] * size, 0
    for start in reversed(left):
        if part[start] < 0:
            part[start] = count
            waiting = [start]
            while waiting:
                for other in back[waiting.pop()]:
                    if part[other] < 0:
                        part[other] = count
                        waiting.append(other)
            count += 1
    return part


def _left(onward: list[list[int]], start: int, seen: list[bool]) -> Iterator[int]:
    """Nodes reached first from ``start``, in the order in which a search in depth leaves them."""
    if seen[start]:
        return
    seen[start] = True
    stack = [(start, iter(onward[start]))]
    while stack:
        node, others = stack[-1]
        other = next((o for o in others if not seen[o]), None)
        if other is None:
            yield node
            stack.pop()
        else:
            seen[other] = True
            stack.append((other, iter(onward[other])))
