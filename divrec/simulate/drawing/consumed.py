"""Beauty, Food & Drink: what is used up and bought again."""

from divrec.simulate.drawing.shapes import box, ellipse, line, polygon
from divrec.simulate.drawing.sketch import Sketch


def face_cream(s: Sketch) -> None:
    """A low jar of cream, its lid beside it."""
    s.shadow(100, 100)
    s.fill("M52 52q6-24 28-18q22-12 28 18z", "white")
    s.body(box(38, 54, 84, 46, 14))
    s.fill(box(36, 48, 88, 12, 5), "metal")
    s.fill(box(58, 70, 44, 16, 3), "white")


def shampoo(s: Sketch) -> None:
    """A bottle with a pump."""
    s.shadow(58)
    s.stroke(line((80, 34), (80, 14), (100, 14), (100, 20)), "ink", 5)
    s.fill(box(68, 28, 24, 12, 3), "ink")
    s.body("M54 54a14 14 0 0 1 14-14h24a14 14 0 0 1 14 14v44a7 7 0 0 1-7 7h-38a7 7 0 0 1-7-7z")
    s.fill(box(62, 62, 36, 28, 3), "white")
    s.fill("M80 67c8 9 7 17 0 17s-8-8 0-17z", "dark")


def soap(s: Sketch) -> None:
    """A bar of soap with bubbles."""
    s.shadow(96, 100)
    s.fill(box(30, 90, 100, 9, 4), "wood")
    s.body(box(38, 54, 84, 38, 16))
    s.stroke(box(50, 63, 60, 20, 9), "light", 2.4)
    s.fill(ellipse(108, 40, 9) + ellipse(124, 26, 6) + ellipse(92, 32, 5), "glass")
    s.stroke(ellipse(108, 40, 9) + ellipse(124, 26, 6) + ellipse(92, 32, 5), "white", 1.6)


def lipstick(s: Sketch) -> None:
    """An open lipstick beside its cap."""
    s.shadow(90)
    s.fill("M52 22q18 4 18 20v14h-20v-30q0-4 2-4z", "body")
    s.fill("M52 22q18 4 18 20q-12-2-20-16z", "light")
    s.fill(box(47, 54, 26, 12), "metal")
    s.body(box(43, 64, 34, 41, 3))
    s.body(box(88, 44, 30, 61, 4), "dark")


def perfume(s: Sketch) -> None:
    """A square flacon with a round stopper."""
    s.shadow(76)
    s.fill(ellipse(80, 20, 12), "deep")
    s.fill(box(72, 30, 16, 12), "metal")
    s.body(box(46, 40, 68, 65, 10))
    s.fill(box(58, 52, 44, 41, 5), "glass")
    s.fill("M58 72q22-8 44 0v16a5 5 0 0 1-5 5h-34a5 5 0 0 1-5-5z", "light")


def coffee(s: Sketch) -> None:
    """A bag of coffee with a bean on its label."""
    s.shadow(70)
    s.fill(polygon((50, 14), (110, 14), (112, 28), (48, 28)), "deep")
    s.body("M48 26h64l4 74a5 5 0 0 1-5 5h-62a5 5 0 0 1-5-5z")
    s.fill(ellipse(80, 66, 21), "white")
    s.fill(ellipse(80, 66, 10, 14), "deep")
    s.stroke("M80 54q-6 12 0 12t0 12", "white", 2.4)


def tea(s: Sketch) -> None:
    """A tea tin with a leaf on its label."""
    s.shadow(70)
    s.body(box(48, 34, 64, 71, 7))
    s.fill(box(44, 20, 72, 17, 6), "dark")
    s.fill(ellipse(80, 70, 22), "white")
    s.fill("M66 82q0-26 30-26q2 30-30 26z", "green")
    s.stroke(line((68, 82), (86, 65)), "white", 1.8)


def chocolate(s: Sketch) -> None:
    """A bar half out of its wrapper."""
    s.shadow(64)
    squares = "".join(box(54 + 18 * c, 14 + 15 * r, 16, 13, 2) for r in range(3) for c in range(3))
    s.fill(box(52, 12, 56, 50, 3), "wood")
    s.stroke(squares, "ink", 1)
    s.fill(
        polygon((48, 56), (57, 50), (66, 57), (76, 50), (85, 57), (95, 50), (104, 57), (112, 51), (112, 66), (48, 66)),
        "metal",
    )
    s.body(box(48, 62, 64, 43, 3))


def honey(s: Sketch) -> None:
    """A round honey jar with a dipper."""
    s.shadow(76)
    s.stroke(line((104, 12), (88, 44)), "wood", 4)
    s.fill("M46 56q0-16 14-16h40q14 0 14 16v34q0 15-14 15h-40q-14 0-14-15z", "glass")
    s.body("M50 62q30-8 60 0v28q0 11-11 11h-38q-11 0-11-11z")
    s.fill(box(52, 32, 56, 11, 4), "wood")
    s.fill(polygon((80, 66), (94, 74), (94, 88), (80, 96), (66, 88), (66, 74)), "white")


def olive_oil(s: Sketch) -> None:
    """A slender bottle with an olive branch."""
    s.shadow(50)
    s.fill(box(72, 6, 16, 12, 3), "ink")
    s.body("M74 16h12v20q18 8 18 24v38a7 7 0 0 1-7 7h-34a7 7 0 0 1-7-7v-38q0-16 18-24z")
    s.fill(box(60, 62, 40, 32, 3), "white")
    s.stroke("M68 88q8-4 22-20", "wood", 2)
    s.fill(ellipse(76, 74, 5, 7) + ellipse(88, 82, 4.4, 6), "green")


DRAWINGS = {
    "face_cream": face_cream,
    "shampoo": shampoo,
    "soap": soap,
    "lipstick": lipstick,
    "perfume": perfume,
    "coffee": coffee,
    "tea": tea,
    "chocolate": chocolate,
    "honey": honey,
    "olive_oil": olive_oil,
}
