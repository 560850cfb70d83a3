import type { NightReport } from '../../suites/nightly/report.ts';
import { type PackedTrends, packTrends } from './packed.ts';

/** The history of cells, as the page of a run that is a night holds it. */
export type HistoryData = Pick<NightReport, 'changes' | 'accepted'> & { readonly trends: PackedTrends };

/** Nights that the page of a run holds; the page of the night has all. */
const NIGHTS = 90;

export const historyData = ({ trends, changes, accepted }: NightReport): HistoryData => ({
  trends: packTrends(trends, NIGHTS),
  changes,
  accepted,
});
