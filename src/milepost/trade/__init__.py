"""Trade: from freight costs to what a change is worth to each country.

``economy`` (flows and elasticity), ``costs`` (freight costs to iceberg hats), ``hat`` (the equilibrium),
``gravity`` (fill a missing matrix), ``balancing`` (rows and columns that add up), ``checks``.
Nothing is imported here, so that ``milepost check`` does not pay for the kernels.
"""
