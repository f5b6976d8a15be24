"""How a page looks: on a light screen, on a dark one, and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f8; --card: #ffffff; --ink: #1b2126; --soft: #5c6670; --faint: #6f7983; --rule: #dfe3e7;
  --accent: #0f6e84; --ground: #e6e9ec; --grid: #e9ecef; --right: 8, 115, 88; --wrong: 205, 84, 12;
  --ink1: #0f6e84; --ink2: #c2571a; --ink3: #6b4ca8; --ink4: #2e8b57; --ink5: #b03a6b; --ink6: #8c6d1f;
  --ink7: #3a66b0; --ink8: #5c6670;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --card: #1c2227; --ink: #e8ecef; --soft: #a4afb8; --faint: #8d98a2; --rule: #323a41;
    --accent: #4fb6cc; --ground: #262d33; --grid: #2a3138; --right: 20, 130, 102; --wrong: 200, 90, 25;
    --ink1: #4fb6cc; --ink2: #f0935a; --ink3: #a98be0; --ink4: #62c48b; --ink5: #e27aa6; --ink6: #d0ac52;
    --ink7: #7ea6e8; --ink8: #a4afb8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 56px; }
header { margin-bottom: 28px; }
header p { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
header .over { color: var(--accent); font-size: 13px; font-weight: 600; letter-spacing: .02em; }
h1 {
  margin: 4px 0 2px; font-size: 27px; line-height: 1.25; font-weight: 650; letter-spacing: -.01em;
  overflow-wrap: anywhere;
}
h1 span { color: var(--soft); font-weight: 400; }
h2 { margin: 0 0 14px; font-size: 16px; font-weight: 650; }
section {
  margin-top: 20px; padding: 20px 22px; background: var(--card); border: 1px solid var(--rule);
  border-radius: 10px;
}
section > p { margin: -8px 0 14px; color: var(--soft); max-width: 76ch; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 20px; margin-top: 20px; }
.pair section { margin-top: 0; min-width: 0; }

.cards { display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: 12px; }
.card { padding: 14px 16px 13px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
.card b {
  display: block; font-size: 27px; line-height: 1.2; font-weight: 650; letter-spacing: -.01em;
  white-space: nowrap;
}
.card span { display: block; color: var(--soft); font-size: 13px; font-weight: 600; }
.card small { display: block; margin-top: 3px; color: var(--faint); font-size: 12.5px; line-height: 1.35; }
.card.first { border-color: var(--accent); box-shadow: inset 0 3px 0 var(--accent); }
.card.first b { color: var(--accent); }

.map { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: center; }
.map input { position: absolute; opacity: 0; pointer-events: none; }
.map label {
  display: flex; align-items: center; gap: 7px; padding: 4px 11px 4px 8px; font-size: 13px; cursor: pointer;
  border: 1px solid var(--rule); border-radius: 99px; user-select: none;
}
.map label b { font-weight: 600; }
.map label small { color: var(--faint); font-size: 12.5px; }
.map input:not(:checked) + label { opacity: .45; text-decoration: line-through; }
.map input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; }
.swatch { width: 13px; height: 13px; border-radius: 3px; box-shadow: inset 0 0 0 1px rgba(0, 0, 0, .25); }
.stage {
  position: relative; flex-basis: 100%; margin: 6px auto 0; background: var(--ground); border-radius: 6px;
  overflow: hidden;
}
.scale {
  position: absolute; left: 14px; bottom: 12px; border: 2px solid #fff; border-top: 0; height: 8px;
  filter: drop-shadow(0 0 1.5px rgba(0, 0, 0, .9));
}
.scale span {
  position: absolute; left: 0; right: 0; bottom: 4px; text-align: center; color: #fff; font-size: 12.5px;
  font-weight: 600; white-space: nowrap;
}

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 7px 12px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--soft); font-size: 12.5px; font-weight: 600; white-space: normal; vertical-align: bottom; }
tbody th { font-weight: 600; }
tbody tr:last-child > * { border-bottom: 0; }
.facts th {
  width: 1%; padding-right: 28px; color: var(--soft); font-weight: 400; text-align: left;
  vertical-align: top;
}
.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 7px 22px; margin: 0; font-size: 14px; }
dt { font-weight: 600; }
dd { margin: 0; color: var(--soft); max-width: 76ch; }
footer { margin-top: 24px; color: var(--faint); font-size: 13px; }

@media (max-width: 860px) { .cards { grid-template-columns: repeat(var(--few), 1fr); } }
@media (max-width: 640px) {
  main { padding: 24px 14px; }
  .pair, dl { grid-template-columns: 1fr; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .card b { font-size: 22px; }
  dd { margin-bottom: 8px; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #fff; --card: #fff; --ink: #000; --soft: #444; --faint: #666; --rule: #ccc; --accent: #0f6e84; --ground: #eee;
    --grid: #e5e5e5; --ink1: #0f6e84; --ink2: #c2571a; --ink3: #6b4ca8; --right: 8, 115, 88; --wrong: 205, 84, 12;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 14mm; }
  main { max-width: none; padding: 0; }
  section, .card { break-inside: avoid; }
  .pair { grid-template-columns: 1fr 1fr; }
  .cards { grid-template-columns: repeat(var(--few), 1fr); }
  .scroll { overflow: visible; }
  table { font-size: 12px; }
  th, td { padding: 5px 6px; }
  thead th { font-size: 11px; }
  .map input:not(:checked) + label { display: none; }
}
"""
"""The style sheet that all pages share: their frame, key figures, pictures with switches, and tables."""
