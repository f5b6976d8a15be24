"""What a training run is told: a TOML file as frozen, validated values, one file a table."""

from geounet.training.config.run import DATA_VARIABLE, TrainConfig

__all__ = ["DATA_VARIABLE", "TrainConfig"]
