"""Shared by all tests: no deadline for examples, since the first call of a compiled loop may wait for the compiler."""

from hypothesis import settings

settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")
