"""Measurements beside peers and published figures. A package, since opacus installs another ``benchmarks``."""
