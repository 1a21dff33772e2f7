"""What can be typed: the commands' options, read into the values that the commands take."""

import argparse
from collections.abc import Callable
from typing import Final

from divrec.cli import commands
from divrec.cli.commands import GENERATED
from divrec.models.registry import FAMILIES
from divrec.words import LANGUAGES


def parser() -> argparse.ArgumentParser:
    """Give the parser of all commands; each leaves its function under ``command``."""
    whole = argparse.ArgumentParser(prog="divrec", description="How alike recommendations are, and varying them.")
    added = whole.add_subparsers(required=True, metavar=" | ".join(command.__name__ for command in _OPTIONS))
    for command, options in _OPTIONS.items():
        said = (command.__doc__ or "").rstrip(".")
        own = added.add_parser(command.__name__, help=said, description=said)
        own.add_argument("--workspace", help="its folder; else DIVREC_WORKSPACE, else ./workspace")
        own.set_defaults(command=command)
        options(own)
    return whole


def _ingest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="demo, groceries, or a file of events")
    parser.add_argument("--items", help="file of the catalogue")
    parser.add_argument("--users", help="file of the users")
    parser.add_argument("--vectors", help="file of ready item vectors: an id and numbers, or a list of them")
    parser.add_argument("--pictures", help="zip of picture files named by item id")
    parser.add_argument("--column", type=_pair, action="append", metavar="ROLE=COLUMN", help="such as user=visitor")
    parser.add_argument("--recipe", help="JSON file of cleaning steps, as the Data screen saves it")
    parser.add_argument("--name", help="label of the dataset")


def _train(parser: argparse.ArgumentParser) -> None:
    _add_dataset(parser)
    parser.add_argument("--family", required=True, help=", ".join(FAMILIES))
    parser.add_argument("--preset", help="quick, balanced or best")
    parser.add_argument("--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="one setting")
    parser.add_argument(
        "--parts", type=int, default=argparse.SUPPRESS, help="multvae, aae: learn in so many parts, average the weights"
    )
    parser.add_argument("--start-from", metavar="RUN", help="begin with the weights of a run of the same family")
    parser.add_argument("--compress", metavar="WAY", help="then measure smaller versions and keep one (int8, …)")


def _tune(parser: argparse.ArgumentParser) -> None:
    _add_dataset(parser)
    parser.add_argument("--family", required=True, help=", ".join(FAMILIES))
    parser.add_argument("--preset", help="where the search begins: quick, balanced or best")
    parser.add_argument("--trials", type=int, default=argparse.SUPPRESS, help="how many settings to try")
    parser.add_argument("--seed", type=int, default=argparse.SUPPRESS, help="of the search")
    parser.add_argument("--best", action="store_true", help="then train the best with everything")


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recs", nargs="?", help="Parquet file with user_id, item_id, rank")
    _add_dataset(parser)
    parser.add_argument("--repeat", action="store_true", help="count what users chose again, not only what was new")
    parser.add_argument("--run", help="id of the run whose item vectors say what is alike")
    parser.add_argument("--by", choices=["group", "band", "category"], help="by shopper group, popularity, category")
    parser.add_argument("--against", help="Parquet file of other lists: the difference, paired by shoppers")
    parser.add_argument("--clicks", action="store_true", help="clicks of the logged lists and of these, where shown")
    parser.add_argument("--folds", type=int, help="instead of lists: train --family anew for each of so many folds")
    parser.add_argument("--fold-by", choices=["users", "pairs", "time"], default="users", help="what a fold is")
    parser.add_argument("--family", help=", ".join(FAMILIES))
    parser.add_argument("--preset", help="quick, balanced or best")
    parser.add_argument("--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="one setting")
    parser.add_argument("--out", help="Parquet file to write the table to as well")


def _synthesise(parser: argparse.ArgumentParser) -> None:
    _add_dataset(parser)
    parser.add_argument("--what", choices=list(GENERATED), default="shoppers", help="what is generated")
    parser.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE",
        help="n, seed, temperature; prior, family; model, …",
    )
    parser.add_argument(
        "--epsilon", type=float, default=argparse.SUPPRESS, help="generate under differential privacy with this ε"
    )
    parser.add_argument(
        "--delta", type=float, default=argparse.SUPPRESS, help="with --epsilon; else by the number of shoppers"
    )
    parser.add_argument("--out", required=True, help="Parquet file to write the events, or the catalogue, to")


def _rerank(parser: argparse.ArgumentParser) -> None:
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


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", help="id of a finished run")
    parser.add_argument("--scenario", help="instead: id or name of a saved scenario, applied to everybody's lists")
    parser.add_argument("--lists", help="Parquet file of its lists re-ranked, as rerank writes it")
    parser.add_argument("--language", choices=list(LANGUAGES), default="en", help="of the page")
    parser.add_argument("--tables", help="zip file to write the tables to as well")
    parser.add_argument("--out", required=True, help="HTML file to write")


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", help="its id; else the newest")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, found {text!r}")
    return name, value


def _setting(text: str) -> tuple[str, int | float | bool | str]:
    """Read one setting; its family says later whether name and value will do."""
    name, value = _pair(text)
    if value in ("true", "false"):
        return name, value == "true"
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value


_OPTIONS: Final[dict[Callable[[argparse.Namespace], None], Callable[[argparse.ArgumentParser], None]]] = {
    commands.ingest: _ingest,
    commands.train: _train,
    commands.tune: _tune,
    commands.rerank: _rerank,
    commands.evaluate: _evaluate,
    commands.synthesise: _synthesise,
    commands.report: _report,
}
