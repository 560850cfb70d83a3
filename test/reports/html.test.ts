import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { html } from '../../reports/html/kit/markup.ts';
import { measured, tabulate } from '../../reports/table/table.ts';
import type { Run } from '../../suites/record/record.ts';
import { margin, ratio, scientific } from '../../suites/stats/format.ts';
import { emptyRun, HOSTILE, syntheticRun } from './fixture.ts';
import { fullPage } from './full-page.ts';

const page = fullPage(syntheticRun());
const { document } = parseHTML(page);
const SECTIONS = [
  'latency',
  'roofline',
  'startup',
  'memory',
  'leak',
  'conformance',
  'layers',
  'accuracy',
  'compliance',
];
const ALL = [
  ...['fastest', 'ranking', 'tradeoffs', 'problems', 'latency', 'scenarios', 'transfer'],
  ...SECTIONS.slice(1, -2),
  ...['agreement', 'accuracy', 'compliance', 'placement', 'environment', 'method'],
];

/** The run with every string of a model's and a backend's name replaced by one that would run. */
function hostileRun(): Run {
  const evil = JSON.stringify(HOSTILE).slice(1, -1);
  const text = JSON.stringify(syntheticRun());
  return JSON.parse(text.replaceAll('resnet18.seed0', evil).replaceAll('ort-node/cpu', `${evil}/cpu`));
}

