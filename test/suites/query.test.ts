import { describe, expect, it } from 'vitest';
import { KNOWN_PRECISIONS } from '../../reference/precisions/notation.ts';
import { cellId, globMatches, parseCell } from '../../suites/plan/cell.ts';
import { PROFILES, type Profile } from '../../suites/plan/profiles.ts';
import { expand, expandOn, narrow, parseQuery } from '../../suites/plan/query.ts';
import { batchesOf, MULTI_STREAM, OFFLINE, profileFor, SINGLE_STREAM } from '../../suites/plan/scenarios.ts';

const profile = (id: string): Profile => {
  const found = PROFILES.find((row) => row.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const quick = profile('quick');
const ids = (...queries: string[]) => expand(queries.map(parseQuery), quick).map(cellId);

describe('queries', () => {
  it('reads a full id as the one cell it names, whatever the profile', () => {
    const id = 'latency:resnet34.seed7:fp32-bn:b8:160:ort-web/webgpu';
    expect(ids(id)).toEqual([id]);
    expect(cellId(parseCell(id))).toBe(id);
  });

  it('tells the form of a network from its precision, and knows ids of other versions', () => {
    expect(parseCell('latency:resnet34.seed7:fp32-bn:b8:160:null')).toMatchObject({ precision: 'fp32', form: 'bn' });
    expect(parseCell('latency:resnet34.seed7:fp32:b8:160:null')).toMatchObject({ precision: 'fp32', form: 'folded' });
    for (const precision of ['fp32', 'fp32-bn', 'fp8', 'int8-per-channel']) {
      const id = `latency:resnet34.seed7:${precision}:b8:160:null`;
      expect(cellId(parseCell(id))).toBe(id);
    }
    for (const precision of ['', 'fp32-', '-bn', 'fp32-folded'])
      expect(() => parseCell(`latency:resnet34.seed7:${precision}:b8:160:null`)).toThrow('is not a cell id');
  });

  it('takes precisions in each form where a wildcard means them, and in those of the profile where it is open', () => {
    const precisionsOf = (query: string, name: string) =>
      expand([parseQuery(`latency:resnet18:${query}:b1:64:null`)], profile(name)).map(
        (cell) => cellId(cell).split(':')[2],
      );
    expect(precisionsOf('*', 'quick')).toEqual(['fp32']);
    expect(precisionsOf('*', 'full')).toEqual(['fp32', 'fp32-bn']);
    expect(precisionsOf('fp32-bn,fp32', 'quick')).toEqual(['fp32-bn', 'fp32']);
    expect(precisionsOf('fp32*', 'quick')).toEqual(['fp32', 'fp32-bn']);
    expect(precisionsOf('*-bn', 'quick')).toEqual(KNOWN_PRECISIONS.filter((text) => text.endsWith('-bn')));
    expect(() => precisionsOf('fp32-folded', 'quick')).toThrow("unknown precision 'fp32-folded'");
  });

  it('fills wildcards and missing fields from the profile', () => {
    expect(ids('latency:resnet18.seed0:*:*:*:ort-node/*')).toEqual([
      'latency:resnet18.seed0:fp32:b1:224:ort-node/cpu',
      'latency:resnet18.seed0:fp32:b1:224:ort-node/webgpu',
      'latency:resnet18.seed0:fp32:b1:224:ort-node/cuda',
    ]);
    expect(ids('conformance:resnet50')).toContain('conformance:resnet50.live0:fp32:b1:224:tfjs/webgl');
  });

  it('means, with a tag that needs no file, every architecture that a wildcard matches', () => {
    const found = ids('latency:resnet1*.seed3,resnet1*.live3:fp32:b1:64:null');
    expect(found).toContain('latency:resnet18.seed3:fp32:b1:64:null');
    expect(found).toContain('latency:resnet101.live3:fp32:b1:64:null');
    expect(ids('latency:resnet18.*:fp32:b1:64:null')).toEqual(['latency:resnet18.live0:fp32:b1:64:null']);
  });

  it('runs kernels with the weights and at the size of the profile where they are named without a tag', () => {
    expect(ids('roofline:kernels:*:*:*:ort-node/cpu')).toEqual(ids('roofline:*:*:*:*:ort-node/cpu'));
  });

  it('gives CIFAR networks their own size, and accuracy to trained ones only', () => {
    expect(ids('accuracy:*:*:*:*:ort-node/cpu')).toEqual(['accuracy:resnet8.shapes10:fp32:b25:32:ort-node/cpu']);
    expect(ids('latency:resnet44.akamaster:*:*:*:tfjs/wasm')).toEqual([
      'latency:resnet44.akamaster:fp32:b1:32:tfjs/wasm',
    ]);
  });

  it('only checks and scores the trained network where nobody names it', () => {
    const suites = (query: string) => ids(query).flatMap((id) => (id.includes('shapes10') ? [id.split(':')[0]] : []));
    expect(suites('*:*:*:*:*:ort-node/cpu')).toEqual(['conformance', 'accuracy']);
    expect(suites('latency:*:*:*:*:ort-node/cpu')).toEqual([]);
    expect(suites('latency:resnet8.shapes10:*:*:*:ort-node/cpu')).toEqual(['latency']);
  });

  it('scores a trained network at the size that it was trained for, whatever the profile times it at', () => {
    expect(ids('accuracy,latency:resnet50.tv_in1k:*:*:*:tfjs/cpu')).toEqual([
      'accuracy:resnet50.tv_in1k:fp32:b25:224:tfjs/cpu',
      'latency:resnet50.tv_in1k:fp32:b1:64:tfjs/cpu',
    ]);
  });

  it('takes alternatives, and flags where a field is open', () => {
    const query = narrow(parseQuery('latency,startup'), { model: ['resnet18'], backend: ['null'], suite: ['memory'] });
    expect(expand([query], quick).map(cellId)).toEqual(['latency:resnet18.live0:fp32:b1:224:null']);
  });

  it('repeats no cell', () => {
    expect(ids('latency:resnet18:fp32:b1:224:null', 'latency:resnet18:*:*:*:null')).toHaveLength(1);
  });

  it.each([
    ['latency:resnet51', "unknown model 'resnet51': did you mean 'resnet50'?"],
    ['latency:resnet20.akamastr', "unknown model 'resnet20.akamastr': did you mean 'resnet20.akamaster'?"],
    ['latncy', "unknown suite 'latncy': did you mean 'latency'?"],
    ['*:*:*:*:*:ort-web/wgpu', "unknown backend 'ort-web/wgpu': did you mean 'ort-web/webgpu'?"],
    ['*:*:fp33', "unknown precision 'fp33': did you mean 'fp32'?"],
    ['*:*:*:8', "'8' is not a batch: write b1"],
    ['*:*:*:*:b8', "'b8' is not a size: write 224"],
    ['accuracy:resnet18.seed0', "nothing to run for 'accuracy:resnet18.seed0:*:*:*:*': accuracy needs trained weights"],
    ['latency:resnet20.torch0', "'resnet20.torch0': torch seeds exist for torchvision's models only"],
    ['a:b:c:d:e:f:g', "'a:b:c:d:e:f:g' has more fields than suite:model:precision:batch:size:backend"],
  ])('%s: %s', (query, message) => {
    expect(() => ids(query)).toThrow(message);
  });

  it('refuses more cells than a run may plan before it makes any, with their number', () => {
    const numbers = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`).join();
    const started = performance.now();
    expect(() => ids(`latency:resnet18:fp32:${numbers('b', 1000)}:${numbers('', 1000)}:null`)).toThrow(
      '1,000,000 cells are requested, and a run plans at most 20,000: request fewer models',
    );
    const many = Array.from({ length: 30 }, (_, i) => `latency:resnet18.seed${i}:fp32:${numbers('b', 1000)}:64:null`);
    expect(() => ids(...many)).toThrow('21,000 cells are requested');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(ids(`latency:resnet18:fp32:${'b1,'.repeat(1000)}b1:64:null`)).toHaveLength(1);
  });

  it.each(['suite', 'model', 'backend'])('bounds the time that a long or starry %s takes', (field) => {
    const query = (word: string) =>
      ({ suite: word, model: `latency:${word}`, backend: `*:*:*:*:*:${word}` })[field] ?? '';
    const started = performance.now();
    for (const word of ['x'.repeat(9000), `${'*a'.repeat(100)}*b`, `${'*'.repeat(4000)}x`, '*e'.repeat(30)])
      expect(() => ids(query(word))).toThrow(/unknown|matches/);
    expect(() => ids(query('x'.repeat(1e6)))).toThrow('a query has 1000');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('matches stars as a regular expression does', () => {
    const words = ['', 'a', 'ab', 'aba', 'abab', 'resnet50', 'resnet[3.4]', 'a\nb'];
    for (const pattern of ['', '*', '**', 'a', 'a*', '*a', 'a*a', 'a*b*', '*b*a*', 'ab*ab', 'res*50', '*[3.4]', '*.*'])
      for (const word of words) {
        const expected = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');
        expect(globMatches(pattern, word), `${pattern} ${word}`).toBe(expected.test(word));
      }
  });

  it('covers, in the quick profile, the four networks on every backend, small where a backend is slow', () => {
    const cells = expand([parseQuery('conformance')], quick);
    const models = new Set(cells.map((cell) => cell.model));
    expect(models).toEqual(new Set(['resnet18.live0', 'resnet50.live0', 'resnet101.live0', 'resnet8.shapes10']));
    const sizesOn = (backend: string) => cells.filter((cell) => cell.backend === backend).map(({ size }) => size);
    expect(sizesOn('ort-node/cpu')).toEqual([224, 224, 224, 32]);
    expect(sizesOn('ort-web/webgpu')).toEqual([224, 224, 224, 32]);
    expect(sizesOn('tfjs/cpu')).toEqual([64, 64, 64, 32]);
  });

  it('only checks small images on a software adapter, unless its backend is named', () => {
    const software = new Set(['ort-web/webgpu']);
    const on = (query: string) =>
      expandOn([parseQuery(query)], quick, software)
        .filter(({ backend }) => software.has(backend))
        .map(cellId);
    expect(on('*:resnet18')).toEqual(['conformance:resnet18.live0:fp32:b1:64:ort-web/webgpu']);
    expect(on('*').map((id) => id.split(':')[1])).toEqual(['resnet18.live0', 'resnet50.live0', 'resnet8.shapes10']);
    expect(on('*:resnet101')).toEqual(['conformance:resnet101.live0:fp32:b1:64:ort-web/webgpu']);
    expect(on('latency:resnet18')).toEqual([]);
    expect(on('latency:resnet18:*:*:*:ort-web/webgpu')).toEqual(['latency:resnet18.live0:fp32:b1:64:ort-web/webgpu']);
    expect(on('latency:resnet18:*:*:224:ort-web/*')).toEqual(['latency:resnet18.live0:fp32:b1:224:ort-web/webgpu']);
    expect(expandOn([parseQuery('*')], quick, software).filter(({ backend }) => backend === 'ort-node/cpu')).toEqual(
      expand([parseQuery('*')], quick).filter(({ backend }) => backend === 'ort-node/cpu'),
    );
  });
});

describe('scenarios', () => {
  it('choose batches of latency, in order and once', () => {
    expect(batchesOf([OFFLINE, MULTI_STREAM, SINGLE_STREAM])).toEqual(['b1', 'b2', 'b4', 'b8', 'b16', 'b32']);
    const query = narrow(parseQuery('*:resnet18:*:*:*:null'), {
      suite: ['latency'],
      batch: batchesOf([MULTI_STREAM, SINGLE_STREAM]),
    });
    expect(expand([query], quick).map(cellId)).toEqual([
      'latency:resnet18.live0:fp32:b1:224:null',
      'latency:resnet18.live0:fp32:b8:224:null',
    ]);
  });

  it('ask for the samples that their percentiles need, and the time for them', () => {
    expect(profileFor(quick, [SINGLE_STREAM, OFFLINE])).toEqual(quick);
    const longer = profileFor(quick, [MULTI_STREAM]);
    expect(longer).toMatchObject({ samples: 299, samplingSeconds: 10 });
    expect(longer.visitSeconds - quick.visitSeconds).toBe(9);
    expect(longer.repeatSeconds - quick.repeatSeconds).toBe(9);
    const full = { samples: 299, samplingSeconds: 10, visitSeconds: 1800 };
    expect(profileFor(profile('full'), [MULTI_STREAM])).toMatchObject(full);
  });
});
