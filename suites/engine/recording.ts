import { loadavg } from 'node:os';
import { cannotWrite } from '../../reference/write.node.ts';
import type { End, Header, Resume } from '../record/header.ts';
import type { PartRecord, Record } from '../record/record.ts';
import { readTicks, stolenSince } from './environment.ts';
import type { Variant } from './history.ts';
import type { Resumed } from './resume.ts';
import { createRunFiles, type OutFolder, type RunFile, reopenRunFile } from './runfile.ts';
import { readThrottling, throttledBetween } from './throttling.ts';

/** The run files of a run in progress: one, or one for each interleaved version. */
export type Recording = {
  readonly paths: readonly string[];
  append(record: Record | PartRecord, variant: Variant): void;
  /** Appends the end record: load, stolen time and throttling since it began, and the control's times. */
  end(control: readonly number[]): void;
  close(): void;
};

/** Where a run writes: new files in a folder, or those of a resumed run, with its remaining budget in seconds. */
export type Target =
  | { readonly folder: OutFolder; readonly resumed: undefined }
  | { readonly folder: undefined; readonly resumed: Resumed };

/** Opens a file for each version. */
function openFiles({ folder, resumed }: Target, variants: readonly Variant[], at: Date): Map<Variant, RunFile> {
  if (resumed !== undefined)
    return new Map(
      [...resumed.files].map(([variant, { path, size, torn }]) => [variant, reopenRunFile(path, size, torn)]),
    );
  const suffixes = variants.map((variant) => (variants.length > 1 ? `-${variant}` : ''));
  const files = createRunFiles(folder.path, at, suffixes);
  return new Map(files.flatMap((file, i) => (variants[i] === undefined ? [] : [[variants[i], file]])));
}

/**
 * Begins the files of a run with their headers, or appends a `resume` line to them. Throws one line where they
 * cannot be written, and leaves no file without a header.
 */
export function startRecording(
  target: Target,
  headers: ReadonlyMap<Variant, Header>,
  budgetSeconds: number,
): Recording {
  const variants = [...headers.keys()];
  const [whole] = headers.values();
  if (whole === undefined) throw new Error('a run has no header');
  const at = new Date();
  const [ticks, throttling] = [readTicks(), readThrottling()];
  const files = openFiles(target, variants, at);
  const first = (variant: Variant): Header | Resume =>
    target.resumed === undefined
      ? {
          ...(headers.get(variant) ?? whole),
          started: at.toISOString(),
          pair: variants.length > 1 ? { name: whole.started, variant } : null,
        }
      : { kind: 'resume', at: at.toISOString(), budget: budgetSeconds, load: loadavg()[0] ?? 0 };
  try {
    for (const [variant, file] of files) file.append(first(variant));
  } catch (error) {
    // A file without a header could not be resumed.
    for (const file of files.values()) file.discard();
    if (target.folder === undefined) throw error;
    throw cannotWrite(target.folder.path, (error as Error).cause ?? error, 'or choose another folder with --out');
  }
  return {
    paths: [...files.values()].map(({ path }) => path),
    append: (record, variant) => files.get(variant)?.append(record),
    end(control) {
      const end: End = {
        kind: 'end',
        at: new Date().toISOString(),
        load: loadavg()[0] ?? 0,
        steal: stolenSince(ticks),
        throttled: throttledBetween(throttling, readThrottling()),
        ...(control.length > 0 ? { control: [...control] } : {}),
      };
      for (const file of files.values()) file.append(end);
    },
    close() {
      for (const file of files.values()) file.close();
    },
  };
}
