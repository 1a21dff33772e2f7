"""divrec: how alike a shop's recommendations are, why, and what it costs to vary them.

``import divrec as dr`` is light: a name brings in its room, and torch or umap with it, only when it is first used.
The public names and where they live are written in ``__init__.pyi``, for Python and for editors alike.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
