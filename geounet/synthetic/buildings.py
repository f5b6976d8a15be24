"""One building: its footprint in a plot, its roof, its height. Metres throughout."""

import math
from dataclasses import dataclass

from shapely import Polygon, prepare

from geounet.synthetic.character import Character, Roofing, draw_roofing
from geounet.synthetic.planar import Frame, Rng, box_corners, frame_of

STOREY_M = 2.9


@dataclass(frozen=True, slots=True)
class Building:
    """A footprint and what stands on it."""

    footprint: Polygon
    axis: float
    """Direction of its ridge, radians."""
    height: float
    """Of its eaves above the ground."""
    roof: str
    """flat, gable, hip, shed (one slope), or shell: walls still without a roof, which mappers count as built."""
    roofing: Roofing


def fit_frame(land: Polygon, angle: float, size: tuple[float, float], rng: Rng) -> Frame | None:
    """A frame of at most `size` (length, depth) somewhere inside `land`, or None where nothing useful fits."""
    if land.is_empty:
        return None
    prepare(land)
    room = frame_of(land, angle)
    length, depth = min(size[0], room.length), min(size[1], room.depth)
    for attempt in range(14):
        # Ever nearer to the middle, where there is most room.
        freedom = 0.5 / (1 + attempt / 2)
        slack_u, slack_v = (room.length - length) * freedom, (room.depth - depth) * freedom
        centre = (rng.uniform(-slack_u, slack_u), rng.uniform(-slack_v, slack_v))
        x, y = room.points([centre])[0]
        frame = Frame(x, y, angle, length, depth)
        if land.contains(frame.rectangle()):
            return frame
        length, depth = length * 0.94, depth * 0.94
    return None


def house_footprint(frame: Frame, rng: Rng) -> Polygon:
    """A rectangle, or an L or T cut from it."""
    a, b = frame.length / 2, frame.depth / 2
    kind = rng.random()
    if kind < 0.62 or min(a, b) < 3:
        return frame.rectangle()
    u, v = a * rng.uniform(-0.3, 0.4), b * rng.uniform(-0.3, 0.3)
    if kind < 0.9:
        flip = 1 if rng.random() < 0.5 else -1
        corners = [(-a, -b), (a, -b), (a, v), (u, v), (u, b), (-a, b)]
        return frame.polygon([(flip * x, y) for x, y in corners])
    w = a * rng.uniform(0.3, 0.6)
    return frame.polygon([(-a, -b), (a, -b), (a, v), (w, v), (w, b), (-w, b), (-w, v), (-a, v)])


def court_footprint(frame: Frame, rng: Rng, *, closed: bool) -> Polygon:
    """Wings round a courtyard: a hole where `closed`, else open to one side."""
    a, b = frame.length / 2, frame.depth / 2
    wing = min(rng.uniform(5.0, 9.5), 0.62 * min(a, b))
    if closed:
        shell = frame.points(box_corners(-a, -b, a, b))
        skip = rng.uniform(0, 0.25) * (a - wing)
        return Polygon(shell, [frame.points(box_corners(-a + wing + skip, -b + wing, a - wing, b - wing))])
    return frame.polygon(
        [
            (-a, -b),
            (a, -b),
            (a, b),
            (a - wing, b),
            (a - wing, -b + wing),
            (wing - a, -b + wing),
            (wing - a, b),
            (-a, b),
        ]
    )


def raise_building(footprint: Polygon, axis: float, character: Character, rng: Rng) -> Building:
    """A building of a roofing that the town uses, under a roof that suits its shape."""
    return roofed(footprint, axis, draw_roofing(character.setting.roofs, rng), rng)


def roofed(footprint: Polygon, axis: float, roofing: Roofing, rng: Rng) -> Building:
    """A building under `roofing`."""
    simple = len(footprint.exterior.coords) == 5 and not footprint.interiors
    if roofing.material == "concrete":
        roof = "flat"
    elif not simple or roofing.material == "thatch":
        roof = "hip"
    elif footprint.area < 30:
        roof = "shed" if rng.random() < 0.6 else "gable"
    else:
        roof = str(
            rng.choice(("gable", "gable", "hip", "shed") if roofing.material != "tile" else ("gable", "hip"))
        )
    storeys = 1 if roofing.material == "thatch" or footprint.area < 25 else int(rng.choice((1, 1, 1, 2)))
    return Building(footprint, axis, storeys * STOREY_M + rng.uniform(-0.3, 0.5), roof, roofing)


def ridge_axis(frame: Frame) -> float:
    """The direction of the frame's longer side."""
    return frame.angle if frame.length >= frame.depth else frame.angle + math.pi / 2
