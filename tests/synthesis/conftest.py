"""What only another environment can import is not collected."""

collect_ignore = ["sdmetrics_run.py"]
