"""Shared by all tests: small opened shops; no deadline for examples, which may wait for a loop to be compiled."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.shops import copied, made_once, open_small

settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory) -> Path:
    """Give a workspace with the small shop opened; what a test adds, all tests of this process see."""
    return copied(made_once(tmp_path_factory, open_small), tmp_path_factory.mktemp("small") / "workspace")
