"""How numbers, shares, differences, intervals and dates are written, in one place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.present.language import Words

_SMALLEST_P = 0.001


@dataclass(frozen=True, slots=True)
class Formats:
    """Numbers as text in the language of `words`. Shares come in [0, 1]."""

    words: Words

    def percent(self, share: float) -> str:
        """A share with one decimal."""
        return self.words("format.percent", value=self.number(share * 100, 1))

    def level(self, share: float) -> str:
        """A share set by somebody (a target, a confidence level): no decimals that say nothing."""
        return self.words("format.percent", value=f"{round(share * 100, 2):g}")

    def points(self, difference: float) -> str:
        """Size of a difference of shares, without its sign."""
        return self.words("format.points", value=self.number(abs(difference) * 100, 1))

    def signed_points(self, difference: float) -> str:
        """A difference of shares with its sign."""
        return self.words("format.points", value=self.signed(difference * 100))

    def interval(self, low: float, high: float) -> str:
        """Limits of a share."""
        low_text, high_text = self.percent(low), self.percent(high)
        return self.words("format.interval", low=low_text, high=high_text)

    def points_interval(self, low: float, high: float) -> str:
        """Limits of a difference of shares."""
        limits = (self.number(low * 100, 1), self.number(high * 100, 1))
        return self.words("format.points_interval", low=limits[0], high=limits[1])

    def number(self, value: float, decimals: int = 1) -> str:
        """A plain number with fixed decimals and no negative zero."""
        text = f"{value:.{decimals}f}"
        is_zero = not re.search("[1-9]", text)
        return text.removeprefix("-") if is_zero else text.replace("-", self.words("format.minus"))

    def signed(self, value: float, decimals: int = 1) -> str:
        """A plain number with its sign; zero has none."""
        text = self.number(value, decimals)
        return f"+{text}" if value > 0 and re.search("[1-9]", text) else text

    def count(self, value: float) -> str:
        """A whole number."""
        return self.words("format.count", value=f"{round(value):,}").replace(
            ",", self.words("format.thousands")
        )

    def rough(self, value: float) -> str:
        """A planning figure: two significant digits say all it knows."""
        return self.count(float(f"{value:.2g}"))

    def p_value(self, p: float) -> str:
        """A p-value, never written as zero."""
        if p < _SMALLEST_P:
            return self.words("format.p_below", value=f"{_SMALLEST_P:g}")
        return self.words("format.p", value=self.number(p, 3))

    def day(self, day: date) -> str:
        """A calendar day."""
        month = self.words(f"format.month.{day.month}")
        return self.words("format.day", year=day.year, month=month, day=day.day)

    def period(self, start: date, end: date) -> str:
        """First and last day of a period."""
        return self.words("format.period", start=self.day(start), end=self.day(end))

    def listing(self, names: Sequence[str]) -> str:
        """Names one after another."""
        if len(names) <= 1:
            return "".join(names)
        head = self.words("format.list_comma").join(names[:-1])
        return self.words("format.list_last", head=head, last=names[-1])
