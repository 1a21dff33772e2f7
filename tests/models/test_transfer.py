"""Starting from another run: shared items keep what was learned of them, and a shop split in two learns sooner."""

import numpy as np
import pytest
import torch

from divrec.columns import ITEM, USER
from divrec.errors import InputError
from divrec.models import FAMILIES, make_model
from divrec.models.transfer import borrow
from tests.models.conftest import block_pairs, shop

TINY = {"hidden_dim": 32, "latent_dim": 8, "batch": 40, "learning_rate": 5e-3}
TRANSFERRING = sorted(key for key, family in FAMILIES.items() if family.transfers)


@pytest.fixture(scope="module")
def halves(blocks):
    """One shop's shoppers divided between two shops; the second lacks five items and has one of its own."""
    first, second = [], []
    for user, item in block_pairs():
        if int(user[1:]) % 2 == 0:
            first.append((user, item))
        elif item not in {"b0i0", "b0i1", "b1i0", "b1i1", "b2i0"}:
            second.append((user, item))
    return shop(first), shop([*second, ("u001", "new"), ("u003", "new")])


@pytest.mark.parametrize("family", TRANSFERRING)
def test_rows_of_shared_items_are_copied_and_others_are_not(family, halves):
    first, second = halves
    source = make_model(family, {**TINY, "epochs": 2}).fit(first)
    torch.manual_seed(3)
    network = make_model(family, TINY)._network(len(second.item_ids))
    before = network.decode.weight.detach().clone()
    assert borrow(network, second.item_ids, source._coder, source.item_ids) == 25
    at = source.item_ids.get_indexer(second.item_ids)
    after, given = network.decode.weight.detach(), source._coder.decode.weight.detach()
    np.testing.assert_array_equal(after[at >= 0], given[at[at >= 0]])
    np.testing.assert_array_equal(after[at < 0], before[at < 0])


@pytest.mark.parametrize("family", TRANSFERRING)
def test_a_start_from_another_run_ranks_better_after_the_same_epochs(family, halves):
    first, second = halves
    source = make_model(family, {**TINY, "epochs": 40, "patience": 40}).fit(first)
    known, test = second.split("random", share=0.2)
    short = {**TINY, "epochs": 2, "stop_by": "nothing"}
    anew = make_model(family, short).fit(known)
    begun = make_model(family, short).starting_from(source).fit(known)

    def hits(model):
        lists = model.recommend(test, n=3)
        return lists.merge(test.interactions[[USER, ITEM]], on=[USER, ITEM]).shape[0]

    assert hits(begun) > hits(anew)


def test_what_cannot_be_started_from_is_refused(blocks, halves):
    small = make_model("multvae", {**TINY, "epochs": 1}).fit(blocks)
    with pytest.raises(InputError, match="learns everything anew"):
        make_model("ease").starting_from(small)
    with pytest.raises(InputError, match="a recvae starts from a recvae, found a multvae"):
        make_model("recvae").starting_from(small)
    with pytest.raises(InputError, match=r"other layers: embed.bias is \(32,\) wide there and \(16,\) here"):
        make_model("multvae", {**TINY, "hidden_dim": 16, "epochs": 1}).starting_from(small).fit(blocks)
    stranger = shop([(f"u{user}", f"x{item}") for user in range(9) for item in range(user % 3, 6)])
    with pytest.raises(InputError, match="share no item"):
        make_model("multvae", {**TINY, "epochs": 1}).starting_from(small).fit(stranger)
