"""Uploading a shop: keep the files, show their first rows and the guessed columns, let a person correct them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from divrec.data.files import atomic_file
from divrec.data.guess import SURE_ENOUGH
from divrec.data.read import Preview, preview
from divrec.data.synonyms import COLUMN_OF, NEEDED, ROLES
from divrec.errors import DivrecError
from divrec.ui import calls, state
from divrec.ui.text import plain, t

TABLES: Final = ("events", "items", "users")
TYPES: Final = ["csv", "tsv", "txt", "parquet"]
ALWAYS: Final = 9  # roles shown at once; the others are folded away
NONE: Final = ""


def form() -> None:
    """Draw the uploads, then for each file its first rows and columns, then the button that opens the shop."""
    st.header(t("upload.title"), anchor=False)
    st.markdown(t("upload.says"))
    places = dict(zip(TABLES, (st.container(), *st.columns(2)), strict=True))
    files: dict[str, UploadedFile] = {}
    for table, place in places.items():
        about = t(f"upload.{table}_help")
        file = place.file_uploader(t(f"upload.{table}"), TYPES, key=f"file_{table}", help=about)
        if file is not None:
            files[table] = file
    if "events" not in files:
        return
    paths = {table: _keep(file) for table, file in files.items()}
    columns: dict[str, str | None] = {}
    for table, path in paths.items():
        chosen = _columns(table, path, files[table].name)
        if chosen is None:
            return
        columns |= {f"{table}.{role}": column or None for role, column in chosen.items()}
    _open(paths, columns, Path(files["events"].name).stem)


def _keep(file: UploadedFile) -> Path:
    """Write an upload into the workspace's inbox, once, under a name that the program makes."""
    suffix = Path(file.name).suffix.lower()
    name = re.sub(r"[^0-9a-zA-Z-]", "", file.file_id)
    place = calls.workspace().folder / "inbox" / f"{name}{suffix if suffix[1:] in TYPES else '.txt'}"
    if not place.exists():
        with atomic_file(place) as temporary:
            temporary.write_bytes(file.getbuffer())
    return place


@st.cache_data(show_spinner=False, max_entries=24)
def _seen(path: str, table: str) -> Preview:
    return preview(path, table)


def _columns(table: str, path: Path, name: str) -> Mapping[str, str] | None:
    """Draw a file's first rows and the choice of its columns; None, with the reason, where it cannot be read."""
    with st.container(border=True, key=f"columns_{table}"):
        st.header(t(f"upload.{table}"), anchor=False)
        try:
            with st.spinner(t("upload.reading")):
                seen = _seen(str(path), table)
        except DivrecError as error:
            st.error(t("upload.unreadable", reason=plain(str(error).replace(path.name, name))), icon=":material/error:")
            return None
        st.caption(t("upload.columns_says"))
        roles = ROLES[table]
        chosen = _roles(seen, table, roles[:ALWAYS])
        if roles[ALWAYS:]:
            with st.expander(t("upload.more")):
                chosen |= _roles(seen, table, roles[ALWAYS:])
        st.caption(t("upload.preview"))
        st.dataframe(seen.head, hide_index=True, height=240, alt=t("upload.preview"))
    return chosen


def _roles(seen: Preview, table: str, roles: tuple[str, ...]) -> dict[str, str]:
    chosen = {}
    with st.grid(3, gap="small", min_column_width=180):
        for role in roles:
            options = [NONE, *seen.columns]
            guess = seen.guesses.get(role)
            known = guess is not None and guess.confidence >= SURE_ENOUGH
            chosen[role] = st.selectbox(
                t(f"column.{COLUMN_OF[role]}") + (" *" if role in NEEDED[table] else ""),
                options,
                index=options.index(guess.column) if guess is not None and known else 0,
                format_func=lambda name: name or t("upload.none"),
                key=f"role_{table}_{role}_{hash(seen.columns)}",
            )
    return chosen


def _open(paths: Mapping[str, Path], columns: dict[str, str | None], stem: str) -> None:
    """Offer to open the shop as soon as every needed column is chosen."""
    missing = [role for table in paths for role in NEEDED[table] if not columns[f"{table}.{role}"]]
    if missing:
        st.info(
            t("upload.missing", columns=", ".join(t(f"column.{COLUMN_OF[role]}") for role in dict.fromkeys(missing)))
        )
    name = st.text_input(t("upload.name"), value=stem, max_chars=80, key="shop_name", width=360)
    if st.button(t("upload.start"), type="primary", disabled=bool(missing), key="open_upload"):
        files = {table: str(path) for table, path in paths.items()}
        job = calls.workspace().submit_ingest("upload", name=name.strip() or stem, columns=columns, **files)
        state.remember("opening", job)
        st.rerun()
