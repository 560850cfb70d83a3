import { describe, expect, it } from 'vitest';
import { type Feed, feedsBeside, labelMapsFor, type Values } from '../../reference/datasets/mistakes.ts';
import { byteValues, NORMALISED, RAW } from '../../reference/datasets/preprocessing.ts';
import { random } from '../../reference/random.ts';
import { diagnose, type ScoreDiagnosis } from '../../suites/accuracy/diagnosis.ts';
import { alikeText, diagnosisText } from '../../suites/accuracy/figures.ts';

const [CLASSES, PIXELS, IMAGES] = [12, 16, 400] as const;

const READ = { classes: CLASSES, maps: labelMapsFor(CLASSES, undefined) };

/** Bytes of an image as values, [3, PIXELS]. */
function valuesOf(bytes: readonly number[], { values, order }: Pick<Feed, 'values' | 'order'>): number[] {
  const table = byteValues({ resize: undefined, ...values });
  return bytes.map((_, i) => {
    const [channel, pixel] = [Math.floor(i / PIXELS), i % PIXELS];
    const from = order === 'RGB' ? channel : 2 - channel;
    return table[(from << 8) | (bytes[from * PIXELS + pixel] as number)] as number;
  });
}

/** Images of classes that differ in their mean picture, and a classifier that was trained on one feed of them. */
function made(trained: Pick<Feed, 'values' | 'order'>, seed: number) {
  const next = random(seed);
  const clip = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  const means = Array.from({ length: CLASSES }, () => Array.from({ length: 3 * PIXELS }, () => 60 + 130 * next()));
  const labels = Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const images = labels.map((label) => (means[label] as number[]).map((mean) => clip(mean + 240 * (next() - 0.5))));
  const templates = means.map((mean) => valuesOf(mean.map(clip), trained));
  const spread = valuesOf(Array(3 * PIXELS).fill(70), trained)[0] ?? 0;
  const scale = Math.abs(spread - (valuesOf(Array(3 * PIXELS).fill(0), trained)[0] ?? 0));
  const score = (image: readonly number[]) =>
    templates.map(
      (one) => -0.5 * one.reduce((sum, value, i) => sum + ((value - (image[i] as number)) / scale) ** 2, 0),
    );
  const logitsOf = (feed: Pick<Feed, 'values' | 'order'>) => images.flatMap((image) => score(valuesOf(image, feed)));
  return { labels, logitsOf };
}

/** What is said of a network that was trained on one feed and is given another. */
function said(
  trained: Pick<Feed, 'values' | 'order'>,
  asked: Values,
  relabel?: (label: number) => number,
): ScoreDiagnosis {
  const { labels, logitsOf } = made(trained, 7);
  const [first, ...rest] = feedsBeside(asked, 'RGB').map((feed) => ({ feed, logits: logitsOf(feed) }));
  if (first === undefined) throw new Error('no feed');
  return diagnose([first, ...rest], relabel === undefined ? labels : labels.map(relabel), READ);
}

