"""Toys, Books & Paper."""

from divrec.simulate.drawing.shapes import box, ellipse, line, polygon
from divrec.simulate.drawing.sketch import Sketch


def toy_robot(s: Sketch) -> None:
    """A robot with an aerial and square shoulders."""
    s.shadow(72, 110)
    s.stroke(line((80, 20), (80, 10)), "ink", 3)
    s.fill(ellipse(80, 9, 4), "accent")
    s.fill(box(60, 92, 14, 16, 3) + box(86, 92, 14, 16, 3), "deep")
    s.fill(box(38, 54, 12, 32, 6) + box(110, 54, 12, 32, 6), "dark")
    s.body(box(52, 50, 56, 44, 7))
    s.fill(box(58, 18, 44, 30, 8), "dark")
    s.fill(ellipse(71, 32, 5.4) + ellipse(89, 32, 5.4), "white")
    s.fill(ellipse(71, 32, 2.2) + ellipse(89, 32, 2.2), "ink")
    s.fill(box(66, 62, 28, 14, 3), "white")
    s.fill(ellipse(73, 69, 3) + ellipse(87, 69, 3), "accent")


def building_blocks(s: Sketch) -> None:
    """Three blocks with letters' places left blank."""
    s.shadow(112)
    s.body(box(30, 60, 46, 45, 4))
    s.fill(box(84, 60, 46, 45, 4), "dark")
    s.fill(box(56, 14, 46, 45, 4), "light")
    s.fill(ellipse(53, 82, 12), "white")
    s.fill(polygon((107, 69), (121, 94), (93, 94)), "accent")
    s.fill(box(68, 26, 22, 22, 2), "deep")


def teddy_bear(s: Sketch) -> None:
    """A sitting bear."""
    s.shadow(84, 110)
    s.fill(ellipse(56, 24, 11) + ellipse(104, 24, 11), "dark")
    s.fill(ellipse(50, 98, 15, 11) + ellipse(110, 98, 15, 11), "dark")
    s.fill(ellipse(45, 72, 11, 16) + ellipse(115, 72, 11, 16), "dark")
    s.body(ellipse(80, 84, 32, 25))
    s.fill(ellipse(80, 40, 31, 27), "body")
    s.fill(ellipse(80, 49, 13, 10), "white")
    s.fill(ellipse(69, 36, 3.2) + ellipse(91, 36, 3.2), "ink")
    s.fill(ellipse(80, 45, 4, 3), "ink")
    s.stroke("M75 52q5 4 10 0", "ink", 1.8)


def puzzle(s: Sketch) -> None:
    """One large piece of a puzzle."""
    s.shadow(80)
    s.body("M46 34h22c-6-20 30-20 24 0h22v22c20-6 20 30 0 24v24h-22c6-18-30-18-24 0h-22v-24c18 6 18-30 0-24z")
    s.stroke("M46 34h22c-6-20 30-20 24 0h22", "light", 2.4)


def board_game(s: Sketch) -> None:
    """A board with two pawns and a die."""
    s.shadow(128, 102)
    s.body(polygon((34, 40), (126, 40), (146, 98), (14, 98)))
    s.stroke(
        line((30, 59), (131, 59)) + line((23, 78), (138, 78)) + line((64, 40), (56, 98)) + line((96, 40), (104, 98)),
        "white",
        2,
    )
    for x, tone in ((52, "accent"), (86, "ink")):
        s.fill(polygon((x, 52), (x + 11, 84), (x - 11, 84)) + ellipse(x, 50, 9), tone)
    s.fill(box(108, 64, 20, 20, 4), "white")
    s.fill(ellipse(114, 70, 2) + ellipse(118, 74, 2) + ellipse(122, 78, 2), "ink")


def notebook(s: Sketch) -> None:
    """A notebook with an elastic band and a ribbon."""
    s.shadow(72)
    s.fill(box(52, 16, 62, 89, 5), "white")
    s.stroke(line((84, 98), (84, 112)), "accent", 4)
    s.body(box(46, 12, 62, 91, 6))
    s.fill(box(46, 12, 10, 91, 4), "dark")
    s.stroke(line((97, 12), (97, 103)), "deep", 4)


def novel(s: Sketch) -> None:
    """A standing book, its pages to the right."""
    s.shadow(76)
    s.fill(polygon((106, 20), (116, 26), (116, 104), (106, 105)), "white")
    s.stroke(line((110, 24), (110, 103)), "metal", 1.4)
    s.body(box(48, 14, 58, 91, 3))
    s.fill(box(48, 14, 8, 91, 3), "deep")
    s.fill(box(64, 28, 34, 26, 2), "white")
    s.stroke(line((70, 37), (92, 37)) + line((74, 45), (88, 45)), "deep", 2.4)


def cookbook(s: Sketch) -> None:
    """An open book with a dish on its page."""
    s.shadow(132, 102)
    s.body("M12 30q36-8 68 6q32-14 68-6v70q-36-8-68 4q-32-12-68-4z")
    s.fill("M20 34q32-6 58 6v56q-28-10-58-4z", "white")
    s.fill("M140 34q-32-6-58 6v56q28-10 58-4z", "white")
    s.fill(ellipse(49, 64, 16, 14), "light")
    s.fill(ellipse(49, 64, 9, 8), "accent")
    s.stroke(line((94, 54), (128, 49)) + line((94, 64), (128, 59)) + line((94, 74), (118, 70)), "metal", 2.4)


def fountain_pen(s: Sketch) -> None:
    """A pen above the line that it draws."""
    s.stroke("M20 104q20-14 34-4t32-4", "deep", 2.6)
    s.fill(polygon((42, 92), (50, 70), (64, 84)), "metal")
    s.stroke(line((42, 92), (54, 80)), "ink", 1.6)
    s.body(polygon((50, 70), (64, 84), (118, 34), (106, 20)))
    s.fill(polygon((104, 22), (117, 36), (140, 14), (128, 4)), "dark")
    s.stroke(line((110, 30), (132, 12)), "metal", 3)


def desk_calendar(s: Sketch) -> None:
    """A ring-bound calendar standing on a desk."""
    s.shadow(100)
    s.fill(polygon((34, 104), (46, 26), (114, 26), (126, 104)), "deep")
    s.fill(box(40, 28, 80, 70, 4), "white")
    s.body(box(40, 28, 80, 22, 4))
    s.stroke("".join(line((x, 22), (x, 34)) for x in range(52, 118, 11)), "metal", 3)
    days = "".join(box(48 + 13.4 * column, 57 + 13 * row, 9, 8, 2) for row in range(3) for column in range(5))
    s.fill(days, "tint")
    s.fill(box(74.8, 70, 9, 8, 2), "accent")


DRAWINGS = {
    "toy_robot": toy_robot,
    "building_blocks": building_blocks,
    "teddy_bear": teddy_bear,
    "puzzle": puzzle,
    "board_game": board_game,
    "notebook": notebook,
    "novel": novel,
    "cookbook": cookbook,
    "fountain_pen": fountain_pen,
    "desk_calendar": desk_calendar,
}
