import type { NightReport } from '../../suites/nightly/report.ts';
import type { PackedTrends } from './packed.ts';

/** What a night's page holds: its report, with the trends as columns. Compressed as the data of a run's page. */
export type NightData = {
  readonly report: Omit<NightReport, 'trends'>;
  readonly trends: PackedTrends;
  /** The file name of the page of tonight's run, beside this page; '' where there is none. */
  readonly runPage: string;
};
