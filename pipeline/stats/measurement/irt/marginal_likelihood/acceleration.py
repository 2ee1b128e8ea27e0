"""Fixed points of a map that never lowers an objective, reached in fewer rounds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray

# Remembered rounds; plain rounds before the first extrapolation.
MEMORY = 6
WARM_UP = 2
# An objective may fall by this share of itself, which is rounding.
NOISE = 1e-11


@dataclass(frozen=True, eq=False)
class Climbed:
    """Where a climb ended.

    Attributes:
        vector: (P,) the last point.
        objective: there.
        rounds: evaluations of the map.
        gaps: (P,) how far one more round of the map would move it.
    """

    vector: FloatArray
    objective: float
    rounds: int
    gaps: FloatArray

    @property
    def gap(self) -> float:
        """Largest move of one more round."""
        return float(np.abs(self.gaps).max(initial=0))


def climb(
    step: Callable[[FloatArray], tuple[float, FloatArray]],
    start: FloatArray,
    *,
    tolerance: float,
    max_rounds: int,
) -> Climbed:
    """Repeat x -> F(x), extrapolated over the last rounds, until it stands still.

    Anderson acceleration: the next point is the combination of the remembered F(x) whose
    remembered moves F(x) - x nearly cancel. Where that would lower the objective, the plain
    step is taken and the memory cleared, so the climb keeps the guarantee of EM.

    Args:
        step: x to (objective at x, F(x)).
        start: (P,).
        tolerance: largest |F(x) - x| at which the climb ends.
        max_rounds: evaluations of `step`; then it ends where it is.

    Source: Walker & Ni (2011), SIAM Journal on Numerical Analysis 49, 1715-1735; restarts as
    in Henderson & Varadhan (2019), J. Computational and Graphical Statistics 28, 834-846.
    """
    at, rounds = start, 1
    objective, image = step(at)
    points: list[FloatArray] = []
    moves: list[FloatArray] = []
    while True:
        move = image - at
        gap = np.abs(move).max(initial=0)
        if gap < tolerance or rounds >= max_rounds or not np.isfinite(gap + objective):
            return Climbed(at, objective, rounds, move)
        points, moves = [*points[-MEMORY:], at], [*moves[-MEMORY:], move]
        proposal = _extrapolated(points, moves) if len(points) > WARM_UP else image
        value, reached = _tried(step, proposal)
        rounds += 1
        if not value >= objective - NOISE * abs(objective):
            points, moves, proposal = [], [], image
            value, reached = step(proposal)
            rounds += 1
        at, objective, image = proposal, value, reached


def _tried(
    step: Callable[[FloatArray], tuple[float, FloatArray]], at: FloatArray
) -> tuple[float, FloatArray]:
    """A step from a point that may lie where the objective does not exist."""
    try:
        with np.errstate(all="ignore"):
            return step(at)
    except np.linalg.LinAlgError:
        return float("nan"), at


def _extrapolated(points: list[FloatArray], moves: list[FloatArray]) -> FloatArray:
    x, f = np.array(points), np.array(moves)
    dx, df = np.diff(x, axis=0).T, np.diff(f, axis=0).T
    share = np.linalg.lstsq(df, f[-1], rcond=1e-8)[0]
    return np.asarray(x[-1] + f[-1] - (dx + df) @ share)
