import { seedOf, splitModel } from '../../reference/models/load.ts';
import { findModel, MODELS } from '../../reference/models/models.ts';
import {
  KNOWN_PRECISIONS,
  type PrecisionForm,
  parsePrecision,
  precisionText,
  precisionTexts,
} from '../../reference/precisions/notation.ts';
import { FULL_PRECISION } from '../../reference/precisions/precisions.ts';
import { CHECKPOINTS, checkpointName } from '../../reference/weights/checkpoints.ts';
import { BACKENDS } from '../backends/backends.ts';
import type { AnySuite } from '../contract/suite.ts';
import { MOST_CELLS } from '../record/limits.ts';
import { findSuite, SUITES } from '../suites.ts';
import { type Cell, cellId, globMatches, isOwn } from './cell.ts';
import { MOST_NAME, mustKnow, unknown } from './nearest.ts';
import { paceOf } from './pace.ts';
import { OWN, ownModels, type Profile, type ProfileModel } from './profiles.ts';
import { isFile, scoredSize, sizeOf } from './size.ts';

export { mustKnow } from './nearest.ts';

/** Alternatives for each field of a cell id; `*` leaves a field to the profile. */
export type Query = { readonly [field in Field]: readonly string[] };
const FIELDS = ['suite', 'model', 'precision', 'batch', 'size', 'backend'] as const;
type Field = (typeof FIELDS)[number];

/** Tag for a model that is named without one. */
const DEFAULT_TAG = 'live0';

/** Maximum of characters in a query. */
const MOST_QUERY = 10_000;

/** The names in `known` that a pattern matches. Throws where it matches none. */
function choose(kind: string, pattern: string, known: readonly string[]): string[] {
  if (!pattern.includes('*')) return [mustKnow(kind, pattern, known)];
  if (pattern.length > MOST_NAME) throw new Error(`no ${kind} matches '${pattern}'`);
  const chosen = known.filter((name) => globMatches(pattern, name));
  if (chosen.length === 0) throw new Error(`no ${kind} matches '${pattern}': there are ${known.join(', ')}`);
  return chosen;
}

/** `latency:resnet50.*:fp32:b1:224:ort-web/*`; fields left out at the end are `*`, and commas separate alternatives. */
export function parseQuery(text: string): Query {
  if (text.length > MOST_QUERY)
    throw new Error(`a query has ${text.length} characters, and at most ${MOST_QUERY}: write several, or wildcards`);
  const parts = text.split(':');
  if (parts.length > FIELDS.length) throw new Error(`'${text}' has more fields than ${FIELDS.join(':')}`);
  const field = (index: number) => (parts[index] || '*').split(',');
  return { suite: field(0), model: field(1), precision: field(2), batch: field(3), size: field(4), backend: field(5) };
}

/** The query with its wildcards narrowed by the flags. */
export function narrow(query: Query, flags: Partial<Query>): Query {
  const pick = (field: Field) => (query[field].join() === '*' ? (flags[field] ?? query[field]) : query[field]);
  const [suite, model, precision, batch, size, backend] = FIELDS.map(pick) as [
    string[],
    string[],
    string[],
    string[],
    string[],
    string[],
  ];
  return { suite, model, precision, batch, size, backend };
}

const positive = (kind: string, text: string, pattern: RegExp): number => {
  const digits = text.match(pattern)?.[1];
  if (digits === undefined) throw new Error(`'${text}' is not a ${kind}: write ${kind === 'batch' ? 'b1' : '224'}`);
  return Number(digits);
};

/** Largest checkpoint that a wildcard includes, in bytes: a `*` must not download gigabytes. */
const SMALL = 10e6;

/** Every model with each of its tags. Other seeds are valid too. */
export const knownModels = (): string[] =>
  MODELS.flatMap(({ id }) => [`${id}.${DEFAULT_TAG}`, ...tagsOf(id, Number.POSITIVE_INFINITY)]);

