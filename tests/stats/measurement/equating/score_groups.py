"""Groups of people with test and anchor scores, for the tests of equating."""

import numpy as np

from pipeline.stats.measurement.equating.distributions import ScoreDistribution
from pipeline.stats.measurement.equating.joint import JointDistribution

SCALE, ANCHORS = np.arange(31.0), np.arange(11.0)


def distribution(*frequency: float) -> ScoreDistribution:
    return ScoreDistribution(np.arange(float(len(frequency))), np.array(frequency))


def group(seed: int, ability: float = 0.0, easier: float = 0.0, people: int = 3000):
    """People on an anchor of 10 items that is part of a test of 30."""
    draw = np.random.default_rng(seed)
    theta = draw.normal(ability, 1, people)[:, None]
    anchor = (draw.logistic(size=(people, 10)) < theta + np.linspace(-1, 1, 10)).sum(axis=1)
    own = (draw.logistic(size=(people, 20)) < theta + easier + np.linspace(-1, 1, 20)).sum(axis=1)
    return JointDistribution.of_people(
        (anchor + own).astype(float), anchor.astype(float), scale=SCALE, anchor_scale=ANCHORS
    )


def times(joint: JointDistribution, factor: float) -> JointDistribution:
    return JointDistribution(joint.scores, joint.anchors, factor * joint.frequency)


STRONG, WEAK = group(1, ability=0.25, easier=-0.4), group(2, ability=-0.05)
