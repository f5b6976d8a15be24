"""Training: scenes and labels in, a bundle out. Importing this loads no torch."""

from geounet.training.config import TrainConfig
from geounet.training.cross_validation import cross_validate, repeat
from geounet.training.report import TrainReport
from geounet.training.run import train

__all__ = ["TrainConfig", "TrainReport", "cross_validate", "repeat", "train"]