const tagsOf = (id: string, largest: number): string[] =>
  CHECKPOINTS.filter(({ model, file }) => model === id && file.bytes <= largest).map(checkpointName);

/** Models that a wildcard may include: every architecture with the pattern's own tag, if that needs no file. */
function smallModels(pattern: string): string[] {
  const tag = pattern.slice(pattern.lastIndexOf('.') + 1);
  const kind = seedOf(tag)?.kind;
  if (kind === 'seed' || kind === 'live') return MODELS.map(({ id }) => `${id}.${tag}`);
  return MODELS.flatMap(({ id }) => [`${id}.${DEFAULT_TAG}`, ...tagsOf(id, SMALL)]);
}

/**
 * Checks a model's name and returns it with its tag. Throws, suggesting the nearest name, where there is no such model.
 */
function checkModel(name: string): string {
  if (isOwn(name)) throw new Error(`'${name}' is a custom model: give its file with --model`);
  const model = findModel(name) ? `${name}.${DEFAULT_TAG}` : name;
  const known = knownModels();
  const { arch, tag } = model.includes('.') ? splitModel(model) : { arch: model, tag: '' };
  const row = findModel(arch);
  if (row === undefined) throw unknown('model', name, [...MODELS.map((one) => one.id), ...known]);
  const seeded = seedOf(tag);
  if (seeded?.kind === 'torch' && row.family !== 'resnet')
    throw new Error(`'${model}': torch seeds exist for torchvision's models only`);
  return seeded ? model : mustKnow('model', model, known);
}

function models(pattern: string, profile: Profile): ProfileModel[] {
  if (pattern === '*') return [...profile.models];
  const own = ownModels(profile).map(({ id }) => id);
  const one = () => (own.includes(pattern) ? pattern : checkModel(pattern));
  const names = pattern.includes('*') ? choose('model', pattern, [...smallModels(pattern), ...own]) : [one()];
  return names.map(
    (model) => profile.models.find((row) => row.model === model) ?? { model, sizes: profile.models[0]?.sizes ?? OWN },
  );
}

/** Throws where the request differs from what a custom model's file fixes. */
function mustAllow(model: ProfileModel, precision: PrecisionForm, batch: number, size: number): void {
  const { own } = model;
  if (own === undefined) return;
  const fixed = (what: string, text: string) =>
    new Error(`${own.source.files[0]?.name} fixes the ${what} of '${own.id}' to ${text}: write that, or leave it open`);
  if (size !== (own.size ?? size)) throw fixed('size', `${own.size}`);
  if (batch !== (own.batch ?? batch)) throw fixed('batch', `b${own.batch}`);
  const asked = precisionText(precision);
  if (isFile(model) && asked !== FULL_PRECISION)
    throw new Error(`'${own.id}' runs as its file has it, in ${FULL_PRECISION}: it has no ${asked}`);
}

/** The precisions, with their forms, that a pattern matches for a model. A custom network has only its own. */
function precisionsOf(model: ProfileModel, pattern: string, profile: Profile): readonly string[] {
  if (isFile(model) && pattern.includes('*')) return [FULL_PRECISION];
  if (pattern === '*') return precisionTexts(profile.precisions, profile.forms);
  return choose('precision', pattern, KNOWN_PRECISIONS);
}

/** A query as a user would type it. */
const queryText = (query: Query): string => FIELDS.map((field) => query[field].join()).join(':');

