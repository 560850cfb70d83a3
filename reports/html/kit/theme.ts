import type { RowStatus } from '../../table/status.ts';

/** Hue and chroma (OKLCH) of a runtime; its backends differ in lightness, so families read as families. */
const FAMILIES: readonly { readonly prefix: string; readonly hue: number; readonly chroma: number }[] = [
  { prefix: 'ort-node', hue: 255, chroma: 0.12 },
  { prefix: 'ort-web', hue: 195, chroma: 0.09 },
  { prefix: 'tfjs-node', hue: 5, chroma: 0.13 },
  { prefix: 'tfjs', hue: 55, chroma: 0.12 },
];
const OTHER = { prefix: '', hue: 280, chroma: 0.02 };

const familyOf = (backend: string) => FAMILIES.find(({ prefix }) => backend.split('/')[0] === prefix) ?? OTHER;

/** The colour of a backend in every plot: a CSS variable that `backendColours` sets. */
export type Palette = (backend: string) => string;

/** `--b0` and so on for light (lightness 0.42 to 0.65) and dark (0.64 to 0.86) pages. */
export function backendColours(backends: readonly string[]): { palette: Palette; light: string; dark: string } {
  const rule = (low: number, high: number, chroma: number) =>
    backends
      .map((backend, i) => {
        const family = familyOf(backend);
        const members = backends.filter((other) => familyOf(other) === family);
        const step = members.length > 1 ? (high - low) / (members.length - 1) : 0;
        const lightness = (members.length > 1 ? low : (low + high) / 2) + step * members.indexOf(backend);
        return `--b${i}:oklch(${lightness.toFixed(3)} ${(family.chroma * chroma).toFixed(3)} ${family.hue})`;
      })
      .join(';');
  return {
    palette: (backend) => `var(--b${backends.indexOf(backend)})`,
    light: rule(0.42, 0.65, 1),
    dark: rule(0.64, 0.86, 0.8),
  };
}

/** The style that sets the backends' colours. */
export const coloursText = ({ light, dark }: { readonly light: string; readonly dark: string }): string =>
  `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}@media print{:root{${light}}}`;

/** Class and sign of a status: never colour alone. */
export const STATUS_MARKS: { readonly [status in RowStatus]: { readonly name: string; readonly sign: string } } = {
  ok: { name: 'ok', sign: '✓' },
  wrong: { name: 'wrong', sign: '✗' },
  suspect: { name: 'suspect', sign: '?' },
  crash: { name: 'crash', sign: '✗' },
  timeout: { name: 'timeout', sign: '✗' },
  fallback: { name: 'fallback', sign: '↩' },
  unsupported: { name: 'unsupported', sign: '∅' },
  'not run': { name: 'notrun', sign: '–' },
  partial: { name: 'partial', sign: '◐' },
};

