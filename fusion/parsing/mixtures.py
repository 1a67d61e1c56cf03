"""Gaussian mixtures of a few features, fitted to weighted samples and evaluated on whole pictures.

A log-density of a Gaussian is linear in the monomials of degree 0, 1 and 2 of its features, so the
densities of all components at all pixels are one matrix product. Fitting is expectation
maximisation (Dempster, Laird, Rubin 1977) from a k-means++ start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from fusion.faces import Floats

Doubles: TypeAlias = npt.NDArray[np.float64]

COVARIANCE_FLOOR = 6.0
"""Added to every variance: keeps a component from shrinking onto one flat colour."""
ROUNDS = 5


@dataclass(frozen=True)
class Mixture:
    """Weights of the monomials, (monomials, components): ``monomials(x) @ weights`` = log density
    of each component, up to a constant that all mixtures share."""

    weights: Floats


def monomials(features: Floats) -> Floats:
    """1, each feature, each product of two: (n, d) -> (n, 1 + d + d(d+1)/2)."""
    first, second = np.triu_indices(features.shape[1])
    ones = np.ones((len(features), 1), np.float32)
    products = features[:, first] * features[:, second]
    return np.concatenate([ones, features, products], axis=1)


def fit(samples: Floats, weights: Floats, components: int, random: np.random.Generator) -> Mixture:
    """The mixture of samples (n, d) with weights (n,)."""
    terms = monomials(samples).astype(np.float64)
    centres = samples[_spread_out(samples, weights, components, random)]
    distance = ((samples[:, None] - centres[None]) ** 2).sum(axis=2)
    shares = np.eye(len(centres))[distance.argmin(axis=1)]
    model = _maximised(terms, shares * weights[:, None], samples.shape[1])
    for _ in range(ROUNDS - 1):
        logs = terms @ model
        shares = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        model = _maximised(terms, shares * weights[:, None], samples.shape[1])
    return Mixture(model.astype(np.float32))


def log_densities(mixtures: list[Mixture], terms: Floats) -> Floats:
    """Log density of every mixture at every row of ``terms``, (n, mixtures) float32."""
    logs = terms @ np.concatenate([m.weights for m in mixtures], axis=1)
    # Far away from everything, being twice as far tells nothing more.
    densities = np.exp(np.maximum(logs, -60.0, out=logs), out=logs)
    starts = np.cumsum([0, *(m.weights.shape[1] for m in mixtures[:-1])])
    return np.asarray(np.log(np.add.reduceat(densities, starts, axis=1)), np.float32)


def _spread_out(
    samples: Floats, weights: Floats, count: int, random: np.random.Generator
) -> list[int]:
    """Indices of ``count`` samples, each likely to be far from those before it (k-means++)."""
    chosen = [int(random.integers(len(samples)))]
    nearest = ((samples - samples[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count:
        odds = np.cumsum(nearest * weights, dtype=np.float64)
        if odds[-1] <= 0.0:
            break
        chosen.append(int(min(np.searchsorted(odds, random.random() * odds[-1]), len(samples) - 1)))
        nearest = np.minimum(nearest, ((samples - samples[chosen[-1]]) ** 2).sum(axis=1))
    return chosen


def _maximised(terms: Doubles, shares: Doubles, features: int) -> Doubles:
    """Monomial weights of the Gaussians that fit samples shared out as (n, components)."""
    sums = shares.T @ terms
    mass = sums[:, :1] + 1e-6
    means = sums[:, 1 : 1 + features] / mass
    first, second = np.triu_indices(features)
    covariances = np.empty((len(sums), features, features))
    covariances[:, first, second] = covariances[:, second, first] = sums[:, 1 + features :] / mass
    covariances -= means[:, :, None] * means[:, None, :]
    covariances += np.eye(features) * COVARIANCE_FLOOR
    precisions = np.linalg.inv(covariances)
    pulls = np.einsum("kij,kj->ki", precisions, means)
    shares_of_all = mass[:, 0] / mass.sum()
    constants = np.log(shares_of_all) - 0.5 * (pulls * means).sum(axis=1)
    constants -= 0.5 * np.linalg.slogdet(covariances)[1]
    quadratic = -0.5 * precisions[:, first, second] * np.where(first == second, 1.0, 2.0)
    return np.concatenate([constants[:, None], pulls, quadratic], axis=1).T