/** Whether a suite can run on a model. Custom models are scored on images that are given with them. */
function isAskedOf({ of }: AnySuite, one: ProfileModel, { data }: Profile): boolean {
  const { arch, tag } = splitModel(one.model);
  const kernels = one.own === undefined && findModel(arch)?.family === 'kernels';
  if (of === 'kernels' || kernels) return of === 'kernels' && kernels;
  return of === 'networks' || (one.own === undefined ? seedOf(tag) === undefined : data !== undefined);
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** The alternatives that a query has for one model, suite and backend. Every combination is a cell. */
type Block = {
  readonly model: ProfileModel;
  readonly suite: string;
  readonly precisions: readonly PrecisionForm[];
  readonly batches: readonly number[];
  readonly sizes: readonly number[];
  readonly backend: string;
};

/** The blocks of one query. `software`: backends on software adapters. Throws on names that do not exist. */
function blocksOf(query: Query, profile: Profile, software: ReadonlySet<string>): Block[] {
  const suiteIds = SUITES.map((row) => row.id);
  const backendIds = BACKENDS.map((row) => row.id);
  const backends = unique(query.backend.flatMap((pattern) => choose('backend', pattern, backendIds)));
  const suites = unique(
    query.suite.flatMap((pattern) => (pattern === '*' ? profile.suites : choose('suite', pattern, suiteIds))),
  ).flatMap((id) => findSuite(id) ?? []);
  const areOpen = { backend: query.backend.join() === '*', model: query.model.join() === '*' };
  const rows = new Map(query.model.flatMap((pattern) => models(pattern, profile)).map((row) => [row.model, row]));
  return [...rows.values()].flatMap((model) => {
    const { own } = model;
    const texts = unique(query.precision.flatMap((pattern) => precisionsOf(model, pattern, profile)));
    const precisions = texts.flatMap((text) => parsePrecision(text) ?? []);
    return suites.flatMap((suite) => {
      const usual = own?.batch ?? suite.batch;
      const batches = unique(query.batch.map((b) => (b === '*' ? usual : positive('batch', b, /^b([1-9]\d*)$/))));
      if (!isAskedOf(suite, model, profile)) return [];
      return backends.flatMap((backend) => {
        const { speed, may } = paceOf(backend, areOpen, software);
        if (!may(suite, model)) return [];
        const size = suite.of === 'trained' ? scoredSize(model, profile) : sizeOf(model, speed);
        const sizes = unique(query.size.map((s) => (s === '*' ? size : positive('size', s, /^([1-9]\d*)$/))));
        return [{ model, suite: suite.id, precisions, batches, sizes, backend }];
      });
    });
  });
}

const sizeOfBlock = ({ precisions, batches, sizes }: Block): number =>
  precisions.length * batches.length * sizes.length;

/** The cells of a block. Throws where a custom model does not allow them. */
function* cellsOf({ model, suite, precisions, batches, sizes, backend }: Block): Generator<Cell> {
  for (const precision of precisions)
    for (const batch of batches)
      for (const size of sizes) {
        mustAllow(model, precision, batch, size);
        yield { suite, model: model.model, ...precision, batch, size, backend };
      }
}

/** Throws where more cells are requested than a run may plan. */
function mustFit(count: number): void {
  if (count > MOST_CELLS)
    throw new Error(
      `${count.toLocaleString('en-US')} cells are requested, and a run plans at most ${MOST_CELLS.toLocaleString('en-US')}: request fewer models, backends, batches or sizes`,
    );
}

/**
 * The cells of the queries, in the order of reports and without duplicates. `software`: backends that run on software
 * adapters. Throws on names that do not exist, where a query has no cell, and, before any cell is made, where there are
 * more than a run may plan.
 */
export function expandOn(queries: readonly Query[], profile: Profile, software: ReadonlySet<string>): Cell[] {
  const cells = new Map<string, Cell>();
  for (const query of queries) {
    const blocks = blocksOf(query, profile, software);
    const count = blocks.reduce((sum, block) => sum + sizeOfBlock(block), 0);
    mustFit(count);
    if (count === 0)
      throw new Error(
        `nothing to run for '${queryText(query)}': accuracy needs trained weights (such as resnet8.shapes10), of a custom model --data and --preprocess too, roofline runs kernels only, f64 is only judged and null only timed`,
      );
    for (const block of blocks) for (const cell of cellsOf(block)) cells.set(cellId(cell), cell);
    mustFit(cells.size);
  }
  return [...cells.values()];
}

/** The same before any adapter is known: none counts as a software one. */
export const expand = (queries: readonly Query[], profile: Profile): Cell[] => expandOn(queries, profile, new Set());
