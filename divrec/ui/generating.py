"""The Generate screen's shoppers: ask for them, watch them being made, see how good they are, take them away."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.columns import USER
from divrec.synthesis.jobs import ShopperJobSettings
from divrec.ui import calls, charts, private, progress, shops, state, theme
from divrec.ui.names import translated
from divrec.ui.text import plain, shown, t
from divrec.workspace.records import GenerationRecord

FAMILIES: Final = ("aae", "recvae", "multvae")
PRIORS: Final = ("gmm", "wgan")
PRESETS: Final = ("quick", "balanced")


def form(dataset_id: str) -> None:
    """Draw what can be asked for, and the button that starts it."""
    defaults = ShopperJobSettings()
    with st.container(border=True, key="generate_form"):
        st.header(t("generate.ask"), anchor=False)
        budget = private.choose(dataset_id)
        values = {"family": "multvae", **budget} if budget else _kinds(dataset_id)
        n = st.number_input(t("generate.n"), 50, 100_000, defaults.n, step=100, key="generate_n")
        with st.expander(t("private.more" if budget else "generate.more")):
            values |= _asked(defaults, everything=not budget)
            seed = st.number_input(t("generate.seed"), 0, 2**31 - 1, defaults.seed, key="generate_seed")
        shut = bool(budget) and not private.enough(dataset_id)
        if st.button(t("generate.start"), type="primary", width="stretch", key="generate", disabled=shut):
            calls.workspace().submit_synthesis(dataset_id, "shoppers", {**values, "n": int(n), "seed": int(seed)})
            st.rerun()


def _kinds(dataset_id: str) -> dict[str, Any]:
    """Draw the choices that ordinary generation has and private generation has not."""
    family = state.bound(
        st.selectbox, "coder", t("generate.family"), FAMILIES, default=FAMILIES[0], format_func=shops.family_name
    )
    prior, preset = _one_of("prior", PRIORS), _one_of("effort", PRESETS)
    return {"family": family, "prior": prior, "preset": preset, "mix": _mix(dataset_id)}


def _asked(defaults: ShopperJobSettings, everything: bool) -> dict[str, float]:
    """Draw how far generated shoppers may be from the likeliest, and, with ``everything``, from the real ones."""
    asked = {
        "temperature": st.slider(
            t("generate.temperature"), 0.2, 2.0, defaults.temperature, 0.1, key="temperature",
            help=t("generate.temperature_help"),
        )
    }  # fmt: skip
    if everything:
        asked["adventurous"] = st.slider(
            t("generate.adventurous"), 0.0, 1.0, defaults.adventurous, 0.05, key="adventurous",
            help=t("generate.adventurous_help"),
        )  # fmt: skip
        asked["stretch"] = st.slider(
            t("generate.stretch"), -1.0, 1.0, defaults.stretch, 0.1, key="stretch", help=t("generate.stretch_help")
        )
    return asked


def _one_of(name: str, options: tuple[str, ...]) -> str:
    return state.bound(
        st.segmented_control, name, t(f"generate.{name}"), options, default=options[0], required=True,
        format_func=lambda option: t(f"generate.{name}_{option}"),
    )  # fmt: skip


def _mix(dataset_id: str) -> dict[str, float]:
    """Draw the choice of groups and how much of each; nothing chosen: as among the real shoppers."""
    groups = calls.workspace().shopper_groups(dataset_id).value_counts()
    if groups.empty:
        return {}
    said = dict(zip(groups.index, translated(groups.index, calls.dataset(dataset_id).items), strict=True))
    chosen = st.multiselect(
        t("generate.mix"), list(groups.index), key="mix", format_func=said.__getitem__,
        placeholder=t("generate.mix_all"), help=t("generate.mix_help"),
    )  # fmt: skip
    if len(chosen) < 2:
        return dict.fromkeys(chosen, 1.0)
    weights = {name: st.slider(said[name], 0, 100, 50, key=f"mix_{name}") for name in chosen}
    return {name: float(weight) for name, weight in weights.items() if weight}


def follow(live: list[GenerationRecord]) -> None:
    """Watch what is being generated."""
    jobs = calls.workspace().jobs(live_only=True)
    targets = {record.id for record in live}
    progress.watch([job.id for job in jobs if job.target in targets], "generating")


def quiet(records: list[GenerationRecord], about: str = "generate") -> None:
    """Say what this is for where nothing was generated yet, and what went wrong where it did.

    ``about`` begins the keys of the words: what is generated.
    """
    if records and records[0].state == "failed":
        st.error(t("generate.failed", error=plain(records[0].error or "")), icon=":material/error:")
    elif records and records[0].state in ("cancelled", "interrupted"):
        st.info(t("generate.stopped"))
    if not any(record.state == "done" for record in records):
        st.header(t(f"{about}.empty"), anchor=False)
        st.markdown(t(f"{about}.empty_says"))


def summary(record: GenerationRecord) -> None:
    """Draw how many were drawn, kept and dropped, and why."""
    account = calls.generated(record.id, "account")
    st.header(t("generate.kept", n=int(account.set_index("reason")["rows"]["kept"])), anchor=False)
    if private.promised(record):
        private.promise(record)
    else:
        st.markdown(account_says(account))


def account_says(account: pd.DataFrame) -> str:
    """Say how many rows were drawn, and how many were dropped for which reason."""
    rows = account.set_index("reason")["rows"]
    dropped = {reason: int(rows[reason]) for reason in ("copy", "outlier", "group")}
    return t("generate.account", drawn=int(rows.sum()), **dropped)


def picture(record: GenerationRecord) -> None:
    """Draw generated shoppers among real ones."""
    points = calls.generated(record.id, "map")
    cloud(points, points[USER])


def cloud(points: pd.DataFrame, names: pd.Series, about: str = "generate") -> None:
    """Draw generated points among real ones: ``x, y, generated``; ``names`` say what each is."""
    figure = charts.frame(380, showlegend=True)
    for generated, colour in ((False, theme.QUIET), (True, theme.ACCENT)):
        part, said = points[points["generated"] == generated], names[points["generated"] == generated].map(shown)
        name = t("generate.generated" if generated else "generate.real")
        figure.add_scattergl(
            x=part["x"], y=part["y"], mode="markers", name=name, marker={"size": 5, "color": colour, "opacity": 0.6},
            hovertemplate="%{text}<extra>%{fullData.name}</extra>", text=said,
        )  # fmt: skip
    figure.update_layout(legend={"orientation": "h", "y": -0.02, "yanchor": "top"})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    st.header(t(f"{about}.map"), anchor=False)
    charts.show(figure, points, alt=t(f"{about}.map"), key="generated_map")
    st.caption(t(f"{about}.map_says"))


def choose(records: list[GenerationRecord], told: Callable[[GenerationRecord], str] | None = None) -> GenerationRecord:
    """Draw the choice among finished sets, the newest first; ``told`` says what a set is."""
    told = told or _told
    done = {record.id: record for record in records if record.state == "done"}
    if len(done) == 1:
        return next(iter(done.values()))
    names = {each.id: f"{each.created:%Y-%m-%d %H:%M} · {told(each)}" for each in done.values()}
    return done[state.bound(st.selectbox, "set", t("generate.set"), list(done), format_func=names.__getitem__)]


def _told(record: GenerationRecord) -> str:
    settings = record.settings
    prior = settings["prior"]
    if private.promised(record):
        return f"ε = {settings['epsilon']:g}, {settings['n']:,}"
    return f"{shops.family_name(settings['family'])}, {t(f'generate.prior_{prior}')}, {settings['n']:,}"


def part(measures: pd.DataFrame, name: str, about: str = "fidelity") -> pd.DataFrame:
    """Give one part of the report in the reader's words, whose keys begin with ``about``: what, value, what it says."""
    rows = measures[measures["part"] == name]
    return pd.DataFrame(
        {
            t("generate.measure"): [t(f"{about}.{metric}") for metric in rows["metric"]],
            t("generate.value"): [("–" if pd.isna(v) else f"{v:,.0f}" if m == "exact_copies" else f"{v:.3f}")
                                  for m, v in zip(rows["metric"], rows["value"], strict=True)],
            t("generate.meaning"): [t(f"{about}.{metric}.says") for metric in rows["metric"]],
        }
    )  # fmt: skip
