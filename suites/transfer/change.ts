import type { Change, RoundTimes } from '../contract/change.ts';
import type { Transfer } from './figures.ts';

/** The calls that leave their data on the device decide. Upload and read-back are differences of two forms of calls. */
export const change: Change<Transfer> = {
  unchanged: 'same time',
  times({ forms, resolution, step }) {
    const part = (metric: string, times: readonly number[]): RoundTimes => ({
      metric,
      kind: 'part',
      times,
      resolution,
    });
    const difference = (metric: string, a: 'host' | 'read', b: 'read' | 'bound'): RoundTimes => ({
      ...part(
        metric,
        forms.map((one) => one[a] - one[b]),
      ),
      resolution: 2 * step,
      signed: true,
    });
    return [
      {
        ...part(
          'transfer_on_device_ms',
          forms.map(({ bound }) => bound),
        ),
        kind: 'main',
      },
      part(
        'transfer_host_to_host_ms',
        forms.map(({ host }) => host),
      ),
      difference('transfer_upload_ms', 'host', 'read'),
      difference('transfer_read_back_ms', 'read', 'bound'),
    ];
  },
};
