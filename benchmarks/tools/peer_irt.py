"""2PL without weights in a Python package: peer_irt.py PACKAGE FOLDER SECONDS, one line of JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ITEMS, NODES = 50, 61


def main() -> None:
    """Repeat the calibration for as long as asked and print its fastest time."""
    package, folder, budget = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    answers = np.fromfile(folder / "answers.i1", dtype=np.int8).reshape(ITEMS, -1).astype(int)
    calibrate = job(package, answers)
    calibrate()  # compiles what is compiled at first use
    seconds: list[float] = []
    while not seconds or (sum(seconds) < budget and len(seconds) < 30):
        start = time.perf_counter()
        calibrate()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps({"seconds": min(seconds), "runs": len(seconds), "peak_mb": peak, "answers": {}})
    )


def job(package: str, answers: np.ndarray) -> Callable[[], object]:
    """The calibration of (J, n) answers, without standard errors."""
    if package == "girth":
        import girth

        return lambda: girth.twopl_mml(answers)
    import mirt

    given = answers.T
    return lambda: mirt.fit_mirt(given, model="2PL", n_quadpts=NODES, compute_standard_errors=False)


if __name__ == "__main__":
    main()
