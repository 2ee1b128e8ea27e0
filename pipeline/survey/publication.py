"""What may be printed: the presentation standard, and whether domains may be ranked."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.stats.survey.estimation.estimates import Measure
from pipeline.stats.survey.estimation.share_intervals import korn_graubard_size
from pipeline.stats.survey.publication.ranking import rank
from pipeline.survey.analysis import Analysis, refuse_nobody
from pipeline.survey.columns import Condition
from pipeline.survey.table import Style, estimate_table

_REVIEWS = ("few_df", "all_or_none")


class Publication(Analysis):
    """Rules for printing."""

    def presentation(
        self,
        y: str | Iterable[str],
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Shares with the interval and the presentation standard of the US NCHS.

        Args:
            y: 0/1 column or column of categories, one or several.
            by: columns of the domains.
            where: condition on the rows.
            level: of the Korn-Graubard interval.

        Returns:
            The rows of `share` with n_eff_df (effective size behind the interval), width,
            relative_width, and 0/1 columns suppress, footnote_complement and review.

        Source: Parker et al. (2017), Vital and Health Statistics 2(175).
        """
        found = self._found("share", y, by=by, where=where)
        style = Style(
            interval="korn_graubard",
            level=level,
            df="domain",
            reference="with_replacement",
            thresholds=self.thresholds,
            labels=self.labels,
        )
        table = estimate_table(found, style)
        share, n, df = (table[name].to_numpy(float) for name in ("estimate", "n", "df"))
        size = korn_graubard_size(found.rows("n_eff"), n, df, level=level)
        varies = (share > 0) & (share < 1) & (table["se"].to_numpy() > 0)
        width = (table["ci_high"] - table["ci_low"]).to_numpy()
        reasons = table["reason"].str.split(";")
        return table.assign(
            n_eff_df=np.where(varies, np.minimum(size, n), n),
            width=width,
            relative_width=np.divide(
                width, share, out=np.full_like(width, np.nan), where=share > 0
            ),
            suppress=(table["flag"] == "withhold").astype(int),
            footnote_complement=[int("wide_relative_complement" in each) for each in reasons],
            review=[int(any(code in each for code in _REVIEWS)) for each in reasons],
        )

    def rank(
        self,
        measure: Measure,
        y: str,
        *,
        by: str | Iterable[str],
        x: str | None = None,
        where: Condition = None,
        level: float = 0.95,
        draws: int = 10_000,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Domains from the highest estimate to the lowest, with how sure each rank is.

        Args:
            measure: "share", "mean", "total" or "ratio".
            y: column of numbers.
            by: columns of the domains. Empty ones are left out.
            x: denominator of a ratio.
            where: condition on the rows.
            level: joint confidence of rank_low and rank_high and of the differences.
            draws: behind the probabilities.
            seed: of the draws.

        Returns:
            Per domain: rank, rank_low and rank_high (ranks the data allow), p_highest,
            differs_from_next, and may_rank: whether every domain differs from the next.

        Raises:
            ContractError: nobody is in any of the domains.
        """
        found = self._found(measure, y, x, by=by, where=where)
        held = np.flatnonzero(~np.isnan(found.rows("estimate")) & (found.rows("n") > 0))
        refuse_nobody("ranking", found.rows("n")[held])
        ranking = rank(
            found.rows("estimate")[held],
            found.variation.covariance()[np.ix_(held, held)],
            float(self.source.df),
            random=np.random.default_rng(seed),
            level=level,
            draws=draws,
        )
        order = ranking.order
        differs = np.append(ranking.differs[order[:-1], order[1:]], False)
        labels = pd.DataFrame(found.labels(self.labels))
        table = labels.iloc[held[order]].reset_index(drop=True)
        return table.assign(
            estimate=found.rows("estimate")[held][order],
            se=found.rows("se")[held][order],
            rank=np.arange(1, len(order) + 1),
            rank_low=ranking.rank_low[order],
            rank_high=ranking.rank_high[order],
            p_highest=ranking.highest[order],
            differs_from_next=differs,
            may_rank=ranking.may_rank,
        )
