"""How options want a model to be asked: about several views, and with its scores refined."""

from geounet.inference.refine import Refined
from geounet.inference.tta import Augmented
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions, PredictOptions


def asked(segmenter: Segmenter, options: PredictOptions | ExtractOptions) -> Segmenter:
    """The Segmenter as the options want it asked; what is averaged is refined once."""
    asking: Segmenter = Augmented(segmenter) if options.tta else segmenter
    if options.refine is None:
        return asking
    return Refined(asking, options.refine, threshold=chosen_threshold(segmenter, options))


def chosen_threshold(segmenter: Segmenter, options: PredictOptions | ExtractOptions) -> float:
    """The threshold of the options, else the card's."""
    return segmenter.card.threshold if options.threshold is None else options.threshold
