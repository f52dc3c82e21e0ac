"""Many sectors with input-output links and tariffs: ``economy`` (its arrays), ``from_records``, ``solver``
(shocks and scenarios), ``kernel`` (compiled arithmetic), ``decomposition`` (where a change comes from)."""
