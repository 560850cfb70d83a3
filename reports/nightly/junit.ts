import { NIGHT_FAILING } from '../../suites/nightly/judged.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { ratioOf, since } from './night-text.ts';

/** Characters that XML 1.0 allows, escaped for a text or a quoted attribute. */
const xml = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, ' ');

/**
 * A night as JUnit XML: a test case for each cell of tonight and each that is lost. What got worse is a failure; what did
 * not run is skipped.
 */
export function renderJunit(report: NightReport): string {
  const { tonight, judged } = report;
  const worse = new Map(
    judged.found.filter(({ verdict }) => NIGHT_FAILING.includes(verdict)).map((one) => [one.id, one]),
  );
  const ids = [...new Set([...Object.keys(tonight.cells), ...worse.keys()])];
  const cases = ids.map((id) => {
    const found = worse.get(id);
    const cell = tonight.cells[id];
    const time = cell?.ms == null ? '' : ` time="${(cell.ms / 1000).toFixed(6)}"`;
    const open = `  <testcase classname="${xml(id.split(':')[5] ?? '')}" name="${xml(id)}"${time}`;
    if (found !== undefined) {
      const text = [found.verdict, ratioOf(found), found.figures].filter(Boolean).join(' ');
      const more = [found.detail, since(report, found)].filter(Boolean).join('; ');
      return `${open}><failure type="${found.verdict}" message="${xml(text)}">${xml(more)}</failure></testcase>`;
    }
    const skipped = cell !== undefined && ['unsupported', 'not run'].includes(cell.status);
    return skipped ? `${open}><skipped message="${xml(`${cell.status}: ${cell.reason}`)}"/></testcase>` : `${open}/>`;
  });
  const skips = cases.filter((text) => text.includes('<skipped')).length;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="nightly" tests="${ids.length}" failures="${worse.size}" errors="0" skipped="${skips}" timestamp="${xml(tonight.started.slice(0, 19))}">
${cases.join('\n')}
</testsuite>
`;
}
