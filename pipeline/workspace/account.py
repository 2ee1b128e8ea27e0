"""The account of one `dvc repro`: DVC's lines in, a readable progress report out."""

import re
import time
from collections.abc import Callable

from pipeline.workspace.words import section, words

_INDENT = " " * 8
_STARTED = re.compile(r"Running stage '(.+)':")
_RESTORED = re.compile(r"Stage '(.+)' is cached - skipping run, checking out outputs")
_UNCHANGED = re.compile(r"Stage '.+' didn't change, skipping")
_RECORDED = re.compile(r"(?:Generating|Updating) lock file '.+'")
_FAILED = re.compile(
    r"(?:ERROR|WARNING): (?:failed to reproduce '.+?': )?failed to run: .+, exited with (-?\d+)"
    r"(?: \(ignored\))?"
)
_NOISE = re.compile(
    r"\s*|> .+|'.+\.dvc' didn't change, skipping|Verifying data sources in .+"
    r"|Data and pipelines are up to date\."
    r"|Use `dvc push` to send .+|To track the changes with git, run:|\tgit add .+"
    r"|To enable auto staging, run:|\tdvc config core\.autostage true|Having any troubles\?.+"
)
_BROKEN_RUN_CACHE = "join() argument must be str"
_SIGNAL = 128  # a shell reports an ended-by-signal process as 128 + signal


class Account:
    """What has run, what was said, and how it ended.

    Attributes:
        exit_code: of the first stage that failed, else what the caller sets.
        met_broken_run_cache: DVC stopped at an entry of its run cache without content.
    """

    def __init__(self, count_stages: Callable[[], int | None]) -> None:
        """Begin the clock.

        Args:
            count_stages: number of all stages, None where it is not known; asked for
                when the first stage is announced.
        """
        self.exit_code = 0
        self.met_broken_run_cache = False
        self._count_stages = count_stages
        self._begun = time.monotonic()
        self._seen = self._ran = self._restored = self._unchanged = 0
        self._stage = self._failed_stage = ""
        self._stage_begun = 0.0
        self._said: list[str] = []
        self._remarks: list[str] = []

    def hear(self, line: str) -> None:
        """Take one line of DVC or of a stage."""
        for pattern, act in (
            (_STARTED, self._start),
            (_RESTORED, self._restore),
            (_UNCHANGED, self._pass_over),
            (_RECORDED, self._finish),
            (_FAILED, self._fail),
        ):
            if match := pattern.fullmatch(line):
                act(*match.groups())
                return
        if not _NOISE.fullmatch(line):
            self._note(line)

    def interrupt(self) -> None:
        """The user has stopped the run."""
        self.exit_code = self.exit_code or _SIGNAL + 2
        self._remarks = [words("repro.interrupted")]

    def conclude(self) -> int:
        """Say how it ended.

        Returns:
            The exit code for the shell.
        """
        if self._stage:
            self._finish()
        for remark in self._remarks:
            print(remark)
        if self.exit_code == 0:
            self._say_success()
        elif self._failed_stage:
            print(words("repro.stopped", stage=self._failed_stage, code=self.exit_code))
        else:
            self._explain()
        return self.exit_code

    def _start(self, stage: str) -> None:
        self._ran += 1
        self._announce(stage)
        self._stage, self._stage_begun, self._said = stage, time.monotonic(), []

    def _restore(self, stage: str) -> None:
        self._restored += 1
        self._announce(stage)
        print(words("repro.restored"), flush=True)

    def _pass_over(self) -> None:
        self._finish()
        self._seen += 1
        self._unchanged += 1

    def _finish(self) -> None:
        if self._stage:
            self._close("repro.seconds")

    def _fail(self, code: str) -> None:
        status = int(code)
        self.exit_code = self.exit_code or (status if status > 0 else _SIGNAL - status)
        self._failed_stage = self._failed_stage or self._stage
        self._close("repro.failed")

    def _note(self, line: str) -> None:
        (self._said if self._stage else self._remarks).append(line)
        self.met_broken_run_cache |= _BROKEN_RUN_CACHE in line

    def _announce(self, stage: str) -> None:
        self._finish()  # a stage whose results are as recorded ends without a word of DVC
        self._seen += 1
        total = self._count_stages()
        place = f"{self._seen:>{len(str(total))}}/{total}" if total else str(self._seen)
        print(f"[{place}] {label(stage)} … ", end="", flush=True)

    def _close(self, outcome: str) -> None:
        print(words(outcome, seconds=time.monotonic() - self._stage_begun))
        for line in self._said:
            print(_INDENT + line)
        self._stage = ""

    def _say_success(self) -> None:
        if self._ran + self._restored == 0:
            print(words("repro.up_to_date"))
            return
        print(
            words(
                "repro.done",
                ran=self._ran,
                restored=self._restored,
                unchanged=self._unchanged,
                seconds=time.monotonic() - self._begun,
            )
        )

    def _explain(self) -> None:
        text = "\n".join(self._remarks)
        for entry in section("dvc_says")["entries"]:
            if re.search(entry["pattern"], text):
                print(entry["meaning"])


def label(stage: str) -> str:
    """A stage as people call it: its Chinese title, its name, its wave."""
    name, _, key = stage.partition("@")
    return " ".join(filter(None, (section("stages").get(name), name, key)))
