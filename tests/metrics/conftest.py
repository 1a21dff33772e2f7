"""The oracles' script is not collected."""

collect_ignore = ["oracle_run.py"]  # imports libraries that live in an environment of their own
