import * as ort from 'onnxruntime-node';

/**
 * Loaded into a child before anything else. Makes every call of ONNX Runtime longer by the share SLOWDOWN, with a busy
 * wait, like a slower runtime. A share of 0 takes the same code path and adds no time.
 */
const share = Number(process.env.SLOWDOWN);
type Runs = { run(...words: unknown[]): Promise<unknown> };
// A class, though its type is a factory's.
const session = (ort.InferenceSession as unknown as { prototype: Runs }).prototype;
const original = session.run;
session.run = async function (...words) {
  const start = performance.now();
  const outputs = await original.apply(this, words);
  const end = start + (performance.now() - start) * (1 + share);
  while (performance.now() < end);
  return outputs;
};
