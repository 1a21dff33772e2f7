import pytest

from divrec.simulate.catalogue import CatalogueSettings
from divrec.simulate.shop import ShopSettings, make_shop
from divrec.simulate.words import Words
from divrec.simulate.year import YearSettings, simulate_year
from sample_data.facts import HERE


@pytest.fixture(scope="session")
def words():
    return Words.read(HERE)


@pytest.fixture(scope="session")
def small_shop(words):
    return make_shop(words, ShopSettings(shoppers=150), CatalogueSettings(per_kind=6))


@pytest.fixture(scope="session")
def small_year(small_shop):
    return simulate_year(small_shop, YearSettings())
