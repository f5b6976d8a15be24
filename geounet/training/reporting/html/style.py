"""How a run's report looks: what it adds to the style of evaluation's reports."""

from geounet.evaluation.html.stylesheet import STYLE as SHARED

STYLE = (
    SHARED
    + """
.chart .thin { stroke-width: 1.3; opacity: .8; }
.warnings { border-left: 4px solid var(--ink2); }
.warnings ul { margin: 0; padding-left: 18px; }
.warnings li { margin: 4px 0; max-width: 84ch; }
figure { margin: 0 0 16px; }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; }
figcaption { margin-top: 4px; color: var(--soft); font-size: 13px; }
.columns { display: grid; grid-template-columns: repeat(4, 1fr); margin-bottom: 4px; font-size: 13px; font-weight: 600; }
.swatches { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 14px; padding: 0; list-style: none; font-size: 13px; }
.swatches .swatch { display: inline-block; margin-right: 6px; vertical-align: -2px; }
details { margin-top: 10px; }
details summary { cursor: pointer; color: var(--accent); font-weight: 600; }
pre {
  margin: 10px 0 0; padding: 12px 14px; overflow-x: auto; background: var(--ground); border-radius: 6px;
  font-size: 12.5px;
}
@media print { figure { break-inside: avoid; } details { display: none; } }
"""
)
"""The style sheet of the page."""
