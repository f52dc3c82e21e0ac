"""Trade: from freight costs to what a change is worth to each country.

``economy`` (flows, elasticity, closure), ``base`` (the economy of a programme: given or filled), ``gravity``
(fill a missing matrix), ``costs`` (freight costs to iceberg hats), ``hat`` and ``hat_kernel`` (the
equilibrium), ``omission`` (a peer's answer, to compare with), ``checks``. Nothing is imported here, so that
``milepost check`` does not pay for the kernels.
"""
