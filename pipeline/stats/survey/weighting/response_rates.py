"""Response, cooperation, refusal and contact rates as AAPOR defines them.

One rate is not comparable with another, so all are given under their AAPOR names, and a
report says which it quotes.

Source: AAPOR (2023), Standard Definitions: Final Dispositions of Case Codes and Outcome Rates
for Surveys, 10th edition.
"""

from dataclasses import dataclass, fields

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.cells import Labels, coded

_WHERE = "response rates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositions:
    """Cases issued by how they ended: counts, or sums of their base weights.

    Attributes:
        complete: I, interviews completed.
        partial: P, interviews broken off but usable.
        refusal: R, eligible and refused, or broken off early.
        non_contact: NC, eligible and never reached.
        other: O, eligible and not interviewed for other reasons.
        unknown_household: UH, not known whether there is a household.
        unknown_other: UO, household, but not known whether anybody in it is eligible.
        ineligible: resolved cases outside the population; in no rate but in e.

    Raises:
        DesignError: a count is missing or negative, or there are no cases.
    """

    complete: float
    partial: float = 0.0
    refusal: float = 0.0
    non_contact: float = 0.0
    other: float = 0.0
    unknown_household: float = 0.0
    unknown_other: float = 0.0
    ineligible: float = 0.0

    def __post_init__(self) -> None:
        counts = {field.name: getattr(self, field.name) for field in fields(self)}
        faults = [
            f"{name}: expected a count not below 0, got {count:g}"
            for name, count in counts.items()
            if not 0 <= count < np.inf
        ]
        if not faults and not any(counts.values()):
            faults.append("expected cases, got none")
        if faults:
            raise DesignError(_WHERE, faults, hint="correct the fieldwork record")

    @classmethod
    def counted(cls, disposition: Labels, weight: FloatArray | None = None) -> "Dispositions":
        """Count cases by name of disposition, or add up their weights.

        Args:
            disposition: (n,) an attribute of this class for every case.
            weight: (n,) base weights for weighted rates.

        Raises:
            DesignError: a case has no disposition, or one of another name.
        """
        column = coded(disposition)
        known = {field.name for field in fields(cls)}
        faults = [
            f"disposition {name}: expected one of {', '.join(sorted(known))}"
            for name in sorted(set(column.names) - known)
        ]
        if missing := int((column.codes < 0).sum()):
            faults.append(f"no disposition in {missing} cases")
        if faults:
            raise DesignError(_WHERE, faults)
        sums = np.bincount(column.codes, weight, minlength=len(column.names))
        by_name = dict(zip(column.names, map(float, sums), strict=True))
        return cls(**{"complete": 0.0, **by_name})

    @property
    def interviewed(self) -> float:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> float:
        """Cases known to be eligible: (I + P) + (R + NC + O)."""
        return self.interviewed + self.refusal + self.non_contact + self.other

    @property
    def unknown(self) -> float:
        """UH + UO."""
        return self.unknown_household + self.unknown_other

    @property
    def eligible_share(self) -> float:
        """The share of resolved cases that is eligible: e by proportional allocation."""
        resolved = self.eligible + self.ineligible
        return self.eligible / resolved if resolved else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRates:
    """All outcome rates; NaN where a rate has no denominator.

    Even-numbered response rates, and COOP2 and COOP4, count partial interviews as answers.
    RR1 and RR2 count unknown cases as eligible, RR3 and RR4 a share e of them, RR5 and RR6
    none.
    """

    e: float
    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float
    rr6: float
    coop1: float
    coop2: float
    coop3: float
    coop4: float
    ref1: float
    ref2: float
    ref3: float
    con1: float
    con2: float
    con3: float


def response_rates(cases: Dispositions, *, e: float | None = None) -> ResponseRates:
    """The AAPOR outcome rates of a survey.

    With I + P interviewed, N = (I + P) + (R + NC + O) eligible and U = UH + UO unknown:
    RR1 = I / (N + U), RR3 = I / (N + e U), RR5 = I / N; COOP1 = I / (I + P + R + O), COOP3
    the same without O; REF1 = R / (N + U); CON1 = (I + P + R + O) / (N + U).

    Args:
        cases: counts, or sums of base weights for weighted rates.
        e: share of unknown cases that is eligible; None: as among resolved cases.

    Raises:
        DesignError: e is outside [0, 1].
    """
    share = cases.eligible_share if e is None else e
    if e is not None and not 0 <= e <= 1:
        raise DesignError(_WHERE, f"e: expected a share in [0, 1], got {e:g}")
    complete, interviewed = cases.complete, cases.interviewed
    expected = 0.0 if cases.unknown == 0 else share * cases.unknown
    every, likely, least = (
        cases.eligible + cases.unknown,
        cases.eligible + expected,
        cases.eligible,
    )
    asked = interviewed + cases.refusal
    contacted = asked + cases.other
    return ResponseRates(
        e=share,
        rr1=_rate(complete, every),
        rr2=_rate(interviewed, every),
        rr3=_rate(complete, likely),
        rr4=_rate(interviewed, likely),
        rr5=_rate(complete, least),
        rr6=_rate(interviewed, least),
        coop1=_rate(complete, contacted),
        coop2=_rate(interviewed, contacted),
        coop3=_rate(complete, asked),
        coop4=_rate(interviewed, asked),
        ref1=_rate(cases.refusal, every),
        ref2=_rate(cases.refusal, likely),
        ref3=_rate(cases.refusal, least),
        con1=_rate(contacted, every),
        con2=_rate(contacted, likely),
        con3=_rate(contacted, least),
    )


def _rate(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
