"""Models, view shrink: smaller versions of a run, what each saves and costs, and keeping one as a run of its own."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from divrec.models.ways import WAYS, CompressionSettings
from divrec.ui import calls, progress, shops, state
from divrec.ui.names import metric_name
from divrec.ui.text import plain, t
from divrec.workspace.records import RESUMABLE, RunRecord

CHIEF: Final = "ndcg"
ORIGINAL: Final = "original"
ITEM_BY_ITEM: Final = ("ease", "itemknn")


def view(dataset_id: str) -> None:
    """Draw the choice of a run, and its smaller versions as far as they are there."""
    runs = shops.finished(dataset_id)
    names = shops.run_names(runs)
    able = {run.id: run for run in sorted(runs, key=lambda run: run.compressed is not None) if run.family in WAYS}
    st.header(t("compress.title"), anchor=False)
    st.caption(t("compress.says"))
    if not able:
        st.info(t("compress.none"))
        return
    chosen = state.bound(
        st.selectbox, "small", t("compress.which"), list(able), format_func=names.__getitem__, width=320
    )
    for way in WAYS[able[chosen].family]:
        st.markdown(_about(able[chosen].family, way))
    _asking(chosen)
    sizes, quality = (calls.workspace().compression(chosen, name) for name in ("sizes", "quality"))
    if sizes is not None and quality is not None:
        _result(sizes, quality)
        _keeping(able[chosen], [way for way in sizes["way"] if way != ORIGINAL], names)


def _about(family: str, way: str) -> str:
    """Say what a way does, with the numbers of its settings."""
    told = {"pruned": "pruned_items" if family in ITEM_BY_ITEM else "pruned_network"}.get(way, way)
    settings = CompressionSettings()
    return t(f"compress.about_{told}", n=settings.neighbours, kept=settings.kept, width=settings.width)


def _asking(run_id: str) -> None:
    """Draw the button that asks for the smaller versions, or what has become of asking."""
    job = calls.workspace().compression_job(run_id)
    if job is not None and job.live:
        st.caption(t("compress.running"))
        return
    if job is not None and job.state in RESUMABLE:
        st.warning(t("compress.stopped", state=t(f"state.{job.state}")) + " " + plain(job.error or ""))
    made = calls.workspace().compression(run_id) is not None
    said = t("compress.again" if made else "compress.start")
    if st.button(said, type="secondary" if made else "primary", key="shrink"):
        calls.workspace().submit_compression(run_id)
        st.rerun()


def _result(sizes: pd.DataFrame, quality: pd.DataFrame) -> None:
    chief = quality[quality["metric"] == CHIEF].set_index("way")
    st.markdown(advice(sizes, chief))
    st.dataframe(table(sizes, chief), hide_index=True, alt=t("compress.table"))
    st.caption(t("compress.table_says", n=int(chief["n"].max())))


def _keeping(run: RunRecord, ways: Sequence[str], names: Mapping[str, str]) -> None:
    """Draw what can be kept, what is on its way, and what is kept as a run of its own."""
    made = {
        other.compressed.way: other
        for other in reversed(calls.workspace().runs(run.dataset_id))  # the newest last
        if other.compressed and other.compressed.run_id == run.id and (other.live or other.state == "done")
    }
    with st.container(horizontal=True, key="keep_small"):
        for way in ways:
            if way not in made:
                said = t("compress.keep", name=t(f"compress.way_{way}"))
                st.button(said, key=f"keep_{way}", on_click=_keep, args=(run.id, way))
    under_way = {other.id for other in made.values() if other.live}
    if jobs := [job.id for job in calls.workspace().jobs(live_only=True) if job.target in under_way]:
        progress.watch(jobs, "keeping_small")
    for way, kept in made.items():
        if kept.id in names:
            with st.container(horizontal=True, vertical_alignment="center", key=f"kept_{way}"):
                st.markdown(t("compress.kept", way=t(f"compress.way_{way}"), name=names[kept.id]))
                if st.button(t("compress.open", name=names[kept.id]), icon=":material/tune:", key=f"open_{way}"):
                    state.open_page("diversity", run=kept.id)


def _keep(run_id: str, way: str) -> None:
    calls.workspace().keep_compressed(run_id, way)


def advice(sizes: pd.DataFrame, chief: pd.DataFrame) -> str:
    """Name the smallest version that is not shown to lose, if there is one."""
    bytes_of = dict(zip(sizes["way"], sizes["bytes"], strict=True))
    sound = [str(way) for way, high in chief["high"].items() if high >= 0]
    if not sound:
        return t("compress.no_advice")
    best = min(sound, key=bytes_of.__getitem__)
    share = float(bytes_of[best] / bytes_of[ORIGINAL])
    return t("compress.advice", name=t(f"compress.way_{best}"), share=share)


def table(sizes: pd.DataFrame, chief: pd.DataFrame) -> pd.DataFrame:
    """Lay the versions out, the original first, in the reader's words."""
    whole = int(sizes["bytes"].iloc[0])
    value = {ORIGINAL: chief["before"].iloc[0], **chief["after"]}
    found = chief.reindex(sizes["way"])
    return pd.DataFrame({
        t("compress.version"): [t(f"compress.way_{way}") for way in sizes["way"]],
        t("compress.size"): sizes["bytes"].map(size),
        t("compress.of_original"): (sizes["bytes"] / whole).map("{:.0%}".format),
        t("compress.latency"): [t("compress.milliseconds", value=each) for each in sizes["milliseconds"]],
        metric_name(CHIEF): [f"{value[way]:.4f}" for way in sizes["way"]],
        t("runs.difference"): [_number(each) for each in found["difference"]],
        t("runs.interval"): [_interval(low, high) for low, high in zip(found["low"], found["high"], strict=True)],
        t("runs.verdict"): [_reading(low, high) for low, high in zip(found["low"], found["high"], strict=True)],
        t("compress.agreement"): sizes["agreement"].map("{:.0%}".format),
    })  # fmt: skip


def size(number: int) -> str:
    """Say a number of bytes as a person would."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= scale:
            return f"{number / scale:.1f} {unit}"
    return f"{number} B"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+.4f}"


def _interval(low: float, high: float) -> str:
    return "–" if math.isnan(low) else f"[{low:+.4f}, {high:+.4f}]"


def _reading(low: float, high: float) -> str:
    if math.isnan(low):
        return "–"
    if low > 0:
        return t("compress.higher")
    return t("compress.lower") if high < 0 else t("runs.not_shown")


def origins(runs: Sequence[RunRecord], names: Mapping[str, str]) -> list[str]:
    """Say of each smaller version from which run it was made."""
    said = []
    for run in runs:
        if run.compressed is not None:
            told = {"name": names[run.id], "way": t(f"compress.way_{run.compressed.way}")}
            source = names.get(run.compressed.run_id)
            said.append(
                t("compress.made_from", source=source, **told) if source else t("compress.made_from_gone", **told)
            )
    return said
