/** Clock resolution, in milliseconds. */
export type Clock = {
  /** The smallest step seen between two successive readings that differ. */
  readonly step: number;
  /** The median of such steps: the typical error of one reading. */
  readonly granularity: number;
};

const STEPS = 101;
const READINGS = 20_000_000;

/** Reads a clock repeatedly until it has advanced STEPS times. Throws where it does not advance. */
export function measureClock(now: () => number): Clock {
  const steps: number[] = [];
  let last = now();
  for (let i = 0; i < READINGS && steps.length < STEPS; i++) {
    const reading = now();
    if (reading > last) steps.push(reading - last);
    last = reading;
  }
  steps.sort((a, b) => a - b);
  const [step, granularity] = [steps[0], steps[(steps.length - 1) >> 1]];
  if (step === undefined || granularity === undefined) throw new Error('the clock of this host stands still');
  return { step, granularity };
}
