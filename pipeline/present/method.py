"""The method in named facts: what stands behind the numbers, as the brief and workbook print it."""

from pipeline.config.plan import GivenWeights
from pipeline.config.standard import TotalRule
from pipeline.present import sentences
from pipeline.present.charts.references import citations, references
from pipeline.present.context import Context
from pipeline.present.measured import of_latest
from pipeline.present.results import Results, headline, whole

_DIGEST = 12


def method_facts(results: Results, context: Context) -> list[tuple[str, str]]:
    """Name and text of each fact: cautions, standard, population, sample, weights, errors ..."""
    words = context.words
    plan = words(
        "method.plan_text",
        title=words.title(context.plan, fallback=context.plan.id),
        plan=context.plan.id,
        version=context.plan.version,
        code=context.code,
    )
    facts = [
        ("cautions", joined(sentences.cautions(headline(results, context), context), context)),
        ("standard", _standard(context)),
        ("population", words("method.population_text", population=context.population)),
        ("sample", _sample(results, context)),
        ("weighting", _weighting(context)),
        ("error", _error(context)),
        ("measurement", _measurement(results, context)),
        ("plan", plan),
        ("references", joined(citations(references(results, context), context), context)),
    ]
    return [(words(f"method.{key}"), text) for key, text in facts if text]


def hash_facts(context: Context) -> list[tuple[str, str]]:
    """The beginnings of all hashes as one fact; none when there are no hashes."""
    pairs = [
        context.words("method.hash", name=hashed_name(name, context), digest=digest[:_DIGEST])
        for name, digest in context.hashes.items()
    ]
    listed = context.words("format.list_semicolon").join(pairs)
    text = context.words("method.hashes_text", list=listed)
    return [(context.words("method.hashes"), text)] if pairs else []


def hashed_name(name: str, context: Context) -> str:
    """Name of something that the numbers rest on."""
    key = f"method.hashed.{name}"
    return context.words(key) if key in context.words.sentences else name


def joined(parts: list[str], context: Context) -> str:
    """Sentences as one paragraph."""
    return context.words("format.sentences").join(parts)


def _standard(context: Context) -> str:
    standard, rule = context.standard, context.standard.passing
    gaps = {
        "standard": context.labels.standard(standard.label),
        "source": standard.source.title,
    }
    if not isinstance(rule, TotalRule):
        return context.words("method.standard_every", **gaps)
    key = "method.standard_total" if rule.inclusive else "method.standard_total_exclusive"
    return context.words(key, cut=f"{rule.cut:g}", score_max=f"{standard.score_max:g}", **gaps)


def _sample(results: Results, context: Context) -> str:
    row = whole(results, context, context.latest)
    latest, show = context.descriptions[context.latest], context.formats
    return context.words(
        "method.sample_text",
        year=context.year(context.latest),
        n=show.count(row["n"]),
        psu=show.count(row["n_psu"]),
        strata=show.count(row["n_strata"]),
        fieldwork=context.fieldwork,
        design=context.words.title(latest, "design", fallback=""),
    )


def _weighting(context: Context) -> str:
    rules = context.plan.weights
    if isinstance(rules, GivenWeights):
        columns = context.formats.listing(rules.columns)
        return context.words("method.weighting_given", columns=columns)
    margins = [context.labels.margin(margin.id) for margin in rules.margins]
    listed = context.words("format.list_semicolon").join(margins)
    told = [context.words("method.weighting_calibrated", margins=listed)]
    return joined([*told, context.words("method.online")] if rules.online else told, context)


def _variance(context: Context) -> str:
    rules = context.plan.variance
    if rules.method == "jackknife" or rules.jackknife_below_df is None:
        return context.words(f"method.variance.{rules.method}")
    return context.words("method.variance.by_df", below_df=f"{rules.jackknife_below_df:g}")


def _error(context: Context) -> str:
    words, plan = context.words, context.plan
    below_df = plan.variance.pool_below_df
    interval = f"method.interval.{plan.estimates.interval}"
    told = [
        _variance(context),
        "" if below_df is None else words("method.pooled", below_df=f"{below_df:g}"),
        words(interval, confidence=context.confidence),
        words("method.withheld", min_n=context.formats.count(plan.publication.min_n)),
    ]
    return joined([sentence for sentence in told if sentence], context)


def _measurement(results: Results, context: Context) -> str:
    rules, words = context.plan.measurement, context.words
    if rules is None or of_latest(results.measurement, context) is None:
        return ""
    return words(
        "method.measurement_text",
        model=words(f"method.model.{rules.model}"),
        draws=rules.plausible_values.draws,
        anchors=rules.anchors.min_items,
        share=context.formats.level(rules.anchors.min_share),
    )
