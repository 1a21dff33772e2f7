"""Uploading a shop: keep the files, show what they were taken for and their first rows, let a person correct that."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

from divrec.data.guess import SURE_ENOUGH, Guess
from divrec.data.intake.files import File
from divrec.data.intake.tables import Part
from divrec.data.read import Preview, preview
from divrec.data.synonyms import COLUMN_OF, NEEDED, ROLES, missing
from divrec.errors import DivrecError
from divrec.ui import calls, shops, state
from divrec.ui.text import known, plain, t

TABLES: Final = ("events", "items", "users", "vectors")
PICTURES: Final = "pictures"
TYPES: Final = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "xlsx", "xls", "gz", "zip"]
FORMATS: Final = {"csv": "CSV", "jsonl": "JSON Lines", "json": "JSON", "parquet": "Parquet", "excel": "Excel"}
DELIMITERS: Final = {"\t": "⇥", " ": "␣"}
ALWAYS: Final = 9  # roles shown at once; the others are folded away
CLOCKS: Final = ("time", "launched")  # roles that are read as times
NONE: Final = ""
Files = Mapping[str, tuple[File, ...]]


def form() -> None:
    """Draw the uploads, then for each table its first rows and columns, then the button that opens the shop."""
    st.header(t("upload.title"), anchor=False)
    st.markdown(t("upload.says"))
    files = _chosen()
    if "events" not in files:
        return
    columns: dict[str, str | None] = {}
    shapes: dict[str, tuple[str, ...]] = {}
    for table in TABLES:
        given = files.get(table)
        if given is None:
            continue
        chosen = _table(table, given)
        if chosen is None:
            return
        shapes[table], roles = chosen
        columns |= {f"{table}.{role}": column or None for role, column in roles.items()}
    _open(files, shapes, columns)


def _chosen() -> dict[str, tuple[File, ...]]:
    """Draw where files come from: the browser, or the folder of large files; give them by table."""
    inbox = calls.workspace().inbox
    places = dict(zip((*TABLES, PICTURES), (st.container(), *st.columns(2), *st.columns(2)), strict=True))
    large = inbox.large_files()
    files: dict[str, tuple[File, ...]] = {}
    for table, place in places.items():
        label, about = t(f"upload.{table}"), t(f"upload.{table}_help")
        types = ["zip"] if table == PICTURES else TYPES
        uploads = place.file_uploader(label, types, accept_multiple_files=True, key=f"file_{table}", help=about)
        given = [inbox.keep(upload.file_id, upload.name, upload.getbuffer()) for upload in uploads]
        if large:
            names = place.multiselect(t("upload.large", table=label), large, key=f"large_{table}")
            given += [inbox.large_file(name) for name in names]
        if given:
            files[table] = tuple(given)
    if not large:
        st.caption(t("upload.large_says", folder=plain(str(inbox.large))))
    return files


@st.cache_data(show_spinner=False, max_entries=24)
def _seen(files: tuple[File, ...], table: str) -> Preview | str:
    """Look into the files once; a refusal is remembered like a preview, since finding it may take a minute."""
    try:
        return preview(files, table)
    except DivrecError as error:
        return str(error)


def _table(table: str, files: tuple[File, ...]) -> tuple[tuple[str, ...], dict[str, str]] | None:
    """Draw a table's first rows and the choice of its columns; None, with the reason, where it cannot be read."""
    with st.container(border=True, key=f"columns_{table}"):
        st.header(t(f"upload.{table}"), anchor=False)
        with st.spinner(t("upload.reading")):
            seen = _seen(files, table)
        if isinstance(seen, str):
            st.error(t("upload.unreadable", reason=plain(seen)), icon=":material/error:")
            return None
        for part in seen.parts:
            st.markdown(_taken_for(part))
        chosen = _columns(table, seen)
        st.caption(t("upload.preview"))
        st.dataframe(seen.head, hide_index=True, height=240, alt=t("upload.preview"))
    return seen.columns, chosen


def _taken_for(part: Part) -> str:
    """Say what a file was taken for: format, wrapping, encoding, delimiter, rows."""
    said = [FORMATS[part.format], *part.packed]
    said += [part.encoding] if part.encoding else []
    if part.delimiter:
        said.append(t("upload.delimiter", delimiter=DELIMITERS.get(part.delimiter, part.delimiter)))
    said += [] if part.header else [t("upload.no_header")]
    said.append(t("upload.rows", rows=part.rows))
    said += [t("upload.rejects", rows=part.rejects)] if part.rejects else []
    return f"**{plain(part.label)}** · " + " · ".join(map(plain, [*said, *part.notes]))


