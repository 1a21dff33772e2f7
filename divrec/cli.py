"""The same jobs without a browser: ``divrec ingest | train | tune | rerank | evaluate | synthesise | report``.

What is asked for goes to standard output, progress and errors to standard error. Datasets and runs lie in a workspace
and are the ones that the screens show.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from divrec.data.candidates import Candidates
from divrec.data.files import atomic_file, read_json, read_parquet, write_parquet
from divrec.errors import DivrecError, InputError
from divrec.models.registry import FAMILIES
from divrec.words import LANGUAGES, known
from divrec.workspace import Job, Workspace

_COMMANDS: Final = "ingest | train | tune | rerank | evaluate | synthesise | report"
_GENERATED: Final = {"shoppers": "events", "items": "items"}  # the table that is written
_LOOK_SECONDS: Final = 0.2
_TELL_SECONDS: Final = 2.0
_INTERRUPTED: Final = 130  # what a shell expects after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0, 1 after an error (said in one line), 130 after Ctrl-C."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.command(chosen)
    except DivrecError as error:
        _tell(f"divrec: {error}")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def ingest(chosen: argparse.Namespace) -> None:
    """Open a shop and print its dataset id; ends when its baselines are trained."""
    workspace = Workspace(chosen.workspace)
    source, options = chosen.source, dict[str, Any]()
    if source not in ("demo", "groceries"):
        files = {"events": source, "items": chosen.items, "users": chosen.users, "vectors": chosen.vectors}
        files["pictures"] = chosen.pictures
        options = {table: str(Path(path).resolve()) for table, path in files.items() if path}
        options |= {"columns": dict(chosen.column)} if chosen.column else {}
        source = "upload"
    if chosen.recipe:
        options["recipe"] = read_json(chosen.recipe)
    job = _follow(workspace, workspace.submit_ingest(source, name=chosen.name, **options))
    _tell(str(workspace.dataset(job.target).report))
    _say(job.target)


def train(chosen: argparse.Namespace) -> None:
    """Train a model, print its measures, and its run id last."""
    workspace = Workspace(chosen.workspace)
    dataset = _dataset(workspace, chosen)
    settings = dict(chosen.set)
    run = workspace.submit_training(dataset, chosen.family, settings, chosen.preset, chosen.start_from)
    _follow_run(workspace, run)


def tune(chosen: argparse.Namespace) -> None:
    """Search a family's settings on a part of the training data, and print the trials; with --best, train the best."""
    workspace = Workspace(chosen.workspace)
    given = {name: getattr(chosen, name) for name in ("trials", "seed") if hasattr(chosen, name)}
    tuning = workspace.submit_tuning(_dataset(workspace, chosen), chosen.family, chosen.preset, given)
    _follow(workspace, next(job.id for job in workspace.jobs() if job.target == tuning))
    _say(_printed(workspace.trials(tuning)))
    if chosen.best:
        _follow_run(workspace, workspace.train_best(tuning))
    else:
        _say(tuning)


def rerank(chosen: argparse.Namespace) -> None:
    """Re-rank the lists of a run, or of files, and write them."""
    from divrec.rerank.rerank import rerank as choose  # noqa: PLC0415  # compiled code; other commands need none
    from divrec.rerank.rules import Rules  # noqa: PLC0415

    out = _parquet(chosen.out)
    vectors: pd.DataFrame | None = None
    known: dict[str, Any] = {}
    if chosen.run:
        workspace = Workspace(chosen.workspace)
        pool, vectors = workspace.candidates(chosen.run, chosen.repeat), workspace.item_vectors(chosen.run)
        dataset_id = next(run.dataset_id for run in workspace.runs() if run.id == chosen.run)
        history, _ = workspace.split(dataset_id)
        known = {"catalogue": history.items, "history": history.interactions}
    elif chosen.pool:
        pool = Candidates.from_frame(read_parquet(chosen.pool))
        vectors = read_parquet(chosen.vectors) if chosen.vectors else None
    else:
        raise InputError("name what to re-rank: --run RUN, or --pool FILE with --vectors FILE")
    if chosen.user:
        pool = pool.for_users(chosen.user)
    if chosen.rules:
        known["rules"] = Rules.from_json(Path(chosen.rules).read_text(encoding="utf-8"))
    given = {name: getattr(chosen, name) for name in ("method", "diversity", "n") if hasattr(chosen, name)}
    recs = choose(pool, vectors, **given, **known)
    write_parquet(out, recs)
    _say(f"{len(recs)} rows for {len(pool)} users written to {out}")


