"""Ask sdmetrics how two small catalogues agree: prints JSON, in the environment of requirements-ctgan.txt."""

import json
import sys

import pandas as pd
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.single_column import KSComplement, TVComplement

real, made = (pd.read_csv(path) for path in sys.argv[1:])
words, numbers = ["category", "subcategory", "brand"], ["price", "margin"]
answers = {name: TVComplement.compute(real[name], made[name]) for name in words}
answers |= {name: KSComplement.compute(real[name], made[name]) for name in numbers}
for one, other in (("category", "subcategory"), ("category", "brand"), ("subcategory", "brand")):
    answers[f"{one} × {other}"] = ContingencySimilarity.compute(real[[one, other]], made[[one, other]])
answers["price × margin"] = CorrelationSimilarity.compute(real[numbers], made[numbers], coefficient="Pearson")
sys.stdout.write(json.dumps({name: float(value) for name, value in answers.items()}) + "\n")
