"""``report.html``: what the Report view says, as one page without scripts that lies in the zip beside the events."""

from collections.abc import Sequence
from html import escape
from typing import Final

import pandas as pd

from divrec.ui import state
from divrec.ui.generating import account_says, part
from divrec.ui.text import t

PARTS: Final = ("fidelity", "usefulness", "privacy")
_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top }
"""


def report_page(
    settings: dict[str, object], account: pd.DataFrame, measures: pd.DataFrame, curve: pd.DataFrame, verdict: str
) -> str:
    """Write the page in the reader's language; every word that came with the data is escaped.

    ``account``, ``measures`` and ``curve`` are the generation's tables; ``verdict`` says whether fusing helps.
    """
    kept = int(account.set_index("reason")["rows"]["kept"])
    asked = pd.DataFrame({t("generate.setting"): list(settings), t("generate.value"): list(settings.values())})
    sections = [section(t("generate.kept", n=kept), account_says(account), asked)]
    for name in PARTS:
        sections.append(section(t(f"generate.part_{name}"), t(f"generate.part_{name}_says"), part(measures, name)))
    names = {name: t(f"generate.curve_{name}") for name in ("share", "value", "gain", "low", "high")}
    sections.append(section(t("generate.fuse"), f"{verdict} {t('generate.fuse_says')}", curve.rename(columns=names)))
    return whole_page(t("generate.report_title"), t("generate.report_says"), sections)


def whole_page(title: str, words: str, sections: Sequence[str]) -> str:
    """Put sections into a page in the reader's language."""
    return (
        f'<!doctype html>\n<html lang="{state.language()}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f"<p>{escape(words)}</p>\n{''.join(sections)}</body>\n</html>\n"
    )


def section(heading: str, words: str, table: pd.DataFrame) -> str:
    """Write a heading, words and a table."""
    cells = table.to_html(index=False, border=0, float_format="{:.4g}".format, escape=True)
    return f"<h2>{escape(heading)}</h2>\n<p>{escape(words)}</p>\n{cells}\n"
