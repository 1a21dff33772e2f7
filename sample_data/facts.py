"""The known facts of the demo shop, measured in its files, and the page that tells them."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from divrec.simulate.catalogue import CatalogueSettings
from divrec.simulate.shop import ShopSettings
from divrec.simulate.words import Words
from divrec.simulate.year import YearSettings

HERE: Final = Path(__file__).parent
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Tables = dict[str, pd.DataFrame]


def readme(tables: Tables) -> str:
    """Write the demo's README from its tables ``events, items, users, truth``."""
    shop = ShopSettings()
    template = (HERE / "readme_template.md").read_text(encoding="utf-8")
    values = {**_sizes(tables), **_visits(tables), **_purchases(tables), **_catalogue(tables)}
    return template.format(
        **values,
        popularity_skew=shop.popularity_skew,
        position_exponent=shop.position_exponent,
        strengths=_strengths(shop),
        groups=tables["truth"]["group"].nunique(),
        group_table=_groups(tables),
        recovered=f"{recovered(tables):.0%}",
        season_table=_seasons(tables),
    )


def viewed(tables: Tables) -> pd.DataFrame:
    """Give the views with their products' department."""
    events = tables["events"]
    return events[events["event"] == "view"].merge(tables["items"][["item_id", "category"]], on="item_id")


def recovered(tables: Tables) -> float:
    """Share of shoppers with at least 20 events whose most viewed department is their true top department."""
    counts = viewed(tables).groupby(["user_id", "category"], observed=True).size().unstack(fill_value=0)
    active = tables["events"]["user_id"].value_counts()
    truth = tables["truth"].set_index("user_id")["top_department"]
    found = counts.loc[counts.index.isin(active[active >= 20].index)].idxmax(axis=1)
    return float((found == truth.loc[found.index]).mean())


def repeat_purchases(tables: Tables) -> pd.Series:
    """Share of each department's purchases that are of something the same shopper had bought before."""
    events = tables["events"]
    bought = events[events["event"] == "purchase"].merge(tables["items"][["item_id", "category"]], on="item_id")
    again = bought.duplicated(["user_id", "item_id"])
    return again.groupby(bought["category"]).mean()


def peak_over_low(tables: Tables) -> pd.DataFrame:
    """Give each department's busiest month and how its share of views there compares with its quietest month."""
    views = viewed(tables)
    share = pd.crosstab(views["time"].dt.month, views["category"], normalize="index")
    return pd.DataFrame({"month": share.idxmax(), "ratio": share.max() / share.min()})


def _sizes(tables: Tables) -> dict[str, object]:
    items, events = tables["items"], tables["events"]
    size = (
        f"{len(tables['users']):,} shoppers, {len(items):,} products of {items['subcategory'].nunique()} kinds in "
        f"{items['category'].nunique()} departments, {len(events):,} events in one year."
    )
    return {
        "size": size,
        "events": f"{len(events):,}",
        "items": f"{len(items):,}",
        "users": f"{len(tables['users']):,}",
        "pictures": f"{items['image'].nunique():,}",
        "first_day": f"{events['time'].min():%Y-%m-%d}",
        "last_day": f"{events['time'].max():%Y-%m-%d}",
    }


def _visits(tables: Tables) -> dict[str, object]:
    year, events = YearSettings(), tables["events"]
    counts, visits = events["event"].value_counts(), events["session_id"].nunique()
    views_at = events.loc[events["event"] == "view", "position"].value_counts()
    return {
        "page": year.page,
        "elsewhere": round(year.elsewhere * year.page),
        "december": year.december,
        "weekend": year.weekend,
        "visits": f"{visits:,}",
        "position_views": ", ".join(f"{views_at.get(place, 0):,}" for place in (1, 6, 12, 24)),
        "impressions": f"{visits * year.page:,}",
        "views": f"{counts['view']:,}",
        "carts": f"{counts['cart']:,}",
        "purchases": f"{counts['purchase']:,}",
        "view_rate": f"{counts['view'] / (visits * year.page):.1%}",
        "cart_rate": f"{counts['cart'] / counts['view']:.1%}",
        "buy_rate": f"{counts['purchase'] / counts['cart']:.1%}",
    }


def _purchases(tables: Tables) -> dict[str, object]:
    shares = repeat_purchases(tables)
    views = np.sort(viewed(tables)["item_id"].value_counts().to_numpy())[::-1]
    return {
        "repeat_departments": " and ".join(shares.index[shares > 0]),
        "repeat_share": " and ".join(f"{share:.0%}" for share in shares[shares > 0]),
        "head_share": f"{views[: len(tables['items']) // 10].sum() / views.sum():.0%}",
        "unseen": len(tables["items"]) - tables["events"]["item_id"].nunique(),
    }


def _catalogue(tables: Tables) -> dict[str, object]:
    settings, items = CatalogueSettings(), tables["items"]
    age = (pd.Timestamp(settings.last_day) - items["launched"]).dt.days
    new = int((age < settings.new_days).sum())
    return {
        "new_items": new,
        "new_share": f"{new / len(items):.1%}",
        "new_days": settings.new_days,
        "during": int(((age >= settings.new_days) & (age < settings.days)).sum()),
        "out_of_stock": int((items["stock"] == 0).sum()),
    }


def _strengths(shop: ShopSettings) -> str:
    rows = [(name, *getattr(shop, name)) for name in ("department", "kind", "style", "colour", "level")]
    return _table(("attribute", "strength", "concentration"), rows)


def _groups(tables: Tables) -> str:
    views = viewed(tables).merge(tables["truth"][["user_id", "group"]], on="user_id")
    share = pd.crosstab(views["group"], views["category"], normalize="index")
    count = tables["truth"]["group"].value_counts()
    rows = []
    for group in Words.read(HERE).groups:
        top = share.loc[group["group"]].nlargest(3)
        tastes = ", ".join(f"{name} {value:.0%}" for name, value in top.items())
        rows.append((f"{group['title']} ({group['title_zh']})", count[group["group"]], tastes))
    return _table(("group", "shoppers", "departments most viewed"), rows)


def _seasons(tables: Tables) -> str:
    found = peak_over_low(tables)
    rows = [
        (row["department"], MONTHS[row["peak_month"] - 1], row["swing"], f"{np.exp(2 * row['swing']):.1f}",
         MONTHS[found.loc[row["department"], "month"] - 1], f"{found.loc[row['department'], 'ratio']:.1f}")
        for row in Words.read(HERE).departments
    ]  # fmt: skip
    heads = ("department", "true peak", "swing", "true peak ÷ low", "found peak (share of views)", "found peak ÷ low")
    return _table(heads, rows)


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
