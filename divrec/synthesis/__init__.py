"""Shoppers and items that do not exist, items that nobody has bought yet, and what they are good for."""
