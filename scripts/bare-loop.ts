import * as ort from 'onnxruntime-node';
import { seededInput } from '../reference/weights/seeded.ts';

/**
 * A hand-written timing script without the harness: create a session, warm up, time calls. Arguments: model, size,
 * threads, warm-up calls, timed calls. Prints the times in milliseconds as JSON.
 */
const [model = '', size = '224', threads = '1', warmup = '4', calls = '30'] = process.argv.slice(2);
const dims = [1, 3, Number(size), Number(size)];
const inputs = [0, 1].map((index) => seededInput(index, 1, 3, Number(size)));
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: Number(threads) });
const run = async (call: number) => {
  const input = new ort.Tensor('float32', inputs[call % 2] as Float32Array, dims);
  const outputs = await session.run({ input });
  return outputs[session.outputNames[0] ?? '']?.data;
};
for (let call = 0; call < Number(warmup); call++) await run(call);
const times: number[] = [];
for (let call = 0; call < Number(calls); call++) {
  const start = performance.now();
  await run(call);
  times.push(performance.now() - start);
}
console.log(JSON.stringify(times));
process.exit(0);
