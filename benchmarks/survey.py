"""Speed and memory of the core survey job, ours against R survey, svy and samplics.

    python benchmarks/survey.py [--people 10000 100000 1000000] [--peers PYTHON] [--json FILE]

N invented people in 60 strata, 2,000 PSUs and 40 counties answer 50 items; who has 30 right
passes. Three jobs:

- linearised: score, then the share overall and by county with standard error and interval;
- replicates: the same with 500 Rao-Wu bootstrap replicates, each raked to four margins;
- raking: the weights of a design at hand raked to six margins, no estimate.

Every tool runs each job in a process of its own, which reads the data from files first, then
measures its time (median of repeated runs) and its peak of resident memory, libraries and
data included. All runs are made one after the other on the same data, so ratios are
comparable; times of different machines or days are not. Ours and `bound` use one thread, the
peers as many as they take. `bound` is the job in plain numpy
without any check: what the machine allows. R is looked for on the path with its package
survey; svy and samplics in the interpreter named by --peers.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TOOLS = HERE / "tools"
STRATA, PSUS, COUNTIES, ITEMS = 60, 2_000, 40, 50
JOBS = {
    "linearised": (),
    "replicates": ("county", "age", "sex", "education"),
    "raking": ("county", "age", "sex", "education", "age_sex", "sex_education"),
}
NAMES = ("ours", "bound", "R survey", "svy", "samplics")
# As the pipeline itself runs: sums of one thread are the same on every machine.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# What grows beyond patience or memory: the largest N a tool is asked for.
LARGEST = {
    ("replicates", "R survey"): 100_000,
    ("replicates", "samplics"): 10_000,
    ("replicates", "svy"): 1_000_000,
}
# (job, peer, N): how many times faster ours is meant to be
GOALS = {
    ("linearised", "R survey", 1_000_000): 150,
    ("linearised", "svy", 1_000_000): 15,
    ("replicates", "R survey", 10_000): 40,
    ("replicates", "R survey", 100_000): 300,
    ("replicates", "svy", 1_000_000): 150,
    ("raking", "R survey", 1_000_000): 500,
}


@dataclass(frozen=True)
class Run:
    """What one tool took for one job on N people; seconds is None when it did not run."""

    job: str
    people: int
    tool: str
    seconds: float | None
    runs: int
    peak_mb: float
    answers: dict[str, float]
    note: str = ""


def main() -> None:
    """Write the data, run every tool, print the tables."""
    chosen = arguments()
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for people in chosen.people:
            data = Path(folder) / str(people)
            write_survey(data, people)
            for job in chosen.jobs:
                for tool in chosen.tools:
                    runs.append(measured(job, people, tool, data, chosen))
                    print(line(runs[-1]), file=sys.stderr, flush=True)
            shutil.rmtree(data)
    peers = [name for name in chosen.tools if name not in ("ours", "bound")]
    versions = [f"{name} {version_of(name, chosen.peers) or 'not present'}" for name in peers]
    print(", ".join(versions), end="\n\n")
    print(report(runs))
    if chosen.json:
        rows = [asdict(run) for run in runs]
        chosen.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Options of the command line."""
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=first, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS))
    parser.add_argument("--tools", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter that has svy and samplics")
    parser.add_argument("--seconds", type=float, default=3.0, help="time to repeat a job for")
    parser.add_argument("--patience", type=float, default=900.0, help="seconds until a run is cut")
    parser.add_argument("--json", type=Path, help="file for all figures")
    return parser.parse_args()


def write_survey(folder: Path, people: int) -> None:
    """Invent a survey of N people and write it as plain arrays."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(people)
    psu = np.sort(np.arange(people) % PSUS)
    codes = {
        "psu": psu,
        "stratum": psu * STRATA // PSUS,
        "county": psu * COUNTIES // PSUS,
        "age": rng.integers(6, size=people),
        "sex": rng.integers(2, size=people),
        "education": rng.choice(5, size=people, p=[0.25, 0.35, 0.2, 0.12, 0.08]),
    }
    codes["age_sex"] = codes["age"] * 2 + codes["sex"]
    codes["sex_education"] = codes["sex"] * 5 + codes["education"]
    shuffled = rng.permutation(people)  # people do not come sorted by PSU
    codes = {name: values[shuffled].astype(np.int32) for name, values in codes.items()}
    local = rng.normal(0, 0.25, PSUS)[codes["psu"]]
    ability = 0.25 * codes["education"] + local + rng.normal(0, 0.8, people)
    weight = rng.lognormal(4.0, 0.5, people)
    with (folder / "items.i1").open("wb") as file:
        for difficulty in rng.normal(0.6, 0.8, ITEMS):
            knows = rng.random(people, np.float32) < 1 / (1 + np.exp(difficulty - ability))
            knows.astype(np.int8).tofile(file)
    weight.tofile(folder / "weight.f8")
    for name, values in codes.items():
        values.tofile(folder / f"{name}.i4")
    write_margins(folder, codes, weight)


def write_margins(folder: Path, codes: dict[str, np.ndarray], weight: np.ndarray) -> None:
    """Totals of a population a little older, better educated and elsewhere than the sample."""
    pull = 0.02 * codes["age"] + 0.05 * codes["education"] + 0.004 * codes["county"]
    people = weight * np.exp(pull + 0.1 * codes["sex"] * (codes["education"] > 2))
    margins = {
        job: {name: np.bincount(codes[name], people).tolist() for name in names}
        for job, names in JOBS.items()
    }
    (folder / "margins.json").write_text(json.dumps(margins), encoding="utf-8")
    rows = [
        " ".join([job, name, *map(repr, totals)])
        for job, by_name in margins.items()
        for name, totals in by_name.items()
    ]
    (folder / "margins.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")


def measured(job: str, people: int, tool: str, data: Path, chosen: argparse.Namespace) -> Run:
    """Run one tool, or say why not."""
    if people > LARGEST.get((job, tool), people):
        return _absent(job, people, tool, "not run: too long or too large")
    command = command_of(tool, chosen.peers)
    if command is None:
        return _absent(job, people, tool, "not present")
    call = [*command, job, str(data), str(chosen.seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - commands are ours
            call,
            capture_output=True,
            text=True,
            timeout=chosen.patience,
            check=False,
            env=os.environ | (ONE_THREAD if tool in ("ours", "bound") else {}),
        )
    except subprocess.TimeoutExpired:
        return _absent(job, people, tool, f"longer than {chosen.patience:g} s")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return _absent(job, people, tool, f"failed: {last[:60]}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return Run(job=job, people=people, tool=tool, **found)


def command_of(tool: str, peers: str | None) -> list[str] | None:
    """Command that starts a tool; None where it is not installed."""
    if tool in ("ours", "bound"):
        return [sys.executable, str(TOOLS / f"{tool}.py")]
    if version_of(tool, peers) is None:
        return None
    if tool == "R survey":
        return ["Rscript", str(TOOLS / "peer_survey.R")]
    return [str(peers), str(TOOLS / f"peer_{tool}.py")]


@cache
def version_of(tool: str, peers: str | None) -> str | None:
    """Version of a peer; None where it is not installed."""
    if tool == "R survey":
        probe = [shutil.which("Rscript"), "-e", 'cat(format(packageVersion("survey")))']
    else:
        asked = f"import importlib.metadata as m; print(m.version({tool!r}))"
        probe = [peers, "-c", asked]
    program, *words = probe
    if program is None:
        return None
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else None


def _absent(job: str, people: int, tool: str, note: str) -> Run:
    return Run(job, people, tool, None, 0, float("nan"), {}, note)


def report(runs: list[Run]) -> str:
    """Markdown tables, one per job: seconds, times slower than ours, peak of memory."""
    return "\n\n".join(
        part for job in JOBS for part in _job_tables([run for run in runs if run.job == job])
    )


def _job_tables(runs: list[Run]) -> list[str]:
    if not runs:
        return []
    tools = [name for name in NAMES if any(run.tool == name for run in runs)]
    rows = [["N", *tools], ["---"] * (len(tools) + 1)]
    for people in sorted({run.people for run in runs}):
        here = {run.tool: run for run in runs if run.people == people}
        ours = here["ours"].seconds if "ours" in here else None
        rows.append([f"{people:,}", *(_cell(here[tool], ours) for tool in tools)])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    goals = [_goal(run, runs) for run in runs if (run.job, run.tool, run.people) in GOALS]
    return [f"**{runs[0].job}**", table, *goals, _agreement(runs)]


def _cell(run: Run, ours: float | None) -> str:
    if run.seconds is None:
        return run.note
    ratio = "" if ours is None or run.tool == "ours" else f" ({run.seconds / ours:.3g}x)"
    return f"{run.seconds:.4g} s{ratio}, {run.peak_mb:,.0f} MB"


def _goal(run: Run, runs: list[Run]) -> str:
    """Whether a goal was reached."""
    goal = GOALS[run.job, run.tool, run.people]
    ours = [r.seconds for r in runs if r.tool == "ours" and r.people == run.people]
    if run.seconds is None or not ours or ours[0] is None:
        return f"{run.tool}, N = {run.people:,}: goal {goal}x, not measured ({run.note})"
    ratio = run.seconds / ours[0]
    verdict = "reached" if ratio >= goal else "missed"
    return f"{run.tool}, N = {run.people:,}: {ratio:.0f}x, goal {goal}x {verdict}"


def _agreement(runs: list[Run]) -> str:
    """Largest relative distance of each tool's answers from those of `bound`."""
    found = []
    for tool in NAMES:
        gaps: dict[str, float] = {}
        for run in (run for run in runs if run.tool == tool and run.answers and tool != "bound"):
            same = [r for r in runs if r.tool == "bound" and r.people == run.people and r.answers]
            for name in run.answers.keys() & (same[0].answers.keys() if same else set()):
                gap = abs(run.answers[name] / same[0].answers[name] - 1)
                gaps[name] = max(gap, gaps.get(name, 0.0))
        if gaps:
            listed = ", ".join(f"{name} {gap:.1e}" for name, gap in sorted(gaps.items()))
            found.append(f"{tool}: {listed}")
    return "Distance from the answers of `bound`: " + "; ".join(found)


def line(run: Run) -> str:
    """One line of progress."""
    took = run.note if run.seconds is None else f"{run.seconds:.4g} s, {run.peak_mb:,.0f} MB"
    return f"{run.job:11} {run.people:>9,} {run.tool:9} {took}"


if __name__ == "__main__":
    main()
