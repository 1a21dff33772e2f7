"""``python -m divrec`` does what ``divrec`` does."""

import sys

from divrec.cli import main

sys.exit(main())
