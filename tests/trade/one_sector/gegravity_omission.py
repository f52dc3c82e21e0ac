"""What gegravity 0.3 (Herman 2021, USITC Economics Working Paper 2021-04-B) solves when asked for the full
equilibrium.

It is here to compare with, never to value anything. Its system (function ``_full_ge``) keeps the *baseline*
shares of output s_i and of expenditure e_j inside the multilateral resistances:

    (1)  1 / I_j = sum_i s_i t_ij O_i          (I = P^theta, inward;  the reference importer's I is 1)
    (2)  1 / O_i = sum_j e_j t_ij I_j          (O = Pi^theta, outward)
    (3)  p_i^-theta = (s_i O_i) / (s_i O_i at baseline)
    (4)  Y'_i = p_i Y_i ,  E'_i = p_i E_i ,  welfare = (E'/P') / (E/P)

(1) and (2) alone say that flows must keep the *old* row and column sums: prices then follow, incomes change
with them, but spending in (1)-(2) never does. In hats: balance X_ij phi_ij to its own old sums with factors
a_i, b_j; p = a^(-1/theta), P = b^(1/theta), normalised by b = 1 for the reference importer. The ratio p / P
does not depend on the reference.
"""

from __future__ import annotations

import numpy as np

from milepost.errors import NoSolution, WrongUse
from milepost.trade.closures import Matrix
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.solver import Checks, Outcome


def baseline_weights_in_resistance(economy: Economy, cost_hat: Matrix, *, reference: int = -1) -> Outcome:
    """gegravity's answer, as an :class:`Outcome`; its ``checks`` show that markets do not clear.

    ``reference``: index of the importer whose price index is the numeraire. Raises ``NoSolution`` if the
    balancing does not converge. ``real_income_hat`` is one over gegravity's "welfare statistic".
    """
    X, theta = economy.flows, economy.theta
    Y, E = X.sum(axis=1), X.sum(axis=0)
    if cost_hat.shape != X.shape or not (cost_hat > 0).all():
        raise WrongUse(f"The cost hats must be positive, with shape {X.shape}.")
    Z = X * cost_hat**-theta
    a, b = np.ones_like(Y), np.ones_like(E)
    for _iteration in range(1, 20_001):
        a = Y / (Z @ b)
        new = E / (a @ Z)
        gap = float(np.max(np.abs(new / b - 1.0)))
        b = new
        if gap < 1e-14:
            break
    else:
        raise NoSolution("The flows could not be balanced to their old sums: a country trades one way only.")
    a, b = a * b[reference], b / b[reference]
    wage, price = a ** (-1.0 / theta), b ** (1.0 / theta)
    real = wage / price
    # its new flows: equation (3) of milepost.trade.one_sector.solver with its own E', Y' and resistances
    flows = Z * np.outer(a * wage * Y.sum() / (wage @ Y), b * wage)
    share_hat = (flows.diagonal() / flows.sum(axis=0)) / (X.diagonal() / E)
    return Outcome(
        countries=economy.countries,
        closure=economy.closure,
        wage_hat=wage,
        price_hat=price,
        real_income_hat=real,
        equivalent_variation_musd=E * (real - 1.0),
        flows=flows,
        baseline_flows=X,
        iterations=_iteration,
        residual=gap,
        checks=Checks(
            market_clearing=float(np.max(np.abs(flows.sum(axis=1) / (wage * Y) - 1.0))),
            budget=float(np.max(np.abs(flows.sum(axis=0) / (wage * E) - 1.0))),
            real_wage_identity=float(
                np.max(np.abs(real * cost_hat.diagonal() * share_hat ** (1 / theta) - 1.0))
            ),
            world_income=float(abs((wage @ Y) / Y.sum() - 1.0)),
        ),
    )
