"""Speed and memory of the measurement, ours against peers, and up to a million people.

    python benchmarks/measure.py [--people 3000 10000 100000 1000000] [--peers PYTHON] [--json FILE]

N invented people with weights, in 60 strata and 2,000 communities, answer 50 items of a 2PL
test. Jobs: calibration with weights, the same by pieces of plain numpy (`bound`: the
products an E-step cannot do without, times the E-steps that ours took), and in R mirt where it
is installed; without weights, which they take slowly or not at all, in the Python packages mirt
and girth where the interpreter named by --peers has them; then standard errors by the design,
posterior means, ten plausible values with a conditioning model, and the screening for DIF
between two groups.

Every job runs in a process of its own, which makes its data first, then measures its time (the
fastest of repeated runs: other programs only ever add) and its peak of resident memory,
libraries and data included. Ratios hold within one run; times of different machines or days
are not comparable. Use OMP_NUM_THREADS=1 for one core.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from simulated_tests.jobs import JOBS, measure_here, write_answers

HERE = Path(__file__).resolve().parent
MIRT, PYTHON_MIRT, GIRTH = "R mirt", "Python mirt", "girth"
PEERS = {MIRT: 10_000, PYTHON_MIRT: 10_000, GIRTH: 10_000}  # people a peer is asked for at most
PACKAGES = {MIRT: "mirt", PYTHON_MIRT: "mirt", GIRTH: "girth"}


@dataclass(frozen=True)
class Run:
    """What one job took on N people; seconds is None when it did not run."""

    job: str
    people: int
    seconds: float | None
    runs: int
    peak_mb: float
    answers: dict[str, float]
    note: str = ""


def main() -> None:
    """Measure every job and print the table."""
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=first, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--people", type=int, nargs="+", default=[3_000, 10_000, 100_000, 1_000_000]
    )
    parser.add_argument("--jobs", nargs="+", choices=[*JOBS, *PEERS], default=[*JOBS, *PEERS])
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter that has mirt and girth")
    parser.add_argument("--seconds", type=float, default=3.0, help="time to repeat a job for")
    parser.add_argument("--patience", type=float, default=900.0, help="seconds until a run is cut")
    parser.add_argument("--json", type=Path, help="file for all figures")
    parser.add_argument("--only", choices=JOBS, help="one job in this process, one line of JSON")
    chosen = parser.parse_args()
    if chosen.only:
        measure_here(chosen.only, chosen.people[0], chosen.seconds)
        return
    runs = []
    for people in chosen.people:
        for job in chosen.jobs:
            runs.append(measured(job, people, chosen))
            print(line(runs[-1]), file=sys.stderr, flush=True)
    versions = [f"{peer} {version_of(peer, chosen.peers) or 'not present'}" for peer in PEERS]
    print(", ".join(versions), end="\n\n")
    print(report(runs))
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(run) for run in runs], indent=1), "utf-8")


def measured(job: str, people: int, chosen: argparse.Namespace) -> Run:
    """Run one job in a process of its own, or say why not."""
    seconds = str(chosen.seconds)
    if job not in PEERS:
        asked = ["--only", job, "--people", str(people), "--seconds", seconds]
        return _called(job, people, [sys.executable, __file__, *asked], chosen.patience)
    if people > PEERS[job]:
        return Run(job, people, None, 0, float("nan"), {}, "not run: too long")
    if version_of(job, chosen.peers) is None:
        return Run(job, people, None, 0, float("nan"), {}, "not present")
    with tempfile.TemporaryDirectory() as folder:
        write_answers(Path(folder), people)
        program = ["Rscript", str(HERE / "tools" / "peer_mirt.R")]
        if job != MIRT:
            program = [chosen.peers, str(HERE / "tools" / "peer_irt.py"), job]
        return _called(job, people, [*program, folder, seconds], chosen.patience)


def _called(job: str, people: int, call: list[str], patience: float) -> Run:
    try:
        done = subprocess.run(  # noqa: S603 - commands are ours
            call, capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        return Run(job, people, None, 0, float("nan"), {}, f"longer than {patience:g} s")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return Run(job, people, None, 0, float("nan"), {}, f"failed: {last[:60]}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return Run(job=job, people=people, **found)


@cache
def version_of(peer: str, peers: str | None) -> str | None:
    """Version of a peer; None where it is not installed."""
    program, code = peers, f"import importlib.metadata as m; print(m.version({PACKAGES[peer]!r}))"
    if peer == MIRT:
        program, code = shutil.which("Rscript"), 'cat(format(packageVersion("mirt")))'
    if program is None:
        return None
    probe = [program, "-e" if peer == MIRT else "-c", code]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else None


def report(runs: list[Run]) -> str:
    """A row per job, a column per number of people; below, how far mirt's answers are."""
    sizes = sorted({run.people for run in runs})
    lines = [["job", *(f"{people:,}" for people in sizes)], ["---"] * (len(sizes) + 1)]
    for job in dict.fromkeys(run.job for run in runs):
        here = {run.people: run for run in runs if run.job == job}
        lines.append([job, *(_cell(here.get(people), runs) for people in sizes)])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    gaps = [
        f"{name} of R mirt, N = {run.people:,}: {run.answers[name] - ours.answers[name]:+.2e}"
        for run in runs
        if run.job == MIRT and run.answers
        for ours in runs
        if ours.job == "calibration" and ours.people == run.people
        for name in run.answers.keys() & ours.answers.keys()
    ]
    return "\n\n".join([table, *gaps])


def _cell(run: Run | None, runs: list[Run]) -> str:
    if run is None:
        return ""
    if run.seconds is None:
        return run.note
    same = [r for r in runs if r.job == "calibration" and r.people == run.people]
    ratio = ""
    if run.job in (*PEERS, "bound") and same and same[0].seconds:
        ratio = f" ({run.seconds / same[0].seconds:.2g}x)"
    return f"{run.seconds:.3g} s{ratio}, {run.peak_mb:,.0f} MB"


def line(run: Run) -> str:
    """One line of progress."""
    took = run.note if run.seconds is None else f"{run.seconds:.4g} s, {run.peak_mb:,.0f} MB"
    return f"{run.job:17} {run.people:>9,} {took}"


if __name__ == "__main__":
    main()
