"""Measurements beside peers, run by hand; a package, because a library of the same name is installed with opacus."""
