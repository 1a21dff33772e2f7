"""Recommenders: one file per family, one protocol, one training loop.

Importing this room is light; a family's class, and torch with it, comes when it is first used.
"""

from divrec.data.settings import Settings
from divrec.models.registry import FAMILIES, Family, load_model, make_model

__all__ = ["FAMILIES", "Family", "Settings", "load_model", "make_model"]
