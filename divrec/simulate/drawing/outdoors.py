"""Garden and Sport."""

from divrec.simulate.drawing.shapes import box, ellipse, line, polygon
from divrec.simulate.drawing.sketch import Sketch


def plant_pot(s: Sketch) -> None:
    """An empty pot with a rim and a saucer."""
    s.shadow(76)
    s.body(polygon((48, 44), (112, 44), (102, 100), (58, 100)))
    s.fill(box(42, 32, 76, 15, 5), "dark")
    s.fill(box(50, 98, 60, 8, 4), "deep")


def watering_can(s: Sketch) -> None:
    """A can with a long spout to the left."""
    s.shadow(92)
    s.stroke(line((62, 88), (28, 44)), "dark", 7)
    s.fill(polygon((18, 40), (34, 32), (38, 46), (26, 53)), "deep")
    s.stroke("M104 58c30-8 34 32 4 34", "dark", 6)
    s.stroke("M66 50c4-26 36-26 40 0", "ink", 5)
    s.body(box(58, 48, 54, 56, 8))


def houseplant(s: Sketch) -> None:
    """Broad leaves over a pot."""
    s.shadow(58)
    for leaf in ("M80 74C56 70 40 50 42 28C66 32 80 50 80 74z", "M80 74C104 70 120 50 118 28C94 32 80 50 80 74z"):
        s.fill(leaf, "green")
    s.fill("M80 76C66 56 68 30 80 14C92 30 94 56 80 76z", "green")
    s.stroke(line((80, 26), (80, 74)) + line((50, 38), (80, 74), (110, 38)), "tint", 1.6)
    s.body(polygon((56, 72), (104, 72), (97, 104), (63, 104)))
    s.fill(box(53, 68, 54, 9, 3), "dark")


def garden_trowel(s: Sketch) -> None:
    """A trowel standing on its point."""
    s.fill("M66 52h28c6 22-2 44-14 56c-12-12-20-34-14-56z", "metal")
    s.stroke(line((80, 60), (80, 96)), "glass", 3)
    s.fill(box(77, 42, 6, 14), "ink")
    s.body(box(71, 8, 18, 38, 8))


def lantern(s: Sketch) -> None:
    """A lantern with a candle behind glass."""
    s.shadow(60)
    s.stroke("M66 30c0-22 28-22 28 0", "ink", 4)
    s.body(polygon((80, 20), (110, 40), (50, 40)))
    s.fill(box(54, 40, 52, 56), "glass")
    s.fill(box(73, 66, 14, 30, 2), "white")
    s.fill("M80 48c8 10 6 18 0 18s-8-8 0-18z", "accent")
    s.stroke(line((54, 40), (54, 96)) + line((106, 40), (106, 96)), "dark", 4)
    s.body(box(48, 94, 64, 11, 3))


def yoga_mat(s: Sketch) -> None:
    """A mat rolled up at its left end."""
    s.shadow(120, 98)
    s.body(polygon((46, 62), (148, 62), (138, 96), (46, 96)))
    s.fill(box(14, 50, 50, 47, 23), "dark")
    s.fill(ellipse(38, 73, 20), "light")
    s.stroke("M38 73m-12 0a12 12 0 1 1 12 12m-5-12a5 5 0 1 1 5 5", "dark", 2.6)


def dumbbell(s: Sketch) -> None:
    """A dumbbell from the side."""
    s.shadow(124, 98)
    s.fill(box(52, 60, 56, 12, 3), "metal")
    s.fill(box(14, 50, 16, 32, 6), "dark")
    s.fill(box(130, 50, 16, 32, 6), "dark")
    s.body(box(28, 36, 26, 60, 8))
    s.body(box(106, 36, 26, 60, 8))


def football(s: Sketch) -> None:
    """A ball with one dark patch in front."""
    s.shadow(74)
    s.body(ellipse(80, 62, 42))
    s.fill(polygon((80, 46), (96, 58), (90, 77), (70, 77), (64, 58)), "deep")
    seams = line((80, 46), (80, 22)) + line((96, 58), (119, 50)) + line((90, 77), (104, 96))
    s.stroke(seams + line((70, 77), (56, 96)) + line((64, 58), (41, 50)), "deep", 3)


def tent(s: Sketch) -> None:
    """A ridge tent with its door open."""
    s.shadow(124)
    s.stroke(line((80, 22), (16, 104)) + line((80, 22), (144, 104)), "wood", 3)
    s.body(polygon((80, 26), (138, 104), (22, 104)))
    s.fill(polygon((80, 46), (100, 104), (60, 104)), "deep")
    s.fill(polygon((80, 46), (86, 64), (64, 104), (60, 104)), "light")


def water_bottle(s: Sketch) -> None:
    """A sports bottle with a loop on its cap."""
    s.shadow(50)
    s.stroke("M72 18c0-12 16-12 16 0", "ink", 4)
    s.fill(box(66, 16, 28, 16, 4), "ink")
    s.fill(box(70, 30, 20, 8), "dark")
    s.body("M60 46a14 14 0 0 1 12-10h16a14 14 0 0 1 12 10v48a10 10 0 0 1-10 10h-20a10 10 0 0 1-10-10z")


DRAWINGS = {
    "plant_pot": plant_pot,
    "watering_can": watering_can,
    "houseplant": houseplant,
    "garden_trowel": garden_trowel,
    "lantern": lantern,
    "yoga_mat": yoga_mat,
    "dumbbell": dumbbell,
    "football": football,
    "tent": tent,
    "water_bottle": water_bottle,
}
