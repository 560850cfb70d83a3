import * as ort from 'onnxruntime-node';

/**
 * Loaded into a child before anything else. Makes every call of ONNX Runtime whose output has 1,000 classes longer by the
 * share SLOW_LARGE, with a busy wait, like a slower kernel. Others take the same code path, and no more time.
 */
const share = Number(process.env.SLOW_LARGE ?? 0);
type Outputs = { readonly [name: string]: { readonly dims: readonly number[] } };
type Runs = { run(...words: unknown[]): Promise<Outputs> };
// A class, though its type is a factory's.
const session = (ort.InferenceSession as unknown as { prototype: Runs }).prototype;
const original = session.run;
session.run = async function (...words) {
  const start = performance.now();
  const outputs = await original.apply(this, words);
  const large = Object.values(outputs).some(({ dims }) => dims.at(-1) === 1000);
  const end = start + (performance.now() - start) * (1 + (large ? share : 0));
  while (performance.now() < end);
  return outputs;
};
