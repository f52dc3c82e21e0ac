"""Fit PPML with exporter and importer effects by pyfixest on the frame given; prints one line of JSON. The
peer's environment."""

import json
import statistics
import sys
import time
import warnings

import pandas as pd

warnings.filterwarnings("ignore")
import pyfixest as pf  # noqa: E402

frame = pd.read_csv(sys.argv[1])
regressors = sys.argv[2].split(",")
formula = f"flow ~ {' + '.join(regressors)} | exporter + importer"
took = []
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    fit = pf.fepois(formula, data=frame, vcov="HC1", iwls_tol=1e-12, fixef_tol=1e-10)
    took.append(1000 * (time.perf_counter() - start))
print(
    json.dumps(
        {
            "ms": statistics.median(took[1:] or took),
            "coefficient": {k: float(v) for k, v in fit.coef().items()},
            "standard_error": {k: float(v) for k, v in fit.se().items()},
        }
    )
)
