"""The commands, one function each; its first line is the command's help."""

import argparse
import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from divrec.cli.console import follow, follow_run, printed, say, tell
from divrec.data.candidates import Candidates
from divrec.data.files import atomic_file, read_json, read_parquet, write_parquet
from divrec.errors import InputError
from divrec.words import known
from divrec.workspace import Workspace
from divrec.workspace.records import ScenarioRecord

GENERATED: Final = {"shoppers": "events", "items": "items"}  # the table that is written


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
    job = follow(workspace, workspace.submit_ingest(source, name=chosen.name, **options))
    tell(str(workspace.dataset(job.target).report))
    say(job.target)


def train(chosen: argparse.Namespace) -> None:
    """Train a model, print its measures, and its run id last; with --compress, keep a smaller version of it too."""
    workspace = Workspace(chosen.workspace)
    dataset = _dataset(workspace, chosen)
    settings = dict(chosen.set)
    if hasattr(chosen, "parts"):
        settings["parts"] = chosen.parts
    run = workspace.submit_training(dataset, chosen.family, settings, chosen.preset, chosen.start_from)
    follow_run(workspace, run)
    if chosen.compress:
        follow(workspace, workspace.submit_compression(run))
        for name in ("sizes", "quality"):
            made = workspace.compression(run, name)
            assert made is not None  # noqa: S101  # the job is done
            say(printed(made))
        follow_run(workspace, workspace.keep_compressed(run, chosen.compress))


def tune(chosen: argparse.Namespace) -> None:
    """Search a family's settings on a part of the training data, and print the trials; with --best, train the best."""
    workspace = Workspace(chosen.workspace)
    given = {name: getattr(chosen, name) for name in ("trials", "seed") if hasattr(chosen, name)}
    tuning = workspace.submit_tuning(_dataset(workspace, chosen), chosen.family, chosen.preset, given)
    follow(workspace, next(job.id for job in workspace.jobs() if job.target == tuning))
    say(printed(workspace.trials(tuning)))
    if chosen.best:
        follow_run(workspace, workspace.train_best(tuning))
    else:
        say(tuning)


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
    say(f"{len(recs)} rows for {len(pool)} users written to {out}")


def evaluate(chosen: argparse.Namespace) -> None:
    """Measure lists against a dataset's test part, or a family in folds, and print the table."""
    from divrec.workspace import evaluating  # noqa: PLC0415  # compiled code

    workspace = Workspace(chosen.workspace)
    dataset, out = _dataset(workspace, chosen), _parquet(chosen.out) if chosen.out else None
    if chosen.folds is not None:
        if not chosen.family:
            raise InputError("name the family to train in each fold: --family ease")

        def told(fold: int, rows: pd.DataFrame) -> None:
            tell(f"fold {fold} of {chosen.folds}\n{printed(rows)}")

        settings = dict(chosen.set)
        table = evaluating.in_folds(
            workspace, dataset, chosen.family, settings, chosen.preset, chosen.folds, chosen.fold_by, told
        )
    elif chosen.recs:
        asked = evaluating.Asked(chosen.run, chosen.repeat, chosen.by, chosen.against, chosen.clicks)
        table = evaluating.of_lists(workspace, dataset, read_parquet(chosen.recs), asked)
    else:
        raise InputError("name what to measure: a Parquet file of lists, or --folds 5 --family ease")
    if out:
        write_parquet(out, table)
    say(printed(table))


def synthesise(chosen: argparse.Namespace) -> None:
    """Generate shoppers or items, write their events or catalogue, and print how good they are; their id last."""
    workspace, out = Workspace(chosen.workspace), _parquet(chosen.out)
    asked = dict(chosen.set)
    if budget := {name: getattr(chosen, name) for name in ("epsilon", "delta") if hasattr(chosen, name)}:
        asked = {"family": "multvae", **budget, **asked}
    made = workspace.submit_synthesis(_dataset(workspace, chosen), chosen.what, asked)
    follow(workspace, next(job.id for job in workspace.jobs() if job.target == made))
    write_parquet(out, workspace.generated(made, GENERATED[chosen.what]))
    say(printed(workspace.generated(made, "fidelity")))
    if asked.get("epsilon"):
        say("the events keep to this promise, the measures above do not: they look at real shoppers")
        say(json.dumps(workspace.generated_values(made, "guarantee"), ensure_ascii=False))
    say(made)


def report(chosen: argparse.Namespace) -> None:
    """Write a report of a run, or of its lists re-ranked, as one HTML page; with --tables, what is behind it too."""
    from divrec.report.bundle import to_zip  # noqa: PLC0415  # compiled code
    from divrec.report.page import to_html  # noqa: PLC0415
    from divrec.workspace.reporting import findings, varied_as, varied_by  # noqa: PLC0415

    workspace, out = Workspace(chosen.workspace), Path(chosen.out)
    if bool(chosen.run) == bool(chosen.scenario) or (chosen.scenario and chosen.lists):
        raise InputError("name what the report is of: --run RUN, with --lists FILE if you like, or --scenario SCENARIO")
    scenario = _scenario(workspace, chosen.scenario) if chosen.scenario else None
    wanted = scenario.run_id if scenario else chosen.run
    done = {run.id: run for run in workspace.runs() if run.state == "done"}
    if wanted not in done:
        raise InputError(f"there is no finished run {wanted!r}; there are {', '.join(done) or 'none'}")
    run = done[wanted]
    shop = next(shop for shop in workspace.datasets() if shop.id == run.dataset_id)
    runs = [other for other in done.values() if other.dataset_id == shop.id]
    names = {other.id: known(chosen.language, f"family.{other.family}.name", other.family) for other in runs}
    varied = varied_by(workspace, run, read_parquet(chosen.lists)) if chosen.lists else None
    varied = varied_as(workspace, run, scenario.values) if scenario else varied
    found = findings(workspace, shop.name, run, runs, names, varied)
    with atomic_file(out) as temporary:
        temporary.write_text(to_html(found, chosen.language), encoding="utf-8")
    if chosen.tables:
        with atomic_file(chosen.tables) as temporary:
            temporary.write_bytes(to_zip(found))
    say(f"a report of {names[run.id]} on {shop.name} written to {out}")


def _scenario(workspace: Workspace, wanted: str) -> ScenarioRecord:
    """Find a scenario by its id or, the newest of several, by its name."""
    saved = workspace.scenarios()
    for each in saved:
        if wanted in (each.id, each.name):
            return each
    there = ", ".join(f"{each.id} ({each.name})" for each in saved) or "none"
    raise InputError(f"there is no scenario {wanted!r}; there are {there}")


def _dataset(workspace: Workspace, chosen: argparse.Namespace) -> str:
    if chosen.dataset:
        return str(chosen.dataset)
    shops = workspace.datasets()
    if not shops:
        raise InputError(f"the workspace {workspace.folder} holds no dataset; make one: divrec ingest demo")
    return shops[0].id


def _parquet(path: str) -> Path:
    if not path.endswith(".parquet"):
        raise InputError(f"tables are written as Parquet, to a name ending in .parquet; found {path!r}")
    return Path(path)
