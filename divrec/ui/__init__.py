"""The screens' parts: the only room that knows streamlit and plotly."""
