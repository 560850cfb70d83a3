import * as ort from 'onnxruntime-node';
import { seededInput } from '../reference/weights/seeded.ts';

/**
 * A hand-written script that only infers: create a session, warm up, run batches. Arguments: model, batch, size, threads,
 * batches. Prints images per second and the CPU time of an image in milliseconds, as JSON.
 */
const [model = '', batch = '25', size = '224', threads = '1', batches = '20'] = process.argv.slice(2);
const [images, side] = [Number(batch), Number(size)];
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: Number(threads) });
const inputs = [0, 1].map((index) => seededInput(index, images, 3, side));
const run = (call: number) =>
  session.run({ input: new ort.Tensor('float32', inputs[call % 2] as Float32Array, [images, 3, side, side]) });
for (let call = 0; call < 2; call++) await run(call);
const [start, before] = [performance.now(), process.cpuUsage()];
for (let call = 0; call < Number(batches); call++) await run(call);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
const count = images * Number(batches);
console.log(JSON.stringify({ perSecond: count / seconds, cpuMs: (user + system) / 1000 / count }));
process.exit(0);
