"""Links between two waves: drifting anchors found, the link's error, intervals of a change.

    python benchmarks/links.py [--runs 200] [--output FILE]

Two waves of 1,500 weighted people in 60 communities answer 50 items each, 40 of which are
shared; the later wave is abler by 0.15. Each wave is calibrated alone and its anchors are
screened, as the stage `measure` does. First some anchors become easier, and the table says how
often they and the clean ones leave, also where moves are not held against their own sampling
errors. Then all anchors move a little, each by itself, and the
table compares the linking error with the true spread of the link, and says how often intervals
of the change hold the truth, with and without the linking error. The true spread is that about
the link which the abilities of the people drawn would give: the rest is sampling error.
"""

import argparse
import multiprocessing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from repeated_surveys.tables import markdown
from scipy import stats
from simulated_tests.tests import answers, clustered_people, items_with_cut, repeated

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.measurement.classification.cut import latent_cut
from pipeline.stats.measurement.dif.comparison import compare
from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from pipeline.stats.measurement.irt.curves import ItemModel, Logistic
from pipeline.stats.measurement.irt.influence import gradient_of
from pipeline.stats.measurement.irt.item_errors import design_errors
from pipeline.stats.measurement.linking.characteristic_curves import stocking_lord
from pipeline.stats.measurement.linking.error import LinkError, change_se, linking_error
from pipeline.stats.measurement.linking.link import difficulties
from pipeline.stats.measurement.linking.screening import screen_anchors
from pipeline.stats.measurement.plausible.corrected_share import corrected_share
from pipeline.stats.measurement.plausible.drawing import draw
from pipeline.stats.measurement.plausible.pooled import PooledEstimates
from pipeline.stats.measurement.plausible.priors import drawn_priors
from pipeline.stats.streams import stream
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains

