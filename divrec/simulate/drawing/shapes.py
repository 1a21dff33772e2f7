"""Outlines as SVG path data on a tile of 160 × 120, so that any of them can be filled, stroked or cut out."""

Point = tuple[float, float]


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None) -> str:
    """Outline an ellipse, or a circle where one radius is given."""
    ry = rx if ry is None else ry
    left, across, down = number(cx - rx), number(2 * rx), number(ry)
    return f"M{left} {number(cy)}a{number(rx)} {down} 0 1 0 {across} 0a{number(rx)} {down} 0 1 0-{across} 0z"


def box(x: float, y: float, w: float, h: float, r: float = 0) -> str:
    """Outline a rectangle with corners of radius ``r``."""
    if not r:
        return f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h{number(-w)}z"
    arc = f"a{number(r)} {number(r)} 0 0 1"
    return (
        f"M{number(x + r)} {number(y)}h{number(w - 2 * r)}{arc} {number(r)} {number(r)}v{number(h - 2 * r)}"
        f"{arc} {number(-r)} {number(r)}h{number(2 * r - w)}{arc} {number(-r)} {number(-r)}v{number(2 * r - h)}"
        f"{arc} {number(r)} {number(-r)}z"
    )


def polygon(*points: Point) -> str:
    """Outline straight edges through ``points``, closed."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "z"


def line(*points: Point) -> str:
    """Straight strokes through ``points``, open."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
