import { describe, expect, it } from 'vitest';
import { accuracy } from '../../suites/accuracy/suite.ts';
import { compliance } from '../../suites/compliance/suite.ts';
import { conformance } from '../../suites/conformance/suite.ts';
import type { Finding } from '../../suites/contract/suite.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { layers } from '../../suites/layers/suite.ts';
import { accuracyOf, complianceOf, layersOf, PASSED, placementOf } from '../reports/results.ts';
import { MADE_UP } from '../visit.ts';

const next = () => 0.5;
const whole = layersOf('ort-node/cpu', 12, next);
const short = layersOf('ort-node/cpu', 67, next);
const reason = (finding: Finding) => finding?.reason ?? '';

describe('a suite whose parts did not all run', () => {
  it.each<readonly [string, Finding, string]>([
    ['layers', layers.verdict(short), '55 of 67 layers did not run'],
    ['accuracy', accuracy.verdict(accuracyOf(true)), '850 of 1,000 images did not run'],
    ['compliance', compliance.verdict({ ...complianceOf(1, next), planned: 20 }), '10 of 20 blocks did not run'],
    [
      'conformance',
      conformance.verdict({ suite: 'conformance', checks: [PASSED], untapped: '4 stages: no time' }),
      'not all ends of stages were checked: 4 stages: no time',
    ],
  ])('%s is partial, and counts them', (_, finding, text) => {
    expect(finding?.status).toBe('partial');
    expect(reason(finding)).toContain(text);
  });

  it.each<readonly [string, Finding]>([
    ['layers', layers.verdict(whole)],
    ['accuracy', accuracy.verdict(accuracyOf(false))],
    ['compliance', compliance.verdict({ ...complianceOf(1, next), planned: 10 })],
    ['compliance of an older file', compliance.verdict(complianceOf(1, next))],
    ['conformance', conformance.verdict({ suite: 'conformance', checks: [PASSED] })],
  ])('%s is right where all ran', (_, finding) => expect(finding).toBeUndefined());

  it('is wrong where a part that ran is, and unsupported where a part was refused: both with the count', () => {
    const [first, ...rest] = short.layers;
    if (first === undefined) throw new Error('no layer');
    const wrong = layers.verdict({ ...short, layers: [{ ...first, check: { ...first.check, ratio: 9 } }, ...rest] });
    expect(wrong?.status).toBe('wrong');
    expect(reason(wrong)).toContain('55 of 67 layers did not run');
    const refused = layers.verdict({ ...short, refused: [{ tensor: 'x', ops: ['Slice'], reason: 'no Slice' }] });
    expect(refused?.status).toBe('unsupported');
    expect(reason(refused)).toMatch(/^1 of 67 layers do not run.*54 of 67 layers did not run/);
  });

  it('keeps its result, and is no pass', () => {
    const placement = placementOf('made-up', 'cpu');
    const outcome = judgeVisit(MADE_UP, ['layers'], { placement, results: [short] }).get('layers');
    expect(outcome).toMatchObject({ status: 'partial', result: { total: 67 } });
    const elsewhere = { placement: placementOf('made-up', 'webgpu'), results: [short] };
    expect(judgeVisit(MADE_UP, ['layers'], elsewhere).get('layers')?.status).toBe('fallback');
  });
});
