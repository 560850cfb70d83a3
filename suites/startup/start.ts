import type { Fetched, Observed } from '../contract/backend.ts';
import type { Calls, Opened } from '../contract/open.ts';
import type { Compiled } from '../record/compiled.ts';
import type { MeasuredStartup, Start } from './schema.ts';

/** Milliseconds during which at least one of the files was being fetched. */
export function covered(files: readonly Fetched[]): number {
  let [total, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { start, end } of [...files].sort((a, b) => a.start - b.start)) {
    total += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return total;
}

const compiledBetween = (a: Compiled, b: Compiled): Compiled => ({
  shaders: b.shaders - a.shaders,
  pipelines: b.pipelines - a.pipelines,
  asynchronous: b.asynchronous - a.asynchronous,
  pending: b.pending - a.pending,
});

const sum = (files: readonly Fetched[]) => files.reduce((total, { bytes }) => total + bytes, 0);

/** The parts of a start-up. `model` is the model's URL, if it has one: files in its folder belong to the model too. */
export function partsOf({ at }: Opened, { first, second, afterSecond }: Calls, model: string | undefined): Start {
  const fetched = (afterSecond?.fetched ?? []).filter(({ start }) => start >= at.start);
  const beside = model?.slice(0, model.lastIndexOf('/') + 1);
  const isOwn = ({ path, start }: Fetched) =>
    beside !== undefined && path.startsWith(beside) && start >= at.open && start < at.opened;
  const own = fetched.filter(isOwn);
  const read = own.length > 0 ? covered(own) : null;
  return {
    module: (at.loaded ?? at.ready) - at.start,
    device: at.loaded === undefined ? null : at.ready - at.loaded,
    read,
    session: at.opened - at.open - (read ?? 0),
    first,
    second,
    bytes:
      afterSecond === null
        ? null
        : { network: sum(fetched.filter((one) => !one.cached)), cache: sum(fetched.filter((one) => one.cached)) },
  };
}

/** The parts of a start-up, and the GPU code that each part created. `steady` was observed after the last call. */
export function startupOf(
  opened: Opened,
  calls: Calls,
  steady: Observed | null,
  model: string | undefined,
): MeasuredStartup {
  const points = [opened.before, opened.after, calls.afterFirst, calls.afterSecond, steady].flatMap(
    (one) => one?.compiled ?? [],
  );
  const [before, ...rest] = points;
  const [open, first, second, later] = rest.map((one, i) => compiledBetween(points[i] ?? one, one));
  return {
    suite: 'startup',
    ...partsOf(opened, calls, model),
    compiled: before && open && first && second && later ? { open, first, second, later } : null,
  };
}
