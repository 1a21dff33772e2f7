"""The same jobs without a browser: ``divrec ingest | train | tune | rerank | evaluate | synthesise | report``.

What is asked for goes to standard output, progress and errors to standard error. Datasets and runs lie in a workspace
and are the ones that the screens show.
"""

from collections.abc import Sequence
from typing import Final

from divrec.cli.console import tell
from divrec.cli.parser import parser
from divrec.errors import DivrecError

_INTERRUPTED: Final = 130  # what a shell expects after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0, 1 after an error (said in one line), 130 after Ctrl-C."""
    chosen = parser().parse_args(arguments)
    try:
        chosen.command(chosen)
    except DivrecError as error:
        tell(f"divrec: {error}")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0
