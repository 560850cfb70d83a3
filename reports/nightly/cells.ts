import type { NightFinding } from '../../suites/nightly/judged.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { type Cell, parseCell } from '../../suites/plan/cell.ts';
import { backendColours } from '../html/kit/theme.ts';
import { labelOf } from '../table/table.ts';
import { inOrder } from './night-text.ts';

/** What a page knows of the cells over the nights. */
export type CellHistory = Pick<NightReport, 'trends' | 'changes' | 'accepted'>;

/** A cell of a night's page. */
export type NightCell = {
  readonly id: string;
  /** Undefined where this version does not know the id. */
  readonly cell: Cell | undefined;
  readonly found: NightFinding | undefined;
  /** Whether it was reported, changed its level, or has an accepted change. */
  readonly notable: boolean;
};

/** The cell of an id, or undefined where this version does not know it. */
export function cellOf(id: string): Cell | undefined {
  try {
    return parseCell(id);
  } catch {
    return undefined;
  }
}

/** `ort-web/wasm · resnet50.seed0 · 224×224 · latency`, or the id where this version does not know it. */
export function titleOf(id: string): string {
  const cell = cellOf(id);
  return cell === undefined ? id : `${cell.backend} · ${labelOf(cell)} · ${cell.suite}`;
}

/** All cells: those that were reported first, then those whose level changed or was accepted, the latest first. */
export function nightCells(report: NightReport): NightCell[] {
  const found = new Map(inOrder(report).map((one) => [one.id, one] as const));
  const notable = new Set([...found.keys(), ...[...report.changes, ...report.accepted].map(({ id }) => id)]);
  const ids = new Set([...notable, ...Object.keys(report.tonight.cells), ...report.trends.keys()]);
  return [...ids].map((id) => ({ id, cell: cellOf(id), found: found.get(id), notable: notable.has(id) }));
}

/** What cells of a night are filtered by. */
export const NIGHT_FACETS = ['model', 'backend', 'suite'] as const;
export type NightFacet = (typeof NIGHT_FACETS)[number];
export type NightFilter = { readonly [facet in NightFacet | 'text']?: string };

/** The distinct values of a facet. */
export const nightValues = (cells: readonly NightCell[], facet: NightFacet): string[] =>
  [...new Set(cells.flatMap(({ cell }) => (cell === undefined ? [] : [cell[facet]])))].sort();

/** The cells that a filter lets pass; a text is part of an id or of what was reported. */
export function filteredCells(cells: readonly NightCell[], filter: NightFilter): readonly NightCell[] {
  const text = filter.text?.toLowerCase() ?? '';
  const contains = ({ id, found }: NightCell): boolean =>
    [id, ...(found ? [found.verdict, found.figures, found.detail, ...found.causes] : [])].some((one) =>
      one.toLowerCase().includes(text),
    );
  return cells.filter(
    (one) => NIGHT_FACETS.every((facet) => !filter[facet] || one.cell?.[facet] === filter[facet]) && contains(one),
  );
}

/** The part of a report that is of some cells. */
export function reportOfCells(report: NightReport, cells: readonly NightCell[]): NightReport {
  const ids = new Set(cells.map(({ id }) => id));
  const of = <T extends { readonly id: string }>(list: readonly T[]): T[] => list.filter(({ id }) => ids.has(id));
  return {
    ...report,
    judged: { ...report.judged, found: of(report.judged.found) },
    changes: of(report.changes),
    accepted: of(report.accepted),
  };
}

/** The colours of the backends. */
export const nightColours = ({ trends }: Pick<NightReport, 'trends'>) =>
  backendColours([...new Set([...trends.keys()].map((id) => cellOf(id)?.backend ?? ''))]);
