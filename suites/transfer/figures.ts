import { maximum } from '../../reference/collect.ts';
import { differenceInterval } from '../stats/centre.ts';
import { type Centre, centreOf, few } from '../stats/few.ts';
import { median } from '../stats/quantiles.ts';
import type { TransferResult } from './schema.ts';

/** Calls from host to host, compared with calls that leave input and output on the device; in milliseconds. */
export type Transfer = {
  readonly suite: 'transfer';
  readonly rounds: number;
  /** The medians of each round's calls, by form. */
  readonly forms: readonly { readonly host: number; readonly bound: number; readonly read: number }[];
  /** The clock resolution: as a share of the calls that leave their data on the device, and of a sample, in milliseconds. */
  readonly resolution: number;
  readonly step: number;
  /** Samples of each form over all rounds. */
  readonly samples: number;
  /** Medians of round medians. */
  readonly host: Centre;
  readonly bound: Centre;
  readonly read: Centre;
  /**
   * `upload` is host − read, the cost of bringing the input. `readBack` is read − bound, the cost of reading the output
   * back.
   */
  readonly upload: Centre;
  readonly readBack: Centre;
  /** host ÷ bound: 1 where moving data costs nothing. */
  readonly ratio: Centre;
  /** Number of calls that a sample is the mean of. */
  readonly batch: number;
  /** The largest error ÷ allowed of the calls that left their output on the device. */
  readonly error: number;
  readonly few: string | undefined;
};

export function transfer(results: readonly TransferResult[]): Transfer {
  const medians = results.map((one) => ({
    host: median(one.host),
    bound: median(one.bound),
    read: median(one.read),
    // Clock resolution of a sample, in milliseconds.
    step: one.clock.granularity / one.batch,
  }));
  type Form = 'host' | 'bound' | 'read';
  const step = maximum(medians.map((one) => one.step));
  const relative = (form: Form) => maximum(medians.map((one) => one.step / one[form]));
  const centre = (form: Form) =>
    centreOf(
      medians.map((one) => one[form]),
      relative(form),
    );
  const difference = (a: Form, b: Form): Centre => {
    const differences = medians.map((one) => one[a] - one[b]);
    return { median: median(differences), interval: differenceInterval(differences, 2 * step) };
  };
  const samples = results.reduce((sum, one) => sum + one.host.length, 0);
  return {
    suite: 'transfer',
    rounds: results.length,
    forms: medians.map(({ host, bound, read }) => ({ host, bound, read })),
    resolution: relative('bound'),
    step,
    samples,
    host: centre('host'),
    bound: centre('bound'),
    read: centre('read'),
    upload: difference('host', 'read'),
    readBack: difference('read', 'bound'),
    ratio: centreOf(
      medians.map(({ host, bound }) => host / bound),
      relative('host') + relative('bound'),
    ),
    batch: maximum(results.map(({ batch }) => batch)),
    error: maximum(results.flatMap(({ checks }) => checks.map(({ ratio }) => ratio))),
    few: few(results.length, samples),
  };
}
