/** Which files a row is for, and what they may import: patterns of paths from the root, packages, Node's modules. */
export type Row = {
  readonly files: string;
  readonly may: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
};

/** What runs both in Node and in a page. */
const REFERENCE = '^reference/(?!.*\\.node\\.ts$)';
const ANY_REFERENCE = '^reference/';
const SPOKEN = '^suites/(contract|record|stats)/';
const PLAN = '^suites/plan/';
const TABLE = '^suites/suites\\.ts$';
const ROWS = '^suites/backends/(backends|defects)\\.ts$';
/** What every binding shares. */
const NEUTRAL = '^suites/backends/[^/.]+\\.ts$';
/** What the browsers' bindings share, and Node's. */
const ADAPTER = '^suites/backends/(adapter|webgpu)\\.browser\\.ts$';
const FEATURES = '^suites/backends/features\\.node\\.ts$';
const BACKENDS = '^suites/backends/';
const HOSTS = '^suites/hosts/';
const ENGINE = '^suites/engine/';
const LOCATE = '^suites/locate/';
const VERSIONS = '^suites/versions/';
const NIGHTLY = '^suites/nightly/';
/** What reports read of a history. */
const NIGHT_DATA = '^suites/nightly/(changes|judged|report)\\.ts$';
const FUZZ = '^suites/fuzz/';
/** What a page loads of it. */
const FUZZ_PAGE = '^suites/fuzz/(play|network|values)\\.ts$';
/** What a page loads. It imports neither Node nor the hosts. */
const PAGE =
  '^suites/hosts/(browser/(page|draw)|instruments/(gpu-bytes|gpu-lost|compiles|replay|wrap)|fault|reply)\\.ts$';

/** Folders of suites/ that are not a suite. */
const OTHERS = 'contract|record|stats|plan|engine|hosts|backends|locate|versions|fuzz|nightly';

