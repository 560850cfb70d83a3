import { printable } from '../reference/text.ts';
import { centreOf } from '../suites/latency/figures.ts';
import type { Run } from '../suites/record/record.ts';
import { noWarmth, PARTS, PHASES, warmOf } from '../suites/startup/figures.ts';
import type { ProcessRow } from './table/measure.ts';
import { ratesOf } from './table/scenarios.ts';
import { computes, measured, type Row, tabulate, worstCheck } from './table/table.ts';

type Value = string | number | boolean | null | undefined;

/**
 * A text that a spreadsheet shows and does not run: one that begins as a formula does, after blanks too, gets an
 * apostrophe before it (OWASP, CSV Injection).
 */
const inert = (text: string): string => (/^\s*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text);

/** One field after RFC 4180: quoted where it holds a comma, a quote or a line break. */
export function field(value: Value): string {
  const text =
    typeof value === 'string'
      ? printable(inert(value))
      : value === null || value === undefined || Number.isNaN(value)
        ? ''
        : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const process = (row: Row, role: ProcessRow['role'], pick: (one: ProcessRow) => number | null) => {
  const one = measured(row, 'memory')?.processes.find((process) => process.role === role);
  return one && pick(one);
};

type Column = readonly [string, (row: Row) => Value];

/** Columns of one role's process. */
const processColumns = (role: ProcessRow['role']): Column[] => [
  [`memory_${role}_baseline_bytes`, (row) => process(row, role, (one) => one.baseline)],
  [`memory_${role}_opened_bytes`, (row) => process(row, role, (one) => one.opened)],
  [`memory_${role}_steady_bytes`, (row) => process(row, role, (one) => one.steady)],
  [`memory_${role}_peak_bytes`, (row) => process(row, role, (one) => one.peak)],
  [`memory_${role}_peak_minus_baseline_bytes`, (row) => process(row, role, (one) => one.growth)],
];

const latency = (row: Row) => measured(row, 'latency');
const startup = (row: Row) => measured(row, 'startup');
const transfer = (row: Row) => measured(row, 'transfer');
const memory = (row: Row) => measured(row, 'memory');
const leak = (row: Row) => measured(row, 'leak');
const steepest = (row: Row) =>
  [...(leak(row)?.growths ?? [])].sort((a, b) => (b.slope?.slope ?? 0) - (a.slope?.slope ?? 0))[0];
/** Images per second. */
const rate = (row: Row) => {
  const one = latency(row);
  return one && computes(row) ? centreOf(ratesOf(one, row.cell.batch), one.resolution) : undefined;
};
const layers = (row: Row) => measured(row, 'layers');
const worst = worstCheck;
const logits = (row: Row) => measured(row, 'conformance')?.checks.find((check) => check.tensor === 'logits');
const accuracy = (row: Row) => measured(row, 'accuracy');
const compliance = (row: Row) => measured(row, 'compliance');
const placement = (row: Row) => row.placements[0];

/** Names carry their units. New columns go to the end: readers may count. */
const COLUMNS: readonly Column[] = [
  ['case', (row) => row.id],
  ['suite', (row) => row.cell.suite],
  ['model', (row) => row.cell.model],
  ['precision', (row) => row.cell.precision],
  ['batch', (row) => row.cell.batch],
  ['input_size_px', (row) => row.cell.size],
  ['backend', (row) => row.cell.backend],
  ['status', (row) => row.status],
  ['reason', (row) => row.reasons.map((one) => one.reason).join('; ')],
  ['fix', (row) => row.reasons.flatMap((one) => one.fix ?? []).join('; ')],
  ['rounds', (row) => row.rounds],
  ['rounds_left_out', (row) => row.leftOut],
  ['latency_median_ms', (row) => latency(row)?.median],
  ['latency_interval_low_ms', (row) => latency(row)?.interval?.[0]],
  ['latency_interval_high_ms', (row) => latency(row)?.interval?.[1]],
  ['latency_min_ms', (row) => latency(row)?.min],
  ['latency_p90_ms', (row) => latency(row)?.p90?.median],
  ['latency_rounds', (row) => latency(row)?.rounds.length],
  ['latency_samples', (row) => latency(row)?.samples],
  ['latency_few', (row) => latency(row)?.few],
  ['startup_load_ms', (row) => startup(row)?.load],
  ['startup_open_ms', (row) => startup(row)?.open],
  ['startup_first_ms', (row) => startup(row)?.first],
  ['startup_second_ms', (row) => startup(row)?.second],
  ['startup_total_ms', (row) => startup(row)?.total],
  ...processColumns('process'),
  ...processColumns('renderer'),
  ...processColumns('gpu'),
  ['memory_tensors_bytes', (row) => memory(row)?.tensors],
  ['model_bytes', (row) => memory(row)?.model],
  ['conformance_worst_tensor', (row) => worst(row)?.tensor],
  ['conformance_runs', (row) => worst(row)?.runs],
  ['conformance_error_absolute', (row) => worst(row)?.error],
  ['conformance_error_relative_to_scale', (row) => worst(row)?.relative],
  ['conformance_allowed_absolute', (row) => worst(row)?.allowed],
  ['conformance_error_over_allowed', (row) => worst(row)?.ratio],
  ['conformance_snr_db', (row) => worst(row)?.snr],
  ['conformance_nonfinite_values', (row) => worst(row)?.nonfinite],
  ['accuracy_dataset', (row) => accuracy(row)?.dataset],
  ['accuracy_images', (row) => accuracy(row)?.images],
  ['accuracy_images_available', (row) => accuracy(row)?.available],
  ['accuracy_top1_images', (row) => accuracy(row)?.top1],
  ['accuracy_top5_images', (row) => accuracy(row)?.top5],
  ['accuracy_top1_share_low', (row) => accuracy(row)?.top1Interval[0]],
  ['accuracy_top1_share_high', (row) => accuracy(row)?.top1Interval[1]],
  ['accuracy_differs_from_pytorch_images', (row) => accuracy(row)?.differs?.length],
  ['device', (row) => placement(row)?.device],
  ['placement_proof', (row) => placement(row)?.proof],
  ['placement_nodes', (row) => placement(row) && JSON.stringify(placement(row)?.nodes)],
  ['adapter', (row) => placement(row)?.adapter?.description],
  ['adapter_is_software', (row) => placement(row)?.adapter?.software],
  ['threads_asked', (row) => placement(row)?.threads?.asked],
  ['threads_got', (row) => placement(row)?.threads?.got],
  ['memory_gpu_objects_bytes', (row) => memory(row)?.gpu?.live],
  ['memory_gpu_objects_peak_bytes', (row) => memory(row)?.gpu?.peak],
  ['leak_cycles', (row) => leak(row)?.cycles],
  ['leak_worst', (row) => steepest(row)?.what],
  ['leak_bytes_per_cycle', (row) => steepest(row)?.slope?.slope],
  ['leak_bytes_per_cycle_low', (row) => steepest(row)?.slope?.interval[0]],
  ['leak_bytes_per_cycle_high', (row) => steepest(row)?.slope?.interval[1]],
  ['layers_checked', (row) => layers(row)?.layers.length],
  ['layers_total', (row) => layers(row)?.total],
  ['conformance_allowed_over_error', (row) => worst(row)?.margin],
  ['conformance_relative_l2_error', (row) => worst(row)?.relativeL2],
  ['conformance_one_minus_cosine', (row) => worst(row)?.cosineDistance],
  ['conformance_atol_beside_rtol_1e-5', (row) => worst(row)?.atol],
  ['conformance_lost_special_values', (row) => worst(row)?.lost],
  ['conformance_right_special_values', (row) => worst(row)?.special],
  ['conformance_top1_agreeing_images', (row) => logits(row)?.top1?.agree],
  ['conformance_top1_decided_images', (row) => logits(row)?.top1?.of],
  ['conformance_top5_agreeing_images', (row) => logits(row)?.top5?.agree],
  ['conformance_top5_decided_images', (row) => logits(row)?.top5?.of],
  ['latency_p90_interval_low_ms', (row) => latency(row)?.p90?.interval?.[0]],
  ['latency_p90_interval_high_ms', (row) => latency(row)?.p90?.interval?.[1]],
  ['latency_p99_ms', (row) => latency(row)?.p99?.median],
  ['latency_p99_interval_low_ms', (row) => latency(row)?.p99?.interval?.[0]],
  ['latency_p99_interval_high_ms', (row) => latency(row)?.p99?.interval?.[1]],
  ['latency_calls_per_sample', (row) => latency(row)?.batch],
  ['clock_granularity_ms', (row) => latency(row)?.granularity],
  [
    'latency_warnings',
    (row) =>
      latency(row)
        ?.warnings.map((one) => `${one.kind}: ${one.text}`)
        .join('; '),
  ],
  ['multiply_adds', (row) => latency(row)?.work.macs],
  ['least_bytes_moved', (row) => latency(row)?.work.bytes],
  ['roofline_flop_per_s', (row) => measured(row, 'roofline')?.flops],
  ['roofline_bytes_per_s', (row) => measured(row, 'roofline')?.bandwidth],
  ['compliance_fresh_over_repeated', (row) => compliance(row)?.caching?.ratio],
  ['compliance_fresh_over_repeated_low', (row) => compliance(row)?.caching?.interval[0]],
  ['compliance_fresh_over_repeated_high', (row) => compliance(row)?.caching?.interval[1]],
  ['compliance_other_seed_over_fresh', (row) => compliance(row)?.seeds?.ratio],
  ['compliance_stale_answers', (row) => compliance(row)?.stale],
  ['compliance_timed_answers', (row) => compliance(row)?.calls],
  ...processColumns('cuda'),
  ...PARTS.filter((part) => part !== 'first').map(
    (part): Column => [`startup_${part}_ms`, (row) => startup(row)?.[part]],
  ),
  ['startup_network_bytes', (row) => startup(row)?.bytes?.network],
  ['startup_cache_bytes', (row) => startup(row)?.bytes?.cache],
  ...PHASES.flatMap((phase): Column[] => [
    [`startup_${phase}_shaders`, (row) => startup(row)?.compiled?.[phase].shaders],
    [`startup_${phase}_pipelines`, (row) => startup(row)?.compiled?.[phase].pipelines],
    [`startup_${phase}_asynchronous_pipelines`, (row) => startup(row)?.compiled?.[phase].asynchronous],
    [`startup_${phase}_pipelines_pending_ms`, (row) => startup(row)?.compiled?.[phase].pending],
  ]),
  ...[...PARTS, 'second' as const, 'total' as const].map(
    (part): Column => [`startup_warm_${part}_ms`, (row) => warmOf(startup(row))?.[part]],
  ),
  ['startup_warm_network_bytes', (row) => warmOf(startup(row))?.bytes?.network],
  ['startup_warm_cache_bytes', (row) => warmOf(startup(row))?.bytes?.cache],
  ['startup_warm_missing', (row) => noWarmth(startup(row))],
  ['placement_nodes_elsewhere', (row) => placement(row)?.fallbacks],
  ['placement_copies', (row) => placement(row)?.copies],
  ['numerics', (row) => placement(row)?.numerics],
  ['adapter_vendor', (row) => placement(row)?.adapter?.vendor],
  ['adapter_architecture', (row) => placement(row)?.adapter?.architecture],
  ['adapter_device', (row) => placement(row)?.adapter?.device],
  ['adapter_driver', (row) => placement(row)?.adapter?.driver],
  ['wasm_simd', (row) => placement(row)?.features?.simd],
  ['wasm_jspi', (row) => placement(row)?.features?.jspi],
  ['webgpu_shader_f16', (row) => placement(row)?.features?.float16],
  ['cross_origin_isolated', (row) => placement(row)?.features?.crossOriginIsolated],
  ['cuda_tf32', (row) => placement(row)?.features?.tf32],
  ['transfer_host_to_host_ms', (row) => transfer(row)?.host.median],
  ['transfer_on_device_ms', (row) => transfer(row)?.bound.median],
  ['transfer_on_device_and_read_ms', (row) => transfer(row)?.read.median],
  ['transfer_upload_ms', (row) => transfer(row)?.upload.median],
  ['transfer_upload_low_ms', (row) => transfer(row)?.upload.interval?.[0]],
  ['transfer_upload_high_ms', (row) => transfer(row)?.upload.interval?.[1]],
  ['transfer_read_back_ms', (row) => transfer(row)?.readBack.median],
  ['transfer_read_back_low_ms', (row) => transfer(row)?.readBack.interval?.[0]],
  ['transfer_read_back_high_ms', (row) => transfer(row)?.readBack.interval?.[1]],
  ['transfer_host_over_device', (row) => transfer(row)?.ratio.median],
  ['transfer_host_over_device_low', (row) => transfer(row)?.ratio.interval?.[0]],
  ['transfer_host_over_device_high', (row) => transfer(row)?.ratio.interval?.[1]],
  ['throughput_images_per_s', (row) => rate(row)?.median],
  ['throughput_interval_low_images_per_s', (row) => rate(row)?.interval?.[0]],
  ['throughput_interval_high_images_per_s', (row) => rate(row)?.interval?.[1]],
];

/** One line per case id, RFC 4180, with a header line. */
export function renderCsv(run: Run): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...tabulate(run).rows.map((row) => COLUMNS.map(([, value]) => value(row))),
  ];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}
