"""An invented measurement of the city's test: sixty items, four waves, figures that agree."""

import numpy as np
import pandas as pd

from pipeline.present.measured import Measured
from tests.present.bank import IDS
from tests.present.monitors import STANDARD, YEARS

WAVES = [str(year) for year in YEARS]
LATEST = WAVES[-1]
FAULTY = {"k07": "weak dif", "m03": "distractor",
          "a09": "drift", "s05": "dif"}  # fmt: skip


def items() -> pd.DataFrame:
    """Statistics of every item in every wave."""
    draw = np.random.default_rng(4)
    slopes = draw.lognormal(0.1, 0.3, len(IDS)).round(2)
    locations = draw.normal(0.3, 1.1, len(IDS)).round(2)
    difficulty = 1 / (1 + np.exp(slopes * locations))
    frame = pd.DataFrame({
        "item": IDS, "dimension": "knowledge", "slope": slopes, "slope_se": 0.11,
        "location": locations, "location_se": 0.08, "difficulty": difficulty,
        "item_rest": (0.2 + 0.2 * slopes).clip(max=0.6),
    })  # fmt: skip
    frame.loc[frame["item"] == "k07", "item_rest"] = 0.06
    frame = frame.assign(
        is_anchor=np.arange(len(IDS)) % 3 == 0, exposure=4, n=2406, difficulty_se=0.012,
        upper_lower=0.42, dont_know_share=0.08, refused_share=0.01,
        information_at_cut=0.2 * slopes**2, fit_p=0.4,
        dif=frame["item"].map({"k07": "C", "s05": "C", "a01": "B"}).fillna("A"),
        has_drift=frame["item"] == "a09",
        warnings=frame["item"].map(FAULTY),
    )  # fmt: skip
    return pd.concat([frame.assign(wave=wave) for wave in WAVES], ignore_index=True)


def options() -> pd.DataFrame:
    """Shares of every option by fifth, in the latest wave."""
    rows = []
    for name in IDS:
        right = np.linspace(0.25, 0.7, 5) if name != "m03" else np.linspace(0.3, 0.2, 5)
        left = 1 - right - 0.08
        shares = {"1": right, "2": 0.5 * left, "3": 0.3 * left, "4": 0.2 * left,
                  "dont_know": np.full(5, 0.08)}  # fmt: skip
        for option, share in shares.items():
            bands = {**{str(k): s for k, s in enumerate(share, start=1)}, "all": share.mean()}
            rows += [
                {"wave": LATEST, "item": name, "option": option, "is_key": option == "1",
                 "band": band, "share": s, "rest_score": 50.0}
                for band, s in bands.items()
            ]  # fmt: skip
    return pd.DataFrame(rows)