/** The page's style but for the backends' colours. */
export const CSS = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f7f7f5;--ink:#1c1c1a;--soft:#5c5c57;--faint:#8a8a84;--line:#dededa;
--grid:#e6e6e2;--accent:#1d5fa8;--ok:#1f7a44;--bad:#b3261e;--warn:#955800;--doubt:#7a3c9e;--none:#6d6d68;--note:#fdf5e2;--noteline:#e0c37c}
@media (prefers-color-scheme:dark){:root{--bg:#161716;--panel:#1e1f1e;--ink:#e8e8e4;--soft:#aeaea8;--faint:#85857f;
--line:#363735;--grid:#2b2c2a;--accent:#8ab8ee;--ok:#6cc48c;--bad:#f28b82;--warn:#e3b35b;--doubt:#cfa4ec;--none:#9a9a94;--note:#2b2618;
--noteline:#6a5824}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1440px;padding:1.5rem clamp(.9rem,3vw,2.5rem) 4rem;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:.2em 0 .3em;letter-spacing:-.01em}
h2{font-size:1.2rem;margin:2.6em 0 .5em;padding-top:.7em;border-top:1px solid var(--line)}
h3{font-size:.95rem;margin:1.6em 0 .4em}
p,ul{max-width:75ch;margin:.5em 0}
.scroll+p{margin-top:.9em}
a{color:var(--accent);text-underline-offset:2px}
code,.mono{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
code{overflow-wrap:anywhere}
code.copy{user-select:all;background:var(--panel);border:1px solid var(--line);border-radius:3px;padding:.1em .4em}
td code.copy{white-space:nowrap;overflow-wrap:normal}
.soft{color:var(--soft)}.small{font-size:.87rem}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.9rem;margin:1rem 0 0}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:.8rem 0}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
.verdict{max-width:none;display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;margin:1rem 0 .4rem;font-size:1.05rem}
.verdict b{font-variant-numeric:tabular-nums}
.note{border-left:3px solid var(--noteline);background:var(--note);padding:.55rem .9rem;margin:.8rem 0;max-width:none}
.note p{max-width:90ch}
.s{white-space:nowrap}.s::before{content:attr(data-sign);display:inline-block;width:1.15em}
.s-ok{color:var(--ok)}.s-wrong,.s-crash,.s-timeout{color:var(--bad)}.s-suspect{color:var(--doubt)}.s-fallback{color:var(--warn)}
.s-unsupported,.s-notrun,.s-partial{color:var(--none)}
.scroll{overflow-x:auto;max-width:100%}.scroll:has(>table){overflow:auto;max-height:85vh}.scroll.fits:has(>table){overflow:visible;max-height:none}
.scroll:focus-visible,summary:focus-visible,a:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.scroll>table>thead th{position:sticky;top:0;z-index:2;background:var(--bg);box-shadow:inset 0 -1px var(--line)}
.scroll>table>tbody>tr>th:first-child{position:sticky;left:0;z-index:1;background:var(--bg)}
.scroll>table>thead th:first-child{left:0;z-index:3}.scroll>table.fastest>thead th{position:static;box-shadow:none}
.nm{width:max-content;max-width:28rem;white-space:normal;overflow-wrap:anywhere;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4}
.without .s{margin-left:.2em}
table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums;min-width:min(100%,30rem)}
th,td{padding:.28rem .7rem .28rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);vertical-align:bottom;line-height:1.25}
th.n,td.n{text-align:right;white-space:nowrap}td.name{white-space:nowrap}td.prose{min-width:7rem}.roomy{min-width:15rem}
th.n+th:not(.n),td.n+td:not(.n){padding-left:.8rem}
tbody th{color:var(--ink);font-weight:400;line-height:inherit;white-space:nowrap;vertical-align:top}
tr:target>*{background:var(--note)}
th button{all:unset;cursor:pointer;text-align:inherit}th button:hover{color:var(--accent)}
th button:focus-visible{outline:2px solid var(--accent)}
th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
.agreement caption{text-align:left;color:var(--soft);padding-bottom:.3rem}.agreement td.n,.agreement th.n{padding-right:.6rem}
.agreement td.self{color:var(--soft)}abbr[title]{text-decoration:none;cursor:help}
.swatch{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.5em}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:1.2rem 2rem;margin:1rem 0 .6rem}
.panels.broad{grid-template-columns:repeat(auto-fill,minmax(min(100%,660px),1fr))}.panels.wide{grid-template-columns:minmax(0,1fr)}
.pair{display:flex}figure{margin:0;min-width:0;break-inside:avoid}
figure.wide{margin:1rem 0}
figure h3{margin:0 0 .3em}
figure h3,p.note,details.network>summary h3{overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:6}
.legend{max-width:none;display:flex;flex-wrap:wrap;gap:.25rem 1.3rem;font-size:.85rem;color:var(--soft);margin:.6rem 0 0;align-items:center}
.legend svg{vertical-align:-.2em;margin-right:.4em;color:var(--ink)}
.chart{display:block;width:100%;height:auto;overflow:visible;color:var(--ink);
font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
.chart text{white-space:pre}
details{margin:.7rem 0}summary{cursor:pointer;color:var(--accent);font-size:.9rem}
details[open]>summary{margin-bottom:.4rem}
.empty{border:1px dashed var(--line);padding:.8rem 1rem;color:var(--soft)}
.problem{margin:1.2rem 0;break-inside:avoid}.problem p,.why{margin:.2em 0;overflow-wrap:anywhere;max-width:75ch}.why details{display:inline}
.problem li,h1,h2,h3,p,summary{overflow-wrap:anywhere}
.problem:target{background:var(--note)}
header h1{margin-bottom:.15em}header>p{max-width:none}
.verdict>*{white-space:nowrap}.verdict>.soft{white-space:normal}.verdict a{color:inherit}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
.since{border-left:4px solid var(--ok);padding:.1rem .9rem;margin:.7rem 0}.since.bad{border-color:var(--bad)}
.since ul{margin:.2em 0;padding-left:1.1rem;max-width:none}.since li{overflow-wrap:anywhere}
p.note{padding:.5rem .9rem;max-width:none}details.note{padding:.4rem .9rem;margin:.5rem 0}details.note summary{margin:0}
#answer h2,#choice h2:first-child{margin-top:1.1rem}
.fastest td,.fastest th,.ranking td,.ranking th{white-space:nowrap;padding:.28rem .9rem .28rem 0;vertical-align:baseline}
.fastest td.name{white-space:nowrap}.fastest thead th,.ranking thead th{white-space:normal;min-width:4.6rem}
.fastest .edge,.fastest .edge.name{padding-left:.9rem;border-left:1px solid var(--line)}
.fastest .small{display:block;white-space:normal;width:max-content;max-width:22rem}
.fastest td a,.ranking td a,.ranking th a{color:inherit;text-decoration:none}
.fastest td a:hover,.ranking td a:hover,.ranking th a:hover,.fastest td a:focus,.ranking td a:focus{text-decoration:underline}
.fastest tbody th,.ranking tbody th{font-weight:400;text-align:left}
.fastest tbody th:first-child{font-weight:600}
.iv{font-size:.86em}
.ranking thead th{vertical-align:bottom;position:sticky;top:0;background:var(--bg);z-index:1}
.ranking .group th{padding-top:.7rem;color:var(--soft);font-weight:600}
.ranking tr.best th.name,.ranking tr.best td:first-child{font-weight:600}
.ranking th.name,.fastest tbody th:first-child{position:sticky;left:0;background:var(--bg)}
.tag{font-size:.78rem;font-weight:600;color:var(--ok);border:1px solid currentColor;border-radius:3px;padding:0 .35em;margin-left:.3em}
.heat{--tint:var(--warn)}.heat.faster{--tint:var(--ok)}
td.heat{background:color-mix(in srgb,var(--tint) calc(var(--h)*38%),transparent);padding-left:.6rem;padding-right:.6rem}
details.network>summary h3{display:-webkit-inline-box;max-width:calc(100% - 2rem);vertical-align:top}
details.view>summary h2{display:inline}details.network>summary h3,details.view>summary h2{margin:0;border:0;padding:0}
details.network{border-top:1px solid var(--line);padding-top:.5rem}
details.view{border-top:1px solid var(--line);padding:.7rem 0;margin:0}
details.view>summary,details.network>summary{color:var(--ink)}
#missing>summary h2{font-size:.95rem;font-weight:400;color:var(--soft)}
#filters fieldset{border:1px solid var(--line);border-radius:5px;display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:end;padding:.5rem .8rem .7rem;margin:1.2rem 0 .4rem}
#filters label{display:grid;font-size:.8rem;color:var(--soft);gap:.1rem}
#filters select,#filters input,#filters button{font:inherit;font-size:.9rem;color:var(--ink);background:var(--bg);border:1px solid var(--faint);border-radius:4px;padding:.2rem .4rem;max-width:14rem}
#save fieldset{border:1px solid var(--line);border-radius:5px;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;padding:.5rem .8rem .7rem;margin:2rem 0 .4rem}
#save button{font:inherit;font-size:.9rem;color:var(--ink);background:var(--bg);border:1px solid var(--faint);border-radius:4px;padding:.2rem .6rem;cursor:pointer}
#save textarea{width:100%;font:.8rem ui-monospace,monospace;color:var(--ink);background:var(--panel)}
#save output,#filters output{font-size:.9rem;color:var(--soft)}
#one h2{border:0;margin-top:.4rem;overflow-wrap:anywhere}#one h2:focus{outline:none}
.ranking td.to-base{padding-left:.9rem}td.n .s::before{text-align:left}
.v-bad{color:var(--bad)}.v-good{color:var(--ok)}.v-warn{color:var(--warn)}.v-none{color:var(--none)}
.forest{display:block;color:var(--ink);overflow:visible;font:10px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.forest text{fill:var(--soft)}.forest .band{fill:var(--grid)}.forest .one{stroke:var(--faint)}.forest circle{fill:var(--ink)}
@media (max-width:520px){.of{display:block}.nm{max-width:11rem}body{font-size:14px}td.name .id{display:inline-block;min-width:11rem;white-space:normal;overflow-wrap:anywhere}dl.facts{grid-template-columns:1fr}dl.facts dt{margin-top:.35rem}
}
@media print{:root{color-scheme:light}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{max-width:none;padding:0;font-size:10pt}nav,#filters,#save,.skip{display:none}
.scroll,.scroll:has(>table){overflow:visible;max-height:none}.scroll>table th{position:static!important;box-shadow:none!important}
table{font-size:6.5pt;width:100%;table-layout:auto;min-width:0}
th,td,th.n,td.n,td.name,tbody th,.ranking td,.ranking th,.fastest td,.fastest th,td code.copy{white-space:normal!important;overflow-wrap:anywhere;min-width:0!important;padding-right:.35rem}
th.n,td.n,th[scope=col]{overflow-wrap:normal!important}td.prose,td.name:has(code),th.name .nm{min-width:6em}td code.copy{font-size:6pt;padding:0;border:0}
.nm,figure h3,p.note,details.network>summary h3{display:block;width:auto;overflow:visible;-webkit-line-clamp:none}.roomy{min-width:0}.chart{min-width:0!important}.panels,.panels.broad{grid-template-columns:repeat(2,minmax(0,1fr))}.panels.broad{grid-template-columns:minmax(0,1fr)}
details:not([open])>summary::after{content:" (closed: not printed)";color:var(--soft);font-size:8pt}
h2,h3{break-after:avoid}tr{break-inside:avoid}a{color:inherit}}
`;
