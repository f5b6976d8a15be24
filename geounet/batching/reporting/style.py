"""How a batch's report looks: what its map and its lists add to the style that all pages share."""

from geounet.batching.reporting.map import legend_names
from geounet.html.stylesheet import STYLE as SHARED
from geounet.html.switches import switch_rules

_RULES = """
:root {
  --done: #4aa58c; --failed: #d55e00; --partial: #e8b23a; --skipped: #9aa3ab; --pending: #8b949d; --running: #2f6fb3;
  --over: #3b1700; --land: #eef1f3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --done: #2f8f78; --failed: #ee7b2c; --partial: #d5a233; --skipped: #5d6770; --pending: #7d8893; --running: #6ea8e6;
    --over: #1c0b00; --land: #181d21;
  }
}
.scenes { display: block; width: 100%; height: auto; }
.scenes path { stroke-linejoin: round; }
.sample { width: 15px; height: 15px; flex: none; overflow: visible; }
.stage.plain { background: var(--land); box-shadow: inset 0 0 0 1px var(--rule); }
.scenes .done { fill: var(--done); stroke: var(--land); stroke-width: .8; }
.scenes .partial { fill: var(--partial); stroke: var(--over); stroke-width: .9; }
.scenes .failed { fill: var(--failed); stroke: var(--over); stroke-width: 1.2; }
.scenes .skipped { fill: none; stroke: var(--skipped); stroke-width: 1; }
.scenes .pending { fill: none; stroke: var(--pending); stroke-width: 1; stroke-dasharray: 3 2; }
.scenes .running { fill: var(--running); fill-opacity: .25; stroke: var(--running); stroke-width: 2.5; }
.scenes .done.fine { stroke: none; }
.scenes .failed.fine { stroke-width: .7; }
.scenes .partial.fine { stroke-width: .6; }
.graticule line { stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
.graticule text { fill: var(--faint); font-size: 12px; }
.stage.plain .scale { left: auto; right: 16px; bottom: 14px; border-color: var(--ink); filter: none; }
.stage.plain .scale span {
  color: var(--ink); text-shadow: 0 0 3px var(--land), 0 0 3px var(--land), 0 0 3px var(--land);
}
.note { margin: 12px 0 0; color: var(--soft); font-size: 13.5px; }
.note.wide { max-width: none; }
.line { table-layout: fixed; }
.line td, .line th, .reasons td { white-space: normal; overflow-wrap: anywhere; text-align: left; vertical-align: top; }
.line thead th:first-child { width: 34%; }
.line.three thead th:nth-child(2) { width: 24%; }
.line td, .reasons td { color: var(--soft); }
.reasons { margin-bottom: 16px; }
.reasons td.often { width: 1%; white-space: nowrap; text-align: right; color: var(--ink); font-weight: 600; }
.names th { white-space: normal; overflow-wrap: anywhere; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; font-weight: 600; }
a { color: var(--accent); }
@media print {
  :root {
    --done: #4aa58c; --failed: #d55e00; --partial: #e8b23a; --skipped: #777; --pending: #777; --running: #2f6fb3;
    --over: #000; --land: #fff;
  }
  section.long { break-inside: auto; }
  .stage.plain { flex-basis: 76%; max-width: 76%; }
  tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
"""

STYLE = SHARED + _RULES + switch_rules(legend_names())
"""The style sheet of a batch's page."""
