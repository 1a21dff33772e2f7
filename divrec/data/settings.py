"""What every settings object has in common: values checked when they are given, bounds that screens can read."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, Self, get_args, get_origin

from divrec.errors import InputError


@dataclass(frozen=True)
class Search:
    """Where tuning looks for a number, both ends included; ``log`` where its order of magnitude is what matters."""

    low: float
    high: float
    log: bool = True


ALL: Final = "all"
TRY_ALL: Final = {"search": ALL}  # metadata of a setting of few choices, all of which tuning tries


def bounded(default: float, low: float, high: float, search: Search | None = None) -> Any:  # noqa: ANN401  # a field
    """Declare a number setting on [low, high]; screens and tuning read them from the field's metadata."""
    return field(default=default, metadata={"low": low, "high": high, "search": search})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings without any entry, to be added to. Each value is checked when it is given."""

    def __post_init__(self) -> None:
        """Refuse values of another type, outside their bounds, or not among their choices."""
        for entry in fields(self):
            _check(type(self).__name__, entry.name, entry.type, getattr(self, entry.name), dict(entry.metadata))

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """Make settings from names and values. Raises InputError for an unknown name, naming the known ones."""
        known = [entry.name for entry in fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise InputError(
                f"{cls.__name__} has no {', '.join(map(repr, unknown))}; it has {', '.join(known) or 'no settings'}"
            )
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Give the settings as plain JSON values."""
        return asdict(self)


def _check(owner: str, name: str, kind: Any, value: Any, bounds: dict[str, Any]) -> None:  # noqa: ANN401
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise InputError(f"{owner}: {name} must be one of {', '.join(map(repr, get_args(kind)))}, found {value!r}")
        return
    kind = get_origin(kind) or kind
    fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise InputError(f"{owner}: {name} must be {kind.__name__}, found {value!r} ({type(value).__name__})")
    if "low" in bounds and not bounds["low"] <= value <= bounds["high"]:  # NaN fails here too
        raise InputError(f"{owner}: {name} must be from {bounds['low']} to {bounds['high']}, found {value!r}")
