import { SingleBar } from 'cli-progress';
import type { Progress } from '../suites/runner.ts';

/** The progress of a run on standard error: a bar in a terminal, a line for each visit elsewhere. */
export function progressLine(): { progress(progress: Progress): void; phase(phase: string): void; end(): void } {
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  if (!process.stderr.isTTY)
    return {
      progress: ({ group, round, done, total }) =>
        void process.stderr.write(`[${done}/${total}] ${seconds()} · round ${round + 1} · ${group.key}\n`),
      phase: () => {},
      end: () => {},
    };
  const bar = new SingleBar({
    format: '{bar} {value}/{total} · {left} left at most · {cell} {phase}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 20,
  });
  let begun = false;
  return {
    progress({ group, done, total, remaining }) {
      const payload = { cell: group.key, phase: '', left: `${Math.ceil(remaining / 60)} min` };
      if (begun) bar.update(done, payload);
      else bar.start(total, done, payload);
      begun = true;
    },
    phase: (phase) => bar.update({ phase }),
    end: () => bar.stop(),
  };
}
