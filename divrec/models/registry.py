"""The families by name, with presets; reading this imports neither torch nor any model."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from divrec.data.files import check_manifest, read_json
from divrec.data.settings import Settings
from divrec.errors import ArtefactError, InputError
from divrec.models.settings import (
    AAESettings,
    BiasedMFSettings,
    BlendSettings,
    CFGANSettings,
    ContentSettings,
    EASESettings,
    FrequencySettings,
    GFCFSettings,
    IALSSettings,
    ItemKNNSettings,
    MultVAESettings,
    PopularitySettings,
    RecVAESettings,
    SASRecSettings,
    TwoTowerSettings,
    UserKNNSettings,
)

if TYPE_CHECKING:
    from divrec.models.base import Recommender

Preset = Literal["quick", "balanced", "best"]
DESCRIPTION: Final = "model.json"


@dataclass(frozen=True)
class Family:
    """One kind of model: where its class lives, what can be set, and ready settings to choose from.

    ``about`` is the key under which the screens hold its one-line description. ``trained`` tells whether it has epochs,
    curves and checkpoints, ``rated`` whether it needs a log with ratings, ``transfers`` whether a training can start
    from another run's weights. ``presets`` give only what differs from the defaults.
    """

    key: str
    home: str
    settings: type[Settings]
    trained: bool = False
    rated: bool = False
    transfers: bool = False
    presets: Mapping[Preset, Mapping[str, Any]] = field(default_factory=lambda: {"balanced": {}})

    @property
    def about(self) -> str:
        """The key of the one-line description."""
        return f"family.{self.key}"

    def model(self) -> "type[Recommender[Any]]":
        """Import the class."""
        module, name = self.home.split(":")
        found: type[Recommender[Any]] = getattr(import_module(module), name)
        return found

    def preset(self, name: str) -> dict[str, Any]:
        """Give a preset's settings. Raises InputError naming the presets that there are."""
        if name not in self.presets:
            raise InputError(f"{self.key} has no preset {name!r}; it has {', '.join(self.presets)}")
        return dict(self.presets[name])  # type: ignore[index]


FAMILIES: Final[Mapping[str, Family]] = {
    family.key: family
    for family in (
        Family("popularity", "divrec.models.popularity:Popularity", PopularitySettings),
        Family("frequency", "divrec.models.frequency:Frequency", FrequencySettings),
        Family(
            "ease",
            "divrec.models.ease:EASE",
            EASESettings,
            presets={"balanced": {}, "best": {"tune": True}},
        ),
        Family("itemknn", "divrec.models.neighbours:ItemKNN", ItemKNNSettings),
        Family("userknn", "divrec.models.neighbours:UserKNN", UserKNNSettings),
        Family("ials", "divrec.models.ials:IALS", IALSSettings),
        Family("biasedmf", "divrec.models.biasedmf:BiasedMF", BiasedMFSettings, rated=True),
        Family("gfcf", "divrec.models.gfcf:GFCF", GFCFSettings),
        Family("content", "divrec.models.content:Content", ContentSettings),
        Family(
            "multvae",
            "divrec.models.multvae:MultVAE",
            MultVAESettings,
            trained=True,
            transfers=True,
            presets={
                "quick": {
                    "hidden_dim": 200,
                    "latent_dim": 64,
                    "learning_rate": 2e-3,
                    "anneal_epochs": 10,
                    "epochs": 30,
                    "patience": 5,
                },
                "balanced": {"stop_by": "hidden_log_likelihood"},
                "best": {
                    "stop_by": "hidden_log_likelihood",
                    "learning_rate": 5e-4,
                    "anneal_epochs": 40,
                    "epochs": 200,
                    "patience": 20,
                },
            },
        ),
        Family(
            "recvae",
            "divrec.models.recvae:RecVAE",
            RecVAESettings,
            trained=True,
            transfers=True,
            presets={
                "quick": {"hidden_dim": 300, "latent_dim": 100, "epochs": 30, "patience": 5},
                "balanced": {},
                "best": {"epochs": 200, "patience": 20, "refit": True},
            },
        ),
        Family(
            "aae",
            "divrec.models.aae:AAE",
            AAESettings,
            trained=True,
            transfers=True,
            presets={"quick": {"hidden_dim": 300, "latent_dim": 100, "epochs": 30, "patience": 5}, "balanced": {}},
        ),
        Family(
            "sasrec",
            "divrec.models.sasrec:SASRec",
            SASRecSettings,
            trained=True,
            presets={
                "quick": {"blocks": 1, "epochs": 30, "patience": 5},
                "balanced": {},
                "best": {"latent_dim": 128, "hidden_dim": 256, "epochs": 300, "patience": 20, "refit": True},
            },
        ),
        Family(
            "twotower",
            "divrec.models.twotower:TwoTower",
            TwoTowerSettings,
            trained=True,
            presets={
                "quick": {"hidden_dim": 200, "latent_dim": 64, "epochs": 30, "patience": 5},
                "balanced": {},
                "best": {"hidden_dim": 600, "latent_dim": 200, "epochs": 200, "patience": 20, "refit": True},
            },
        ),
        Family("cfgan", "divrec.models.cfgan:CFGAN", CFGANSettings, trained=True),
        Family(
            "blend",
            "divrec.models.blend:Blend",
            BlendSettings,
            trained=True,
            presets={
                "quick": {"members": {"ease": {}, "itemknn": {}}},
                "balanced": {"members": {"ease": {}, "recvae": {"patience": 5}}},
                "best": {"members": {"ease": {}, "recvae": {}, "ials": {}}, "refit": True},
            },
        ),
    )
}


def family(key: str) -> Family:
    """Look a family up. Raises InputError naming the known ones."""
    if key not in FAMILIES:
        raise InputError(f"there is no model family {key!r}; there are {', '.join(FAMILIES)}")
    return FAMILIES[key]


def make_model(key: str, settings: Mapping[str, Any] | None = None, preset: str | None = None) -> "Recommender[Any]":
    """Make an untrained model of a family from a preset, with ``settings`` laid over it."""
    chosen = family(key)
    return chosen.model()(**{**(chosen.preset(preset) if preset else {}), **(settings or {})})


def load_model(folder: str | os.PathLike[str]) -> "Recommender[Any]":
    """Load what ``save`` wrote, checked against its checksums and its settings.

    Raises ArtefactError for a folder that is damaged, incomplete, or not a model.
    """
    path = Path(folder)
    check_manifest(path)
    description = read_json(path / DESCRIPTION)
    try:
        chosen = family(description["family"])
        settings = chosen.settings.of(description["settings"])
    except (InputError, KeyError, TypeError) as error:
        raise ArtefactError(f"{path} does not hold a model that this version knows: {error}") from error
    return chosen.model().read(path, settings.to_json())
