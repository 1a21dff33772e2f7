"""A Dataset checks its tables, sums weights, and knows its content by fingerprint."""

import pandas as pd
import pytest

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset, histories
from divrec.data.report import Report
from divrec.errors import InputError


def log(rows):
    frame = pd.DataFrame(rows, columns=[USER, ITEM, WEIGHT])
    return frame.assign(**{EVENT: "view", TIME: pd.Timestamp("2026-01-01")})


def shop(rows, items=("a", "b", "c"), users=("u", "v")):
    return Dataset(log(rows), pd.DataFrame({ITEM: list(items)}), pd.DataFrame({USER: list(users)}))


def test_matrix_sums_the_weights_of_repeated_events():
    matrix = shop([("u", "a", 1.0), ("u", "a", 3.0), ("v", "c", 2.0)]).matrix()
    assert matrix.toarray().tolist() == [[4, 0, 0], [0, 0, 2]]


def test_histories_leave_unknown_items_out_and_keep_users_without_events():
    rows = histories(log([("u", "a", 1.0), ("u", "z", 1.0)]), ["u", "new"], pd.Index(["a"]))
    assert rows.toarray().tolist() == [[1], [0]]


def test_fingerprint_follows_content_not_identity():
    rows = [("u", "a", 1.0), ("v", "b", 2.0)]
    assert shop(rows).fingerprint == shop(rows).fingerprint
    assert shop(rows).fingerprint != shop([("u", "a", 1.0), ("v", "b", 2.5)]).fingerprint


def test_items_of_the_log_must_be_described_once():
    with pytest.raises(InputError, match="name users or items"):
        shop([("u", "z", 1.0)])
    with pytest.raises(InputError, match="item_id 'a' is described twice"):
        shop([("u", "a", 1.0)], items=("a", "a"))


def test_report_accounts_for_every_row_and_survives_json():
    report = Report(10).add("dropped", "no item", 3).add("fixed", "trimmed", 2).add("dropped", "nothing", 0)
    assert (report.kept, report.dropped) == (7, 3)
    assert Report.from_json(report.to_json()) == report
    assert "10 rows read, 7 kept, 3 dropped" in str(report)
    assert len(report.to_frame()) == 2
