"""What the figures of a report mean, and where they come from."""

from collections.abc import Mapping

from geounet.evaluation.report import Kind

GLOSSARY: Mapping[Kind, Mapping[str, str]] = {
    "labels": {
        "IoU": "Pixels that are of the class in both, of those that are of it in either (Jaccard index). A mean "
        "leaves the background out.",
        "precision, recall": "The share of predicted pixels that are true; the share of true pixels that are found.",
        "F1": "The harmonic mean of precision and recall, also called Dice coefficient.",
        "accuracy": "The share of all pixels that have the right class. Where background abounds it is high "
        "whatever the model does.",
        "boundary IoU": "IoU of the pixels along the inner side of outlines alone: how well outlines are met "
        "(Cheng et al. 2021).",
        "relaxed figures": "A pixel is right where its class is within a few pixels in the other raster (Mnih 2013).",
    },
    "objects": {
        "match": "A predicted and a true object whose intersection over union (IoU) reaches the threshold, one to "
        "one; the most confident predictions choose first (SpaceNet).",
        "precision, recall": "The share of predicted objects that are matched; the share of true objects that are.",
        "F1": "The harmonic mean of both. The mean F1 is over ten IoU thresholds from 0.50 to 0.95.",
        "PoLiS": "The mean distance between the corners of one outline and the other outline, over all matches, in "
        "metres (Avbelj et al. 2015).",
        "number, area": "How much more or less is predicted than is true, of all objects together.",
        "cut, merged": "True objects that lie in several predicted pieces (over-segmentation); predicted objects "
        "that cover several true ones (under-segmentation) (Hoover et al. 1996).",
    },
    "lines": {
        "APLS": "Average path length similarity: how alike the shortest ways between places are in both networks, so "
        "that gaps and wrong links count as what they cost a driver (Van Etten et al. 2018). The harmonic mean of "
        "both directions.",
        "completeness": "The share of the true length that lies within the buffer of a predicted line "
        "(Heipke et al. 1997).",
        "correctness": "The share of the predicted length that lies within the buffer of a true line.",
        "quality": "Matched length, of what is predicted or missed: completeness and correctness in one.",
    },
}
"""Each figure in a sentence or two, by what was compared."""
