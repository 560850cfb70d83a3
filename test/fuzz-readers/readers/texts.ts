import { parseCell } from '../../../suites/plan/cell.ts';
import { PROFILES } from '../../../suites/plan/profiles.ts';
import { expand, parseQuery } from '../../../suites/plan/query.ts';
import { alone, type Input, type Reader } from '../input.ts';

const QUERIES = [
  'latency:resnet50.seed0:fp32:b1:224:ort-web/webgpu',
  'conformance:resnet*:*:*:*:tfjs/*',
  '*:resnet[2.2.2.2]-basic.seed3,resnet18.torch1:fp32:b2,b4:64,96:ort-node/cpu',
  'accuracy:resnet20.akamaster',
  'roofline:kernels',
];

const seeds = QUERIES.map((text) => alone('text', Buffer.from(text)));
const [profile] = PROFILES;
/** What a command line can hold. */
const LONGEST = 131_072;
const textOf = ({ main }: Input) => Buffer.from(main).toString('utf8').slice(0, LONGEST);

export const TEXTS: readonly Reader[] = [
  {
    id: 'query',
    share: 1,
    typed: true,
    seeds,
    read(input) {
      if (profile === undefined) throw new Error('no profile');
      expand([parseQuery(textOf(input))], profile);
      return [];
    },
  },
  {
    id: 'cell',
    share: 1,
    typed: true,
    seeds: seeds.slice(0, 1),
    read(input) {
      parseCell(textOf(input));
      return [];
    },
  },
];