def reliability(*, at_cut: float = 0.83) -> pd.DataFrame:
    """Coefficients of the whole test and of its only dimension."""
    figures = {"alpha": (0.872, 0.864, 0.88), "omega": (0.88, np.nan, np.nan),
               "at_cut": (at_cut, np.nan, np.nan), "sem": (6.1, np.nan, np.nan),
               "sem_at_cut": (5.8, np.nan, np.nan)}  # fmt: skip
    rows = [
        {"wave": wave, "standard": STANDARD, "dimension": dimension, "coefficient": name,
         "estimate": figure, "ci_low": low, "ci_high": high}
        for wave in WAVES
        for dimension in ("all", "knowledge")
        for name, (figure, low, high) in figures.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def curves() -> pd.DataFrame:
    """Expected score, information and people along the latent scale."""
    ability = np.linspace(-4, 4, 81)
    density = np.exp(-0.5 * ability**2) / np.sqrt(2 * np.pi)
    frame = pd.DataFrame({
        "ability": ability, "expected_score": 8 + 88 / (1 + np.exp(-0.95 * (ability - 0.2))),
        "information": 0.5 + 8 * np.exp(-0.35 * (ability - 0.1) ** 2), "density": density,
    })  # fmt: skip
    return pd.concat([frame.assign(wave=w, standard=STANDARD) for w in WAVES], ignore_index=True)


def accuracy(*, right: float = 0.923) -> pd.DataFrame:
    """Accuracy and consistency of the decision by two methods."""
    rows = [
        {"wave": wave, "standard": STANDARD, "method": method, "accuracy": right,
         "consistency": 0.89, "kappa": 0.61, "false_pass": 0.047, "false_fail": 0.03,
         "pass_again": 0.762}
        for wave in WAVES
        for method in ("livingston_lewis", "lee")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def by_score() -> pd.DataFrame:
    """People and the chances of passing at every score."""
    score = np.arange(0, 101)
    people = np.exp(-0.5 * ((score - 50) / 17) ** 2)
    frame = pd.DataFrame({
        "score": score.astype(float), "score_share": people / people.sum(),
        "prob_true": 1 / (1 + np.exp(-(score - 72) / 3.2)),
        "prob_again": 1 / (1 + np.exp(-(score - 73) / 4.4)),
    })  # fmt: skip
    return pd.concat([frame.assign(wave=w, standard=STANDARD) for w in WAVES], ignore_index=True)


def readings() -> pd.DataFrame:
    """Both readings of the cut."""
    rows = [
        {"wave": wave, "standard": STANDARD, "at_or_above": 0.136, "above": 0.124, "exactly": 0.012}
        for wave in WAVES
    ]
    return pd.DataFrame(rows)


def corrected() -> pd.DataFrame:
    """Raw and corrected shares of the city, its counties and its sexes."""
    shares = {
        ("all", "all"): (0.136, 0.114, 2406), ("county", "510402"): (0.179, 0.158, 780),
        ("county", "510403"): (0.132, 0.111, 318), ("county", "510411"): (0.121, 0.099, 502),
        ("county", "510421"): (0.106, 0.081, 441), ("county", "510422"): (0.098, 0.074, 365),
        ("sex", "male"): (0.149, 0.127, 1188), ("sex", "female"): (0.122, 0.101, 1218),
        ("key_group", "cadre_civil_servant"): (0.33, 0.3, 28),
    }  # fmt: skip
    rows = [
        {"wave": wave, "standard": STANDARD, "domain": domain, "category": category,
         "observed": raw, "estimate": share, "se": 0.01, "ci_low": share - 0.02,
         "ci_high": share + 0.021, "df": 48.0, "n": n, "missing_information": 0.12,
         "flag": "publish"}
        for wave in WAVES
        for (domain, category), (raw, share, n) in shares.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def links(*, is_linked: bool = True, p_value: float = 0.31) -> pd.DataFrame:
    """The latest wave with the one before."""
    found = {"link_slope": 1.01, "link_shift": 0.06, "link_se": 0.02, "ability_change": 0.05,
             "se": 0.05, "ci_low": -0.05, "ci_high": 0.15, "p_value": p_value}  # fmt: skip
    row = {"wave_from": WAVES[-2], "wave_to": LATEST, "is_linked": is_linked,
           "link_reason": None if is_linked else "too_few", "anchors": 19 if is_linked else 9,
           "anchors_dropped": 1}  # fmt: skip
    return pd.DataFrame([row | (found if is_linked else dict.fromkeys(found, np.nan))])


def corrected_changes() -> pd.DataFrame:
    """Change of the corrected share between the latest two waves."""
    return pd.DataFrame([
        {"standard": STANDARD, "domain": "all", "category": "all", "wave_from": WAVES[-2],
         "wave_to": LATEST, "change": 0.009, "se": 0.012, "link_se": 0.003, "ci_low": -0.015,
         "ci_high": 0.033, "df": 90.0, "p_value": 0.46, "flag": "publish"},
    ])  # fmt: skip


def anchors() -> pd.DataFrame:
    """Every third item links the latest two waves; one drifted."""
    names = IDS[::3]
    rows = [
        {"wave_from": WAVES[-2], "wave_to": LATEST, "item": name, "location_from": 0.4,
         "location_to": 1.3 if name == "a09" else 0.45, "robust_z": 3.4 if name == "a09" else 0.3,
         "mh_delta": -1.7 if name == "a09" else 0.2, "is_kept": name != "a09",
         "drop_reason": "location" if name == "a09" else None}
        for name in names
    ]  # fmt: skip
    return pd.DataFrame(rows)


def dif(*, worst: str = "C") -> pd.DataFrame:
    """Mantel-Haenszel differences of every item by place of living, sex and age."""
    compared = {"urban_rural": ("urban", ["rural"]), "sex": ("female", ["male"]),
                "age_group": ("50-59", ["18-29", "30-39", "60-69"])}  # fmt: skip
    draw, rows = np.random.default_rng(9), []
    for grouping, (reference, others) in compared.items():
        for focal in others:
            delta = dict(zip(IDS, draw.normal(0, 0.3, len(IDS)).clip(-0.9, 0.9), strict=True))
            if grouping == "urban_rural":
                delta |= {"a01": 1.2} | ({"k07": -1.9, "s05": -1.6} if worst == "C" else {})
            rows += [
                {"wave": LATEST, "item": name, "grouping": grouping, "reference": reference,
                 "focal": focal, "n_reference": 1000, "n_focal": 700, "mh_delta": size,
                 "p_value": 0.001 if abs(size) > 1 else 0.4, "std_difference": -0.04 * size,
                 "r2_uniform": 0.01, "r2_nonuniform": 0.002,
                 "dif": "A" if abs(size) < 1 else "B" if abs(size) < 1.5 else "C",
                 "dif_reason": ""}
                for name, size in delta.items()
            ]  # fmt: skip
    rows.append({**rows[-1], "grouping": "education", "reference": "junior_secondary",
                 "focal": "bachelor_or_above", "n_focal": 120, "mh_delta": np.nan, "dif": None,
                 "dif_reason": "too few people"})  # fmt: skip
    return pd.DataFrame(rows)


def dif_effects() -> pd.DataFrame:
    """Shares with and without the items of class C."""
    shares = {"all": (0.136, 0.139), "urban": (0.164, 0.165), "rural": (0.081, 0.088)}
    rows = [
        {"wave": LATEST, "standard": STANDARD, "grouping": "urban_rural", "group": group,
         "items_removed": "k07 s05", "observed": observed, "without": without}
        for group, (observed, without) in shares.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def item_modes() -> pd.DataFrame:
    """An item by mode of interview."""
    return pd.DataFrame({"wave": LATEST, "item": "k07", "mode": ["face_to_face", "on_site"],
                         "n": [2000, 406], "difficulty": [0.48, 0.55], "item_rest": [0.31, 0.33],
                         "dont_know_share": [0.12, 0.08]})  # fmt: skip


def measured(**changed: pd.DataFrame) -> Measured:
    """All tables of the measurement."""
    factors = pd.DataFrame({"wave": LATEST, "factor": [1, 2, 3], "eigenvalue": [9.4, 1.9, 1.5],
                            "by_chance": [1.4, 1.3, 1.3]})  # fmt: skip
    fit = pd.DataFrame({"wave": LATEST, "statistic": ["rmsea", "q3_largest"],
                        "estimate": [0.021, 0.17]})  # fmt: skip
    tables = {
        "item_statistics": items(), "item_modes": item_modes(), "options": options(),
        "reliability": reliability(),
        "fit": fit, "eigenvalues": factors, "curves": curves(), "accuracy": accuracy(),
        "accuracy_by_score": by_score(), "readings": readings(), "corrected": corrected(),
        "links": links(), "corrected_changes": corrected_changes(), "anchors": anchors(),
        "dif": dif(), "dif_effects": dif_effects(),
    }  # fmt: skip
    return Measured(**(tables | changed))
