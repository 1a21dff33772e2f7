"""Clothing, Shoes & Bags."""

from divrec.simulate.drawing.shapes import box, ellipse, line, polygon
from divrec.simulate.drawing.sketch import Sketch

_TORSO = "M60 22q20 10 40 0l28 14l-10 26l-14-6v44a4 4 0 0 1-4 4h-40a4 4 0 0 1-4-4v-44l-14 6l-10-26z"
_LONG = "M60 20q20 9 40 0l20 12l14 62l-15 5l-15-44v46a4 4 0 0 1-4 4h-40a4 4 0 0 1-4-4v-46l-15 44l-15-5l14-62z"


def jacket(s: Sketch) -> None:
    """A zipped jacket with a collar and pockets."""
    s.body(_LONG)
    s.fill(polygon((60, 20), (80, 30), (74, 44)) + polygon((100, 20), (80, 30), (86, 44)), "deep")
    s.stroke(line((80, 34), (80, 104)), "white", 2.4)
    s.stroke(line((64, 78), (72, 88)) + line((96, 78), (88, 88)), "deep", 3)


def tshirt(s: Sketch) -> None:
    """A T-shirt laid flat."""
    s.body(_TORSO)
    s.stroke("M60 22q20 22 40 0", "deep", 4)


def jumper(s: Sketch) -> None:
    """A knitted jumper with ribbed hem and cuffs."""
    s.body(_LONG)
    s.fill(box(56, 95, 48, 10, 3), "dark")
    s.stroke("M62 21q18 16 36 0", "dark", 6)
    s.fill(
        polygon((26, 92), (41, 98), (39, 105), (23, 99)) + polygon((134, 92), (119, 98), (121, 105), (137, 99)), "dark"
    )


def trousers(s: Sketch) -> None:
    """Straight trousers with a belt."""
    s.body("M56 14h48l8 92h-24l-8-58l-8 58h-24z")
    s.fill(box(55, 12, 50, 9, 2), "deep")
    s.fill(box(76, 12, 8, 9, 1), "metal")
    s.stroke(line((80, 22), (80, 46)), "dark", 2)


def dress(s: Sketch) -> None:
    """A sleeveless dress with a wide skirt."""
    s.shadow(70, 110)
    s.body("M66 12q-2 18-8 24q8 14 6 24l-26 46h84l-26-46q-2-10 6-24q-6-6-8-24q-4 12-14 12t-14-12z")
    s.fill(box(63, 56, 34, 7, 3), "deep")


def sneaker(s: Sketch) -> None:
    """A low sneaker from the side."""
    s.shadow(120, 100)
    s.body("M24 50q10 6 22 2q10-4 16-14l34 26q28 6 40 18v10h-114q-4-22 2-42z")
    s.fill("M20 88h118a5 5 0 0 1-5 10h-106q-7 0-7-10z", "white")
    s.stroke(line((66, 50), (74, 42)) + line((75, 57), (83, 49)) + line((84, 63), (92, 56)), "white", 3.4)
    s.fill("M24 50q10 6 22 2l-4 14q-12 2-20-2z", "dark")


def boot(s: Sketch) -> None:
    """An ankle boot from the side."""
    s.shadow(104, 104)
    s.body("M48 16h40v38q6 16 28 20q18 4 18 18h-86z")
    s.fill("M44 90h92v8a4 4 0 0 1-4 4h-64v-4h-4v4h-16a4 4 0 0 1-4-4z", "ink")
    s.fill(polygon((76, 16), (88, 16), (88, 50), (80, 46)), "deep")
    s.fill(box(46, 14, 44, 7, 3), "dark")


def backpack(s: Sketch) -> None:
    """A backpack with a front pocket and side straps."""
    s.shadow(72)
    s.stroke("M68 20c0-14 24-14 24 0", "ink", 5)
    s.fill(box(42, 52, 12, 40, 6) + box(106, 52, 12, 40, 6), "dark")
    s.body("M50 44q0-28 30-28t30 28v50a10 10 0 0 1-10 10h-40a10 10 0 0 1-10-10z")
    s.fill(box(57, 64, 46, 34, 7), "dark")
    s.stroke(line((62, 72), (98, 72)), "light", 2.6)
    s.fill(box(77, 72, 6, 9, 2), "accent")


def tote_bag(s: Sketch) -> None:
    """A tote with two loops."""
    s.shadow(74)
    s.stroke("M62 48c0-48 36-48 36 0", "deep", 4.5)
    s.body("M46 46h68l6 54a5 5 0 0 1-5 5h-70a5 5 0 0 1-5-5z")
    s.fill(ellipse(62, 54, 2.4) + ellipse(98, 54, 2.4), "deep")


def wallet(s: Sketch) -> None:
    """A folded wallet with a clasp and a note peeping out."""
    s.shadow(100, 96)
    s.fill(box(46, 26, 66, 30, 3), "green")
    s.fill(ellipse(79, 38, 7), "tint")
    s.body(box(34, 38, 92, 54, 9))
    s.stroke(box(39, 43, 82, 44, 6), "light", 1.4)
    s.fill("M104 56h24v20h-24a10 10 0 0 1 0-20z", "deep")
    s.fill(ellipse(107, 66, 4), "metal")


DRAWINGS = {
    "jacket": jacket,
    "tshirt": tshirt,
    "jumper": jumper,
    "trousers": trousers,
    "dress": dress,
    "sneaker": sneaker,
    "boot": boot,
    "backpack": backpack,
    "tote_bag": tote_bag,
    "wallet": wallet,
}
