"""Shoppers that do not exist, made from those that do, and how good they are; items that nobody has bought yet."""
