"""The app: page set-up and navigation; the screens are in ``pages/``, one file each."""

import streamlit as st

from divrec.ui import shell

st.set_page_config(page_title="divrec", page_icon="🎚️", layout="wide")
shell.settle()
page = st.navigation(shell.pages(), position="top")
shell.header(page)
page.run()
