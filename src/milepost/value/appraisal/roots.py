r"""The rate at which a stream of money is worth nothing: every one there is, or that there is none.

With x = 1 / (1 + r) the present value is a polynomial, and a rate above −100 % is a root x > 0:

    (1)  P(x) = Σ_t  c_t x^t = 0 ,        r = 1 / x − 1

A stream that changes its sign once has one such root and no more (Descartes). One that changes it more often
may have several, and a search from one guess finds whichever it meets: of (−0.43, −0.05, 2.16) one. So all
are told apart first, in whole numbers and without rounding: amounts in floating point are whole numbers times
one power of two, and the number of changes of sign v of

    (2)  (1 + x)^n Q(1 / (1 + x)) ,   Q = P stretched over an interval to (0, 1)

is zero where the interval holds no root and one where it holds one; else it is halved (Vincent 1836; Collins
& Akritas 1976, *SYMSAC*). Where P has a root twice, so that the value touches zero without crossing it, P is
first divided by what it has in common with its derivative. Each root is then found by exact signs, to the
last digits that a floating number has. That economists must not pick one of several is old (Lorie & Savage
1955, *Journal of Business* 28; Hazen 2003, *The Engineering Economist* 48).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, gcd, isfinite, lcm
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from milepost.results import Cell, Result
from milepost.value.appraisal.money import stream_of

Whole = tuple[int, ...]  # coefficients of a polynomial, the constant first
_NUMBERS = ("No rate", "One rate", "Two rates", "Three rates", "Four rates", "Five rates", "Six rates")


@dataclass(frozen=True, repr=False)
class Eirr(Result):
    """Internal rates of return: ``roots`` are all real rates above -1 (-100 %) at which the net present value
    is zero, rising, as shares a year; ``sign_changes`` of the stream; ``sentence`` says what they tell."""

    roots: tuple[float, ...]
    sign_changes: int
    sentence: str

    @property
    def rate(self) -> float | None:
        """The rate, where there is just one; else None: none of several says whether a thing is worth it."""
        return self.roots[0] if len(self.roots) == 1 else None

    def as_dict(self) -> dict[str, Any]:
        """Roots, the one rate or None, and the sentence."""
        return {
            "unit": "share a year",
            "rate": self.rate,
            "roots": list(self.roots),
            "sign_changes": self.sign_changes,
            "sentence": self.sentence,
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a root."""
        return ["rate_share_per_year"], [[root] for root in self.roots]

    def headed(self) -> str:
        """The sentence."""
        return self.sentence


def eirr(stream: ArrayLike) -> Eirr:
    """Every rate at which a stream of yearly amounts has a net present value of zero (equation 1).

    Raises ``WrongUse`` for a stream that holds no finite numbers.

    >>> eirr([-100, 60, 60]).roots
    (0.13066238629180747,)
    """
    amounts = stream_of(stream)
    told = np.sign(amounts[amounts != 0.0])
    changes = int((told[1:] != told[:-1]).sum())
    if not len(told):
        return Eirr((), 0, "The stream is zero throughout, so every rate and no rate is its return.")
    if not changes:
        said = "cost" if told[0] < 0 else "gain"
        return Eirr((), 0, f"Every amount is a {said}, so no rate sets the net present value to zero.")
    P = _whole(amounts)
    found = [_found(P, *_bounds(P))] if changes == 1 else sorted(_all_roots(P))
    roots = tuple(root for root in found if root > -1.0)  # what rounds to -100 % is none
    return Eirr(roots, changes, _in_words(roots, amounts))


def _in_words(roots: tuple[float, ...], amounts: np.ndarray[Any, Any]) -> str:
    shown = ", ".join(f"{100 * root:.4g} %" for root in roots)
    if not roots:
        sign = "above" if float(amounts.sum()) > 0 else "below"
        return f"No rate sets the net present value to zero: it is {sign} zero at every one."
    if len(roots) == 1:
        return f"One rate sets the net present value to zero: {shown}."
    many = _NUMBERS[len(roots)] if len(roots) < len(_NUMBERS) else f"{len(roots)} rates"
    return (
        f"{many} set the net present value to zero: {shown}. None of them alone says whether it is worth it; "
        "go by the net present value at the rate that holds."
    )


