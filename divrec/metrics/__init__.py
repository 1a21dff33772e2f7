"""Measures of sameness, variety, exposure and accuracy, as pure functions on plain tables."""