def _columns(table: str, seen: Preview) -> dict[str, str]:
    """Draw the choice of columns, beginning with those chosen for the last file of this shape, else with the guess."""
    saved = calls.workspace().inbox.mapping(table, seen.columns)
    shape = hash((table, seen.columns))
    again = bool(saved) and st.checkbox(t("upload.again"), value=True, key=f"again_{shape}")
    st.caption(t("upload.columns_says"))
    roles = ROLES[table]
    chosen = _roles(seen, table, roles[:ALWAYS], saved if again else None)
    if roles[ALWAYS:]:
        with st.expander(t("upload.more")):
            chosen |= _roles(seen, table, roles[ALWAYS:], saved if again else None)
    return chosen


def _roles(
    seen: Preview, table: str, roles: tuple[str, ...], saved: Mapping[str, str] | None
) -> dict[str, str]:
    chosen = {}
    options = [NONE, *seen.columns]
    with st.grid(3, gap="small", min_column_width=180):
        for role in roles:
            guess = seen.guesses.get(role)
            sure = guess is not None and guess.confidence >= SURE_ENOUGH
            start = saved.get(role, NONE) if saved is not None else guess.column if guess is not None and sure else NONE
            with st.container(gap=None):
                chosen[role] = st.selectbox(
                    t(f"column.{COLUMN_OF[role]}") + (" *" if role in NEEDED[table] else ""),
                    options,
                    index=options.index(start) if start in options else 0,
                    format_func=lambda name: name or t("upload.none"),
                    key=f"role_{table}_{role}_{hash(seen.columns)}_{saved is not None}",
                )
                st.caption(_how_sure(chosen[role], guess) + _written(role, seen.times.get(chosen[role])))
    return chosen


def _how_sure(chosen: str, guess: Guess | None) -> str:
    """Say where a choice comes from; a guess too weak to be used is offered in words."""
    if guess is None or (chosen and chosen != guess.column):
        return t("upload.by_you") if chosen else "–"
    said = t(f"upload.by_{guess.by}", share=guess.confidence)
    return said if chosen else t("upload.perhaps", column=plain(guess.column), how=said)


def _written(role: str, way: str | None) -> str:
    """Say how the first times of a column are written, where it is to be read as times."""
    return " · " + t("upload.times", way=known(f"way.{way}", way)) if way and role in CLOCKS else ""


def _open(files: Files, shapes: Mapping[str, tuple[str, ...]], columns: dict[str, str | None]) -> None:
    """Offer to open the shop as soon as every needed column is chosen."""
    stem = Path(files["events"][0].label).name.split(".")[0]
    chosen = {table: [role for role in ROLES[table] if columns[f"{table}.{role}"]] for table in shapes}
    lacking = [role for table in shapes for role in missing(table, chosen[table])]
    if lacking:
        st.info(
            t("upload.missing", columns=", ".join(t(f"column.{COLUMN_OF[role]}") for role in dict.fromkeys(lacking)))
        )
    name = st.text_input(t("upload.name"), value=stem, max_chars=80, key="shop_name", width=360)
    recipe = _recipe(columns)
    if st.button(t("upload.start"), type="primary", disabled=bool(lacking), key="open_upload"):
        workspace = calls.workspace()
        for table, shape in shapes.items():
            roles = {role: columns[f"{table}.{role}"] or NONE for role in ROLES[table]}
            workspace.inbox.remember(table, shape, roles)
        given = {table: list(each) for table, each in files.items()}
        job = workspace.submit_ingest("upload", name=name.strip() or stem, columns=columns, recipe=recipe, **given)
        state.remember("opening", job)
        st.rerun()


def _recipe(columns: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Offer the recipes that shops here were cleaned by; that of a shop read from the same columns stands first."""
    origins = {shop: calls.workspace().origin(shop.id) for shop in calls.workspace().datasets()}
    cleaned = {shop.id: shop for shop, origin in origins.items() if origin.get("recipe")}
    if not cleaned:
        return []
    steps: dict[str, list[dict[str, Any]]] = {shop.id: origin.get("recipe", []) for shop, origin in origins.items()}
    same = [shop.id for shop, origin in origins.items() if shop.id in cleaned and origin["columns"] == dict(columns)]
    chosen = st.selectbox(
        t("upload.recipe"), [NONE, *cleaned], 1 + list(cleaned).index(same[0]) if same else 0, width=360,
        format_func=lambda key: shops.shop_name(cleaned[key]) if key else t("upload.recipe_none"),
        help=t("upload.recipe_help"), key=f"recipe_of_{same[0] if same else NONE}",
    )  # fmt: skip
    return steps.get(chosen, [])
