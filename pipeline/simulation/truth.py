"""True shares and means of the simulated population, the yardstick of estimates and intervals."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.config.domain import variables_of
from pipeline.config.instrument import Instrument
from pipeline.io.microdata.domains import derive_domains
from pipeline.simulation.outcome import Outcome

COLUMNS = (
    "wave", "standard", "domain", "category", "population", "literate", "share", "mean_score"
)  # fmt: skip
Part = tuple[str, str, np.ndarray]


def parts_of_population(people: pd.DataFrame, instrument: Instrument) -> list[Part]:
    """Domain, category and membership (N,) of every part with a true value.

    Covers the whole, every domain of the instrument whose variables people carry outside
    an interview, and urban and rural parts of counties.
    """
    known = [d for d in instrument.domains if set(variables_of(d)) <= set(people.columns)]
    derived = derive_domains(people, instrument.model_copy(update={"domains": tuple(known)}))
    parts: list[Part] = [("all", "all", np.ones(len(people), dtype=bool))]
    for domain in known:
        for category in instrument.categories(domain):
            if domain.overlaps:
                inside = derived[f"{domain.id}_{category.value}"]
            else:
                column = derived if domain.id in derived else people
                inside = column[domain.id] == category.value
            parts.append((domain.id, category.value, inside.to_numpy()))
    return parts + list(_crossed(parts, "county", "urban_rural"))


def _crossed(parts: list[Part], one: str, other: str) -> Iterator[Part]:
    for domain_a, category_a, inside_a in parts:
        for domain_b, category_b, inside_b in parts:
            if (domain_a, domain_b) == (one, other):
                yield f"{one}*{other}", f"{category_a}*{category_b}", inside_a & inside_b


def true_values(wave: str, parts: list[Part], outcome: Outcome) -> pd.DataFrame:
    """Population, literate people, share and mean score of every part, by standard."""
    rows = []
    for standard in outcome.literate:
        literate = outcome.literate[standard].to_numpy()
        score = outcome.score[standard].to_numpy()
        has_score = ~np.isnan(score)
        for domain, category, inside in parts:
            counted = inside & has_score
            people, passed = int(counted.sum()), int(literate[counted].sum())
            mean = score[counted].mean()
            rows.append((wave, standard, domain, category, people, passed, passed / people, mean))
    return pd.DataFrame(rows, columns=list(COLUMNS))
