"""How real generated items are and what they give away, and the files to take away."""

import io
import json
import zipfile
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from divrec.data.exports import to_csv, to_parquet
from divrec.ui import calls, charts
from divrec.ui.generated import plain_values
from divrec.ui.generating import part
from divrec.ui.reportpage import section, whole_page
from divrec.ui.text import t
from divrec.workspace.records import GenerationRecord

PARTS: Final = ("fidelity", "privacy")


def account_says(account: pd.DataFrame) -> str:
    """Say how many rows were drawn, and how many were dropped for which reason."""
    rows = account.set_index("reason")["rows"]
    return t("items.account", drawn=int(rows.sum()), copy=int(rows["copy"]), outlier=int(rows["outlier"]))


def report(record: GenerationRecord) -> None:
    """Draw the columns one by one, prices from low to high, and the measures with what they say."""
    measures = calls.generated(record.id, "fidelity")
    columns, curves = st.columns(2, gap="medium")
    with columns:
        _agreements(measures)
    with curves:
        _numbers(calls.generated(record.id, "numbers"))
    for name in PARTS:
        st.header(t(f"items.part_{name}"), anchor=False)
        st.caption(t(f"items.part_{name}_says"))
        st.dataframe(_overall(measures, name), hide_index=True, alt=t(f"items.part_{name}"))


def _overall(measures: pd.DataFrame, name: str) -> pd.DataFrame:
    return part(measures[measures["of"] == ""], name, "itemfidelity")


def _agreements(measures: pd.DataFrame) -> None:
    """Draw how well each column, and each pair of columns, agrees with the catalogue's."""
    rows = measures[measures["metric"].isin(["column", "pair"])].dropna(subset="value")
    names = [_said(of) for of in rows["of"]]
    figure = charts.bars(
        names, rows["value"].tolist(), texts=[f"{value:.2f}" for value in rows["value"]],
        quiet=(rows["metric"] == "pair").tolist(),
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1])
    st.header(t("items.agreement"), anchor=False)
    table = pd.DataFrame({t("items.column"): names, t("generate.value"): rows["value"].to_numpy()})
    charts.show(figure, table, alt=t("items.agreement"), key="item_agreement")
    st.caption(t("items.agreement_says"))


def _said(of: str) -> str:
    return " × ".join(t(f"column.{name}") for name in of.split(" × "))


def _numbers(curves: pd.DataFrame) -> None:
    """Draw prices, and margins, from low to high."""
    for name, rows in curves.groupby("column", sort=False):
        heading = t(f"items.curve_{name}")
        long = rows.rename(columns={"real": t("generate.real"), "generated": t("generate.generated")})
        long = long.drop(columns="column").melt("share", var_name="who", value_name="value").dropna()
        titles = (t("items.curve_share"), t(f"column.{name}"))
        figure = charts.lines(long, "share", "value", "who", titles=titles, height=250)
        figure.update_xaxes(tickformat=".0%")
        st.header(heading, anchor=False)
        charts.show(figure, rows.drop(columns="column"), alt=heading, key=f"item_curve_{name}")


def take_away(record: GenerationRecord) -> None:
    """Draw the downloads: everything with its report in one zip, or the catalogue alone."""
    st.header(t("generate.export"), anchor=False)
    st.caption(t("items.export_says"))
    with st.container(horizontal=True):
        st.download_button(
            t("generate.export_zip"), partial(bundle, record, _page(record)), "divrec-generated-items.zip",
            "application/zip", key="items_zip", on_click="ignore", type="primary",
        )  # fmt: skip
        st.download_button(
            t("items.export_csv"), lambda: to_csv(calls.generated(record.id, "items")), "divrec-generated-items.csv",
            "text/csv", key="items_csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("items.export_parquet"), lambda: to_parquet(calls.generated(record.id, "items")),
            "divrec-generated-items.parquet", "application/vnd.apache.parquet", key="items_parquet", on_click="ignore",
        )  # fmt: skip


def _page(record: GenerationRecord) -> str:
    """Write the report as a page now: the reader's language is not known where a download is made."""
    account, measures = calls.generated(record.id, "account"), calls.generated(record.id, "fidelity")
    settings = dict(record.settings)
    asked = pd.DataFrame({t("generate.setting"): list(settings), t("generate.value"): list(settings.values())})
    kept = int(account.set_index("reason")["rows"]["kept"])
    sections = [section(t("items.kept", n=kept), account_says(account), asked)]
    for name in PARTS:
        sections.append(section(t(f"items.part_{name}"), t(f"items.part_{name}_says"), _overall(measures, name)))
    rows = measures[measures["metric"].isin(["column", "pair"])]
    columns = pd.DataFrame({t("items.column"): map(_said, rows["of"]), t("generate.value"): rows["value"]})
    sections.append(section(t("items.agreement"), t("items.agreement_says"), columns))
    return whole_page(t("items.report_title"), t("items.report_says"), sections)


def bundle(record: GenerationRecord, page: str) -> bytes:
    """Pack the catalogue and the report: ``page`` to read, JSON for programs."""
    items = calls.generated(record.id, "items")
    told = {
        "generated": True,
        "settings": dict(record.settings),
        "account": calls.generated(record.id, "account").to_dict("records"),
        "measures": plain_values(calls.generated(record.id, "fidelity")),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("items.csv", to_csv(items))
        packed.writestr("items.parquet", to_parquet(items))
        packed.writestr("report.json", json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False))
        packed.writestr("report.html", page)
    return out.getvalue()
