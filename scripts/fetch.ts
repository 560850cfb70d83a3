import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { obtain } from '../reference/weights/checkpoint-files.node.ts';
import { CHECKPOINTS, type CheckpointRow, checkpointName } from '../reference/weights/checkpoints.ts';
import { mustKnow } from '../suites/plan/query.ts';
import { print, say } from './output.ts';

export type Fetched = { readonly model: string; readonly path: string; readonly sha256: string };

/**
 * The checkpoints that the words name, without duplicates: `resnet50.tv_in1k`, or `all` for every one with a public
 * address. Throws, suggesting the nearest name, where a word names none.
 */
export function chooseCheckpoints(words: readonly string[], rows: readonly CheckpointRow[]): CheckpointRow[] {
  const names = rows.map(checkpointName);
  const chosen = new Set(
    words.flatMap((word) =>
      word === 'all'
        ? rows.filter(({ file }) => file.url !== undefined).map(checkpointName)
        : [mustKnow('checkpoint', word, names)],
    ),
  );
  return rows.filter((row) => chosen.has(checkpointName(row)));
}

/** A progress bar for one file in a terminal. Elsewhere none, since `obtain` logs what it fetches. */
function progressBar(name: string): { onProgress(done: number, total: number): void; end(): void } {
  if (!process.stderr.isTTY) return { onProgress: () => {}, end: () => {} };
  const bar = new SingleBar({
    format: '{bar} {percentage}% · {done}/{whole} MB · {eta_formatted} left · {name}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 20,
  });
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  let begun = false;
  return {
    onProgress(done, total) {
      const payload = { name, done: megabytes(done), whole: megabytes(total) };
      if (begun) bar.update(done, payload);
      else bar.start(total, done, payload);
      begun = true;
    },
    end: () => bar.stop(),
  };
}

/**
 * Downloads the named checkpoints into the cache, one after another, where they are neither there nor in RESNET_MIRROR.
 * An interrupted download is resumed. `rows` replaces the table in tests. Throws one error after all were tried, which
 * lists those that failed.
 */
export async function fetchCheckpoints(
  words: readonly string[],
  log: (line: string) => void,
  tell: (fetched: Fetched) => void,
  rows: readonly CheckpointRow[] = CHECKPOINTS,
): Promise<void> {
  const chosen = chooseCheckpoints(words, rows);
  const failures: string[] = [];
  for (const row of chosen) {
    const { onProgress, end } = progressBar(checkpointName(row));
    try {
      tell({ model: checkpointName(row), ...(await obtain(row.file, { log, onProgress })) });
    } catch (error) {
      failures.push(`${checkpointName(row)}: ${(error as Error).message}`);
    } finally {
      end();
    }
  }
  if (failures.length > 0)
    throw new Error(`${failures.length} of ${chosen.length} not fetched\n${failures.join('\n')}`);
}

/** Adds the command `fetch`. */
export const addFetch = (program: Command): Command =>
  program
    .command('fetch')
    .description('download checkpoints into the cache; an interrupted download is resumed')
    .argument('<model...>', 'models such as resnet50.tv_in1k, or all')
    .action((words: string[]) =>
      fetchCheckpoints(words, say, ({ model, path }) => print(`${model.padEnd(28)} ${path}\n`)),
    );
