"""One survey drawn from the fixed city: communities, addresses, people, and who answers.

The design is that of `pipeline.simulation.sampling`, in arrays. Two things differ. The list
of communities is put in random order before each systematic draw, as systematic selection
from one fixed list has no unbiased variance: whatever its order hides would be taken for a
fault of the variance. And an address nobody ever opened is of unknown eligibility, whether
eligible people live there or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.simulation.sampling import stratified
from pipeline.stats.survey.planning.selection import systematic_pps
from repeated_surveys.city import FixedCity


@dataclass(frozen=True, kw_only=True)
class Design:
    """A design to be judged.

    Attributes:
        name: of the design.
        first_stage: communities drawn by stratum, a county or `county-urban`, `county-rural`.
        households: addresses issued per community.
    """

    name: str
    first_stage: Mapping[str, int]
    households: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Addresses:
    """The n issued addresses of one survey.

    Attributes:
        stratum: (n,) number of the stratum.
        psu: (n,) number of the community drawn.
        weight: (n,) one over the probability of the address.
        person: (n,) row of the person asked.
        adults: (n,) eligible people at the address, of whom one was drawn; 1 if unknown.
        is_resolved: (n,) known whether anybody eligible lives there.
        is_eligible: (n,) known to be eligible.
        answers: (n,) interviewed.
    """

    stratum: np.ndarray
    psu: np.ndarray
    weight: np.ndarray
    person: np.ndarray
    adults: np.ndarray
    is_resolved: np.ndarray
    is_eligible: np.ndarray
    answers: np.ndarray


def draw(city: FixedCity, design: Design, rng: np.random.Generator, *, shuffle: bool) -> Addresses:
    """Draw communities, addresses and people, and see who answers."""
    stratum, place, probability = _communities(city, design, rng, shuffle=shuffle)
    listed = city.communities["households"].to_numpy()[place]
    issued = np.minimum(design.households, listed)
    number = np.concatenate(
        [
            rng.choice(of, take, replace=False, shuffle=False)
            for of, take in zip(listed, issued, strict=True)
        ]
    )
    psu = np.repeat(np.arange(len(place)), issued)
    is_home = number < city.communities["eligible_households"].to_numpy()[place][psu]
    first = city.communities["first_household"].to_numpy()[place][psu]
    person = city.first_person[np.where(is_home, first + number, 0)]
    adults = city.adults[person]
    person = person + (rng.random(len(person)) * adults).astype(np.int64)
    is_resolved, answers = _outcomes(city, person, is_home, psu, rng)
    return Addresses(
        stratum=stratum[psu],
        psu=psu,
        weight=(listed / (probability * issued))[psu],
        person=person,
        adults=np.where(answers, adults, 1),
        is_resolved=is_resolved,
        is_eligible=is_resolved & is_home,
        answers=answers,
    )


def _communities(
    city: FixedCity, design: Design, rng: np.random.Generator, *, shuffle: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stratum, row and probability of every community drawn."""
    found = []
    frames = stratified(city.communities, sorted(design.first_stage))
    for number, (name, frame) in enumerate(frames.items()):
        rows = frame.index.to_numpy()
        rows = rng.permutation(rows) if shuffle else rows
        size = city.communities["households"].to_numpy()[rows]
        chosen, probability = systematic_pps(size, design.first_stage[name], rng.random(), name)
        found.append((np.full(len(chosen), number), rows[chosen], probability[chosen]))
    stratum, place, probability = (np.concatenate(part) for part in zip(*found, strict=True))
    return stratum, place, probability


def _outcomes(
    city: FixedCity,
    person: np.ndarray,
    is_home: np.ndarray,
    psu: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Who is resolved and who answers; an empty home is opened as often as an average one."""
    rules = city.parameters.response
    luck = rng.normal(0.0, rules.community_sd, int(psu.max()) + 1)[psu]
    propensity = np.where(is_home, city.propensity[person], rules.constant) + luck
    opens = rng.random(len(psu)) < 1 / (1 + np.exp(-propensity))
    refuses = rng.random(len(psu)) < city.parameters.interview.refusals_among_nonrespondents
    return opens | refuses, opens & is_home
