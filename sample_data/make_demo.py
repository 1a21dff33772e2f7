"""Make the bundled demo shop and its README again: ``python -m sample_data.make_demo``."""

from pathlib import Path

from divrec.data.files import write_parquet
from divrec.simulate.catalogue import CatalogueSettings
from divrec.simulate.drawing import write_pictures
from divrec.simulate.shop import ShopSettings, make_shop
from divrec.simulate.words import Words
from divrec.simulate.year import YearSettings, simulate_year
from sample_data.facts import HERE, Tables, readme


def make(folder: Path, shop_settings: ShopSettings, catalogue: CatalogueSettings, year: YearSettings) -> Tables:
    """Write the tables of a shop to ``folder`` and give them; the same settings give the same bytes."""
    shop = make_shop(Words.read(HERE), shop_settings, catalogue)
    tables = {"events": simulate_year(shop, year), "items": shop.items, "users": shop.users, "truth": shop.truth}
    for name, table in tables.items():
        write_parquet(folder / f"{name}.parquet", table)
    return tables


if __name__ == "__main__":
    made = make(HERE / "demo", ShopSettings(), CatalogueSettings(), YearSettings())
    looks = (name.removesuffix(".svg").split("-") for name in made["items"]["image"])
    write_pictures(HERE / "demo" / "pictures", ((kind, style, colour) for kind, style, colour in looks))
    (HERE / "README.md").write_text(readme(made), encoding="utf-8")
