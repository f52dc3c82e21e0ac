"""Time gegravity's simulate() on its own sample data; prints one line of JSON. Runs in the peer's
environment."""

import json
import statistics
import sys
import time
import warnings

import gegravity as ge
import pandas as pd

warnings.filterwarnings("ignore")
data = pd.read_csv(sys.argv[1])
data = data[data.year == 2006].copy()
names = ["lndist", "contiguity", "common_language", "pta", "international"]
costs = pd.DataFrame({"var": names, "coeff": [-0.391, 0.891, 0.033, 0.475, -3.413], "se": [0.01] * 5})
columns = {
    "imp_var_name": "importer",
    "exp_var_name": "exporter",
    "year_var_name": "year",
    "trade_var_name": "trade",
}
totals = {"expend_var_name": "E", "output_var_name": "Y"}
base = ge.BaselineData(data, **columns, **totals)
took = []
for _ in range(5):
    values = ge.CostCoeffs(costs, identifier_col="var", coeff_col="coeff", stderr_col="se")
    model = ge.OneSectorGE(
        base,
        year="2006",
        reference_importer="DEU",
        sigma=5,
        cost_variables=names,
        cost_coeff_values=values,
        quiet=True,
        **totals,
    )
    model.build_baseline(omr_rescale=1)
    shock = model.baseline_data.copy()
    pair = (
        shock.importer.isin(["CAN", "JPN"])
        & shock.exporter.isin(["CAN", "JPN"])
        & (shock.importer != shock.exporter)
    )
    shock.loc[pair, "pta"] = 1
    model.define_experiment(shock)
    start = time.perf_counter()
    model.simulate()
    took.append(1000 * (time.perf_counter() - start))
print(json.dumps({"simulate_ms": statistics.median(took)}))