describe('a diagnosis', () => {
  const trained = { values: NORMALISED, order: 'RGB' } as const;

  it('names nothing where the request is right', () => {
    const { best, right, images } = said(trained, NORMALISED);
    expect(best).toBeNull();
    expect(right / images).toBeGreaterThan(0.8);
    expect(diagnosisText(said(trained, NORMALISED))).toBeUndefined();
  });

  it.each([
    ['0 to 1', RAW],
    ["ImageNet's mean and deviation", { ...RAW, divisor: 255 } as Values],
    ['bytes, 0 to 255', NORMALISED],
    ['−1 to 1', RAW],
  ])('names the values that the network expects: %s', (name, asked) => {
    const feed = feedsBeside(asked, 'RGB').find(({ changes }) => changes.join() === name);
    if (feed === undefined) throw new Error(name);
    const { best, equal, right } = said(feed, asked);
    expect([best, ...equal].map((one) => one?.mistake)).toContain(name);
    expect(best?.right).toBeGreaterThan(right);
    expect(best?.mistake).not.toContain(';');
  });

  it('names the order of channels, alone and beside other values', () => {
    expect(said({ ...trained, order: 'BGR' }, NORMALISED).best?.mistake).toBe('channels in the order BGR');
    const both = said({ values: RAW, order: 'BGR' }, NORMALISED);
    expect(both.best?.mistake).toBe('bytes, 0 to 255; channels in the order BGR');
  });

  it.each(labelMapsFor(CLASSES, undefined).slice(1))('names the numbering of classes: $id', (map) => {
    // The network's class c is the label that the map sends to c.
    const labelOf = (of: number) => Math.max(0, map.classOf.indexOf(of));
    const found = said(trained, NORMALISED, labelOf);
    expect(found.best?.mistake).toBe(map.id);
    expect(diagnosisText(found)).toMatch(`the network seems to expect ${map.id}: ${found.best?.right} instead of`);
  });

  it('names nothing where no usual mistake explains the score', () => {
    const next = random(3);
    expect(said(trained, NORMALISED, () => Math.floor(CLASSES * next())).best).toBeNull();
  });

  it('takes NaN for a class that was not recognised', () => {
    const nan = { feed: { changes: [] }, logits: new Array(IMAGES * CLASSES).fill(Number.NaN) };
    const { labels, logitsOf } = made(trained, 7);
    const good = { feed: { changes: ['another'] }, logits: logitsOf(trained) };
    expect(diagnose([nan, good], labels, READ).best?.mistake).toBe('another');
  });

  it('names the order that was not requested', () => {
    const changes = (order: 'RGB' | 'BGR') => feedsBeside(RAW, order).map((feed) => feed.changes.join());
    expect(changes('RGB').slice(0, 2)).toEqual(['', 'channels in the order BGR']);
    expect(changes('BGR').slice(0, 2)).toEqual(['', 'channels in the order RGB']);
  });

  it('numbers classes as other programs sort their names', () => {
    const orders = (names: readonly string[]) =>
      Object.fromEntries(labelMapsFor(names.length, names).map(({ id, classOf }) => [id, classOf]));
    // A class's number by the names in the order of their code points, and the network's by another order.
    const byValue = 'classes numbered as their names sort with numbers by value';
    expect(orders(['c1', 'c10', 'c2'])[byValue]).toEqual([0, 2, 1]);
    const byCase = 'classes numbered as their names sort without regard to case';
    expect(orders(['Bird', 'Dog', 'ant', 'cat'])[byCase]).toEqual([1, 3, 0, 2]);
    expect(Object.keys(orders(['ant', 'bird', 'cat']))).not.toContain(byValue);
  });

  it('says what images cannot tell from a request that nothing beats', () => {
    const { labels, logitsOf } = made(trained, 7);
    const logits = logitsOf(trained);
    const next = random(5);
    const almost = logits.map((value) => value + 0.01 * (next() - 0.5));
    const worse = logits.map((value) => value + 40 * (next() - 0.5));
    const found = diagnose(
      [
        { feed: { changes: [] }, logits },
        { feed: { changes: ['almost'] }, logits: almost },
        { feed: { changes: ['worse'] }, logits: worse },
        { feed: { changes: ['given up'] }, logits: undefined },
      ],
      labels,
      READ,
    );
    expect(found.best).toBeNull();
    expect(found.alike?.map(({ mistake }) => mistake)).toEqual(['almost']);
    expect(alikeText(found)).toBe(
      'no usual mistake explains the score; 400 images cannot tell the request from: almost',
    );
  });

  it('says what else may explain a score, though that alone is not surely better than the request', () => {
    const labels = Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
    /** Logits under which some images are wrong, as are the last 100 always, and all others right. */
    const wrongIn = (isWrong: (image: number) => boolean) =>
      labels.flatMap((label, i) =>
        labels
          .slice(0, CLASSES)
          .map((one) => (one === (i >= 300 || isWrong(i) ? (label + 1) % CLASSES : label) ? 4 : 0)),
      );
    const found = diagnose(
      [
        { feed: { changes: [] }, logits: wrongIn((i) => i < 20) },
        { feed: { changes: ['one'] }, logits: wrongIn(() => false) },
        // Right in the 20 images, and wrong in 5 others: by 15 of 25, which is not sure among all that are tried.
        { feed: { changes: ['other'] }, logits: wrongIn((i) => i >= 100 && i < 105) },
      ],
      labels,
      READ,
    );
    expect(found).toMatchObject({ best: { mistake: 'one', right: 300 }, equal: [{ mistake: 'other', right: 295 }] });
  });

  it('gains nothing from a network that is less certain', () => {
    const { labels, logitsOf } = made(trained, 7);
    const logits = logitsOf(trained).map((value) => 30 * value);
    const shy = logits.map((value) => value / 100);
    const found = diagnose(
      [
        { feed: { changes: [] }, logits },
        { feed: { changes: ['shy'] }, logits: shy },
      ],
      labels,
      READ,
    );
    expect([found.best, found.alike?.[0]?.mistake]).toEqual([null, 'shy']);
  });

  it('has no numbering by text for ten classes: it is theirs', () => {
    expect(labelMapsFor(10, undefined).map(({ id }) => id)).not.toContain(
      'classes numbered as their numbers sort as text',
    );
    expect(labelMapsFor(CLASSES, undefined)).toHaveLength(5);
  });
});
