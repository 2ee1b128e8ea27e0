"""Tables of the workbook: codes become names, withheld figures become words."""

from collections.abc import Callable, Sequence

import pandas as pd

from pipeline.fields import BLENDED, FINAL, LITERATE, ONLINE, WHOLE
from pipeline.present.context import Context
from pipeline.present.results import PUBLISHED, WITHHELD, Results
from pipeline.present.sentences import target_condition, target_title
from pipeline.present.sheets import Column

_KIND_OF_MEASURE = {"share": "percent", "total": "count", "mean": "decimal", "ratio": "decimal"}
_KIND_OF_COMPARISON = {"points": "points", "ratio": "decimal", "odds_ratio": "decimal"}
_POINTS_PER_SHARE = 100.0
_FIGURES = ("estimate", "se", "ci_low", "ci_high")


def columns(context: Context, *wanted: tuple[str, str, int]) -> list[Column]:
    """Columns by field, kind of cell and width, with their headers."""
    return [
        Column(field, context.words(f"book.column.{field}"), kind, width)
        for field, kind, width in wanted
    ]


def estimates(results: Results, context: Context, *, whole: bool) -> pd.DataFrame:
    """Estimates under the final weight, of the whole area or of its parts, in reading order."""
    rows = results.estimates
    rows = rows[(rows["weighting"] == FINAL) & ((rows["domain"] == WHOLE) == whole)]
    rows = rows.loc[_reading_order(rows, context)]
    labels, words = context.labels, context.words
    listed = rows.assign(
        year=rows["wave"].map(context.year),
        standard=rows["standard"].fillna(""),
        indicator=rows["indicator"].map(labels.indicator),
        kind=rows["measure"].map(_KIND_OF_MEASURE),
        measure=[words(f"book.measure.{measure}") for measure in rows["measure"]],
        category=_named(rows, labels.category, "domain", "category"),
        domain=rows["domain"].map(labels.domain),
    )
    return worded(listed, rows["flag"], context)


def weightings(results: Results, context: Context) -> pd.DataFrame:
    """The whole area's literacy shares under every weighting; empty when there is only one."""
    rows = results.estimates
    kept = (
        (rows["domain"] == WHOLE) & (rows["indicator"] == LITERATE) & (rows["measure"] == "share")
    )
    rows = rows[kept]
    several = rows.groupby(["wave", "standard"])["weighting"].transform("nunique") > 1
    rows = standards_first(rows[several], context, "wave", "weighting")
    listed = rows.assign(
        year=rows["wave"].map(context.year),
        weighting=[_weighting(name, context) for name in rows["weighting"]],
        kind="percent",
    )
    return worded(listed, rows["flag"], context)


def gaps(results: Results, context: Context) -> pd.DataFrame:
    """Gaps between categories; differences of shares in points."""
    rows, labels, words = results.gaps, context.labels, context.words
    listed = _in_points(rows, _FIGURES, rows["comparison"] == "points").assign(
        year=rows["wave"].map(context.year),
        gap=rows["gap"].map(labels.domain),
        category_a=_named(rows, labels.category, "gap", "category_a"),
        category_b=_named(rows, labels.category, "gap", "category_b"),
        kind=rows["comparison"].map(_KIND_OF_COMPARISON),
        comparison=[words(f"book.comparison.{name}") for name in rows["comparison"]],
    )
    return worded(listed, rows["flag"], context)


def changes(results: Results, context: Context) -> pd.DataFrame:
    """Changes between waves in points."""
    rows, labels = results.changes, context.labels
    figures = ("change", "se", "ci_low", "ci_high")
    listed = _in_points(rows, figures, pd.Series(True, index=rows.index)).assign(
        wave_from=rows["wave_from"].map(context.year),
        wave_to=rows["wave_to"].map(context.year),
        category=_named(rows, labels.category, "domain", "category"),
        domain=rows["domain"].map(labels.domain),
        is_significant=[answer(value, context) for value in rows["is_significant"]],
    )
    listed["is_significant"] = listed["is_significant"].mask(rows["flag"] == WITHHELD, "")
    return worded(listed, rows["flag"], context, figure="change")


def ranks(results: Results, context: Context) -> pd.DataFrame:
    """Places of areas with the places their errors allow."""
    words = context.words
    rows = standards_first(results.ranks, context, "wave", "domain", "rank")
    return rows.assign(
        year=lambda r: r["wave"].map(context.year),
        range=lambda r: [
            words("book.rank_range", low=low, high=high)
            for low, high in zip(r["rank_low"], r["rank_high"], strict=True)
        ],
        may_rank=lambda r: [answer(value, context) for value in r["may_rank"]],
        category=lambda r: _named(r, context.labels.category, "domain", "category"),
    )


def verdicts(results: Results, context: Context) -> pd.DataFrame:
    """Verdicts of all waves on the area's targets."""
    rows, words = results.verdicts, context.words
    own = rows[rows["area_code"] == context.monitor.area_code]
    return own.assign(
        year=own["wave"].map(context.year),
        target_title=[target_title(row, context) for _, row in own.iterrows()],
        condition=[target_condition(row, context) for _, row in own.iterrows()],
        is_due=[answer(value, context) for value in own["is_due"]],
        verdict=[words(f"book.verdict.{verdict}") for verdict in own["verdict"]],
    )


