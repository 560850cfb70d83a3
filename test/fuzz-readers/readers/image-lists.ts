import { parseLabels } from '../../../reference/datasets/labels.ts';
import { PACK, type Pack, parsePack } from '../../../reference/datasets/pack.ts';
import { parsePreprocessing } from '../../../suites/plan/preprocess.ts';
import { alone, type Reader } from '../input.ts';

const NONE = { count: 0, first: [] };
const PACKS: readonly Pack[] = [
  {
    ...{ pack: PACK, file: '0f.pack', count: 2, size: 2, offset: 0, stride: 12, classes: 3, labels: [0, 2] },
    ...{ names: ['a/1.png', 'c/2.png'], sha256: '0'.repeat(64), digests: ['0'.repeat(16), 'f'.repeat(16)] },
    skipped: { count: 1, first: [{ name: 'a/3.png', reason: 'it is broken' }] },
    duplicates: NONE,
  },
  {
    ...{ pack: PACK, file: 'x.bin', count: 1, size: 1, offset: 1, stride: 4, classes: 1, labels: [0], also: [[0]] },
    ...{ sha256: '', digests: [''], skipped: NONE, duplicates: NONE },
  },
];
const LABELS = [
  'ImageId,PredictionString\nval_1,n01440764 1 2 3 4\n"val, 2",n01443537\n',
  '# by hand\ncat 1.jpg cat\ndir/dog.png\tdog\r\n',
];
const JSON_LABELS = ['{"a.png": 3, "b.png": ["4", 5], "c.png": []}', '[[65], [970, 795], []]'];
const PREPROCESSINGS = [
  '{"resize": 232, "crop": 224, "interpolation": "bicubic", "mean": [0.5, 0.5, 0.5], "deviation": [1, 2, 3]}',
  '{"resize": 32, "crop": 32, "fit": "squash", "divisor": 1, "order": "BGR"}',
];

const textOf = (main: Uint8Array): string => Buffer.from(main).toString('utf8');
const seedsOf = (kind: 'json' | 'lines', texts: readonly string[]) =>
  texts.map((text) => alone(kind, Buffer.from(text)));

/** What says which images there are, what they show and how they are fed. */
export const IMAGE_LISTS: readonly Reader[] = [
  {
    id: 'pack',
    share: 1,
    typed: false,
    seeds: seedsOf(
      'json',
      PACKS.map((pack) => JSON.stringify(pack)),
    ),
    read({ main }) {
      const { skipped, duplicates } = parsePack(textOf(main));
      return [...skipped.first, ...duplicates.first].map(({ name, reason }) => `${name}: ${reason}`);
    },
  },
  {
    id: 'labels',
    share: 1,
    typed: false,
    seeds: [...seedsOf('lines', LABELS), ...seedsOf('json', JSON_LABELS)],
    read({ main }) {
      parseLabels(textOf(main));
      return [];
    },
  },
  {
    id: 'preprocessing',
    share: 1,
    typed: false,
    seeds: seedsOf('json', PREPROCESSINGS),
    read({ main }) {
      parsePreprocessing(textOf(main));
      return [];
    },
  },
];