def _whole(amounts: np.ndarray[Any, Any]) -> Whole:
    """The amounts as whole numbers, which they are times one power of two; roots at x = 0 taken off."""
    parts = [float(c).as_integer_ratio() for c in np.trim_zeros(amounts)]
    scale = max(below for _, below in parts)
    return _primitive([above * (scale // below) for above, below in parts])


def _primitive(coefficients: Sequence[int]) -> Whole:
    """Divided by what all have in common; a factor above zero moves no sign."""
    kept = list(coefficients)
    while kept and not kept[-1]:
        kept.pop()
    common = gcd(*kept) if kept else 1
    return tuple(c // common for c in kept)


def _sign(P: Whole, x: Fraction) -> int:
    """Sign of P at x > 0, exact: Horner in whole numbers."""
    above, below = x.numerator, x.denominator
    total, power = 0, 1
    for c in reversed(P):
        total = total * above + c * power
        power *= below
    return (total > 0) - (total < 0)


def _changes(P: Sequence[int]) -> int:
    signs = [c > 0 for c in P if c]
    return sum(a != b for a, b in pairwise(signs))


def _shifted(P: Sequence[int]) -> list[int]:
    """P(x + 1), by Horner's scheme."""
    kept = list(P)
    for k in range(len(kept) - 1):
        for j in range(len(kept) - 2, k - 1, -1):
            kept[j] += kept[j + 1]
    return kept


def _derivative(P: Whole) -> Whole:
    return _primitive([k * c for k, c in enumerate(P)][1:])


def _square_free(P: Whole) -> Whole:
    """P with each of its roots once."""
    if not _common_by_a_prime(P, _derivative(P)):
        return P
    a, b = P, _derivative(P)
    while b:
        a, b = b, _remainder(a, b)
    return _quotient(P, a) if len(a) > 1 else P


def _common_by_a_prime(P: Whole, Q: Whole) -> bool:
    """Whether they may have a factor in common: surely not, if they have none by the whole numbers modulo a
    prime that divides neither first coefficient."""
    prime = (1 << 61) - 1
    a, b = [c % prime for c in P], [c % prime for c in Q]
    if not a[-1] or not b[-1]:
        return True
    while b:
        inverse = pow(b[-1], -1, prime)
        while len(a) >= len(b):
            top, shift = a[-1] * inverse % prime, len(a) - len(b)
            for k, c in enumerate(b):
                a[shift + k] = (a[shift + k] - top * c) % prime
            a.pop()
        while a and not a[-1]:
            a.pop()
        a, b = b, a
    return len(a) > 1


def _remainder(P: Whole, by: Whole) -> Whole:
    """P mod by, made free of fractions."""
    rest = list(P)
    while len(rest) >= len(by):
        top, shift = rest[-1], len(rest) - len(by)
        rest = [by[-1] * c for c in rest]
        for k, c in enumerate(by):
            rest[shift + k] -= top * c
        rest.pop()
    return _primitive(rest)


def _quotient(P: Whole, by: Whole) -> Whole:
    """P over a factor of it, up to a factor of its own that is a number."""
    rest, answer = [Fraction(c) for c in P], []
    while len(rest) >= len(by):
        top, shift = rest[-1] / by[-1], len(rest) - len(by)
        answer.append(top)
        for k, c in enumerate(by):
            rest[shift + k] -= top * c
        rest.pop()
    below = lcm(*(c.denominator for c in answer))
    return _primitive([int(c * below) for c in reversed(answer)])


def _bounds(P: Whole) -> tuple[Fraction, Fraction]:
    """Two points between which every root x > 0 lies, neither of them a root (Cauchy)."""
    last, first = abs(P[-1]), abs(P[0])
    most = max(map(abs, P))
    return Fraction(first, first + most) / 2, 2 * Fraction(last + most, last)


def _all_roots(P: Whole) -> Iterator[float]:
    """Roots of any stream: isolated by halving (equation 2), then found."""
    P = _square_free(P)
    top = 1 << ceil(_bounds(P)[1]).bit_length()
    open_ = [([c * top**k for k, c in enumerate(P)], Fraction(0), Fraction(top))]
    while open_:
        Q, start, width = open_.pop()
        while Q and not Q[0]:  # a root at the start, told by the half before it
            Q = Q[1:]
        changes = _changes(_shifted(Q[::-1]))
        if changes == 1:
            yield _found(P, start, start + width)
        if changes <= 1:
            continue
        n = len(Q) - 1
        left = [c << (n - k) for k, c in enumerate(Q)]
        right = _shifted(left)
        if not right[0]:
            yield _rate(start + width / 2)
        open_ += [(left, start, width / 2), (right, start + width / 2, width / 2)]


def _rate(x: Fraction) -> float:
    try:
        return float(1 / x - 1)
    except OverflowError:  # a rate beyond every number is none
        return -1.0


def _found(P: Whole, a: Fraction, b: Fraction) -> float:
    """The one root between two points, and none at the second, to the last digit: a guess in floating point,
    then exact signs on both sides of it."""
    if a < 1 < b and not _sign(P, Fraction(1)):
        return 0.0
    for end in (a, b):  # a root at an end is another one
        if end and not _sign(P, end):
            P = _quotient(P, (-end.numerator, end.denominator))
    at_b = _sign(P, b)
    near = _guess(P, a, b)
    for share in (Fraction(1, 1 << 50), Fraction(1, 1 << 36)):
        if near is None:
            break
        left, right = max(a, near * (1 - share)), min(b, near * (1 + share))
        if _sign(P, left) == -at_b and _sign(P, right) == at_b:
            a, b = left, right
            break
    while (b - a) * (1 << 60) > b:
        half = (a + b) / 2
        at_half = _sign(P, half)
        if not at_half:
            return _rate(half)
        a, b = (a, half) if at_half == at_b else (half, b)
    return _rate((a + b) / 2)


def _guess(P: Whole, a: Fraction, b: Fraction) -> Fraction | None:
    """Where the root is by floating point: halving, with Newton's steps inside. Nothing rests on it."""
    most = max(map(abs, P))
    c = [float(Fraction(v, most)) for v in P[::-1]]
    low, high = float(a), float(b)
    above_at_high, x = _with_slope(c, high)[0] > 0, (low + high) / 2
    for _ in range(200):
        value, slope = _with_slope(c, x)
        low, high = (low, x) if (value > 0) == above_at_high else (x, high)
        then = x - value / slope if slope else x
        if not low < then < high:
            then = (low + high) / 2
        if abs(then - x) <= 4e-16 * x:
            break
        x = then
    return Fraction(x) if isfinite(x) and x > 0 else None


def _with_slope(c: Sequence[float], x: float) -> tuple[float, float]:
    """A polynomial (highest power first) and its derivative at x, by Horner: for the thirty numbers of a
    stream plain floats are faster than arrays."""
    value = slope = 0.0
    for one in c:
        slope = slope * x + value
        value = value * x + one
    return value, slope
