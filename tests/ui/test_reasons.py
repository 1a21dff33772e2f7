"""Reports speak the reader's language, with the package's own numbers in them."""

import pytest

from divrec.data.groceries import load_groceries
from divrec.ui import state
from divrec.ui.reasons import said
from divrec.words import LANGUAGES, reasons


@pytest.fixture(params=LANGUAGES)
def language(request, monkeypatch) -> str:
    monkeypatch.setattr(state, "language", lambda: request.param)
    return request.param


def test_numbers_and_names_stay(language):
    told = said("item is not among the 5000 most bought")
    assert "5000" in told
    assert (told == "item is not among the 5000 most bought") == (language == "en")


def test_a_reason_nobody_has_heard_of_stays_as_it_is(language):
    assert said("eaten by the dog") == "eaten by the dog"


def test_every_reason_of_the_groceries_is_known():
    steps = load_groceries(most_bought=5000).report.steps
    unknown = [step.reason for step in steps if not any(p.fullmatch(step.reason) for _, p in reasons())]
    assert unknown == []
