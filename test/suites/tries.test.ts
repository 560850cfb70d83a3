import { describe, expect, it } from 'vitest';
import { NORMALISED, RAW } from '../../reference/datasets/preprocessing.ts';
import { random } from '../../reference/random.ts';
import { isDoubtful } from '../../suites/accuracy/doubt.ts';
import { imagesInMemory, type Trying, tryMistakes } from '../../suites/accuracy/tries.ts';
import type { Session, Tools } from '../../suites/contract/backend.ts';
import type { Visit } from '../../suites/contract/visit.ts';

const [COUNT, CLASSES, BATCH, PIXELS] = [200, 10, 25, 32 * 32] as const;

/** Images in CIFAR's binary layout whose class is how bright red is, and how dark blue is. */
function images(seed: number): Uint8Array<ArrayBuffer> {
  const next = random(seed);
  const bytes = new Uint8Array(COUNT * (1 + 3 * PIXELS));
  for (let i = 0; i < COUNT; i++) {
    const at = i * (1 + 3 * PIXELS);
    const label = i % CLASSES;
    bytes[at] = label;
    for (let p = 0; p < 3 * PIXELS; p++) {
      const channel = Math.floor(p / PIXELS);
      const level = [40 + 18 * label, 128, 220 - 18 * label][channel] as number;
      bytes[at + 1 + p] = level + Math.floor(20 * (next() - 0.5));
    }
  }
  return bytes;
}

/** A network for bytes as they are. It classifies by how much more red than blue an image has. */
const session = {
  prepare: (input: Float32Array) => input,
  async run(input: Float32Array) {
    const mean = (from: number) => input.subarray(from, from + PIXELS).reduce((sum, value) => sum + value, 0) / PIXELS;
    return Float32Array.from({ length: BATCH * CLASSES }, (_, i) => {
      const at = Math.floor(i / CLASSES) * 3 * PIXELS;
      const expected = 36 * (i % CLASSES) - 180;
      return -((mean(at) - mean(at + 2 * PIXELS) - expected) ** 2) / 200;
    });
  },
} as unknown as Session;

/** A batch with red and blue exchanged. */
const reversedBatch = (input: Float32Array): Float32Array =>
  input.map((_, i) => {
    const [image, channel, pixel] = [Math.floor(i / (3 * PIXELS)), Math.floor(i / PIXELS) % 3, i % PIXELS];
    return input[(3 * image + 2 - channel) * PIXELS + pixel] as number;
  });

const FILE = images(1);
const tools = { now: () => 0, read: async () => FILE } as unknown as Tools;
const visitWith = (preprocessing: typeof RAW): Visit =>
  ({
    batch: BATCH,
    size: 32,
    network: { classes: CLASSES, channels: 3 },
    images: { dataset: 'cifar10', path: 'x', name: 'a set', preprocessing },
  }) as unknown as Visit;
const ALL: { readonly first: number; readonly images: number } = { first: 0, images: COUNT };

/** What is found out about a session's score, before a time on a clock that stands still unless `tools` say otherwise. */
async function tried(trying: Trying, part = ALL, deadline = 1e6) {
  const { images } = trying.visit;
  if (images === undefined) throw new Error('no images');
  return tryMistakes(trying, await imagesInMemory(images, trying, part), deadline);
}

describe('trying the usual mistakes', () => {
  it('finds what the network was trained to be fed, with the runtime itself', async () => {
    const found = await tried({ session, visit: visitWith(NORMALISED), tools });
    expect(found?.images).toBe(COUNT);
    expect([found?.best, ...(found?.equal ?? [])].map((one) => one?.mistake)).toContain('bytes, 0 to 255');
    expect(found?.best?.right).toBe(COUNT);
    const right = await tried({ session, visit: visitWith(RAW), tools });
    expect(right).toMatchObject({ best: null, right: COUNT });
  });

  it('finds the order of channels, and scores a network that takes BGR', async () => {
    const swapped = { ...session, run: (input: Float32Array) => session.run(reversedBatch(input)) };
    const asked = { session: swapped, visit: visitWith(RAW), tools };
    expect((await tried(asked))?.best?.mistake).toBe('channels in the order BGR');
    const right = { ...asked, visit: visitWith({ ...RAW, order: 'BGR' }) };
    expect(await tried(right)).toMatchObject({ best: null, right: COUNT });
  });

  it('tries as many images as there is time for, and none where they would say nothing', async () => {
    // A clock that moves by 1 ms with each call of the network.
    let calls = 0;
    const clocked = {
      ...session,
      run(input: Float32Array) {
        calls++;
        return session.run(input);
      },
    };
    const moving = { ...tools, now: () => calls } as unknown as Tools;
    const trying = { session: clocked, visit: visitWith(NORMALISED), tools: moving };
    // Two calls for 50 images under each of 12 feeds. Those that are left then fit twice more, at most.
    const some = await tried(trying, { first: 50, images: 150 }, 24 + 2 * 24 - 1);
    expect(some?.images).toBeGreaterThanOrEqual(100);
    expect(some?.images).toBeLessThanOrEqual(150);
    calls = 0;
    expect((await tried(trying, ALL, 25))?.images).toBe(50);
    calls = 0;
    expect(await tried(trying, ALL, 23)).toBeUndefined();
    expect(calls).toBe(2);
    expect(await tried(trying, { first: 0, images: 49 })).toBeUndefined();
    const grey = { ...trying.visit, network: { ...trying.visit.network, channels: 1 } };
    expect(await tried({ ...trying, visit: grey })).toBeUndefined();
  });

  it('opens and hashes a set once for all feeds', async () => {
    let reads = 0;
    const counting = {
      ...tools,
      read: async () => {
        reads++;
        return FILE;
      },
    } as unknown as Tools;
    await tried({ session, visit: visitWith(NORMALISED), tools: counting });
    expect(reads).toBe(1);
  });

  it('gives up feeds that the first images rule out', async () => {
    let calls = 0;
    const counting = {
      ...session,
      run(input: Float32Array) {
        calls++;
        return session.run(input);
      },
    };
    const found = await tried({ session: counting, visit: visitWith(RAW), tools });
    expect(found).toMatchObject({ best: null, images: COUNT });
    expect(calls).toBeLessThan((12 * COUNT) / BATCH);
  });

  it('is asked for where the score is surely below what is expected, or nothing is', () => {
    expect(isDoubtful({ top1: 915, images: 1000 }, 0.9173)).toBe(false);
    expect(isDoubtful({ top1: 861, images: 1000 }, 0.9173)).toBe(true);
    expect(isDoubtful({ top1: 9, images: 10 }, 0.9173)).toBe(false);
    expect(isDoubtful({ top1: 1000, images: 1000 }, undefined)).toBe(true);
  });
});
