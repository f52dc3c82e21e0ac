"""PPML with exporter and importer effects: ours (statsmodels, dense dummies) against pyfixest, speed and
answers."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from milepost.trade.ppml import ppml

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT.parent / "shared/data/trade/gegravity_sample_data_set.csv"


def rows(median_ms: Callable[[Callable[[], object], int], float], peer: Path) -> list[tuple[str, str, str]]:
    """(work, time, remark); nothing without the peer."""
    frames: list[tuple[str, pd.DataFrame, list[str], int]] = []
    if SAMPLE.exists():
        data = pd.read_csv(SAMPLE)
        data = data[data.year == 2006].rename(columns={"trade": "flow"})
        names = ["lndist", "contiguity", "common_language", "pta", "international"]
        frames.append(("30 countries of gegravity's sample", data, names, 5))
    frames += [
        (f"a random world of {n} countries", world(n), ["lndist", "contiguity"], 3 if n < 100 else 1)
        for n in (80, 194)
    ]
    answer = []
    for what, frame, names, times in frames:
        ours = median_ms(lambda f=frame, k=names: ppml(f, k), times)  # type: ignore[misc]
        fit = ppml(frame, names) if times > 1 else None
        if not peer.exists():
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            frame.to_csv(file.name, index=False)
            command = [
                str(peer),
                str(ROOT / "bench/peer_pyfixest.py"),
                file.name,
                ",".join(names),
                str(times + 1),
            ]
            theirs = json.loads(
                subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
            )
        fit = fit or ppml(frame, names)
        apart = max(abs(theirs["coefficient"][k] / fit.coefficient[i] - 1) for i, k in enumerate(names))
        error = max(abs(theirs["standard_error"][k] / fit.standard_error[i] - 1) for i, k in enumerate(names))
        said = f"{theirs['ms'] / ours:.2g} times; coefficients {apart:.0e} apart, standard errors {error:.0e}"
        answer.append(
            (
                f"PPML, {what}, statsmodels against pyfixest 0.60",
                f"{ours:.0f} ms to {theirs['ms']:.0f} ms",
                said,
            )
        )
    return answer


def world(n: int) -> pd.DataFrame:
    """Poisson flows around a gravity with effects, home trade left out."""
    rng = np.random.default_rng(n)
    place, out, into = rng.uniform(0, 10, (n, 2)), rng.normal(0, 1, n), rng.normal(0, 1, n)
    i, j = (x.ravel() for x in np.meshgrid(range(n), range(n), indexing="ij"))
    i, j = i[i != j], j[i != j]
    lndist = np.log(0.1 + np.linalg.norm(place[i] - place[j], axis=1))
    contiguity = (lndist < 0).astype(float)
    flow = rng.poisson(np.exp(3 - lndist + 0.5 * contiguity + out[i] + into[j]))
    names = np.array([f"C{k:03d}" for k in range(n)])
    return pd.DataFrame(
        {"exporter": names[i], "importer": names[j], "flow": flow, "lndist": lndist, "contiguity": contiguity}
    )
