import type { Backend, BackendModule, BackendRow, Observed, OpenOptions, Session, Tools } from './backend.ts';

/**
 * An open session, the times of the steps of opening it in milliseconds, and what the page had done before and after.
 */
export type Opened = {
  readonly backend: Backend;
  readonly session: Session;
  /** `loaded` is undefined where the binding does not separate loading its code from initialising the device. */
  readonly at: {
    readonly start: number;
    readonly loaded: number | undefined;
    readonly ready: number;
    readonly open: number;
    readonly opened: number;
  };
  readonly before: Observed | null;
  readonly after: Observed | null;
};

/** Loads the runtime, initialises its device and opens the session, timed by the harness's clock. */
export async function open(
  module: BackendModule,
  row: BackendRow,
  options: OpenOptions,
  tools: Tools,
): Promise<Opened> {
  await tools.phase('baseline');
  const before = tools.observed();
  const loaded: number[] = [];
  const start = tools.now();
  const backend = await module.start(row, tools, () => loaded.push(tools.now()));
  const ready = tools.now();
  await tools.phase('open');
  const opening = tools.now();
  const session = await backend.open(options);
  const opened = tools.now();
  const after = tools.observed();
  await tools.phase('opened');
  return { backend, session, at: { start, loaded: loaded[0], ready, open: opening, opened }, before, after };
}

/** Milliseconds until the session was open. */
export const openingTime = ({ at }: Opened): number => at.ready - at.start + at.opened - at.open;

/** The first two calls, and what the page had done after each of them. */
export type Calls = {
  readonly first: number;
  readonly second: number;
  readonly afterFirst: Observed | null;
  readonly afterSecond: Observed | null;
};
