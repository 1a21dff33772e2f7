"""Diversity re-ranking: gains, the one greedy loop, the exact trade-off path."""

from divrec.rerank.gains import METHODS
from divrec.rerank.path import TradeoffPath, exact_path
from divrec.rerank.rerank import rerank
from divrec.rerank.ruled import check_rules
from divrec.rerank.rules import Rules

__all__ = ["METHODS", "Rules", "TradeoffPath", "check_rules", "exact_path", "rerank"]
