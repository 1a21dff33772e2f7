"""The app: page set-up and navigation; the screens are in ``pages/``, one file each."""

import streamlit as st

from divrec.ui import people, shell

st.set_page_config(page_title="divrec", page_icon="🎚️", layout="wide")
shell.settle()
page = st.navigation(shell.pages(), position="top" if people.known() else "hidden")
shell.header(page)
page.run()
