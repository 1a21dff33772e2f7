"""Recommendations against what shoppers did: measures with intervals, comparisons, breakdowns, trade-off curves."""
