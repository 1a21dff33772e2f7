"""Who is at the screens, where sign-in is switched on: each person has a workspace of their own.

Sign-in is Streamlit's own OpenID Connect login. It is off until ``.streamlit/secrets.toml`` has a section ``[auth]``
(README, "Signing in"); then nobody sees anything, and no workspace is opened, before the provider has said who it is.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from divrec.ui.text import plain, t

_DEFAULT = ""  # the provider whose settings stand in [auth] itself


def known() -> bool:
    """Whether the screens may be shown: sign-in is off, or this person has signed in."""
    return not _providers() or bool(st.user.is_logged_in)


def folder(shared: Path) -> Path:
    """Give the workspace folder of the person at the screens: ``shared`` itself where sign-in is off.

    Ends the run for somebody who has not signed in. The folder's name is made from the provider's two claims that
    together name a person for good (OpenID Connect Core, section 5.7), never from a name or an address.
    """
    if not _providers():
        return shared
    if not known():
        st.stop()
    claims = f"{st.user.get('iss')}\n{st.user['sub']}"
    return shared / "people" / hashlib.sha256(claims.encode()).hexdigest()[:32]


def gate() -> None:
    """Draw the way in and end the run here, for somebody who has not signed in."""
    if known():
        return
    with st.container(border=True, horizontal_alignment="center", gap="small", key="gate"):
        st.space("small")
        st.title(t("people.title"), anchor=False, text_alignment="center")
        st.markdown(t("people.says"), text_alignment="center", width=560)
        for provider in _providers():
            label = t("people.sign_in_with", name=plain(provider)) if provider else t("people.sign_in")
            st.button(label, type="primary", key=f"sign_in_{provider}", on_click=st.login, args=(provider or None,))
        st.space("small")
    st.stop()


def account() -> None:
    """Draw who is signed in, with the way out; nothing where sign-in is off."""
    if not _providers():
        return
    name = str(st.user.get("name") or st.user.get("email") or t("people.somebody"))
    with st.popover(plain(name), icon=":material/person:", key="account"):
        st.markdown(t("people.signed_in_as", name=plain(name)))
        st.button(t("people.sign_out"), on_click=st.logout, key="sign_out", width="stretch")


def _providers() -> list[str]:
    """List the providers that the settings name: none where sign-in is off."""
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return []
    settings = st.secrets["auth"]
    named = [name for name, value in settings.items() if isinstance(value, Mapping) and "client_id" in value]
    return ([_DEFAULT] if "client_id" in settings else []) + named
