/** The style of the strip of a network: tints of one colour within limits, of another beyond, each with a sign. */
export const STRIP_CSS = `
.strip,.strip ol{list-style:none;margin:0;padding:0}
.strip{display:flex;flex-wrap:wrap;gap:.5rem;align-items:flex-start;margin:.6rem 0 1rem}
.strip .stage{border:1px solid var(--line);border-top:4px solid var(--tint,var(--line));border-radius:4px;padding:.35rem .5rem .5rem;max-width:100%}
.strip h4{font-size:.87rem;margin:0}.strip .stage>p{margin:0 0 .3rem;color:var(--soft)}
.strip .blocks{display:flex;flex-wrap:wrap;gap:.3rem;align-items:flex-start;max-width:30rem}
.strip .node,.strip summary{border-radius:3px;padding:.12rem .4rem;color:var(--ink);font-size:.8rem;overflow-wrap:anywhere}
.strip .node,.strip .block{--tint:var(--faint);background:color-mix(in srgb,var(--tint) calc(6% + var(--l)*34%),var(--bg));border:1px solid color-mix(in srgb,var(--tint) 60%,var(--bg));border-radius:3px}
.strip .within,.shade.within,.strip .amount,.shade.amount{--tint:var(--accent)}.strip .beyond,.shade.beyond{--tint:var(--bad)}
.strip .node.beyond,.strip .block.beyond{border:2px solid var(--bad)}
.strip .node.unknown,.strip .block.unknown{background:none;border-style:dashed;border-color:var(--faint)}
.strip details{margin:0}.strip details[open]>summary{margin:0}.strip details ol{background:var(--bg);display:grid;gap:.15rem;padding:.25rem}
.strip .v{font-variant-numeric:tabular-nums;white-space:nowrap}.strip .first{color:var(--bad);white-space:nowrap}.strip .small{font-size:.95em}
.strip .beyond .first,.strip summary .first{color:inherit}
.shades{display:inline-flex;vertical-align:-.15em}.shade{display:inline-block;width:1.1em;height:1em;border:1px solid color-mix(in srgb,var(--tint,var(--faint)) 60%,var(--bg));background:color-mix(in srgb,var(--tint) calc(6% + var(--l)*34%),var(--bg))}
.shade.unknown{background:none;border-style:dashed;vertical-align:-.15em}
#one select{font:inherit;font-size:.9rem;color:var(--ink);background:var(--bg);border:1px solid var(--faint);border-radius:4px;padding:.2rem .4rem}
@media print{.strip .node,.strip .block,.shade{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
