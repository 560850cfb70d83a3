import type { Peak } from '../../suites/contract/suite.ts';
import { flopsOf } from '../../suites/stats/rates.ts';
import { type Row, type Table, timesOf, told } from './table.ts';

/** The best that a run measured on one piece of hardware, over all runtimes on it. */
export type Roof = { readonly hardware: string; readonly flops: number; readonly bandwidth: number };

/** The hardware that computed: a software adapter is the CPU, as is WebAssembly. Undefined where nothing computed. */
export function hardwareOf({ placements: [place] }: Row): string | undefined {
  if (place === undefined || place.device === 'none') return undefined;
  if (place.adapter !== undefined) return place.adapter.software ? 'CPU' : place.adapter.description;
  return ['cpu', 'wasm'].includes(place.device) ? 'CPU' : place.device;
}

/** What a timed network reached: no peak of its device is below it. Its bytes may come from caches, so they tell none. */
function reached(row: Row): Peak | undefined {
  const times = timesOf(row);
  return times && { flops: flopsOf(times), bandwidth: undefined };
}

/** The roof of each hardware that a run gauged: the best of all kernels that it measured there, and of networks' arithmetic. */
export function roofsOf({ rows }: Table): Roof[] {
  const gauged = new Set(
    rows.filter((row) => told(row, (suite, figures) => suite.peak?.(figures)) !== undefined).map(hardwareOf),
  );
  const roofs = new Map<string, Roof>();
  for (const row of rows) {
    const hardware = hardwareOf(row);
    const one = told(row, (suite, figures) => suite.peak?.(figures)) ?? reached(row);
    if (hardware === undefined || !gauged.has(hardware) || one === undefined || row.status !== 'ok') continue;
    const { flops = 0, bandwidth = 0 } = roofs.get(hardware) ?? {};
    roofs.set(hardware, {
      hardware,
      flops: Math.max(flops, one.flops ?? 0),
      bandwidth: Math.max(bandwidth, one.bandwidth ?? 0),
    });
  }
  return [...roofs.values()].filter(({ flops, bandwidth }) => flops > 0 && bandwidth > 0);
}

/** How well a timed cell uses its hardware. */
export type Efficiency = {
  readonly row: Row;
  readonly hardware: string;
  /** Operations a second (a multiply-add is two) and operations for each byte that must be moved. */
  readonly flops: number;
  readonly intensity: number;
  /** Share of the hardware's best arithmetic; and of what the roof allows at this intensity. Undefined without a roof. */
  readonly ofPeak: number | undefined;
  readonly ofRoof: number | undefined;
  /** How many times as long it takes as ort-node/cpu in this run; undefined where that has no figure. */
  readonly native: number | undefined;
};

const NATIVE = 'ort-node/cpu';

/** The efficiency of each row that has a latency, in the order of rows. */
export function efficiencies(table: Table): Efficiency[] {
  const roofs = new Map(roofsOf(table).map((roof) => [roof.hardware, roof]));
  const subject = ({ cell: { model, precision, form, batch, size } }: Row) =>
    JSON.stringify([model, precision, form, batch, size]);
  const native = new Map(
    table.rows.flatMap((row) => {
      const latency = row.cell.backend === NATIVE && row.status === 'ok' ? timesOf(row) : undefined;
      return latency ? [[subject(row), latency.median] as const] : [];
    }),
  );
  return table.rows.flatMap((row) => {
    const [latency, hardware] = [timesOf(row), hardwareOf(row)];
    if (latency === undefined || hardware === undefined || row.status !== 'ok') return [];
    const { macs, bytes } = latency.work;
    const flops = flopsOf(latency);
    const intensity = (2 * macs) / bytes;
    const roof = roofs.get(hardware);
    const base = native.get(subject(row));
    return [
      {
        ...{ row, hardware, flops, intensity },
        ofPeak: roof && flops / roof.flops,
        ofRoof: roof && flops / Math.min(roof.flops, intensity * roof.bandwidth),
        native: base && latency.median / base,
      },
    ];
  });
}
