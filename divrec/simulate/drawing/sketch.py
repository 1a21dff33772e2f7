"""A picture in the making: the tile, the product's parts, and the motif of its style on its main part."""

from divrec.simulate.drawing.palette import tones
from divrec.simulate.drawing.shapes import box, ellipse, line

STYLES = ("minimal", "classic", "playful", "outdoor")
WIDTH, HEIGHT = 160, 120


class Sketch:
    """Collects the parts of one picture, back to front. ``tone`` names come from ``palette.tones``."""

    def __init__(self, style: str, colour: str) -> None:
        self.style = style
        self.tones = tones(colour)
        self._parts: list[str] = []
        self._cuts = 0

    def fill(self, path: str, tone: str = "body") -> None:
        """Fill an outline with a tone."""
        self._parts.append(f'<path d="{path}" fill="{self.tones[tone]}"/>')

    def stroke(self, path: str, tone: str = "dark", width: float = 3) -> None:
        """Draw along an outline, with round ends."""
        self._parts.append(
            f'<path d="{path}" fill="none" stroke="{self.tones[tone]}" stroke-width="{width:g}" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )

    def body(self, path: str, tone: str = "body") -> None:
        """Fill the product's main part and lay the motif of the style over it."""
        self.fill(path, tone)
        self._cuts += 1
        cut = f"c{self._cuts}"
        motif = "".join(MOTIFS[self.style](self.tones))
        self._parts.append(f'<clipPath id="{cut}"><path d="{path}"/></clipPath><g clip-path="url(#{cut})">{motif}</g>')

    def shadow(self, width: float = 84, y: float = 106) -> None:
        """Put a soft shadow under the product."""
        self._parts.append(f'<path d="{ellipse(80, y, width / 2, 4)}" fill="{self.tones["deep"]}" opacity=".18"/>')

    def svg(self) -> str:
        """Give the whole picture as SVG text."""
        ground = "".join(GROUNDS[self.style](self.tones))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
            f'<path d="{box(0, 0, WIDTH, HEIGHT)}" fill="{self.tones["tint"]}"/>{ground}{"".join(self._parts)}</svg>'
        )


def _shape(path: str, fill: str, opacity: float = 1) -> str:
    faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<path d="{path}" fill="{fill}"{faint}/>'


def _stroke(path: str, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def _minimal_motif(tone: dict[str, str]) -> list[str]:
    return [_shape(box(0, 0, 66, HEIGHT), tone["light"], 0.35)]


def _classic_motif(tone: dict[str, str]) -> list[str]:
    stripes = "".join(line((0, y), (WIDTH, y)) for y in range(12, HEIGHT, 12))
    return [_stroke(stripes, tone["dark"], 4), _stroke(stripes, tone["light"], 1)]


def _playful_motif(tone: dict[str, str]) -> list[str]:
    big, small = ellipse(6, 8, 3.4) + ellipse(16, 21, 3.4), ellipse(16, 8, 1.8) + ellipse(6, 21, 1.8)
    dots = _shape(big, tone["accent"]) + _shape(small, tone["light"])
    pattern = f'<pattern id="dots" width="20" height="26" patternUnits="userSpaceOnUse">{dots}</pattern>'
    return [pattern, _shape(box(0, 0, WIDTH, HEIGHT), "url(#dots)")]


def _outdoor_motif(tone: dict[str, str]) -> list[str]:
    peaks = [(x, 62 if (x // 11) % 2 else 74) for x in range(0, WIDTH + 11, 11)]
    lower = [(x, y + 14) for x, y in peaks]
    return [
        _stroke(line(*peaks), tone["deep"], 3.5),
        _stroke(line(*lower), tone["light"], 3),
        _stroke(line((0, 48), (WIDTH, 48)), tone["light"], 1.6, "5 4"),
    ]


def _classic_ground(tone: dict[str, str]) -> list[str]:
    return [_stroke(box(7, 7, WIDTH - 14, HEIGHT - 14, 4), tone["hill"], 2)]


def _playful_ground(tone: dict[str, str]) -> list[str]:
    dots = "".join(ellipse(x, y, r) for x, y, r in ((18, 22, 6), (142, 30, 9), (26, 92, 4), (134, 88, 5), (122, 12, 3)))
    return [_shape(dots, tone["accent"], 0.75), _shape(ellipse(30, 52, 3) + ellipse(148, 60, 3), tone["light"])]


def _outdoor_ground(tone: dict[str, str]) -> list[str]:
    far = "M0 84L34 52L62 80L96 44L136 82L160 62V120H0z"
    return [_shape(ellipse(132, 26, 10), "#fff8e1", 0.9), _shape(far, tone["hill"])]


MOTIFS = {"minimal": _minimal_motif, "classic": _classic_motif, "playful": _playful_motif, "outdoor": _outdoor_motif}
GROUNDS = {
    "minimal": lambda _: [],
    "classic": _classic_ground,
    "playful": _playful_ground,
    "outdoor": _outdoor_ground,
}
