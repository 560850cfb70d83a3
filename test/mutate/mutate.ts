import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { loadModel } from '../../reference/models/load.ts';
import { findHere } from '../../reference/weights/checkpoint-files.node.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import type { Outcome } from './attempt.ts';
import { type Campaign, campaign } from './campaign.ts';
import { CLAIMS, claimText, isTrue } from './claims.ts';
import { KINDS } from './kinds.ts';
import { subjectOf } from './network.ts';
import { scoresOf, scoreTable } from './score.ts';

/**
 * `npm run mutate -- [--networks A,B] [--kinds K,L] [--share P] [--seed S]`: plants one defect at a time in a float32
 * evaluation of networks, and prints which are caught and located. Each network runs in a process of its own. Exits with
 * 1 where a claim does not hold, or something right is called suspect.
 */
const { values: options } = parseArgs({
  options: {
    networks: { type: 'string' },
    kinds: { type: 'string' },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    /** Print the outcomes of one network as JSON: what the processes do. */
    json: { type: 'boolean', default: false },
  },
});

/** Networks and input sizes. */
const NETWORKS: readonly (readonly [model: string, size: number])[] = [
  ['resnet18.live0', 64],
  ['resnet50.live0', 64],
  ['resnet20.akamaster', 32],
  ['resnext50_32x4d.live0', 64],
  ['convnext_tiny.live0', 64],
];

const listed = (text: string | undefined): string[] | undefined => text?.split(',').map((one) => one.trim());
const models = listed(options.networks) ?? NETWORKS.map(([model]) => model);
const wanted = listed(options.kinds);
const kinds = KINDS.filter(({ id }) => wanted?.includes(id) ?? true);
const unknown = (wanted ?? []).filter((id) => !KINDS.some((kind) => kind.id === id));
if (unknown.length > 0) throw new Error(`no kind ${unknown.join()}: there are ${KINDS.map(({ id }) => id).join(', ')}`);

/** The outcomes of one network, or why there are none. */
async function one(model: string): Promise<Campaign | string> {
  const row = findCheckpoint(model);
  const file = row && (await findHere(row.file));
  if (row !== undefined && file === undefined)
    return `${model} is left out: its checkpoint is neither in the cache nor in RESNET_MIRROR`;
  const network = loadModel(model, file && readFileSync(file.path));
  const size = NETWORKS.find(([id]) => id === model)?.[1] ?? 32;
  const plan = { kinds, share: Number(options.share), seed: Number(options.seed) };
  return campaign(subjectOf(model, network, size), plan, (line) => process.stderr.write(`${line}\n`));
}

/** The same in a process of its own. */
async function inProcess(model: string): Promise<Campaign | string> {
  const words = ['--networks', model, '--share', options.share, '--seed', options.seed, '--json'];
  const chosen = options.kinds === undefined ? [] : ['--kinds', options.kinds];
  const child = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), ...words, ...chosen],
    { maxBuffer: 2 ** 30 },
  );
  child.child.stderr?.pipe(process.stderr);
  return JSON.parse((await child).stdout) as Campaign | string;
}

if (options.json) {
  const [model = ''] = models;
  process.stdout.write(JSON.stringify(await one(model)));
} else {
  const started = performance.now();
  const outcomes: Outcome[] = [];
  let alarms = 0;
  const queue = [...models];
  const worker = async () => {
    for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
      const result = await inProcess(model);
      if (typeof result === 'string') console.log(result);
      else {
        for (const node of result.alarms) console.log(`false alarm: ${model} ${node} is right and is called suspect`);
        alarms += result.alarms.length;
        outcomes.push(...result.outcomes);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log(
    `${scoreTable(
      scoresOf(
        outcomes,
        KINDS.map(({ id }) => id),
      ),
    )}\n`,
  );
  for (const claim of CLAIMS) console.log(claimText(claim, outcomes));
  if (alarms > 0 || !CLAIMS.every((claim) => isTrue(claim, outcomes))) process.exitCode = 1;
  console.log(
    `\n${outcomes.length} mutants of ${models.join(', ')} in ${((performance.now() - started) / 60_000).toFixed(1)} minutes`,
  );
}
