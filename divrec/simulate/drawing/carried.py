"""Accessories and Electronics."""

from divrec.simulate.drawing.shapes import box, ellipse, line, polygon
from divrec.simulate.drawing.sketch import Sketch


def watch(s: Sketch) -> None:
    """A wristwatch with its strap."""
    s.body(polygon((66, 6), (94, 6), (98, 40), (62, 40)))
    s.body(polygon((62, 80), (98, 80), (94, 114), (66, 114)))
    s.fill(box(106, 56, 8, 8, 2), "metal")
    s.fill(ellipse(80, 60, 29), "metal")
    s.fill(ellipse(80, 60, 23), "white")
    s.stroke(line((80, 44), (80, 60), (90, 67)), "ink", 3.4)
    s.fill(ellipse(80, 60, 2.6), "dark")


def scarf(s: Sketch) -> None:
    """A scarf knotted once, its two ends hanging."""
    fringe = "".join(line((x, 106), (x, 112)) for x in (55, 61, 67, 73, 91, 97, 103, 109))
    s.stroke(fringe, "dark", 2.4)
    s.body(polygon((62, 48), (82, 48), (76, 106), (52, 106)))
    s.body(polygon((80, 48), (98, 48), (112, 104), (88, 106)))
    s.body("M38 34q42-26 84 0q6 14-8 20q-34-12-68 0q-14-6-8-20z", "dark")
    s.fill(box(66, 42, 30, 18, 8), "deep")


def sunglasses(s: Sketch) -> None:
    """Sunglasses from the front."""
    s.shadow(110, 90)
    s.stroke("M70 52q10-8 20 0", "body", 6)
    s.stroke(line((24, 50), (12, 44)) + line((136, 50), (148, 44)), "body", 6)
    s.body("M22 42h50q4 34-24 36q-26 0-26-36z")
    s.body("M88 42h50q0 36-26 36q-28-2-24-36z")
    s.fill("M29 49h36q1 22-17 22q-18 0-19-22z", "ink")
    s.fill("M95 49h36q-1 22-19 22q-18 0-17-22z", "ink")
    s.stroke(line((36, 60), (44, 52)) + line((102, 60), (110, 52)), "light", 3)


def cap(s: Sketch) -> None:
    """A baseball cap, its peak to the right."""
    s.shadow(110, 96)
    s.fill("M92 76q44-4 54 14q-28 4-62-2z", "deep")
    s.body("M26 86q-4-54 42-56q42 0 42 52q-40-8-84 4z")
    s.stroke("M68 30q-18 22-16 52", "dark", 2.4)
    s.fill(ellipse(68, 30, 5, 3.4), "dark")


def umbrella(s: Sketch) -> None:
    """An open umbrella with a hooked handle."""
    s.stroke("M80 20v70c0 18 20 18 20 2", "wood", 5)
    s.body("M22 68c0-64 116-64 116 0c-10-10-20-10-29 0c-10-10-19-10-29 0c-10-10-19-10-29 0c-9-10-19-10-29 0z")
    s.stroke("M80 20q-30 16-29 48M80 20q30 16 29 48", "dark", 2)
    s.stroke(line((80, 12), (80, 20)), "wood", 4)


def headphones(s: Sketch) -> None:
    """Over-ear headphones."""
    s.shadow(92)
    s.stroke("M40 72c-6-70 86-70 80 0", "deep", 8)
    s.stroke("M40 66c-4-58 84-58 80 0", "light", 2)
    s.body(box(30, 60, 26, 42, 12))
    s.body(box(104, 60, 26, 42, 12))
    s.fill(box(52, 64, 9, 34, 4) + box(99, 64, 9, 34, 4), "ink")


def speaker(s: Sketch) -> None:
    """A tall speaker with two cones."""
    s.shadow(64)
    s.body(box(50, 12, 60, 93, 12))
    s.fill(ellipse(80, 72, 22), "deep")
    s.fill(ellipse(80, 72, 11), "light")
    s.fill(ellipse(80, 34, 12), "deep")
    s.fill(ellipse(80, 34, 5), "light")


def camera(s: Sketch) -> None:
    """A camera from the front."""
    s.shadow(104, 100)
    s.fill(polygon((60, 34), (68, 22), (92, 22), (100, 34)), "dark")
    s.fill(box(112, 26, 16, 8, 3), "metal")
    s.body(box(28, 32, 104, 64, 10))
    s.fill(ellipse(80, 64, 27), "ink")
    s.fill(ellipse(80, 64, 20), "deep")
    s.fill(ellipse(80, 64, 11), "ink")
    s.fill(ellipse(74, 58, 4.4), "glass")
    s.fill(box(112, 42, 12, 8, 2), "accent")


def keyboard(s: Sketch) -> None:
    """A compact keyboard seen from above."""
    s.shadow(132, 94)
    s.body(box(14, 32, 132, 58, 8))
    keys = "".join(box(22 + 14.8 * column, 39 + 12 * row, 11, 9, 2) for row in range(3) for column in range(8))
    s.fill(keys, "white")
    s.fill(box(22, 75, 11, 9, 2) + box(126, 75, 11, 9, 2), "accent")
    s.fill(box(37, 75, 85, 9, 2), "white")


def power_bank(s: Sketch) -> None:
    """A power bank with its charge lights and cable."""
    s.shadow(60)
    s.stroke("M80 18c0-16 44-16 44 8v30", "ink", 3.4)
    s.fill(box(118, 54, 12, 16, 2), "metal")
    s.body(box(52, 18, 56, 87, 11))
    s.fill(ellipse(68, 92, 3) + ellipse(78, 92, 3) + ellipse(88, 92, 3), "white")
    s.fill(polygon((84, 34), (68, 62), (79, 62), (75, 82), (93, 54), (81, 54)), "white")


DRAWINGS = {
    "watch": watch,
    "scarf": scarf,
    "sunglasses": sunglasses,
    "cap": cap,
    "umbrella": umbrella,
    "headphones": headphones,
    "speaker": speaker,
    "camera": camera,
    "keyboard": keyboard,
    "power_bank": power_bank,
}
