import { SingleBar } from 'cli-progress';
import type { Progress } from '../suites/engine/runner.ts';
import { say } from './output.ts';

/** Shows the progress of a run on standard error: a bar in a terminal, one line per visit elsewhere. */
export function progressLine(): {
  onProgress(progress: Progress): void;
  onPhase(phase: string): void;
  end(): void;
} {
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  if (!process.stderr.isTTY)
    return {
      onProgress: ({ group, round, done, total }) =>
        say(`[${done}/${total}] ${seconds()} · round ${round + 1} · ${group.key}`),
      onPhase: () => {},
      end: () => {},
    };
  const bar = new SingleBar({
    format: '{bar} {value}/{total} · about {left} left · {cell} {phase}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 20,
  });
  let begun = false;
  return {
    onProgress({ group, done, total, remainingSeconds }) {
      // Extrapolates the visits so far; the budget is the limit.
      const estimate = ((Date.now() - start) / 1000 / Math.max(done - 1, 1)) * (total - done + 1);
      const left = done > 1 ? Math.min(remainingSeconds, estimate) : remainingSeconds;
      const payload = {
        cell: group.key,
        phase: '',
        left: left < 90 ? `${Math.ceil(left)} s` : `${Math.round(left / 60)} min`,
      };
      if (begun) {
        bar.setTotal(total);
        bar.update(done, payload);
      } else bar.start(total, done, payload);
      begun = true;
    },
    onPhase: (phase) => bar.update({ phase }),
    end() {
      if (begun) bar.stop();
    },
  };
}
