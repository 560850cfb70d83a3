import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { cannotWrite, partOf } from '../reference/write.node.ts';
import type { Comparison } from '../reports/compare/compare.ts';
import { REPORTS } from '../reports/report.ts';
import { isFolder } from '../suites/engine/runs.ts';
import { type Cell, parseCell } from '../suites/plan/cell.ts';
import { expectationOf, isNews } from '../suites/plan/expectations.ts';
import type { Run } from '../suites/record/record.ts';

/** What the pages of a run are made of, and where they go. */
export type Pages = {
  /** The files or folders that the run was read from. */
  readonly paths: readonly string[];
  /** The folder for the pages; undefined for that of the first path. */
  readonly out: string | undefined;
};

/**
 * Where the pages of a run go, without their endings: beside its file, or into its folder, by that one's name. Where
 * several were named, it is the first one's name, and how many more there were, so that its own pages stay.
 */
export function pagesAt({ paths, out }: Pages): string {
  const [first = '', ...more] = paths;
  const folder = isFolder(first);
  const name = basename(resolve(first)).replace(/\.jsonl$/, '') || 'run';
  const end = more.length === 0 ? '' : `+${more.length}`;
  if (out === undefined && !folder) return `${first.replace(/\.jsonl$/, '')}${end}`;
  return join(out ?? first, `${name}${end}`);
}

/** Writes every report of a run and returns their paths. Throws one line where it cannot; no half one stays. */
export function writeReports(run: Run, pages: Pages, comparison?: Comparison): string[] {
  const at = pagesAt(pages);
  return REPORTS.map((report) => {
    const target = `${at}${report.extension}`;
    const text = report.render(run, comparison);
    const part = partOf(target);
    try {
      // An earlier report stays until this one is whole, and what may not be written is not replaced.
      if (existsSync(target)) accessSync(target, constants.W_OK);
      writeFileSync(part, text);
      renameSync(part, target);
    } catch (error) {
      rmSync(part, { force: true });
      throw cannotWrite(target, error, `then npm run report -- ${pages.paths.join(' ')}`);
    }
    return target;
  });
}

/** The cell of an id, or undefined for an id that another version or a person wrote. */
function cellOf(id: string): Cell | undefined {
  try {
    return parseCell(id);
  } catch {
    return undefined;
  }
}

/** What a run tells about known failures: a line for those that happened, and one for each that did not. */
export function knownFailures(run: Run): string[] {
  const known = run.records.flatMap(({ id, outcome }) => {
    const cell = cellOf(id);
    const expectation = cell && expectationOf(cell);
    return expectation === undefined ? [] : [{ id, status: outcome.status, expectation }];
  });
  const happened = known.filter(({ status, expectation }) => status === expectation.status);
  const reasons = [...new Set(happened.map(({ expectation }) => expectation.reason))];
  const mended = known.filter(({ status }) => status === 'ok');
  return [
    ...reasons.map((reason) => `known: ${reason}`),
    ...mended.map(
      ({ id, expectation }) =>
        `passes now, so remove it from suites/plan/expectations.ts: ${id} (${expectation.reason})`,
    ),
  ];
}

/** Exit code of a run: 1 where any cell is wrong, fell back, crashed or timed out and that is not known; else 0. */
export function exitCodeOf(run: Run): 0 | 1 {
  const news = run.records.some(({ id, outcome: { status } }) => {
    const cell = cellOf(id);
    return cell === undefined ? status !== 'ok' && status !== 'unsupported' : isNews(cell, status);
  });
  return news ? 1 : 0;
}
