"""What is not offered, and what was decided where the reference is no rule."""

import re

from tests.oracle.survey.cases import Case

NOT_OFFERED = {
    "twophase": "two-phase samples: a citizen survey draws once",
    "quadform": "successive differences, kernels and Deville's forms: PSUs are drawn at random "
    "within strata, whose variance is the ordinary one",
    "ranktest": "rank tests: scores are compared by means and shares",
    "joint": "exact joint probabilities: no fieldwork record holds them; use Hartley-Rao",
}


_OTHER_FORMS = re.compile(r"SD1|SD2|Deville|Beaumont|Horvitz|Yates|kernel", re.IGNORECASE)


def not_offered(case: Case, design: dict[str, object]) -> str:
    """Why a case may stay unanswered; empty if it may not."""
    if design.get("joint"):
        return NOT_OFFERED["joint"]
    if design.get("kind") == "twophase":
        return NOT_OFFERED["twophase"]
    if case.group == "quadform" and not _OTHER_FORMS.search(str(case.estimand.get("variance"))):
        return ""  # the ordinary variance under another name
    return NOT_OFFERED.get(case.group, "")
