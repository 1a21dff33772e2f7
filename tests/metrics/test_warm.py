"""After compiling ahead, no measure meets a type that it was not compiled for."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from numba.core.dispatcher import Dispatcher
from divrec.metrics import crowd, kernels, subtopic
from divrec.metrics.registry import METRICS
from divrec.metrics.warm import compile_ahead
from test_laws import call, shop

def compiled():
    rooms = [vars(room).items() for room in (kernels, crowd, subtopic)]
    return [(name, len(value.signatures)) for room in rooms for name, value in room if isinstance(value, Dispatcher)]

compile_ahead()
before = compiled()
for entry in METRICS.values():
    call(entry, shop(1))
print(before == compiled())
"""


def test_nothing_is_left_to_compile():
    script = SCRIPT.format(here=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
