"""Trade: from freight costs to what a change is worth to each country.

``one_sector`` (Dekle, Eaton and Kortum), ``many_sectors`` (Caliendo and Parro) and ``readers`` (of published
trade data); beside them what both models need: ``closures`` (of deficits), ``rebasing``, ``one_way``,
``parts`` (of the world), ``gravity`` (fill a missing matrix), ``ppml`` (estimate it), ``costs`` (freight
costs to iceberg hats), ``flows`` (of whichever model a programme names), ``world_notes``, ``complement``,
``fetch``, ``checks``. Nothing is imported here, so that ``milepost check`` does not pay for the kernels.
"""
