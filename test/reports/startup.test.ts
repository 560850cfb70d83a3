import { describe, expect, it } from 'vitest';
import { startup } from '../../suites/startup/figures.ts';
import { start, started } from './results.ts';

describe('start-up', () => {
  it('is medians over rounds, and a total of its own', () => {
    const figures = startup([
      started({ module: 1, session: 30, first: 5, second: 4 }),
      started({ module: 2, session: 10, first: 6, second: 3 }),
      started({ module: 9, session: 20, first: 7, second: 2 }),
    ]);
    // Totals 36, 18, 36; the parts' medians add up to 28.
    expect(figures).toMatchObject({ load: 2, open: 20, first: 6, second: 3, total: 36, rounds: 3 });
    expect(figures).toMatchObject({ module: 2, device: null, read: null, session: 20, compiled: null, warm: null });
  });

  it('keeps what only some rounds tell: device and file, GPU code, a warm cache or why there is none', () => {
    const code = (pipelines: number, pending: number) => ({ shaders: 0, asynchronous: 0, pipelines, pending });
    const compiled = (first: number, pending: number) => {
      return { open: code(1, 0), first: code(first, pending), second: code(0, 0), later: code(0, 0) };
    };
    const bytes = { network: 5, cache: 2 };
    const figures = startup([
      { ...started({ device: 2, read: 4, bytes }), compiled: compiled(14, 30), warm: { reason: 'too dear' } },
      { ...started({ device: 6, read: 8 }), compiled: compiled(15, 20), warm: start(3) },
    ]);
    // Module, session and first call are 1 each, so totals are 9 and 17.
    expect(figures).toMatchObject({ load: 5, open: 7, device: 4, read: 6, total: 13, bytes });
    expect(figures.compiled).toEqual({ ...compiled(15, 30) });
    expect(figures.warm).toMatchObject({ module: 3, device: null, total: 9, second: 3, rounds: 1 });
    const [one, two] = [started({}), { ...started({}), warm: { reason: 'too dear' } }];
    expect(startup([two]).warm).toEqual({ reason: 'too dear' });
    expect(startup([one]).warm).toBeNull();
  });
});
