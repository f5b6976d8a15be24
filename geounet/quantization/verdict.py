"""What int8 loses: IoU of the labels that it gives beside that of the float model's, scene by scene."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SceneVerdict:
    """One scene that was judged on."""

    name: str
    float32: float | None
    """Mean IoU of its classes with the float model; None where there is no pixel of one."""
    int8: float | None
    """The same with integers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All scenes that were judged on."""

    scenes: tuple[SceneVerdict, ...]
    against: str
    """`labels`, or `float32` where there were none: the float model's own labels were the truth."""
    held_back: bool
    """Whether the pixels are those of the calibrated scenes that no calibration tile had; other scenes otherwise."""

    @property
    def float32(self) -> float:
        """Mean IoU with the float model, over the scenes that have one."""
        return _mean([scene.float32 for scene in self.scenes])

    @property
    def int8(self) -> float:
        """Mean IoU with integers, over the same scenes."""
        return _mean([scene.int8 for scene in self.scenes])

    @property
    def drop(self) -> float:
        """By how much IoU falls; below 0 where it rises."""
        return self.float32 - self.int8

    @property
    def is_known(self) -> bool:
        """Whether any scene has a pixel of a class."""
        return any(scene.float32 is not None for scene in self.scenes)

    def in_words(self) -> str:
        """Both figures, and what they are of."""
        if self.against == "labels":
            return f"IoU {self.int8:.4f} in int8 and {self.float32:.4f} in float32, against labels"
        return (
            f"labels in int8 agree with those in float32 to an IoU of {self.int8:.4f}, where 1 is the same (no labels were "
            "given; against any truth IoU falls by no more than is missing to 1)"
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON, for cards and events."""
        return {
            "against": self.against,
            "held_back_tiles": self.held_back,
            "iou_float32": round(self.float32, 4),
            "iou_int8": round(self.int8, 4),
            "scenes": {
                scene.name: [None if value is None else round(value, 4) for value in (scene.float32, scene.int8)]
                for scene in self.scenes
            },
        }  # fmt: skip


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else float("nan")
