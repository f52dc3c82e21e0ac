"""What becomes of trade deficits: the three closures, and the arrays that both models speak in."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Closure = Literal["zero", "fixed", "multiplicative"]
CLOSURES: tuple[Closure, ...] = ("zero", "fixed", "multiplicative")
