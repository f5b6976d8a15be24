"""What a label is, besides the index of a class."""

IGNORED = 255
"""The label of a pixel that is neither trained on nor judged by: invalid, unlabelled, or uncertain."""
