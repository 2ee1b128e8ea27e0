"""Reading numbers from the calls that made the reference numbers."""

import re

from tests.oracle.psychometrics.requests import Request

NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"


def stated(request: Request, pattern: str) -> re.Match[str]:
    """What the request's own call says, or else its note or the first call of the case."""
    found = (re.search(pattern, text) for text in (request.call, request.note, *request.calls))
    return next(match for match in found if match)