/** Who may import whom. The first row that matches a file applies, so specific rows come first. */
export const IMPORTS: readonly Row[] = [
  { files: '^reference/datasets/shapes/files\\.node\\.ts$', may: [ANY_REFERENCE], packages: ['sharp'], node: true },
  { files: '^reference/datasets/decoder\\.node\\.ts$', may: [], packages: ['sharp'], node: true },
  { files: '^reference/datasets/tar\\.node\\.ts$', may: [ANY_REFERENCE], packages: ['tar-stream'], node: true },
  { files: '^reference/datasets/decode\\.node\\.ts$', may: [ANY_REFERENCE], packages: ['sharp'], node: true },
  { files: '^reference/.*\\.node\\.ts$', may: [ANY_REFERENCE], packages: [], node: true },
  { files: '^reference/', may: [REFERENCE], packages: [], node: false },

  // The registry is data: it names modules and imports none.
  { files: ROWS, may: ['^suites/contract/backend\\.ts$', REFERENCE], packages: [], node: false },
  // A binding imports its one runtime.
  {
    files: '^suites/backends/ort\\.node\\.ts$',
    may: [REFERENCE, SPOKEN, NEUTRAL, FEATURES],
    packages: ['onnxruntime-node'],
    node: true,
  },
  {
    files: '^suites/backends/ort\\.browser\\.ts$',
    may: [REFERENCE, SPOKEN, NEUTRAL, ADAPTER],
    packages: ['onnxruntime-web'],
    node: false,
  },
  {
    files: '^suites/backends/tfjs\\.node\\.ts$',
    may: [REFERENCE, SPOKEN, NEUTRAL, FEATURES],
    packages: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
    node: true,
  },
  {
    files: '^suites/backends/tfjs\\.browser\\.ts$',
    may: [REFERENCE, SPOKEN, NEUTRAL, ADAPTER],
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-converter', '@tensorflow/tfjs-backend-[a-z]+'],
    node: false,
  },
  { files: '^suites/backends/[^/]+\\.node\\.ts$', may: [REFERENCE, SPOKEN, NEUTRAL], packages: [], node: true },
  { files: '^suites/backends/', may: [REFERENCE, SPOKEN, NEUTRAL], packages: [], node: false },

  // Statistics are pure functions of numbers.
  { files: '^suites/stats/', may: [REFERENCE, '^suites/stats/'], packages: [], node: false },
  // A record holds the suites' results, so its schema comes from the table.
  { files: '^suites/record/', may: [REFERENCE, '^suites/(record|stats)/', TABLE], packages: ['zod'], node: false },
  { files: '^suites/contract/', may: [REFERENCE, SPOKEN], packages: ['zod', 'tinybench'], node: false },
  // Custom models and their preprocessing are read while a plan is made.
  { files: '^suites/plan/data\\.ts$', may: [REFERENCE, SPOKEN, PLAN, TABLE], packages: [], node: true },
  { files: '^suites/plan/own\\.ts$', may: [ANY_REFERENCE, SPOKEN, PLAN, ENGINE], packages: [], node: true },
  { files: PLAN, may: [REFERENCE, SPOKEN, PLAN, TABLE, ROWS], packages: ['zod'], node: false },
  { files: TABLE, may: [SPOKEN, '^suites/[a-z]+/suite\\.ts$'], packages: ['zod'], node: false },

  {
    files: ENGINE,
    may: [ANY_REFERENCE, SPOKEN, PLAN, TABLE, BACKENDS, HOSTS, LOCATE, VERSIONS, ENGINE],
    packages: [],
    node: true,
  },
  { files: LOCATE, may: [ANY_REFERENCE, SPOKEN, PLAN, BACKENDS, HOSTS, ENGINE, LOCATE], packages: [], node: true },
  {
    files: VERSIONS,
    may: [ANY_REFERENCE, SPOKEN, PLAN, ROWS, HOSTS, LOCATE, VERSIONS],
    packages: ['zod'],
    node: true,
  },
  { files: FUZZ_PAGE, may: [REFERENCE, SPOKEN, FUZZ_PAGE], packages: [], node: false },
  { files: FUZZ, may: [ANY_REFERENCE, SPOKEN, PLAN, BACKENDS, HOSTS, ENGINE, LOCATE, FUZZ], packages: [], node: true },
  {
    files: PAGE,
    may: [REFERENCE, SPOKEN, TABLE, NEUTRAL, ADAPTER, PAGE, '^suites/locate/probe\\.ts$', FUZZ_PAGE],
    packages: [],
    node: false,
  },
  {
    files: HOSTS,
    may: [ANY_REFERENCE, SPOKEN, TABLE, BACKENDS, HOSTS, ENGINE],
    packages: ['playwright', 'esbuild'],
    node: true,
  },
  // The typed API exports what the engine and the reports do.
  {
    files: '^suites/index\\.ts$',
    may: [SPOKEN, PLAN, ENGINE, HOSTS, '^reports/(compare/compare|table/table)\\.ts$'],
    packages: [],
    node: false,
  },
  // A history judges runs, so it reads them as reports do.
  {
    files: NIGHTLY,
    may: [
      ANY_REFERENCE,
      SPOKEN,
      PLAN,
      TABLE,
      ROWS,
      HOSTS,
      ENGINE,
      NIGHTLY,
      '^reports/(compare/(compare|verdicts)|table/table)\\.ts$',
    ],
    packages: ['zod'],
    node: true,
  },
  // A suite imports no other suite.
  {
    files: `^suites/(?!(?:${OTHERS})/)([a-z]+)/`,
    may: [REFERENCE, SPOKEN, '^suites/$1/'],
    packages: ['zod'],
    node: false,
  },

  // The host of a backend decides its threshold, and what is fastest where.
  {
    files: '^reports/table/backend\\.ts$',
    may: ['^suites/backends/backends\\.ts$', '^suites/plan/cell\\.ts$'],
    packages: [],
    node: false,
  },
  // What makes a page of a run: its script is bundled, and its data compressed.
  {
    files: '^reports/html/(script|data)\\.node\\.ts$',
    may: [ANY_REFERENCE, '^suites/record/', '^reports/'],
    packages: [],
    node: true,
  },
  {
    files: '^reports/',
    may: [
      REFERENCE,
      '^suites/(record|stats)/',
      '^suites/contract/(suite|change)\\.ts$',
      '^suites/plan/(cell|expectations|scenarios|session)\\.ts$',
      TABLE,
      NIGHT_DATA,
      `^suites/(?!(?:${OTHERS})/)[a-z]+/(schema|figures|columns|change)\\.ts$`,
      '^reports/',
    ],
    packages: ['@observablehq/plot', 'linkedom'],
    node: false,
  },
  // Only scripts and tests import scripts.
  {
    files: '^scripts/',
    may: ['^(reference|suites|reports|scripts)/', '^package\\.json$'],
    packages: ['commander', 'cli-progress', 'esbuild', 'onnxruntime-node', 'sharp'],
    node: true,
  },
  { files: '^test/', may: ['.'], packages: [], node: true },
];

/** Imports with a computed name, which no tool resolves: the file, and what it may load. */
export const COMPUTED: readonly (readonly [file: string, specifier: string])[] = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a module
  ['reference/datasets/obtain.node.ts', './${id}.node.ts'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a module
  ['suites/hosts/browser/page.ts', '../../backends/${module}.browser.ts'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a module
  ['suites/hosts/node/child.ts', '../../backends/${module}.node.ts'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a module
  ['suites/hosts/reply.ts', '../${suite}/run.ts'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a module
  ['suites/locate/repro.ts', '../backends/${module}.repro.ts'],
];
