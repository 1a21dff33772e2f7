"""The report on generated shoppers, whether to fuse them, and the files to take away."""

import io
import json
import zipfile
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from divrec.data.exports import to_csv, to_parquet
from divrec.ui import calls, charts, private, state, theme
from divrec.ui.generating import part
from divrec.ui.reportpage import PARTS, report_page
from divrec.ui.text import t
from divrec.workspace.records import GenerationRecord


def report(record: GenerationRecord) -> None:
    """Draw fidelity, usefulness and privacy, each with what it says."""
    measures = calls.generated(record.id, "fidelity")
    popularity = calls.generated(record.id, "popularity").head(200)
    if private.promised(record):
        st.info(t("private.outside"))
    st.header(t("generate.popularity"), anchor=False)
    long = popularity.rename(columns={"real": t("generate.real"), "generated": t("generate.generated")})
    long = long.melt("rank", var_name="who", value_name="share")
    figure = charts.lines(long, "rank", "share", "who", titles=(t("generate.rank"), t("generate.share")), height=240)
    charts.show(figure, popularity, alt=t("generate.popularity"), key="generated_popularity")
    for name in PARTS:
        st.header(t(f"generate.part_{name}"), anchor=False)
        st.caption(t(f"generate.part_{name}_says"))
        st.dataframe(part(measures, name), hide_index=True, alt=t(f"generate.part_{name}"))


def fusing(record: GenerationRecord) -> None:
    """Draw what adding generated shoppers does to a ranker, and say plainly whether it helps."""
    curve, gate = calls.generated(record.id, "curve"), calls.generated_values(record.id, "gate")
    st.header(t("generate.fuse"), anchor=False)
    say = st.success if gate["open"] else st.warning
    say(_verdict(gate))
    figure = charts.frame(260)
    reach = {"array": curve["high"] - curve["gain"], "arrayminus": curve["gain"] - curve["low"], "width": 4}
    figure.add_scatter(
        x=curve["share"], y=curve["gain"], mode="lines+markers", error_y=reach, line={"color": theme.ACCENT},
        hovertemplate="%{x}: %{y:+.4f}<extra></extra>",
    )  # fmt: skip
    figure.add_hline(y=0, line={"color": theme.QUIET, "dash": "dot"})
    figure.update_xaxes(title=t("generate.fuse_share"))
    figure.update_yaxes(title=t("generate.fuse_gain"))
    charts.show(figure, curve, alt=t("generate.fuse_alt"), key="fusion_curve")
    st.caption(t("generate.fuse_says"))
    shut = None if gate["open"] else t("generate.fuse_shut")
    if st.button(t("generate.fuse_train"), disabled=not gate["open"], help=shut, key="fuse_train"):
        calls.workspace().submit_fused_training(record.id)
        state.open_page("models", models_view="train")


def _verdict(gate: dict[str, Any]) -> str:
    told = {name: f"{gate[name]:+.4f}" for name in ("gain", "low", "high")}
    key = "generate.fuse_yes" if gate["open"] else "generate.fuse_no"
    return t(key, share=gate["share"], n=gate["judges"], **told)


def take_away(record: GenerationRecord) -> None:
    """Draw the downloads: everything with its report in one zip, or the events alone, ready for the Data screen."""
    st.header(t("generate.export"), anchor=False)
    st.caption(t("private.export_says" if private.promised(record) else "generate.export_says"))
    with st.container(horizontal=True):
        st.download_button(
            t("generate.export_zip"), partial(bundle, record, _page(record)), "divrec-generated.zip", "application/zip",
            key="export_zip", on_click="ignore", type="primary",
        )  # fmt: skip
        st.download_button(
            t("generate.export_csv"), lambda: to_csv(calls.generated(record.id, "events")),
            "divrec-generated-events.csv", "text/csv", key="export_csv", on_click="ignore",
        )  # fmt: skip


def _page(record: GenerationRecord) -> str:
    """Write the report as a page now: the reader's language is not known where a download is made."""
    if private.promised(record):
        return private.page(record)
    account, measures, curve = (calls.generated(record.id, name) for name in ("account", "fidelity", "curve"))
    return report_page(
        dict(record.settings), account, measures, curve, _verdict(calls.generated_values(record.id, "gate"))
    )


def bundle(record: GenerationRecord, page: str) -> bytes:
    """Pack events, the items they name, and the report: ``page`` to read, JSON for programs.

    Under a promise of privacy it takes the report's place: no number that looks at real shoppers leaves.
    """
    events = calls.generated(record.id, "events")
    items = calls.dataset(record.dataset_id).items
    items = items[items["item_id"].isin(events["item_id"])]
    if private.promised(record):
        name, said = "guarantee", private.guarantee(record)
    else:
        name, said = "report", _report(record)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, table in (("events", events), ("items", items)):
            packed.writestr(f"{part}.csv", to_csv(table))
            packed.writestr(f"{part}.parquet", to_parquet(table))
        packed.writestr(f"{name}.json", json.dumps(said, ensure_ascii=False, indent=1, allow_nan=False))
        packed.writestr(f"{name}.html", page)
    return out.getvalue()


def _report(record: GenerationRecord) -> dict[str, Any]:
    gate, curve = calls.generated_values(record.id, "gate"), calls.generated(record.id, "curve")
    return {
        "generated": True,
        "settings": dict(record.settings),
        "account": calls.generated(record.id, "account").to_dict("records"),
        "measures": plain_values(calls.generated(record.id, "fidelity")),
        "fusion": {"gate": gate, "curve": plain_values(curve)},
    }


def plain_values(table: pd.DataFrame) -> Any:  # noqa: ANN401  # JSON values
    """Give a table as JSON values, null where one is missing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")
