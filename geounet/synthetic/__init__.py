"""Towns seen from above, drawn from a seed, with exact truth: `draw_town(TownOptions(seed=7)).write("scene.tif")`."""

from geounet.synthetic.options import TownOptions
from geounet.synthetic.scene import draw_town
from geounet.synthetic.town import Town

__all__ = ["Town", "TownOptions", "draw_town"]
