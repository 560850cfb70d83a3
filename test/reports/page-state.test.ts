import { expect, it } from 'vitest';
import { followed, parseState, stateText } from '../../reports/html/client/state.ts';

it('reads and writes the address of a state', () => {
  const state = {
    model: 'resnet50.seed0',
    backend: 'ort-web/wasm',
    text: 'a b&c=1',
    open: 'latency memory',
    sort: '-peak',
  };
  expect(parseState(`#${stateText(state)}`)).toEqual(state);
  expect(parseState('')).toEqual({});
  expect(stateText({})).toBe('');
});

it('takes an address without a field as a place, and ignores what it does not know', () => {
  expect(parseState('#latency')).toEqual({ at: 'latency' });
  expect(parseState('#%E0%A4%A')).toEqual({ at: '%E0%A4%A' });
  expect(parseState('#model=x&evil=1&cell=')).toEqual({ model: 'x' });
});

it('keeps what was chosen when a link is followed, but for the place', () => {
  const state = { model: 'resnet18.seed0', at: 'memory', cell: 'old' };
  expect(followed(state, parseState('#cell=latency%3Ax'))).toEqual({ model: 'resnet18.seed0', cell: 'latency:x' });
});
