"""``python -m divrec.metrics.warm``: compile the measures ahead, so that nobody's first look waits for a compiler."""

import numpy as np

from divrec.metrics import crowd, kernels, subtopic


def compile_ahead() -> None:
    """Call every compiled loop once with the types that it meets: vectors in single and in double precision."""
    lists = np.array([[0, 1], [1, -1]], dtype=np.int32)
    codes = np.zeros(2, dtype=np.int32)
    indptr, indices = crowd.as_csr(lists)
    for unit in (np.eye(2, dtype=np.float32), np.eye(2)):
        kernels.ild(lists, unit)
        kernels.minimum_distance(lists, unit)
        kernels.nearest_in_history(lists, indptr, indices, unit)
        kernels.nearest_in_history(lists, indptr.astype(np.int32), indices, unit)  # as scipy's matrices have them
    kernels.category_entropy(lists, codes)
    kernels.distinct_categories(lists, codes)
    kernels.mean_over_list(lists, np.zeros(2))
    kernels.calibration(lists, codes, np.ones((2, 1)), 0.01)
    crowd.list_overlap(lists)
    crowd.nearest(indptr, indices, crowd.queries_of(2))
    crowd.nearest(indptr.astype(np.int32), indices, crowd.queries_of(2))
    subtopic.gains(lists, indptr, indices, codes[indices], 1, 0.5)


if __name__ == "__main__":
    compile_ahead()
