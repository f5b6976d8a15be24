"""How an evaluation's report looks: what its charts, heat maps and pictures add to the style that all pages share."""

from geounet.evaluation.picture import COLOURS
from geounet.html.stylesheet import STYLE as SHARED
from geounet.html.switches import switch_rules

INKS = 8
"""Colours of curves, from 1; what has more begins again."""

_RULES = """
.swatch.ground { background: linear-gradient(135deg, #6f8f5a 50%, #b59f80 50%); }
.stage img { position: absolute; inset: 0; width: 100%; height: 100%; }
.stage.coarse img { image-rendering: pixelated; }

.chart { display: block; width: 100%; height: auto; max-width: 620px; margin: 0 auto; }
.chart text { font-size: 12px; fill: var(--soft); }
.chart .middle { text-anchor: middle; }
.chart .end { text-anchor: end; }
.chart .name { fill: var(--ink); font-weight: 600; }
.chart .grid { stroke: var(--grid); }
.chart .axis { stroke: var(--faint); }
.chart path { fill: none; }
.chart path.level { stroke: var(--faint); stroke-width: .8; stroke-dasharray: 2 3; }
.chart text.level { fill: var(--faint); font-size: 10.5px; }
.chart .curve { stroke: var(--c); stroke-width: 2.2; stroke-linejoin: round; }
.chart .drop { stroke: var(--c); stroke-dasharray: 3 3; }
.chart .full { fill: var(--c); stroke: var(--card); stroke-width: 1.5; }
.chart .hollow { fill: var(--card); stroke: var(--c); stroke-width: 2; }
.chart .mark {
  fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--card); stroke-width: 4px;
  stroke-linejoin: round;
}

.key {
  display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 6px; padding: 0; list-style: none;
  font-size: 13px; color: var(--soft);
}
.key.long { display: block; }
.key b { color: var(--ink); font-weight: 600; }
.key i {
  display: inline-block; width: 16px; height: 3px; margin-right: 6px; vertical-align: 4px;
  border-radius: 2px; background: var(--c);
}

.barred { display: flex; align-items: center; gap: 10px; justify-content: flex-end; }
.bar { flex: 1; min-width: 70px; height: 8px; background: var(--ground); border-radius: 4px; overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--accent); border-radius: 4px; }
.sizes td:nth-child(2) { width: 45%; }
.heat { width: auto; border-collapse: separate; border-spacing: 3px; }
.heat th, .heat td { border: 0; }
.heat .over { text-align: center; }
.heat tbody td { min-width: 92px; text-align: center; border-radius: 5px; }
.heat b { display: block; font-weight: 600; }
.heat small { font-size: 12px; opacity: .8; }
.heat .right { background: rgba(var(--right), calc(.08 + .85 * var(--share))); }
.heat .wrong { background: rgba(var(--wrong), calc(.04 + .85 * var(--share))); }
.heat .strong { color: #fff; }
.heat .sum { color: var(--soft); }
@media print { .bar { min-width: 36px; } }
"""

_INKS = "".join(f".ink{n} {{ --c: var(--ink{n}); }}\n" for n in range(1, INKS + 1))

STYLE = SHARED + _RULES + _INKS + switch_rules(("scene", *COLOURS))
"""The style sheet of a report's page."""
