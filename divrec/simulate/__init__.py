"""A small world of shoppers with known tastes, and the demo shop made from it."""
