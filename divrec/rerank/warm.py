"""``python -m divrec.rerank.warm``: compile the loops ahead, so that nobody's first drag waits for a compiler."""

from divrec.rerank.batch import exact_loop, grid_loop, lazy_loop
from divrec.rerank.gains import GAINS
from divrec.rerank.steps import along_loop


def compile_ahead() -> int:
    """Fill the disk cache with every gain and loop, quickly where it is filled already; count the gains' functions."""
    grid_loop()
    exact_loop()
    lazy_loop()
    along_loop()
    return sum(len(gain.functions) + sum(at > 0 for at in gain.lazily) for gain in GAINS.values())


if __name__ == "__main__":
    compile_ahead()