def references(results: Results, context: Context) -> pd.DataFrame:
    """Published figures of the context's areas, with their sources."""
    rows = results.trend
    known = rows["area_code"].isin(list(context.references))
    rows = rows[known & (rows["kind"] == PUBLISHED)].sort_values(["area_code", "year", "domain"])
    labels, whole = context.labels, rows["domain"] == WHOLE
    # The name of "all" is that of the monitored area: here it would be another's.
    categories = pd.Series(_named(rows, labels.category, "domain", "category"), rows.index)
    return rows.assign(
        area=rows["area_code"].map(context.references),
        category=categories.mask(whole, ""),
        domain=rows["domain"].map(labels.domain).mask(whole, ""),
        citation=rows["citation"].fillna(""),
    )


def weights(results: Results, context: Context) -> tuple[pd.DataFrame, Sequence[str]]:
    """Facts about the weights, one row each, one column per wave; and those columns."""
    facts = results.weights
    table = facts.pivot_table("value", index="diagnostic", columns="wave", aggfunc="first")
    waves = [wave for wave, _ in context.waves if wave in table.columns]
    table = table.loc[facts["diagnostic"].unique(), waves].reset_index()
    names = [f"book.diagnostic.{name}" for name in table["diagnostic"]]
    known = [name in context.words.sentences for name in names]
    titles = [
        context.words(name) if is_known else code
        for name, is_known, code in zip(names, known, table["diagnostic"], strict=True)
    ]
    return table.assign(diagnostic=titles), waves


def margins(results: Results, context: Context) -> pd.DataFrame:
    """Fit of the weighted sample to the population, names for codes."""
    rows, labels = results.margins, context.labels
    return rows.assign(
        year=rows["wave"].map(context.year),
        category=_named(rows, labels.margin_category, "margin", "category"),
        margin=rows["margin"].map(labels.margin),
    )


def _reading_order(rows: pd.DataFrame, context: Context) -> pd.Index:
    """The headline standard and its share first; waves of one figure next to each other."""
    labels, plan = context.labels, context.plan.estimates
    rest = [s for s in context.standards if s.id != context.standard.id]
    standards = [context.standard, *rest]
    parts = [f"level:{level.id}" for s in standards for level in s.levels]
    parts += [f"dimension:{dimension.id}" for s in standards for dimension in s.dimensions]
    categories = [c for domain in plan.domains for c in labels.categories(domain)]
    orders = {
        "standard": [s.label for s in standards],
        "indicator": [LITERATE, "score", *parts],
        "measure": list(_KIND_OF_MEASURE),
        "domain": list(plan.domains),
        "category": categories,
        "wave": [wave for wave, _ in context.waves],
    }
    places = pd.DataFrame({name: _places(rows[name], order) for name, order in orders.items()})
    return places.sort_values(list(orders), kind="stable").index


def standards_first(rows: pd.DataFrame, context: Context, *then: str) -> pd.DataFrame:
    """Rows by standard, the headline's first, then by columns; the headline's weighting first."""
    rest = [s.label for s in context.standards if s.id != context.standard.id]
    orders = {"standard": [context.standard.label, *rest], "weighting": [FINAL, ONLINE, BLENDED]}
    keys = {
        name: _places(rows[name], orders[name]) if name in orders else rows[name]
        for name in ("standard", *then)
    }
    return rows.loc[pd.DataFrame(keys).sort_values(list(keys), kind="stable").index]


def _places(values: pd.Series, order: Sequence[str]) -> pd.Series:
    """Place of each value in `order`; unlisted ones follow by their codes, empty ones last."""
    listed = dict.fromkeys([*order, *sorted(set(values.dropna()))])
    places = {value: place for place, value in enumerate(listed)}
    return values.map(places).fillna(len(places))


def _named(rows: pd.DataFrame, name: Callable[[str, str], str], *fields: str) -> list[str]:
    return [name(*codes) for codes in rows[list(fields)].itertuples(index=False)]


def _in_points(rows: pd.DataFrame, figures: Sequence[str], chosen: pd.Series) -> pd.DataFrame:
    """Differences of shares as percentage points."""
    scale = chosen.map({True: _POINTS_PER_SHARE, False: 1.0})
    return rows.assign(**{name: rows[name] * scale for name in figures})


def worded(
    rows: pd.DataFrame, flag: pd.Series, context: Context, *, figure: str = "estimate"
) -> pd.DataFrame:
    """The flag in words; a withheld figure is replaced by the words that say so."""
    withheld = flag == WITHHELD
    figures = rows[figure].astype(object).mask(withheld, context.words("mark.withheld"))
    notes = [context.words(f"book.flag.{code}") for code in flag]
    return rows.assign(**{figure: figures, "flag": notes})


def _weighting(name: str, context: Context) -> str:
    """Name of a weighting; a delivered weight keeps the name of its column."""
    key = f"book.weighting.{name}"
    return context.words(key) if key in context.words.sentences else name


def answer(value: bool, context: Context) -> str:
    """Yes or no."""
    return context.words(f"book.answer.{'yes' if value else 'no'}")
