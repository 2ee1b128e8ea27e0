"""How many factors: eigenvalues of the items' correlations beside those of unrelated items.

Pearson correlations, also of items scored 0 or 1: they exist whatever the difficulty, with weights
and missing answers, and parallel analysis judges them well. Tetrachoric matrices of easy, hard or
few answers are often not positive definite. The price: among very many people even one ability
behind easy and hard items leaves a second eigenvalue a little above chance, so compare its size
with the first's.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.moments import ItemMoments

WHERE = "parallel analysis"


@dataclass(frozen=True, kw_only=True, eq=False)
class ParallelAnalysis:
    """Eigenvalues found and expected by chance, largest first.

    Attributes:
        eigenvalues: (J,) of the correlation matrix.
        chance: (J,) quantile of the eigenvalues of as many unrelated items.
        factors: leading eigenvalues above chance.
    """

    eigenvalues: FloatArray
    chance: FloatArray
    factors: int


def parallel_analysis(
    moments: ItemMoments, *, draws: int, quantile: float, generator: np.random.Generator
) -> ParallelAnalysis:
    """Compare the eigenvalues with those of unrelated normal items and as many people.

    The correlations of unrelated items are drawn from their Wishart distribution by Bartlett's
    decomposition with Kish's effective n, so time does not grow with the people. Where the weights
    hide clusters, chance is somewhat larger than drawn.

    Args:
        moments: of the items.
        draws: matrices of unrelated items.
        quantile: of the draws that an eigenvalue must exceed, such as 0.95.
        generator: source of the draws.

    Raises:
        ContractError: an item without variance, no draw, or fewer effective people than items.

    Source: Horn (1965), Psychometrika 30, 179-185; Glorfeld (1995), Educational and
    Psychological Measurement 55, 377-393, for the quantile; Weng & Cheng (2005), ibid. 65,
    697-716, for items scored 0 or 1.
    """
    count, free = len(moments.mean), moments.n_eff - 1
    if draws < 1 or free < count:
        raise ContractError(
            WHERE,
            f"expected a draw and more effective people than the {count} items, got {draws} "
            f"draws, {moments.n_eff:.0f} effective people",
        )
    eigenvalues = np.asarray(np.linalg.eigvalsh(moments.correlation)[::-1], dtype=np.float64)
    drawn = np.linalg.eigvalsh(_unrelated(count, free, draws, generator))[:, ::-1]
    chance = np.quantile(drawn, quantile, axis=0)
    below = np.flatnonzero(eigenvalues <= chance)
    return ParallelAnalysis(
        eigenvalues=eigenvalues,
        chance=chance,
        factors=int(below[0]) if len(below) else count,
    )


def _unrelated(count: int, free: float, draws: int, generator: np.random.Generator) -> FloatArray:
    """(draws, J, J) correlation matrices of unrelated normal items with `free` degrees."""
    root = np.tril(generator.standard_normal((draws, count, count)), -1)
    place = np.arange(count)
    root[:, place, place] = np.sqrt(generator.chisquare(free - place, (draws, count)))
    root /= np.linalg.norm(root, axis=2, keepdims=True)
    return np.asarray(root @ root.transpose(0, 2, 1))
