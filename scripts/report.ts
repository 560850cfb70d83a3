import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { grouped } from '../reference/collect.ts';
import { cannotWrite, partOf } from '../reference/write.node.ts';
import type { Comparison } from '../reports/compare/compare.ts';
import { REPORTS } from '../reports/reports.ts';
import { isFolder } from '../suites/engine/runs.ts';
import type { NightReport } from '../suites/nightly/report.ts';
import { type Cell, parseCell } from '../suites/plan/cell.ts';
import { defectOf, defectText, expectedDefect, isNews, NO_NEWS } from '../suites/plan/expectations.ts';
import type { Run } from '../suites/record/record.ts';

/** The files that the pages of a run are made from, and where the pages go. */
export type Pages = {
  /** The files or folders that the run was read from. */
  readonly paths: readonly string[];
  /** The folder for the pages. If undefined, the pages go into the folder of the first path. */
  readonly out: string | undefined;
};

/**
 * Path of a run's pages, without the ending: beside its file, or in its folder, with that one's name. For several
 * paths, it is the first one's name and the number of the others, so that the first one's own pages stay.
 */
export function pagesAt({ paths, out }: Pages): string {
  const [first = '', ...more] = paths;
  const folder = isFolder(first);
  const name = basename(resolve(first)).replace(/\.jsonl$/, '') || 'run';
  const end = more.length === 0 ? '' : `+${more.length}`;
  if (out === undefined && !folder) return `${first.replace(/\.jsonl$/, '')}${end}`;
  return join(out ?? first, `${name}${end}`);
}

/**
 * Writes every report of a run and returns their paths. Throws one line where it cannot, and leaves no partial file.
 */
export function writeReports(run: Run, pages: Pages, comparison?: Comparison, night?: NightReport): string[] {
  const at = pagesAt(pages);
  const again = `then npm run report -- ${pages.paths.join(' ')}`;
  return REPORTS.map((report) => writeReport(`${at}${report.extension}`, report.render(run, comparison, night), again));
}

/** Writes a report and returns its path. Throws one line that ends with `then` where it cannot, and leaves no partial file. */
export function writeReport(target: string, text: string, then: string): string {
  const part = partOf(target);
  try {
    // An earlier report stays until this one is complete, and a read-only one is not replaced.
    if (existsSync(target)) accessSync(target, constants.W_OK);
    writeFileSync(part, text);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw cannotWrite(target, error, then);
  }
  return target;
}

/** The cell of an id, or undefined where this version does not know it. */
function cellOf(id: string): Cell | undefined {
  try {
    return parseCell(id);
  } catch {
    return undefined;
  }
}

/** Lines about known failures: one for each that happened, may have happened, or did not happen. */
export function knownFailures(run: Run): string[] {
  const { packages } = run.header.environment;
  const cells = [...grouped(run.records, ({ id }) => id)].flatMap(([id, records]) => {
    const cell = cellOf(id);
    const defect = cell && defectOf(cell);
    if (cell === undefined || defect === undefined) return [];
    const statuses = records.map(({ outcome }) => outcome.status);
    const expected = expectedDefect(cell, packages) !== undefined;
    return [{ id, statuses, expected, defect, text: defectText(defect, cell.backend, packages) }];
  });
  const wrong = cells.filter(({ statuses }) => statuses.some((one) => one === 'wrong' || one === 'suspect'));
  const known = wrong.filter(({ expected }) => expected);
  const elsewhere = wrong.filter(({ expected }) => !expected);
  // In part, in doubt, or on another device: the part that fails may be what did not run.
  const mended = cells.filter(({ statuses, expected }) => expected && statuses.every((status) => status === 'ok'));
  return [
    ...new Set([
      ...known.map(({ text }) => `known: ${text}`),
      ...elsewhere.map(
        ({ defect, text }) =>
          `may be known, but was seen in ${defect.versions.join(', ')} only: ${text}; add the version to suites/backends/defects.ts if npm run locate names it`,
      ),
      ...mended.map(
        ({ id, text }) => `passes now, so remove its query from suites/backends/defects.ts: ${id} (${text})`,
      ),
    ]),
  ];
}

/**
 * Exit code of a run: 1 where a cell is wrong, suspect, fell back, crashed or timed out and this is not a known failure, or
 * where a known failure passes; else 0. What did not run, as a whole or in part, is no failure: its status says so.
 */
export function exitCodeOf(run: Run): 0 | 1 {
  const news = [...grouped(run.records, ({ id }) => id)].some(([id, records]) => {
    const cell = cellOf(id);
    const statuses = records.map(({ outcome }) => outcome.status);
    return cell === undefined
      ? statuses.some((status) => status !== 'ok' && !NO_NEWS.includes(status))
      : isNews(cell, statuses, run.header.environment.packages);
  });
  return news ? 1 : 0;
}
