/** Side of the matrices that the control multiplies: 2 × 96³ float64 operations, a few milliseconds of one core. */
const SIDE = 96;
const PRODUCTS = 4;

const matrix = (seed: number): Float64Array => Float64Array.from({ length: SIDE * SIDE }, (_, i) => Math.sin(seed + i));

/** One row-by-column product, in plain JavaScript. */
function multiply(a: Float64Array, b: Float64Array, into: Float64Array): void {
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) sum += (a[row * SIDE + k] as number) * (b[k * SIDE + column] as number);
      into[row * SIDE + column] = sum;
    }
}

/** A fixed kernel on the CPU, timed between visits: it shows whether the machine itself was in another state. */
export type Control = {
  /** Times the kernel once. */
  take(): void;
  /** Milliseconds of each time, in time order. */
  readonly times: readonly number[];
};

/** Opens a control that has warmed up. `now`: a monotonic clock in milliseconds. */
export function openControl(now: () => number): Control {
  const [a, b, into] = [matrix(1), matrix(2), new Float64Array(SIDE * SIDE)];
  const times: number[] = [];
  const time = () => {
    const start = now();
    for (let i = 0; i < PRODUCTS; i++) multiply(a, b, into);
    return now() - start;
  };
  for (let i = 0; i < 3; i++) time();
  return {
    take: () => void times.push(time()),
    times,
  };
}
