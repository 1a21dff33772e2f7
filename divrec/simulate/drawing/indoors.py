"""Kitchen and Home."""

from divrec.simulate.drawing.shapes import box, ellipse, line, polygon
from divrec.simulate.drawing.sketch import Sketch


def mug(s: Sketch) -> None:
    """A mug with its handle to the right."""
    s.shadow(70)
    s.stroke("M100 52c24-4 26 32-2 32", "dark", 8)
    s.body("M52 36h52v56a12 12 0 0 1-12 12h-28a12 12 0 0 1-12-12z")
    s.fill(ellipse(78, 36, 26, 6), "deep")


def kettle(s: Sketch) -> None:
    """A stove kettle with spout and arched handle."""
    s.shadow(90)
    s.stroke("M56 46c0-32 48-32 48 0", "ink", 6)
    s.fill("M104 70l26-26 6 6-26 42z", "dark")
    s.body("M48 104c-10-26 0-58 32-58s42 32 32 58z")
    s.fill(ellipse(80, 46, 14, 4), "dark")
    s.fill(ellipse(80, 40, 4), "ink")


def pan(s: Sketch) -> None:
    """A frying pan seen from above, handle to the lower right."""
    s.stroke(line((104, 78), (140, 102)), "ink", 9)
    s.fill(ellipse(74, 56, 42), "deep")
    s.body(ellipse(74, 56, 36))
    s.stroke("M50 46c6-12 16-17 28-17", "light", 3)


def knife(s: Sketch) -> None:
    """A chef's knife lying flat."""
    s.shadow(110, 92)
    s.fill("M18 66c24-20 56-22 78-22v30c-30 6-60 4-78-8z", "metal")
    s.fill("M18 66c24 6 56 4 78-2v10c-30 6-60 4-78-8z", "glass")
    s.body(box(94, 42, 48, 20, 8))
    s.fill(ellipse(106, 52, 2.4) + ellipse(130, 52, 2.4), "white")


def storage_jar(s: Sketch) -> None:
    """A jar with a wooden lid."""
    s.shadow(66)
    s.body(box(50, 38, 60, 66, 12))
    s.fill(box(54, 24, 52, 15, 5), "wood")
    s.fill(box(62, 62, 36, 22, 3), "white")
    s.stroke(line((69, 70), (91, 70)) + line((69, 76), (84, 76)), "dark", 2)


def desk_lamp(s: Sketch) -> None:
    """A jointed lamp with its light falling to the right."""
    s.shadow(72)
    s.fill("M100 56l-16 48h62z", "white")
    s.stroke(line((58, 100), (44, 62), (88, 34)), "ink", 5)
    s.fill(box(38, 98, 42, 8, 4), "dark")
    s.body("M80 26l34 14-8 22-38-16z")
    s.fill(ellipse(44, 62, 4), "dark")


def armchair(s: Sketch) -> None:
    """An armchair from the front."""
    s.shadow(104, 108)
    s.stroke(line((50, 96), (46, 107)) + line((110, 96), (114, 107)), "wood", 5)
    s.body(box(46, 20, 68, 66, 16))
    s.fill(box(32, 52, 24, 48, 11), "dark")
    s.fill(box(104, 52, 24, 48, 11), "dark")
    s.fill(box(54, 66, 52, 18, 8), "light")
    s.fill(box(52, 82, 56, 17, 4), "deep")


def cushion(s: Sketch) -> None:
    """A square cushion with soft corners."""
    s.shadow(76)
    s.body("M42 26q38 10 76 0q-9 38 0 76q-38-9-76 0q9-38 0-76z")
    s.stroke("M42 26q38 10 76 0q-9 38 0 76q-38-9-76 0q9-38 0-76z", "dark", 2.5)


def rug(s: Sketch) -> None:
    """A rug lying in perspective, with fringes."""
    fringe = "".join(line((x, 96), (x - 2, 104)) for x in range(22, 142, 8))
    s.stroke(fringe, "dark", 2)
    s.body(polygon((40, 36), (120, 36), (142, 96), (18, 96)))
    s.stroke(polygon((46, 43), (114, 43), (130, 89), (30, 89)), "light", 3)


def wall_clock(s: Sketch) -> None:
    """A round clock at ten past ten."""
    s.body(ellipse(80, 60, 44))
    s.fill(ellipse(80, 60, 34), "white")
    ticks = line((80, 30), (80, 36)) + line((110, 60), (104, 60)) + line((80, 90), (80, 84)) + line((50, 60), (56, 60))
    s.stroke(ticks, "dark", 3)
    s.stroke(line((64, 46), (80, 60), (102, 46)), "ink", 4)
    s.fill(ellipse(80, 60, 4), "dark")


DRAWINGS = {
    "mug": mug,
    "kettle": kettle,
    "pan": pan,
    "knife": knife,
    "storage_jar": storage_jar,
    "desk_lamp": desk_lamp,
    "armchair": armchair,
    "cushion": cushion,
    "rug": rug,
    "wall_clock": wall_clock,
}