PEOPLE, ITEMS, SHARED, RISE = 1500, 50, 40, 0.15
CUT, CUT_SHARE = 1.12, 0.7
NAMES = tuple(str(item) for item in range(SHARED))
EVERYBODY = Domains.whole(PEOPLE)
# anchors that drift, and by how much they become easier
DRIFTS = ((0, 0.0), (1, 0.4), (1, 0.6), (1, 1.0), (4, 0.4), (4, 0.6), (4, 1.0), (10, 0.6))
MOVES = (0.0, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Waves:
    """Two waves: (n, J) answers, samples and true abilities, earlier and later.

    Columns 0 to 39 of both are the shared items.
    """

    given: tuple[CodeArray, CodeArray]
    samples: tuple[Sample, Sample]
    ability: tuple[FloatArray, FloatArray]

    @property
    def weights(self) -> tuple[FloatArray, FloatArray]:
        """Weights of both samples."""
        return self.samples[0].weight, self.samples[1].weight


def main() -> None:
    """Repeat pairs of waves and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--output", type=Path, help="file for the tables")
    chosen = parser.parse_args()
    tables = {"Drifting anchors": drifts(chosen), "The error of the link": moves(chosen)}
    text = "\n\n".join(f"### {title}\n\n{table}" for title, table in tables.items())
    print(text)
    if chosen.output:
        chosen.output.write_text(text + "\n", encoding="utf-8")


def drifts(chosen: argparse.Namespace) -> str:
    """How often planted and clean anchors leave, and the bias of the link."""
    rows = []
    for planted, easier in DRIFTS:
        work = partial(one_drift, planted, easier)
        found = np.array(list(repeated(work, chosen.runs, chosen.processes)))
        *rates, stage, bare, plain = found.T
        cells = ["" if np.isnan(rate).any() else f"{100 * rate.mean():.1f}" for rate in rates]
        biases = [f"{part.mean():+.3f}" for part in (stage, bare, plain)]
        rows.append([str(planted), f"{easier:.1f}", *cells, *biases])
    heading = ["anchors that drift", "easier by", "of them leave, %", "of the clean leave, %"]
    heading += ["noise not judged: of them leave, %", "of the clean leave, %"]
    heading += ["bias of the link", "noise not judged", "all anchors"]
    return markdown(rows, heading)


def one_drift(planted: int, easier: float, run: int) -> tuple[float, ...]:
    """Shares of planted and clean anchors that left, with noise judged and not; three links."""
    is_planted = np.arange(SHARED) < planted
    waves = drawn(
        np.where(is_planted, -easier, 0.0), stream("drift", str(planted), str(easier), str(run))
    )
    old, new, noise = anchors(waves)
    delta, truth = _delta(waves), _true_shift(waves)
    screened = [screen_anchors(old, new, NAMES, delta=delta, noise=each) for each in (noise, None)]
    links = [each.link for each in screened] + [stocking_lord(old, new)]
    rates = [
        float((~each.stays[items]).mean()) if items.any() else np.nan
        for each in screened
        for items in (is_planted, ~is_planted)
    ]
    return *rates, *(link.shift - truth for link in links)


def moves(chosen: argparse.Namespace) -> str:
    """Linking error against the spread of links, and coverage of the change."""
    rows = []
    for sd in MOVES:
        found = np.array(list(repeated(partial(one_move, sd), chosen.runs, chosen.processes)))
        (off, se, off_all, se_all), (change, of_link, held, bare) = found.T[:4], found.T[4:]
        row = [f"{sd:.1f}", f"{off_all.std():.4f}", f"{np.sqrt((se_all**2).mean()):.4f}"]
        row += [f"{off.std():.4f}", f"{np.sqrt((se**2).mean()):.4f}"]
        row += [f"{100 * (change - _true_change()).mean():+.2f}", f"{100 * change.std():.2f}"]
        row += [f"{100 * np.sqrt((of_link**2).mean()):.2f}"]
        rows.append([*row, f"{100 * held.mean():.1f}", f"{100 * bare.mean():.1f}"])
    heading = ["sd of the anchors' moves", "all anchors: true spread", "linking error"]
    heading += ["screened: true spread", "linking error", "bias of the change, points"]
    heading += ["its true SE, points", "its linking error, points"]
    return markdown(rows, [*heading, "coverage of 95 %, %", "without linking error, %"])


def one_move(sd: float, run: int) -> tuple[float, ...]:
    """Error of the link and its SE, screened and not; change, linking error, two coverages."""
    random = stream("moving anchors", str(sd), str(run))
    waves = drawn(sd * random.normal(size=SHARED), random)
    old, new, noise = anchors(waves)
    screened = screen_anchors(old, new, NAMES, delta=_delta(waves), noise=noise)
    stays = np.flatnonzero(screened.stays)
    error = linking_error(old.take(stays), new.take(stays))
    change, sampling, of_link, df = _change(waves, stays, error, random)
    off = abs(change - _true_change())
    held = [off <= stats.t.ppf(0.975, df) * change_se(*sampling, link) for link in (of_link, 0.0)]
    truth, of_all = _true_shift(waves), linking_error(old, new)
    links = [part for each in (error, of_all) for part in (each.link.shift - truth, each.shift_se)]
    return *links, change, of_link, *held


def drawn(move: FloatArray, random: np.random.Generator) -> Waves:
    """Two waves, the shared items harder by (40,) moves in the later one."""
    form = items_with_cut(2 * ITEMS - SHARED, ability=CUT, cut_share=CUT_SHARE)
    moved = Logistic.of_difficulty(form.slope[:SHARED], form.difficulty[:SHARED] + move)
    own = np.arange(ITEMS, 2 * ITEMS - SHARED)
    parts = [clustered_people(PEOPLE, random) for _ in range(2)]
    ability = parts[0][0], parts[1][0] + RISE
    earlier = answers(form.take(np.arange(ITEMS)), ability[0], random)
    later = [answers(items, ability[1], random) for items in (moved, form.take(own))]
    return Waves((earlier, np.concatenate(later, axis=1)), (parts[0][1], parts[1][1]), ability)


def anchors(waves: Waves) -> tuple[ItemModel, ItemModel, FloatArray]:
    """The shared items of each wave calibrated alone, and the noise of their difficulties."""
    (old, of_old), (new, of_new) = (
        _alone(given, sample) for given, sample in zip(waves.given, waves.samples, strict=True)
    )
    return old, new, np.hypot(of_old, of_new)


def _alone(given: CodeArray, sample: Sample) -> tuple[ItemModel, FloatArray]:
    found = calibrate(given, weights=sample.weight)
    gradient = gradient_of(found, lambda items: difficulties(items)[:SHARED])
    covariance = design_errors(found, sample).of_functions(gradient)
    return found.model.take(np.arange(SHARED)), np.sqrt(covariance.diagonal())


def _delta(waves: Waves) -> FloatArray:
    is_new: BoolArray = np.repeat([False, True], PEOPLE)
    shared = np.concatenate([given[:, :SHARED] for given in waves.given])
    return compare(shared, is_new).mantel_haenszel.delta


def _true_shift(waves: Waves) -> float:
    """Shift between the scales on which each sample has mean 0 and standard deviation 1."""
    (m1, m2), (s1, _) = zip(
        *(
            (
                np.average(ability, weights=w),
                np.sqrt(np.cov(ability, aweights=w, ddof=0)),
            )
            for ability, w in zip(waves.ability, waves.weights, strict=True)
        ),
        strict=True,
    )
    return float((m2 - m1) / s1)


def _change(
    waves: Waves, stays: CodeArray, error: LinkError, random: np.random.Generator
) -> tuple[float, tuple[float, float], float, float]:
    """Change of the corrected share at the earlier cut, both SEs, linking error, df."""
    columns = np.arange(ITEMS) + ITEMS  # its own, unless an anchor that stays
    columns[stays] = stays
    together = np.full((2 * PEOPLE, 2 * ITEMS), -1)
    together[:PEOPLE, :ITEMS] = waves.given[0]
    together[PEOPLE:, columns] = waves.given[1]
    used = (together >= 0).any(axis=0)
    place = np.cumsum(used) - 1
    weight = np.concatenate([w / w.mean() for w in waves.weights])
    joint = calibrate(together[:, used], weights=weight, groups=np.repeat([0, 1], PEOPLE))
    models = joint.model.take(np.arange(ITEMS)), joint.model.take(place[columns])
    cut = latent_cut(models[0], CUT_SHARE * ITEMS)
    before, after = (
        _share(waves.given[w], models[w], waves.samples[w], cut, random) for w in range(2)
    )
    own = (after[1] - joint.population.means[1]) / joint.population.sds[1]
    repeats = np.repeat(waves.weights[1], own.shape[1])
    of_link = error.share_se(cut, own.ravel(), weights=repeats)
    (first, _), (second, _) = before, after
    sampling = float(second.se[0]), float(first.se[0])
    change = float(second.estimate[0] - first.estimate[0])
    return change, sampling, of_link, float(first.df[0] + second.df[0])


def _share(
    given: CodeArray, items: ItemModel, sample: Sample, cut: float, random: np.random.Generator
) -> tuple[PooledEstimates, FloatArray]:
    fitted = fit_population(given, items, weights=sample.weight)
    mean, sd = drawn_priors(fitted, design_errors(fitted, sample), random=random)
    keys = [str(person) for person in range(PEOPLE)]
    values = draw(given, items, mean=mean, sd=sd, keys=keys, random=random)
    return corrected_share(values, cut, sample, EVERYBODY), values


def _true_change() -> float:
    """Of the shares whose ability reaches the earlier form's cut, in the populations."""
    form = items_with_cut(2 * ITEMS - SHARED, ability=CUT, cut_share=CUT_SHARE)
    cut = latent_cut(form.take(np.arange(ITEMS)), CUT_SHARE * ITEMS)
    return float(stats.norm.sf(cut - RISE) - stats.norm.sf(cut))


if __name__ == "__main__":
    main()
