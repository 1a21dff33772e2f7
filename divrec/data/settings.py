"""What every settings object has in common: values checked when they are given, bounds that screens can read."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self, get_args, get_origin

from divrec.errors import InputError


def bounded(default: float, low: float, high: float) -> Any:  # noqa: ANN401  # what dataclasses.field gives
    """Declare a number setting on [low, high]; screens read the bounds from the field's metadata."""
    return field(default=default, metadata={"low": low, "high": high})


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


def _check(owner: str, name: str, kind: Any, value: Any, bounds: dict[str, float]) -> None:  # noqa: ANN401
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise InputError(f"{owner}: {name} must be one of {', '.join(map(repr, get_args(kind)))}, found {value!r}")
        return
    kind = get_origin(kind) or kind
    fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise InputError(f"{owner}: {name} must be {kind.__name__}, found {value!r} ({type(value).__name__})")
    if bounds and not bounds["low"] <= value <= bounds["high"]:  # NaN fails here too
        raise InputError(f"{owner}: {name} must be from {bounds['low']} to {bounds['high']}, found {value!r}")
