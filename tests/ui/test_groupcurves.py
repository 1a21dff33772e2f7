"""One measure's curve for each group of shoppers, and the way from the Overview to a group's list."""

import pytest

from divrec.ui import calls, groupcurves, livepath
from divrec.ui.livepath import View
from divrec.ui.subjects import Subject


@pytest.fixture
def view(shop_folder, monkeypatch) -> View:
    monkeypatch.setenv("DIVREC_WORKSPACE", str(shop_folder))
    shop = calls.workspace().datasets()[0].id
    run = next(run.id for run in calls.workspace().runs(shop) if run.family == "ease")
    return View(shop, run, Subject("shopper", calls.candidates(run).users[0]), "mmr", "behaviour", 10, False)


def test_each_group_has_its_own_means(view):
    found = groupcurves.curves(view)
    groups = calls.workspace().shopper_groups(view.dataset)
    assert {group: size for group, (size, _) in found.items()} == groups.value_counts().to_dict()
    for _, table in found.values():
        assert table["relevance_kept"].iloc[0] == 1
        assert len(table) == groupcurves.GRID
        assert (table["ild_low"] <= table["ild"]).all()


def test_the_groups_together_are_everybody(view):
    """These groups are of one size and everybody is in one: the mean of their means is that of all."""
    found = [table for _, table in groupcurves.curves(view).values()]
    assert len({size for size, _ in groupcurves.curves(view).values()}) == 1
    users = calls.candidates(view.run).users
    alone = [livepath.path_of(View(view.dataset, view.run, Subject("shopper", user), "mmr", "behaviour", 10, False))
             for user in users]  # fmt: skip
    everyone = sum(path.metrics["ild"].iloc[0] for path in alone) / len(users)
    assert sum(table["ild"].iloc[0] for table in found) / len(found) == pytest.approx(everyone, abs=1e-6)


def test_a_link_shows_the_groups_and_the_measure(app, shop_folder):
    test = app(shop_folder, "diversity", curves="groups", measure="ild")
    assert test.selectbox(key="measure").value == "ild"
    assert not test.exception
