import { type Column, columnsFrom } from '../contract/suite.ts';
import type { Transfer } from './figures.ts';

export const columns: readonly Column<Transfer>[] = columnsFrom<Transfer>(151, [
  ['transfer_host_to_host_ms', ({ host }) => host.median],
  ['transfer_on_device_ms', ({ bound }) => bound.median],
  ['transfer_on_device_and_read_ms', ({ read }) => read.median],
  ['transfer_upload_ms', ({ upload }) => upload.median],
  ['transfer_upload_low_ms', ({ upload }) => upload.interval?.[0]],
  ['transfer_upload_high_ms', ({ upload }) => upload.interval?.[1]],
  ['transfer_read_back_ms', ({ readBack }) => readBack.median],
  ['transfer_read_back_low_ms', ({ readBack }) => readBack.interval?.[0]],
  ['transfer_read_back_high_ms', ({ readBack }) => readBack.interval?.[1]],
  ['transfer_host_over_device', ({ ratio }) => ratio.median],
  ['transfer_host_over_device_low', ({ ratio }) => ratio.interval?.[0]],
  ['transfer_host_over_device_high', ({ ratio }) => ratio.interval?.[1]],
]);
