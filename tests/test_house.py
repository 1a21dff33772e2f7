"""The house's own rules: a light import, no loads that can run code, README blocks that work."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import divrec

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [p for room in ("divrec", "pages", "sample_data") for p in sorted((ROOT / room).rglob("*.py"))] + [
    ROOT / "app.py"
]
BANNED_CALLS = {"pickle.load", "pickle.loads", "torch.load", "torch.save", "joblib.load", "eval", "exec"}


def call_name(node: ast.Call) -> str:
    return ast.unparse(node.func)


def test_import_is_light():
    code = "import sys, divrec; print(sorted({'torch', 'umap', 'sklearn', 'streamlit', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_benchmarks_are_ours_and_not_those_that_opacus_installs():
    code = "import benchmarks; print(benchmarks.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert Path(done.stdout.strip()) == ROOT / "benchmarks" / "__init__.py"


def test_what_the_screens_read_of_privacy_brings_in_no_torch():
    code = "import sys, divrec.ui.private, divrec.workspace; print(sorted({'torch', 'opacus'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", divrec.__all__)
def test_every_public_name_is_there_and_described(name):
    assert getattr(divrec, name).__doc__


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        divrec.no_such_name  # noqa: B018


def test_nothing_that_can_run_code_is_loaded():
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                keywords = {k.arg: ast.unparse(k.value) for k in node.keywords}
                if (
                    call_name(node) in BANNED_CALLS
                    or keywords.get("allow_pickle") == "True"
                    or keywords.get("unsafe_allow_html") == "True"
                ):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {call_name(node)}")
    assert not found


def test_browser_code_sets_text_never_html():
    scripts = [p for room in ("divrec", "pages") for p in (ROOT / room).rglob("*.js")]
    assert scripts
    assert not [
        p for p in scripts if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", p.read_text())
    ]


def readme_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)


def test_readme_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = readme_blocks()
    assert blocks
    names: dict = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