describe('the page', () => {
  it('loads nothing from anywhere', () => {
    for (const element of document.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        if (['src', 'srcset', 'poster', 'data', 'action'].includes(name)) throw new Error(`${name}=${value}`);
        if (name === 'href' || name === 'xlink:href') expect(value).toMatch(/^#/);
      }
    expect(document.querySelectorAll('link, iframe, object, embed, img')).toHaveLength(0);
    expect(/@import|url\(|\bimport\b\s*\(|fetch\(/.test(page)).toBe(false);
  });

  it.each([syntheticRun(), hostileRun()])('escapes what a run says', (run) => {
    const text = fullPage(run);
    expect(text.includes('<script>alert')).toBe(false);
    const { document } = parseHTML(text);
    expect(document.querySelectorAll('script')).toHaveLength(1);
    expect(document.body.textContent).toContain('<script>alert("x")</script>');
  });

  it('has every section, in order', () => {
    expect([...document.querySelectorAll('h2[id]')].map((one) => one.id)).toEqual(ALL);
  });

  it('has no link into nothing, and no id twice', () => {
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a[href]')) expect(ids).toContain(link.getAttribute('href')?.slice(1));
  });

  it('shows every case of the plan as a command', () => {
    const commands = new Set([...document.querySelectorAll('code.copy')].map((one) => one.textContent));
    for (const id of syntheticRun().header.plan) expect(commands).toContain(`npm run bench -- ${id}`);
  });

  it('counts the cases by status', () => {
    const verdict = document.querySelector('.verdict')?.textContent?.replaceAll(/\s+/g, ' ');
    for (const part of ['403 cells', '288 ok', '20 not run', '31 unsupported', '31 fallback', '25 wrong', '4 crash'])
      expect(verdict).toContain(part);
  });

  it('calls out software adapters', () => {
    const note = document.querySelector('.note')?.textContent;
    expect(note).toContain('a software adapter');
    expect(note).toContain('ort-web/webgpu-jsep');
    expect(note).not.toContain('ort-web/wasm');
  });

  it('draws a labelled plot for each network, with axis, key and caption', () => {
    for (const id of SECTIONS) {
      const section = document.querySelector(`#${id}`)?.parentElement;
      const plots = [...(section?.querySelectorAll('svg.chart') ?? [])];
      expect(plots.length, id).toBe(
        { accuracy: 1, compliance: 1, layers: 2, leak: 2, roofline: 1, startup: 12 }[id] ?? 6,
      );
      for (const plot of plots) {
        expect(plot.getAttribute('aria-label')).toMatch(id === 'roofline' ? /CPU/ : /resnet/);
        expect(plot.textContent).toMatch(/\(ms\)|\(MiB\)|\(%\)|÷|GFLOP\/s|ratio/);
        expect(plot.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
      }
      expect(section?.querySelector('.legend')).not.toBeNull();
      expect(section?.querySelector('details table')).not.toBeNull();
    }
  });

  it('uses only colours that the page defines, for light and dark', () => {
    const used = new Set(page.match(/var\(--[\w-]+\)/g));
    const style = document.querySelector('style')?.textContent ?? '';
    for (const name of used)
      if (name !== 'var(--h)' && name !== 'var(--tint)')
        expect(style.split(`${name.slice(4, -1)}:`).length, name).toBeGreaterThanOrEqual(3);
  });

  it('keeps its axis where the truth is 0 and nothing is allowed', () => {
    const run = JSON.stringify(syntheticRun()).replaceAll(
      /"allowed":[\d.e-]+,"ratio":\d{3}[\d.]*/g,
      '"allowed":1e-45,"ratio":1e45',
    );
    expect(run).toContain('"allowed":1e-45');
    const { document } = parseHTML(fullPage(JSON.parse(run)));
    const plots = document.querySelector('#conformance')?.parentElement?.querySelectorAll('svg.chart');
    for (const plot of plots ?? []) {
      const labels = [...plot.querySelectorAll('[data-part="x-axis tick label"] text')].map((one) => one.textContent);
      expect(labels.length).toBeGreaterThan(0);
      for (const label of labels) expect(Number(label)).toBeGreaterThan(1e-13);
    }
  });

  it('tells three levels of conformance, and the tolerance that would have passed', () => {
    const section = document.querySelector('#conformance')?.parentElement;
    const levels = [...(section?.querySelectorAll('details') ?? [])].map((level) => {
      const heads = [...level.querySelectorAll('thead th')].map((one) => one.textContent);
      // The first logits: ort-node/cpu's.
      const line = [...level.querySelectorAll('tbody tr')].find((row) => row.children[2]?.textContent === 'logits');
      return Object.fromEntries(heads.map((head, i) => [head, line?.children[i]?.textContent]));
    });
    expect(levels).toHaveLength(4);
    const [row] = tabulate(syntheticRun()).rows;
    const check = measured(row, 'conformance')?.checks.find((one) => one.tensor === 'logits');
    if (check === undefined) throw new Error('no logits');
    expect(levels[0]).toMatchObject({
      ...{ 'Error ÷ allowed': ratio(check.ratio), Margin: margin(1 / check.ratio) },
      'NaN, Inf missing': '0',
    });
    expect(levels[1]).toMatchObject({ 'Relative L2 error': '2.0e-6', '1 − cosine': '1.0e-13', 'SNR (dB)': '114' });
    expect(levels[2]).toMatchObject({ 'Top-1 agrees': '102 of 102', 'Top-5 agrees': '102 of 102' });
    expect(levels[3]).toMatchObject({
      ...{ Absolute: scientific(check.error), 'Of the largest value': scientific(check.error / check.scale) },
      'atol with rtol 1e-5': scientific(check.atol),
    });
  });

  it('gives no tolerance where a NaN is wrong', () => {
    const text = JSON.stringify(syntheticRun()).replaceAll('"nonfinite":0', '"nonfinite":1');
    const { document } = parseHTML(fullPage(JSON.parse(text)));
    const levels = document.querySelector('#conformance')?.parentElement?.querySelectorAll('details');
    const heads = [...(levels?.[3]?.querySelectorAll('thead th') ?? [])].map((one) => one.textContent);
    expect(heads).toEqual(['Backend and network', 'Status', 'Tensor']);
    expect(levels?.[3]?.textContent).toContain('in any line: Absolute, Of the largest value, atol with rtol 1e-5.');
  });

  it('says why in place of figures', () => {
    const section = document.querySelector('#latency')?.parentElement;
    const figure = section?.querySelectorAll('figure')[2];
    for (const status of ['timeout', 'crash']) expect(figure?.querySelector('.without')?.textContent).toContain(status);
    expect(figure?.querySelector('svg')?.textContent).not.toContain('ort-node/cuda');
    expect(section?.querySelector('.panels + .without')?.textContent).toContain('unsupported ort-node/cuda');
  });

  it('proves placement, and gives reasons with their fix', () => {
    const placement = document.querySelector('#placement')?.parentElement?.textContent;
    expect(placement).toContain('kernel profile');
    expect(placement).toContain('53 webgpu');
    expect(placement).toContain('float32 storage and arithmetic');
    expect(placement).toContain('SwiftShader Device (Subzero) (software) vendor google · driver SwiftShader 5');
    expect(placement).toMatch(/7 of \d+ sessions fell back: 371 nodes ran on another provider/);
    const problems = document.querySelector('#problems')?.parentElement?.textContent;
    expect(problems).toContain('Fix: npm run setup:cuda');
    expect(problems).toContain('would have passed with an absolute tolerance of');
  });
});

describe('an empty run', () => {
  const { document } = parseHTML(fullPage(emptyRun()));

  it('says in every section what would fill it', () => {
    for (const id of ALL.slice(3, -2))
      expect(document.querySelector(`#${id}`)?.parentElement?.querySelector('.empty'), id).not.toBeNull();
    for (const id of SECTIONS)
      expect(document.querySelector(`#${id}`)?.parentElement?.textContent).toContain(`npm run bench -- ${id}`);
  });

  it('draws no plot', () => {
    expect(document.querySelectorAll('svg.chart')).toHaveLength(0);
  });

  it('points to the reasons where all cells failed', () => {
    const run = syntheticRun();
    const { document } = parseHTML(fullPage({ ...run, records: [] }));
    expect(document.querySelector('#latency')?.parentElement?.textContent).toContain('None of the 78 planned cells');
  });
});

it('escapes values, lists and attributes, but not markup', () => {
  const { markup } = html`<b title="${'"><i>'}">${['<', html`<i>&amp;</i>`, 3, undefined]}</b>`;
  expect(markup).toBe('<b title="&quot;&gt;&lt;i&gt;">&lt;<i>&amp;</i>3</b>');
});
