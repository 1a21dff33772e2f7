"""The tones of a picture, mixed from the one colour of the product."""

COLOURS = {
    "sage": "#7d9a78",
    "navy": "#2f4a73",
    "terracotta": "#c0653f",
    "mustard": "#d7a52f",
    "charcoal": "#44474d",
    "cream": "#e9dfc9",
    "berry": "#9c3457",
    "sky": "#6fa8cf",
}
ACCENTS = {  # the second colour that playful things wear
    "sage": "#f3d9a4",
    "navy": "#f0a36b",
    "terracotta": "#f6e2c6",
    "mustard": "#3f6a8a",
    "charcoal": "#f2c14e",
    "cream": "#d98b6a",
    "berry": "#f6c3cf",
    "sky": "#fdf1c7",
}


def mix(colour: str, other: str, share: float) -> str:
    """Blend ``share`` (0 … 1) of ``other`` into ``colour``, both written #rrggbb."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def tones(colour: str) -> dict[str, str]:
    """Give the tones body, dark, deep, light, tint, hill, accent, ink, wood, metal and white for a named colour."""
    body = COLOURS[colour]
    return {
        "body": body,
        "dark": mix(body, "#1d2230", 0.28),
        "deep": mix(body, "#1d2230", 0.52),
        "light": mix(body, "#ffffff", 0.38),
        "tint": mix(body, "#f7f5f1", 0.80),
        "hill": mix(body, "#f7f5f1", 0.64),
        "accent": ACCENTS[colour],
        "ink": "#33363d",
        "wood": "#b98a5e",
        "metal": "#b9bec6",
        "glass": "#dfe9ef",
        "white": "#fbfaf7",
        "green": "#6c8f5c",
    }
