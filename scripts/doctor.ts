import { CHECKPOINTS, type CheckpointRow } from '../reference/weights/checkpoints.ts';
import { findHere } from '../reference/weights/files.node.ts';
import { readEnvironment } from '../suites/engine/environment.ts';
import { groupCells } from '../suites/engine/runner.ts';
import { openWorkshop } from '../suites/engine/workshop.ts';
import type { Lifetime } from '../suites/hosts/lifetime.ts';
import { provideBrowser } from '../suites/hosts/provision/provision.ts';
import type { Profile } from '../suites/plan/profiles.ts';
import { expand, parseQuery } from '../suites/plan/query.ts';
import type { Outcome, Placement } from '../suites/record/record.ts';
import { ALWAYS } from '../suites/suites.ts';

/** A network and size small enough for every adapter, of operators that all runtimes have. */
const PROBE = `${ALWAYS}:resnet18.seed0:fp32:b1:32`;

export type Finding = {
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

function finding(subject: string, outcome: Outcome): Finding {
  const { status } = outcome;
  if (status === 'ok') return { subject, status, detail: describe(outcome.placement), fix: undefined };
  if (status === 'timeout')
    return { subject, status, detail: `no answer in ${outcome.seconds} s (${outcome.phase})`, fix: undefined };
  return { subject, status, detail: outcome.reason, fix: 'fix' in outcome ? outcome.fix : undefined };
}

/** Whether a checkpoint is on this machine, and the right one. */
export async function checkpointFinding({ model, tag, file }: CheckpointRow): Promise<Finding> {
  const subject = `${model}.${tag}`;
  try {
    const found = await findHere(file);
    if (found !== undefined) return { subject, status: 'ok', detail: found.path, fix: undefined };
    const fix = `downloaded when first used, from ${file.url}`;
    return { subject, status: 'missing', detail: 'not on this machine', fix };
  } catch (error) {
    return { subject, status: 'damaged', detail: (error as Error).message, fix: undefined };
  }
}

/** Tries every backend on a small network and looks for browser and checkpoints, without installing anything. */
export async function diagnose(
  profile: Profile,
  path: string | undefined,
  lifetime: Lifetime,
  tell: (finding: Finding) => void,
): Promise<void> {
  const browser = await provideBrowser({ ...(path === undefined ? {} : { path }), log: () => {}, install: false });
  const machine = readEnvironment([], null);
  tell({
    subject: 'machine',
    status: 'ok',
    detail: `${machine.cpu}, ${machine.cores} cores, ${machine.os}, Node ${machine.node}`,
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
  for (const row of CHECKPOINTS) tell(await checkpointFinding(row));
  const groups = groupCells(expand([parseQuery(PROBE)], profile), () => false);
  const workshop = await openWorkshop({
    groups,
    profile,
    browser,
    named: () => true,
    refused: new Map(),
    log: () => {},
    lifetime,
  });
  try {
    for (const group of groups) {
      const outcomes = await workshop.visit(group, 1, () => {});
      for (const outcome of outcomes.values()) tell(finding(group.row.id, outcome));
    }
  } finally {
    await workshop.close();
  }
}
