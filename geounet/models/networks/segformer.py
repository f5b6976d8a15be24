"""SegFormer: a hierarchical transformer without positions, and a decoder of linear layers; smp's, B0 to B5.

Xie, Wang, Yu, Anandkumar, Alvarez and Luo (2021), "SegFormer: simple and efficient design for semantic segmentation with
transformers". Scores are made at a quarter of the sides and interpolated, as in the paper.
"""

from collections.abc import Mapping
from typing import Any

from torch import nn

from geounet.models.networks.architecture import Architecture, Published
from geounet.models.networks.smp_network import build_smp

OPTIONS = ("encoder_depth", "decoder_segmentation_channels")
"""Keys of an architecture that are passed on, beside `name` and `encoder`."""

WIDE = ("mit_b2", "mit_b3", "mit_b4", "mit_b5")
"""Encoders whose decoder has 768 channels in the paper; others have 256."""

PARAMETERS = {
    "mit_b0": 3_752_694,
    "mit_b1": 13_715_798,
    "mit_b2": 27_461_974,
    "mit_b3": 47_337_814,
    "mit_b4": 64_108_374,
    "mit_b5": 84_708_694,
}
"""Of the authors' models for ADE20K's 150 classes, as they are on Hugging Face."""


def build_segformer(architecture: Mapping[str, Any], bands: int, scores: int) -> nn.Module:
    """A randomly initialised SegFormer from (N, bands, h, w) to logits (N, scores, h, w).

    `architecture` is a card's: `encoder` (the paper's are `mit_b0` … `mit_b5`) and any of OPTIONS.
    Raises ModelError on an unknown encoder or key, or on a value that the network does not take.
    """
    channels = 768 if architecture.get("encoder") in WIDE else 256
    options = {"decoder_segmentation_channels": channels} | dict(architecture)
    return build_smp("Segformer", options, keys=OPTIONS, bands=bands, scores=scores)


ARCHITECTURE = Architecture(
    name="SegFormer",
    paper="Xie, Wang, Yu, Anandkumar, Alvarez, Luo (2021), SegFormer: simple and efficient design for semantic segmentation "
    "with transformers",
    build=build_segformer,
    options={"encoder": "mit_b0"},
    published=tuple(
        Published(
            parameters=parameters,
            architecture={"name": "SegFormer", "encoder": encoder},
            bands=3,
            scores=150,
            source=f"the authors' model for ADE20K (nvidia/segformer-{encoder[4:]}-finetuned-ade); table 1 of the paper "
            "has it in millions",
        )
        for encoder, parameters in PARAMETERS.items()
    ),
)
