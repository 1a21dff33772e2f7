from .data.candidates import Candidates
from .data.dataset import Dataset
from .data.groceries import load_groceries
from .data.likeness import blend, catalogue_blocks
from .data.read import read_dataset
from .data.store import load_dataset
from .evaluate.breakdown import (
    compare_by_category,
    compare_by_group,
    compare_by_popularity,
    evaluate_by_category,
    evaluate_by_group,
    evaluate_by_popularity,
)
from .evaluate.clicks import compare_clicks
from .evaluate.compare import compare
from .evaluate.crossvalidate import cross_validate
from .evaluate.pairs import evaluate_pairs
from .evaluate.table import evaluate
from .evaluate.tradeoff import population_path, tradeoff_path
from .latent.neighbours import similar_items
from .latent.project import project
from .metrics.accuracy import auc, average_precision, hit_rate, ndcg, precision, recall, reciprocal_rank
from .metrics.between import list_overlap, neighbour_overlap, personalisation
from .metrics.explicit import mae, pair_auc, rmse
from .metrics.exposure import catalogue_coverage, exposure_by_group, exposure_disparity, exposure_entropy, gini
from .metrics.inside import category_entropy, distinct_categories, ild, minimum_distance, vendi
from .metrics.novelty import novelty, serendipity, unexpectedness
from .metrics.over_time import calibration, similarity_to_history, temporal_diversity
from .metrics.popularity import average_popularity, long_tail_share, popularity_lift
from .metrics.registry import METRICS
from .metrics.relevance import relevance_kept
from .metrics.sameness import sameness, sameness_parts
from .metrics.subtopic import alpha_ndcg, err_ia, subtopic_recall
from .models.aae import AAE
from .models.base import Recommender
from .models.biasedmf import BiasedMF
from .models.blend import Blend
from .models.cfgan import CFGAN
from .models.compression import compress
from .models.content import Content
from .models.ease import EASE
from .models.federated import federated
from .models.frequency import Frequency
from .models.gfcf import GFCF
from .models.ials import IALS
from .models.multvae import MultVAE
from .models.neighbours import ItemKNN, UserKNN
from .models.popularity import Popularity
from .models.recvae import RecVAE
from .models.registry import load_model
from .models.sasrec import SASRec
from .models.tuning import tune
from .models.twotower import TwoTower
from .rerank.path import TradeoffPath
from .rerank.rerank import rerank
from .rerank.rules import Rules
from .rerank.together import group_pool
from .search.index import SearchIndex
from .simulate.demo import load_demo
from .synthesis.coldstart import ColdStart
from .synthesis.fidelity import fidelity
from .synthesis.itemfidelity import item_fidelity
from .synthesis.items import generate_items
from .synthesis.private import generate_private_shoppers
from .synthesis.reach import reach
from .synthesis.shoppers import generate_shoppers
from .workspace import Workspace

__version__: str

__all__ = [
    "AAE",
    "CFGAN",
    "EASE",
    "GFCF",
    "IALS",
    "METRICS",
    "BiasedMF",
    "Blend",
    "Candidates",
    "ColdStart",
    "Content",
    "Dataset",
    "Frequency",
    "ItemKNN",
    "MultVAE",
    "Popularity",
    "RecVAE",
    "Recommender",
    "Rules",
    "SASRec",
    "SearchIndex",
    "TradeoffPath",
    "TwoTower",
    "UserKNN",
    "Workspace",
    "alpha_ndcg",
    "auc",
    "average_popularity",
    "average_precision",
    "blend",
    "calibration",
    "catalogue_blocks",
    "catalogue_coverage",
    "category_entropy",
    "compare",
    "compare_by_category",
    "compare_by_group",
    "compare_by_popularity",
    "compare_clicks",
    "compress",
    "cross_validate",
    "distinct_categories",
    "err_ia",
    "evaluate",
    "evaluate_by_category",
    "evaluate_by_group",
    "evaluate_by_popularity",
    "evaluate_pairs",
    "exposure_by_group",
    "exposure_disparity",
    "exposure_entropy",
    "federated",
    "fidelity",
    "generate_items",
    "generate_private_shoppers",
    "generate_shoppers",
    "gini",
    "group_pool",
    "hit_rate",
    "ild",
    "item_fidelity",
    "list_overlap",
    "load_dataset",
    "load_demo",
    "load_groceries",
    "load_model",
    "long_tail_share",
    "mae",
    "minimum_distance",
    "ndcg",
    "neighbour_overlap",
    "novelty",
    "pair_auc",
    "personalisation",
    "popularity_lift",
    "population_path",
    "precision",
    "project",
    "reach",
    "read_dataset",
    "recall",
    "reciprocal_rank",
    "relevance_kept",
    "rerank",
    "rmse",
    "sameness",
    "sameness_parts",
    "serendipity",
    "similar_items",
    "similarity_to_history",
    "subtopic_recall",
    "temporal_diversity",
    "tradeoff_path",
    "tune",
    "unexpectedness",
    "vendi",
]
