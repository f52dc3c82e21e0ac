"""One sector, n countries: ``economy`` (flows, elasticity, closure), ``from_records`` (a programme's economy,
given or filled), ``solver`` (the exact hat) and ``kernel`` (its compiled arithmetic)."""
