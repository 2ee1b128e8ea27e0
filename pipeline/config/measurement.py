"""How the test itself is examined: model, anchors, fairness, plausible values."""

from typing import Literal

from pydantic import Field

from pipeline.config.loading import Model


class Anchors(Model):
    """When two waves stand on one scale.

    Waves are linked by the items that both asked. One that drifted is dropped: its shift lies
    more than `max_z` robust standard deviations from the others', which the plan's test tells
    from sampling error, or its Mantel-Haenszel difference reaches `max_delta`. Below
    `min_items`, or below `min_share` of the test, the waves are not linked and no change on
    the latent scale is given.
    """

    min_items: int = Field(ge=3)
    min_share: float = Field(gt=0, le=1)
    max_z: float = Field(gt=0)
    max_delta: float = Field(gt=0)


class Fairness(Model):
    """Groups in which people of equal score should answer an item alike.

    Each category of a grouping is compared with the largest one. Groups of fewer than
    `min_group` respondents are not compared.
    """

    groupings: tuple[str, ...] = Field(min_length=1)
    min_group: int = Field(ge=1)


class PlausibleValues(Model):
    """Draws from what the answers and the person's groups say about the true score.

    `conditioning` lists the domains of the model; differences between categories of a domain
    that it lacks are drawn too small.
    """

    draws: int = Field(ge=2)
    conditioning: tuple[str, ...] = Field(min_length=1)


class Measurement(Model):
    """How good the ruler is and whether it is the same in each wave.

    Below `min_reliability` at the cut or `min_accuracy` of classification, reports say so
    beside the headline.
    """

    model: Literal["rasch", "2pl", "3pl"]
    min_reliability: float = Field(gt=0, lt=1)
    min_accuracy: float = Field(gt=0, lt=1)
    anchors: Anchors
    fairness: Fairness
    plausible_values: PlausibleValues
    note: str
