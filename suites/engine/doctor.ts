import { findHere } from '../../reference/weights/checkpoint-files.node.ts';
import { CHECKPOINTS, type CheckpointRow, checkpointName } from '../../reference/weights/checkpoints.ts';
import type { Lifetime } from '../hosts/lifetime.ts';
import { provisionBrowser } from '../hosts/provision/provision.ts';
import { openScratch } from '../hosts/scratch.ts';
import { profileOf } from '../plan/plan.ts';
import { PROFILES } from '../plan/profiles.ts';
import { expand, parseQuery } from '../plan/query.ts';
import type { Placement } from '../record/placement.ts';
import type { Outcome } from '../record/record.ts';
import { ALWAYS } from '../suites.ts';
import { gpuNames, readEnvironment } from './environment.ts';
import { groupCells } from './runner.ts';
import { openQuietWorkshop } from './workshop.ts';

/** A network small enough for every adapter, with operators that all runtimes have. */
const PROBE = `${ALWAYS}:resnet18.seed0:fp32:b1:32`;

/** The state of one thing that a run needs: a browser, a checkpoint, a backend. */
export type Diagnosis = {
  readonly subject: string;
  readonly status: string;
  readonly detail: string;
  readonly fix: string | undefined;
};

function describe({ device, adapter, threads, numerics, notes }: Placement): string {
  const parts = [
    device,
    adapter && `${adapter.description}${adapter.software ? ' (software)' : ''}`,
    threads && `${threads.got} of ${threads.asked} threads`,
    numerics,
  ];
  return [...parts, ...notes].filter((part) => part).join(', ');
}

/** What an outcome says of a backend: what it ran on wherever it ran, and why it is not `ok`. */
export function diagnosisOf(subject: string, outcome: Outcome): Diagnosis {
  const { status } = outcome;
  if (status === 'ok') return { subject, status, detail: describe(outcome.placement), fix: undefined };
  if (status === 'timeout')
    return { subject, status, detail: `no answer within ${outcome.seconds} s (${outcome.phase})`, fix: undefined };
  const on = 'placement' in outcome ? `${describe(outcome.placement)}: ` : '';
  return { subject, status, detail: on + outcome.reason, fix: 'fix' in outcome ? outcome.fix : undefined };
}

/** How a checkpoint gets onto this machine. */
function howToGet({ shipped, url, mirror }: CheckpointRow['file']): string {
  if (shipped !== undefined) return 'install this package again';
  return url === undefined
    ? `set RESNET_MIRROR to a folder that holds ${mirror}`
    : `downloaded when first used, from ${url}`;
}

/** Whether a checkpoint is on this machine and undamaged. */
export async function checkpointDiagnosis(row: CheckpointRow): Promise<Diagnosis> {
  const { file } = row;
  const subject = checkpointName(row);
  try {
    const found = await findHere(file);
    if (found !== undefined) return { subject, status: 'ok', detail: found.path, fix: undefined };
    return { subject, status: 'missing', detail: 'not on this machine', fix: howToGet(file) };
  } catch (error) {
    return { subject, status: 'damaged', detail: (error as Error).message, fix: undefined };
  }
}

/** Tries every backend on a small network, and looks for a browser and checkpoints. Installs nothing. */
export async function diagnose(
  path: string | undefined,
  lifetime: Lifetime,
  tell: (diagnosis: Diagnosis) => void,
): Promise<void> {
  const profile = profileOf('quick');
  openScratch(lifetime);
  const browser = await provisionBrowser({ path, log: () => {}, install: false });
  const machine = readEnvironment([], null);
  tell({
    subject: 'machine',
    status: 'ok',
    detail: `${machine.cpu}, ${machine.cores} cores, ${machine.os}, Node ${machine.node}, GPU: ${gpuNames()}`,
    fix: undefined,
  });
  tell(
    browser.found
      ? {
          subject: 'browser',
          status: 'ok',
          detail: `${browser.name} ${browser.version} at ${browser.path}`,
          fix: undefined,
        }
      : { subject: 'browser', status: 'missing', detail: browser.reason, fix: browser.fix },
  );
  const usual = new Set(PROFILES.flatMap(({ models }) => models.map(({ model }) => model)));
  for (const row of CHECKPOINTS.filter((one) => usual.has(checkpointName(one)))) tell(await checkpointDiagnosis(row));
  const groups = groupCells(expand([parseQuery(PROBE)], profile));
  const workshop = await openQuietWorkshop(groups, profile, browser, lifetime);
  try {
    for (const group of groups) {
      const outcomes = await workshop.visit(group, 1, () => {});
      for (const outcome of outcomes.values()) tell(diagnosisOf(group.row.id, outcome));
    }
  } finally {
    await workshop.close();
  }
}
