"""The whole page: one HTML file that asks nobody for anything and runs nothing."""

from html import escape
from pathlib import Path
from typing import Final

from divrec.report.findings import Findings
from divrec.report.markup import Html, paragraph
from divrec.report.sections import sections
from divrec.words import say

STYLE: Final = Path(__file__).with_name("page.css")
# whatever a text might smuggle in, a browser is told to load nothing and to run nothing
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def to_html(found: Findings, language: str = "en") -> str:
    """Write the report as one self-contained page, in English (``en``) or Chinese (``zh``)."""
    title = say(language, "report.headline", shop=found.shop)
    inside: list[Html] = [paragraph(say(language, "report.made", when=found.made), "soft"), *sections(found, language)]
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(inside)}</main></body></html>\n"
    )
