"""Drawing a map of a finished run's items or users by UMAP."""

from divrec.data.files import seal, write_parquet
from divrec.latent.project import project
from divrec.workspace.runs import Runs, map_name
from divrec.workspace.task import Task


def draw(task: Task) -> None:
    """Do a projection job: add the map to the run's sealed folder."""
    run_id = task.lease.target
    of, dimensions = task.lease.params.get("of", "item"), task.lease.params.get("dimensions", 2)
    task.stage("umap", 0, 1)
    layout = project(Runs(task.database, task.layout).vectors(run_id, of), dimensions=dimensions)
    task.check(at_once=True)
    folder = task.layout.run(run_id)
    name = map_name("umap", of, dimensions)
    write_parquet(folder / name, layout)
    seal(folder, [name])
    task.leases.report(task.lease, stage="", done=1, total=1)
