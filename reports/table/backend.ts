import { findBackend } from '../../suites/backends/backends.ts';
import type { Cell } from '../../suites/plan/cell.ts';

/** Where a cell's backend runs. One that this version does not know counts as Node's. */
export const hostOf = ({ backend }: Cell): 'node' | 'browser' => findBackend(backend)?.host ?? 'node';

/** Whether a cell's backend is one of the two that test this project instead of a runtime. */
export const isGauge = ({ backend }: Cell): boolean => findBackend(backend)?.gauges !== undefined;
