import { describe, expect, it } from 'vitest';
import { FORMS, formOf, PLAIN_FORM } from '../../reference/passes/forms.ts';
import { KNOWN_PRECISIONS, parsePrecision, passesOf, precisionText } from '../../reference/precisions/notation.ts';
import { FULL_PRECISION, PRECISIONS, precisionOf } from '../../reference/precisions/precisions.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';
import { graphOf } from './graphs.ts';

describe('precision[-form]', () => {
  it('names a precision and a form, the plain one by leaving it out', () => {
    expect(parsePrecision('fp32')).toEqual({ precision: 'fp32', form: 'folded' });
    expect(parsePrecision('fp32-bn')).toEqual({ precision: 'fp32', form: 'bn' });
    expect(precisionText({ precision: 'fp32', form: 'bn' })).toBe('fp32-bn');
    for (const text of KNOWN_PRECISIONS) {
      const read = parsePrecision(text);
      expect(read && precisionText(read)).toBe(text);
    }
  });

  it('reads what other versions may have, and nothing that has two names or half of one', () => {
    expect(parsePrecision('int8-per-channel')).toEqual({ precision: 'int8', form: 'per-channel' });
    for (const text of ['', '-', 'fp32-', '-bn', `fp32-${PLAIN_FORM}`])
      expect(parsePrecision(text), text).toBeUndefined();
  });
});

describe('the tables', () => {
  it('have ids that a case id can hold, each once', () => {
    for (const { id } of PRECISIONS) expect(id).toMatch(/^[a-z0-9]+$/);
    for (const { id } of FORMS) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(new Set(KNOWN_PRECISIONS)).toHaveLength(PRECISIONS.length * FORMS.length);
    expect(formOf(PLAIN_FORM).id).toBe(PLAIN_FORM);
    expect(() => formOf('fused')).toThrow("no form 'fused'");
    expect(() => precisionOf('fp33')).toThrow("no precision 'fp33'");
  });

  it('says of float32 what float32 does', () => {
    const { arithmetic, range } = precisionOf(FULL_PRECISION);
    expect(Math.fround(1 + arithmetic.unit)).toBe(1);
    expect(Math.fround(1 + 1.5 * arithmetic.unit)).toBeGreaterThan(1);
    expect(Math.fround(range.largest)).toBe(range.largest);
    expect(Math.fround(range.largest * (1 + 2 * arithmetic.unit))).toBe(Infinity);
    expect(Math.fround(range.smallestNormal)).toBe(range.smallestNormal);
  });

  it.each(KNOWN_PRECISIONS)('makes a graph of %s that is the same with weights and without', (text) => {
    const graph = graphOf('resnet20');
    const read = parsePrecision(text);
    if (read === undefined) throw new Error(text);
    for (const pass of passesOf(read)) {
      expect(pass.network(graph, seededWeights(graph, 0)).graph).toEqual(pass.graph(graph));
    }
  });
});
