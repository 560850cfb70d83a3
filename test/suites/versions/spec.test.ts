import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../../../suites/backends/backends.ts';
import { versionsBetween } from '../../../suites/engine/bisect.ts';
import { mustBePublished, npmFault, parseVersions } from '../../../suites/versions/registry.ts';
import { compareVersions, isRelease } from '../../../suites/versions/semver.ts';
import { backendsOf, parseSide, parseSides } from '../../../suites/versions/sides.ts';
import { dependsOn, familyOf, parseSpec } from '../../../suites/versions/spec.ts';

/** In the order of Semantic Versioning 2.0.0, section 11, with its own example. */
const ORDERED = [
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.9.0',
  '1.10.0',
  '1.19.0-dev.20240509-69cfcba38a',
  '1.19.0-dev.20240804-ee2fe87e2d',
  '1.19.0',
  '1.22.0-rev',
  '1.22.0',
  '2.0.0',
];

describe('versions', () => {
  it('are ordered as Semantic Versioning says', () => {
    for (const [i, a] of ORDERED.entries())
      for (const [j, b] of ORDERED.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  });

  it('are releases or not', () => {
    expect(ORDERED.filter(isRelease)).toEqual(['1.0.0', '1.9.0', '1.10.0', '1.19.0', '1.22.0', '2.0.0']);
  });

  it('are read from what npm prints, sorted, one or several', () => {
    const shuffled = JSON.stringify([...ORDERED].reverse().concat('latest'));
    expect(parseVersions('x', shuffled)).toEqual(ORDERED);
    expect(parseVersions('x', '"1.0.0"')).toEqual(['1.0.0']);
    for (const text of ['', '[]', '{"error":{"code":"E404"}}', '[1,2]', 'null'])
      expect(() => parseVersions('x', text)).toThrow('npm names no version of x');
  });

  it('between a good and a bad one are searched, pre-releases only where they are asked for or named', () => {
    const between = (good: string | undefined, bad: string, dev: boolean) =>
      versionsBetween(ORDERED, { good, bad }, dev);
    expect(between('1.9.0', '1.22.0', false)).toEqual(['1.9.0', '1.10.0', '1.19.0', '1.22.0']);
    expect(between('1.10.0', '1.19.0', true)).toEqual(ORDERED.slice(9, 13));
    expect(between(undefined, '1.10.0', false)).toEqual(['1.0.0', '1.9.0', '1.10.0']);
    expect(between('1.19.0-dev.20240509-69cfcba38a', '1.22.0', false)).toEqual([ORDERED[10], '1.19.0', '1.22.0']);
  });
});

describe('a package and its version', () => {
  it('is parsed, with a scope too', () => {
    expect(parseSpec('onnxruntime-web@1.30.0')).toEqual({ name: 'onnxruntime-web', version: '1.30.0' });
    expect(parseSpec('@tensorflow/tfjs-core@4.23.0-rc.0')).toEqual({
      name: '@tensorflow/tfjs-core',
      version: '4.23.0-rc.0',
    });
  });

  it.each([
    ['onnxruntime-wob@1.30.0', "unknown package 'onnxruntime-wob': did you mean 'onnxruntime-web'?"],
    ['onnxruntime-web', "'onnxruntime-web' names no version: write PACKAGE@VERSION, such as onnxruntime-web@1.30.0"],
    ['onnxruntime-web@latest', "'onnxruntime-web@latest' names no version"],
    ['@tensorflow/tfjs-core', "'@tensorflow/tfjs-core' names no version"],
    ['', "unknown package ''"],
  ])('%s is refused', (text, message) => expect(() => parseSpec(text)).toThrow(message));

  it('that is not published is refused, and the nearest is suggested', () => {
    const published = ['1.8.0', '1.27.0', '1.29.0', '1.30.0'];
    expect(() => mustBePublished({ name: 'onnxruntime-web', version: '1.28.0' }, published)).toThrow(
      "unknown version 'onnxruntime-web@1.28.0': the nearest published are onnxruntime-web@1.27.0 and onnxruntime-web@1.29.0",
    );
    expect(() => mustBePublished({ name: 'onnxruntime-web', version: '9.0.0' }, published)).toThrow(
      "unknown version 'onnxruntime-web@9.0.0': the nearest published are onnxruntime-web@1.30.0",
    );
    expect(() => mustBePublished({ name: 'onnxruntime-web', version: '1.30.0' }, published)).not.toThrow();
  });

  it('comes with those that work only at the same version', () => {
    expect(familyOf('onnxruntime-web')).toEqual(['onnxruntime-web']);
    expect(familyOf('@tensorflow/tfjs-converter')).toContain('@tensorflow/tfjs-backend-wasm');
    const on = (name: string) => BACKENDS.filter(({ packages }) => dependsOn(packages, name)).map(({ id }) => id);
    expect(on('@tensorflow/tfjs-backend-wasm')).toEqual(['tfjs/cpu', 'tfjs/wasm', 'tfjs/webgl', 'tfjs/webgpu']);
    expect(on('onnxruntime-node')).toEqual(['ort-node/cpu', 'ort-node/webgpu', 'ort-node/cuda']);
  });
});

describe('the sides of --ab', () => {
  it('are versions, browsers, or several of them', () => {
    const [a, b] = parseSides(['onnxruntime-web@1.29.0+browser:/opt/c++/chrome', 'onnxruntime-web@1.30.0']);
    expect(a.packages).toEqual([{ name: 'onnxruntime-web', version: '1.29.0' }]);
    expect(a.browser).toBe('/opt/c++/chrome');
    expect(b.browser).toBeUndefined();
    const both = parseSide('@tensorflow/tfjs-core@4.22.0+onnxruntime-web@1.30.0');
    expect(both.packages.map(({ name }) => name)).toEqual(['@tensorflow/tfjs-core', 'onnxruntime-web']);
  });

  it.each([
    [['onnxruntime-web@1.29.0'], '--ab takes two sides'],
    [['onnxruntime-web@1.29.0', 'onnxruntime-web@1.30.0', 'onnxruntime-web@1.27.0'], '--ab takes two sides'],
    [['onnxruntime-web@1.29.0', 'onnxruntime-web@1.29.0'], 'both sides of --ab are onnxruntime-web@1.29.0'],
    [['browser:', 'browser:/usr/bin/chromium'], 'names no browser'],
    [['browser:/a+browser:/b', 'browser:/c'], 'names the same thing twice'],
    [['form:folded+form:bn', 'form:bn'], 'names the same thing twice'],
    [['form:folded', 'form:bm'], "did you mean 'bn'?"],
    [['onnxruntime-web@1.29.0', 'onnxruntime-wob@1.30.0'], "did you mean 'onnxruntime-web'?"],
  ])('%j are refused', (words, message) => expect(() => parseSides(words)).toThrow(message));

  it('differ on the backends of their packages, and on all pages where browsers differ', () => {
    expect(backendsOf(parseSides(['onnxruntime-node@1.29.0', 'onnxruntime-node@1.30.0']))).toEqual([
      'ort-node/cpu',
      'ort-node/webgpu',
      'ort-node/cuda',
    ]);
    const pages = BACKENDS.filter(({ host }) => host === 'browser').map(({ id }) => id);
    expect(backendsOf(parseSides(['browser:/a', 'browser:/b']))).toEqual(pages);
    const all = BACKENDS.map(({ id }) => id);
    expect(backendsOf(parseSides(['form:folded', 'onnxruntime-web@1.29.0+form:bn']))).toEqual(all);
  });
});

describe('what npm says where it fails', () => {
  const fault = (stdout: string, stderr: string) => npmFault('x@1.0.0', { stdout, stderr });
  it.each([
    ['{"error":{"code":"E404","summary":"Not Found"}}', '', 'does not have it'],
    ['', 'npm error code ETARGET\nnpm error notarget No matching version', 'does not have that version'],
    ['{"error":{"code":"ENOTFOUND","summary":"request failed"}}', '', 'cannot reach its registry (ENOTFOUND)'],
    ['', 'npm ERR! code ECONNREFUSED\nnpm ERR! errno', 'cannot reach its registry (ECONNREFUSED)'],
    ['', 'npm error code ENOSPC', 'the disk is full'],
    ['', 'gave up after 60 s', 'npm does not answer'],
    ['', 'npm error something else', 'npm failed: something else'],
    ['', '', 'npm failed: it says nothing'],
  ])('%s %s becomes one line', (stdout, stderr, words) => {
    expect(fault(stdout, stderr)).toContain(words);
    expect(fault(stdout, stderr)).not.toContain('\n');
  });
});
