"""Touching buildings → parts, streamed: the stages of `geounet.vector.separate`, in the order of the flow.

strips ─slabs─▶ slabs of fixed rows ─depth─▶ depths ─basins─▶ fragments, contacts ─closing─▶ closed objects
                    │                                              │                             │ parts, colours
                    └─ confidence ──▶ spool ◀── fragment numbers ──┘          codes of parts ◀───┘
                                        └──▶ strips of codes, as soon as all objects in a slab are closed
"""

from geounet.vector.separation.parts import SeparateOptions

__all__ = ["SeparateOptions"]
