"""The plan's reporting domains over the people of a wave."""

from itertools import product

import pandas as pd

from pipeline.config.domain import Domain
from pipeline.config.instrument import Instrument
from pipeline.config.plan import Plan
from pipeline.fields import CROSS
from pipeline.stats.survey.estimation.domains import Domains


def domains_of(people: pd.DataFrame, instrument: Instrument, plan: Plan) -> Domains:
    """The whole population followed by every domain of the plan, empty categories included."""
    parts = [Domains.whole(len(people))]
    for name in plan.estimates.domains:
        parents = [instrument.domain_by_id[parent] for parent in name.split(CROSS)]
        parts.append(_domain(name, parents, people, instrument))
    return Domains.join(parts)


def _domain(
    name: str, parents: list[Domain], people: pd.DataFrame, instrument: Instrument
) -> Domains:
    categories = [[c.value for c in instrument.categories(parent)] for parent in parents]
    if len(parents) == 1 and parents[0].overlaps:
        return Domains.join(
            [
                Domains.from_mask(name, value, people[f"{name}_{value}"].to_numpy(dtype=bool))
                for value in categories[0]
            ]
        )
    columns = [people[parent.id] for parent in parents]
    crossed = columns[0].str.cat(columns[1:], sep=CROSS) if len(columns) > 1 else columns[0]
    return Domains.from_categories(name, crossed, [CROSS.join(v) for v in product(*categories)])
