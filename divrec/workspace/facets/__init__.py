"""``Workspace``, subject by subject: each facet is a part of the one class that pages and commands ask."""
