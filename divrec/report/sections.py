"""The report's sections, in the order in which they are read."""

from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from divrec.metrics.registry import METRICS
from divrec.report.findings import Findings, Varied
from divrec.report.markup import Html, facts, figure, folded, paragraph, points, section, table
from divrec.report.pictures import bars, curve, intervals
from divrec.words import known, reason, say

CHIEF: Final = "ndcg"  # the measure of accuracy that is drawn
BOUNDS: Final = ("offline", "intervals", "one_list", "likeness", "sameness", "history")  # what the numbers rest on


def sections(found: Findings, language: str) -> list[Html]:
    """Write all sections that the findings have something for."""
    told = [summary(found, language), looked_at(found, language)]
    if found.varied is not None:
        told += [part(found.varied, language) for part in (before_and_after, cost, everybody)]
    told += [alike(found, language), accurate(found, language), assumptions(language)]
    return [part for part in told if part]


def summary(found: Findings, language: str) -> Html:
    """Say the chief numbers in a sentence or two."""
    say_ = partial(say, language)
    parts = [paragraph(say_("report.lead", model=found.model, score=f"{found.sameness['overall']:.0f}"), "lead")]
    varied = found.varied
    if varied is not None and varied.path is not None:
        now, base = varied.path.iloc[varied.chosen], varied.path.iloc[0]
        change = {"before": f"{base['ild']:.2f}", "after": f"{now['ild']:.2f}", "kept": f"{now['relevance_kept']:.1%}"}
        parts.append(paragraph(say_("report.lead_varied", diversity=varied.diversity, **change), "lead"))
    return section(say_("report.summary"), parts)


def looked_at(found: Findings, language: str) -> Html:
    """Say which shop, what became of its log, which model, and what was chosen."""
    say_, account = partial(say, language), found.account
    named = [(say_("shell.shop"), found.shop)]
    named += [(say_(f"report.{what}"), f"{count:,}") for what, count in found.sizes.items()]
    named += [(say_("shell.model"), found.model)]
    if found.varied is not None:
        named += found.varied.choices
    read = {name: f"{getattr(account, name):,}" for name in ("read", "kept", "dropped")}
    parts = [facts(named), paragraph(say_("report.account", **read))]
    steps = account.to_frame()
    if len(steps):
        steps["action"] = [say_(f"data.action_{action}") for action in steps["action"]]
        steps["reason"] = [reason(language, sentence) for sentence in steps["reason"]]
        steps["table"] = [known(language, f"table.{name}", name) for name in steps["table"]]
        parts.append(folded(say_("report.steps"), table(_headed(steps, language), say_("report.steps"))))
    if found.varied is not None:
        rules = list(found.varied.rules) or [say_("report.no_rules")]
        parts += [paragraph(say_("report.rules")), points(rules)]
    chosen = [(name, str(value)) for name, value in found.settings.items()]
    settings = pd.DataFrame(chosen, columns=["setting", "value"])
    if len(settings):
        parts.append(folded(say_("report.settings"), table(_headed(settings, language), say_("report.settings"))))
    return section(say_("report.looked_at"), parts)


def before_and_after(varied: Varied, language: str) -> Html:
    """Lay the list before and after beside each other; nothing where no single list was looked at."""
    if varied.lists is None:
        return Html("")
    shown = _headed(varied.lists.fillna("–"), language)
    says = say(language, "report.lists_says", diversity=varied.diversity)
    return section(say(language, "report.lists"), [table(shown, says)])


def cost(varied: Varied, language: str) -> Html:
    """Draw the trade-off of this one list with the chosen point, and its measures before and after."""
    if varied.path is None or varied.measures is None:
        return Html("")
    titles = say(language, "report.kept_axis"), METRICS["ild"].label[language]
    kept, ild = varied.path["relevance_kept"].tolist(), varied.path["ild"].tolist()
    drawn = curve(kept, ild, varied.chosen, titles, say(language, "report.curve"))
    picture = figure(drawn, say(language, "report.curve_says", n=len(kept)))
    rows = table(_measured(varied.measures, language), say(language, "report.one_list"))
    return section(say(language, "report.cost"), [picture, rows])


def everybody(varied: Varied, language: str) -> Html:
    """Tell what the same does to all shoppers, with intervals."""
    if varied.everybody is None:
        return Html("")
    rows = varied.everybody.copy()
    for side in ("before", "after"):
        ends = zip(rows[side], rows[f"{side}_low"], rows[f"{side}_high"], strict=True)
        rows[side] = [number(*three) for three in ends]
    shown = _measured(rows[["metric", "before", "after"]], language)
    says = say(language, "report.everybody_says", n=f"{varied.shoppers:,}")
    return section(say(language, "report.everybody"), [table(shown, says)])


def alike(found: Findings, language: str) -> Html:
    """Draw sameness and its parts."""
    rows = [(METRICS["sameness"].label[language], float(found.sameness["overall"]))]
    parts = found.sameness["parts"].items()
    rows += [(known(language, f"sameness.{part}", part), float(value)) for part, value in parts]
    picture = bars(rows, 100, say(language, "overview.parts_alt"))
    return section(say(language, "report.alike"), [figure(picture, say(language, "overview.sameness_help"))])


def accurate(found: Findings, language: str) -> Html:
    """Draw accuracy beside the baselines, and give every measure with its interval."""
    measures = found.measures
    chief = measures[measures["metric"] == CHIEF]
    parts = []
    if len(chief):
        rows = list(chief[["run", "value", "low", "high"]].itertuples(index=False, name=None))
        picture = intervals(rows, found.model, say(language, "models.chief_alt"))
        parts.append(figure(picture, say(language, "models.chief_says", n=int(chief["n"].max()))))
    told = measures.assign(
        cell=[number(*three) for three in zip(measures["value"], measures["low"], measures["high"], strict=True)]
    )
    wide = told.pivot_table(index="metric", columns="run", values="cell", aggfunc="first", sort=False)
    wide = wide[list(dict.fromkeys(measures["run"]))].fillna("–").rename_axis(columns=None).reset_index()
    every = table(_measured(wide, language), say(language, "report.ninety"))
    parts.append(folded(say(language, "report.all_measures"), every))
    return section(say(language, "report.accurate"), parts)


def assumptions(language: str) -> Html:
    """Say what the numbers rest on, and what they cannot tell."""
    bounds = points(say(language, f"report.bound_{name}") for name in BOUNDS)
    return section(say(language, "report.assumptions"), [bounds])


def number(value: float, low: float = np.nan, high: float = np.nan) -> str:
    """Write a value with its interval where there is one, a dash where it is undefined; from 10 on with one digit."""
    if np.isnan(value):
        return "–"
    digits = 1 if abs(value) >= 10 else 3
    ends = "" if np.isnan(low) or np.isnan(high) else f" [{low:.{digits}f}, {high:.{digits}f}]"
    return f"{value:.{digits}f}{ends}"


def _measured(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Name measures and columns in the reader's language, numbers written out."""

    def cell(value: Any) -> str:  # noqa: ANN401  # a number or a ready text
        return value if isinstance(value, str) else number(value)

    names = [METRICS[name].label[language] if name in METRICS else name for name in rows["metric"]]
    shown = rows.drop(columns="metric").map(cell)
    shown.insert(0, "metric", names)
    return _headed(shown, language)


def _headed(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    return rows.rename(columns=lambda name: known(language, f"report.column_{name}", str(name)))
