"""``Workspace``: one folder of shops, trained runs, scenarios and the work in the background."""

from divrec.workspace.facets.generated import Generated
from divrec.workspace.facets.kept import Kept
from divrec.workspace.facets.tried import Tried


class Workspace(Tried, Generated, Kept):
    """Everything that stays: asked by pages and the command line, filled by the worker process.

    Opening makes the folder and its database. Reading never imports torch, scikit-learn or umap. Work is submitted and
    done by a process of its own, which outlives this one. Only one machine may use a folder at a time.
    """