def evaluate(chosen: argparse.Namespace) -> None:
    """Measure lists against a dataset's test part and print the table."""
    from divrec.evaluate.table import evaluate as measured  # noqa: PLC0415  # compiled code

    workspace = Workspace(chosen.workspace)
    known, test = workspace.split(_dataset(workspace, chosen))
    vectors = workspace.item_vectors(chosen.run) if chosen.run else None
    judged = test if chosen.repeat else test.new_to_users()
    table = measured(read_parquet(chosen.recs), judged, data=known, vectors=vectors)
    if chosen.out:
        write_parquet(_parquet(chosen.out), table)
    _say(_printed(table))


def synthesise(chosen: argparse.Namespace) -> None:
    """Generate shoppers or items, write their events or catalogue, and print how good they are; their id last."""
    workspace, out = Workspace(chosen.workspace), _parquet(chosen.out)
    made = workspace.submit_synthesis(_dataset(workspace, chosen), chosen.what, dict(chosen.set))
    _follow(workspace, next(job.id for job in workspace.jobs() if job.target == made))
    write_parquet(out, workspace.generated(made, _GENERATED[chosen.what]))
    _say(_printed(workspace.generated(made, "fidelity")))
    _say(made)


def report(chosen: argparse.Namespace) -> None:
    """Write a report of a run, or of its lists re-ranked, as one HTML page; with --tables, what is behind it too."""
    from divrec.report.bundle import to_zip  # noqa: PLC0415  # compiled code
    from divrec.report.page import to_html  # noqa: PLC0415
    from divrec.workspace.reporting import findings, varied_by  # noqa: PLC0415

    workspace, out = Workspace(chosen.workspace), Path(chosen.out)
    done = {run.id: run for run in workspace.runs() if run.state == "done"}
    if chosen.run not in done:
        raise InputError(f"there is no finished run {chosen.run!r}; there are {', '.join(done) or 'none'}")
    run = done[chosen.run]
    shop = next(shop for shop in workspace.datasets() if shop.id == run.dataset_id)
    runs = [other for other in done.values() if other.dataset_id == shop.id]
    names = {other.id: known(chosen.language, f"family.{other.family}.name", other.family) for other in runs}
    varied = varied_by(workspace, run, read_parquet(chosen.lists)) if chosen.lists else None
    found = findings(workspace, shop.name, run, runs, names, varied)
    with atomic_file(out) as temporary:
        temporary.write_text(to_html(found, chosen.language), encoding="utf-8")
    if chosen.tables:
        with atomic_file(chosen.tables) as temporary:
            temporary.write_bytes(to_zip(found))
    _say(f"a report of {names[run.id]} on {shop.name} written to {out}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="divrec", description="How alike recommendations are, and varying them.")
    commands = parser.add_subparsers(required=True, metavar=_COMMANDS)

    def add(command: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        said = (command.__doc__ or "").rstrip(".")
        made = commands.add_parser(command.__name__, help=said, description=said)
        made.add_argument("--workspace", help="its folder; else DIVREC_WORKSPACE, else ./workspace")
        made.set_defaults(command=command)
        return made

    opened = add(ingest)
    opened.add_argument("source", help="demo, groceries, or a file of events")
    opened.add_argument("--items", help="file of the catalogue")
    opened.add_argument("--users", help="file of the users")
    opened.add_argument("--vectors", help="file of ready item vectors: an id and numbers, or a list of them")
    opened.add_argument("--pictures", help="zip of picture files named by item id")
    opened.add_argument("--column", type=_pair, action="append", metavar="ROLE=COLUMN", help="such as user=visitor")
    opened.add_argument("--recipe", help="JSON file of cleaning steps, as the Data screen saves it")
    opened.add_argument("--name", help="label of the dataset")

    trained = add(train)
    _add_dataset(trained)
    trained.add_argument("--family", required=True, help=", ".join(FAMILIES))
    trained.add_argument("--preset", help="quick, balanced or best")
    trained.add_argument("--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="one setting")

    trained.add_argument("--start-from", metavar="RUN", help="begin with the weights of a run of the same family")

    searched = add(tune)
    _add_dataset(searched)
    searched.add_argument("--family", required=True, help=", ".join(FAMILIES))
    searched.add_argument("--preset", help="where the search begins: quick, balanced or best")
    searched.add_argument("--trials", type=int, default=argparse.SUPPRESS, help="how many settings to try")
    searched.add_argument("--seed", type=int, default=argparse.SUPPRESS, help="of the search")
    searched.add_argument("--best", action="store_true", help="then train the best with everything")

    _add_rerank(add(rerank))

    measured = add(evaluate)
    measured.add_argument("recs", help="Parquet file with user_id, item_id, rank")
    _add_dataset(measured)
    measured.add_argument("--repeat", action="store_true", help="count what users chose again, not only what was new")
    measured.add_argument("--run", help="id of the run whose item vectors say what is alike")
    measured.add_argument("--out", help="Parquet file to write the table to as well")

    generated = add(synthesise)
    _add_dataset(generated)
    generated.add_argument("--what", choices=list(_GENERATED), default="shoppers", help="what is generated")
    generated.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="n, seed, prior, model, …"
    )
    generated.add_argument("--out", required=True, help="Parquet file to write the events, or the catalogue, to")
    _add_report(add(report))
    return parser


def _add_rerank(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", help="id of a finished run")
    parser.add_argument("--repeat", action="store_true", help="let lists hold items of the history")
    parser.add_argument("--pool", help="instead: Parquet file with user_id, item_id, score")
    parser.add_argument("--vectors", help="with --pool: Parquet file of numbers indexed by item_id")
    parser.add_argument("--user", action="append", help="only this user; may be given more than once")
    parser.add_argument("--rules", help="JSON file of rules")
    parser.add_argument("--method", default=argparse.SUPPRESS, help="how to vary: mmr, msd, dpp, …")
    parser.add_argument("--diversity", type=float, default=argparse.SUPPRESS, help="0 relevance … 1 diversity")
    parser.add_argument("-n", type=int, default=argparse.SUPPRESS, help="length of the lists")
    parser.add_argument("--out", required=True, help="Parquet file to write")


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", required=True, help="id of a finished run")
    parser.add_argument("--lists", help="Parquet file of its lists re-ranked, as rerank writes it")
    parser.add_argument("--language", choices=list(LANGUAGES), default="en", help="of the page")
    parser.add_argument("--tables", help="zip file to write the tables to as well")
    parser.add_argument("--out", required=True, help="HTML file to write")


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", help="its id; else the newest")


def _dataset(workspace: Workspace, chosen: argparse.Namespace) -> str:
    if chosen.dataset:
        return str(chosen.dataset)
    shops = workspace.datasets()
    if not shops:
        raise InputError(f"the workspace {workspace.folder} holds no dataset; make one: divrec ingest demo")
    return shops[0].id


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, found {text!r}")
    return name, value


def _setting(text: str) -> tuple[str, int | float | str]:
    """Read one setting; its family says later whether name and value will do."""
    name, value = _pair(text)
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value


def _parquet(path: str) -> Path:
    if not path.endswith(".parquet"):
        raise InputError(f"tables are written as Parquet, to a name ending in .parquet; found {path!r}")
    return Path(path)


def _follow(workspace: Workspace, job_id: str) -> Job:
    """Tell how far a job is until it ends; Ctrl-C cancels it. Raises DivrecError unless it is done."""
    told = ""
    last = 0.0
    try:
        while True:
            job = next(job for job in workspace.jobs() if job.id == job_id)
            if not job.live:
                break
            now = _progress(job)
            if now != told and time.monotonic() - last > _TELL_SECONDS:
                _tell(now)
                told, last = now, time.monotonic()
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        workspace.cancel(job_id)
        _tell("cancelled")
        raise
    if job.state != "done":
        raise DivrecError(f"{job.kind} {job.state}" + (f": {job.error}" if job.error else ""))
    return job


def _follow_run(workspace: Workspace, run: str) -> None:
    """Wait for a training, and print its measures and its id."""
    _follow(workspace, next(job.id for job in workspace.jobs() if job.target == run and job.kind == "train"))
    _say(_printed(workspace.metrics(run)))
    _say(run)


def _progress(job: Job) -> str:
    if job.state == "queued":
        return "waiting for the worker"
    left = "" if job.seconds_left is None else f", {job.seconds_left:.0f} s left at most"
    return f"{job.stage} {job.done}/{job.total}{left}"


def _printed(table: pd.DataFrame) -> str:
    return table.to_string(index=False, float_format=lambda value: f"{value:.4f}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
