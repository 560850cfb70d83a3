import { describe, expect, it } from 'vitest';
import { weightFiles } from '../../../reference/formats/graph-model/parse.ts';
import { openModel } from '../../../reference/models/load.ts';

import { conv, filesOf, type Model, model, pooled, SIZE, T, weight, whole } from './tfjsfile.ts';

// Small model.jsons that ask for much, or hold what no converter writes.

const MANY = 20_000;
const SECONDS = 3;

const plain = () => model((w) => pooled(w, w.node('c', 'Conv2D', ['x', weight(w, 'k', 3, 3, 3, 5)], conv('SAME', 1))));

/** What a model comes to after a change of its JSON's text: its nodes' number, or what is said of it. */
async function outcome(written: Model, change: (text: string) => string): Promise<number | string> {
  const { json, parts } = filesOf(written, written.nodes);
  const text = new TextEncoder().encode(change(JSON.stringify(json)));
  const files = ['model.json', ...parts.keys()].map((name) => ({ name, path: name }));
  const start = process.cpuUsage();
  const read = async (path: string) => parts.get(path) ?? text;
  try {
    return (await openModel({ format: 'graph-model', model: 'test', files }, read)).at(1, SIZE).graph.nodes.length;
  } catch (error) {
    const { message } = error as Error;
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).toMatch(/^model\.json: [^\p{Cc}]*$/u);
    return message;
  } finally {
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(SECONDS);
  }
}

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const long = 'n'.repeat(2_000_000);

describe('a model.json that asks for much is read or refused in one short line', () => {
  const same = (text: string) => text;
  const swap = (from: string, to: string) => (text: string) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  const grouped = (count: string) =>
    model((w) => {
      const axis = w.constant('axis', [], Int32Array.of(3));
      w.node('s', 'Split', [axis, 'x'], { ...T, num_split: { i: count } });
      return pooled(w, w.node('r', 'Relu', ['s'], T));
    });
  it.each<[string, Model, (text: string) => string, string | number]>([
    ['an extent that is nested 100,000 deep', plain(), swap('"size":"-1"', `"size":${deep}`), 3],
    ['JSON that is nested so', plain(), swap('"versions":{}', `"versions":${deep}`), 3],
    ['a stride that is nested so', plain(), swap('"i":[1,1,1,1]', `"i":[1,${deep},1,1]`), 'its strides are'],
    ['a type that is nested so', plain(), swap('"dtype":"float32"', `"dtype":${deep}`), "weight 'k' is object: only"],
    [
      'a shape that is nested so',
      plain(),
      swap('"shape":[3,3,3,5]', `"shape":[3,${deep}]`),
      "weight 'k' has shape [3,…]",
    ],
    ['a text of 34 MB', plain(), (text) => text.padEnd(34_000_000), 'it has 34000000 bytes: a model.json of at most'],
    ['an operator of 2 MB', plain(), swap('"op":"Conv2D"', `"op":"${long}"`), 'this operator is not supported'],
    ['a name of 2 MB', plain(), (text) => text.replaceAll('"c"', `"${long}"`).replace('Conv2D', 'Conv9'), '(Conv9)'],
    ['channels of 2³¹', plain(), swap('"size":"3"', '"size":"2147483648"'), 'has 1.05e+11 values'],
    ['parts without end', grouped('3'), swap('"i":"3"', '"i":"0.001"'), 'it splits no channels into equal parts'],
    [
      'as many parts as channels',
      grouped('1000003'),
      swap('"size":"3"', '"size":"1000003"'),
      'it makes 1000003 parts, more than there are nodes to read them',
    ],
    [
      'an empty filter of 2⁴⁰ channels',
      model((w) => pooled(w, w.node('c', 'Conv2D', ['x', weight(w, 'k', 1, 1, 2 ** 40, 0)], conv('SAME', 1)))),
      same,
      "its filter 'k' is empty",
    ],
    [
      '5,000 whole numbers',
      model((w) => {
        whole(w, 'w', ...new Array<number>(5000).fill(0));
        return pooled(w, 'x');
      }),
      same,
      'it has 5000 whole numbers: at most 4096 are supported',
    ],
    [
      'a node that reads 20,000 others',
      model((w) => {
        // It comes first, so each of them is visited from here.
        const names = Array.from({ length: MANY }, (_, i) => `r${i}`);
        w.node('c', 'ConcatV2', [...names, whole(w, 'axis', 3)], T);
        for (const name of names) w.node(name, 'Relu', ['x'], T);
        return 'c';
      }),
      same,
      'it joins what is not a convolution in groups',
    ],
    [
      'a line of 20,000 nodes',
      model((w) => {
        for (let i = 0; i < MANY; i++) w.node(`r${i}`, 'Relu', [i === 0 ? 'x' : `r${i - 1}`], T);
        return pooled(w, `r${MANY - 1}`);
      }),
      same,
      MANY + 2,
    ],
    [
      'the same line, backwards',
      model((w) => {
        for (let i = MANY - 1; i >= 0; i--) w.node(`r${i}`, 'Relu', [i === 0 ? 'x' : `r${i - 1}`], T);
        return pooled(w, `r${MANY - 1}`);
      }),
      same,
      MANY + 2,
    ],
    [
      'two inputs with long names',
      model((w) => {
        w.node(long, 'Placeholder', [], T);
        return pooled(w, 'x');
      }),
      same,
      'it has 2 inputs (',
    ],
    ...['__proto__', 'constructor', 'toString'].map((name): [string, Model, typeof same, string] => [
      `a node named ${name}`,
      model((w) => pooled(w, w.node(name, 'Relu', ['x'], T))),
      same,
      `node '${name}' has the name of a property of every object`,
    ]),
  ])('%s', async (_, written, change, expected) => {
    const found = await outcome(written, change);
    if (typeof expected === 'number') expect(found).toBe(expected);
    else expect(found).toContain(expected);
  });
});

describe('the names of weight files', () => {
  const named = (...paths: string[]) => {
    const { json } = filesOf(plain(), []);
    const weightsManifest = [{ paths, weights: [] }];
    return () => weightFiles(new TextEncoder().encode(JSON.stringify({ ...json, weightsManifest })));
  };

  it('may be of this folder or one below', () =>
    expect(named('a.bin', './b c.bin', 'sub/ü.bin')()).toEqual(['a.bin', './b c.bin', 'sub/ü.bin']));

  it.each(['a//b.bin', 'a#b.bin', 'a?b.bin', 'a%20b.bin', 'a\\b.bin', 'a.bin ', 'a\nb.bin'])(
    'are none that a page cannot ask for: %j',
    (name) => expect(named(name)).toThrow('for which TF.js cannot ask in a page: rename that file'),
  );

  it('come once, however they are written', () => {
    expect(named(...new Array<string>(3000).fill('a.bin'))).toThrow("it names the weight file 'a.bin' more than once");
    expect(named('sub/a.bin', './sub/././a.bin')).toThrow("it names the weight file './sub/././a.bin' more than once");
  });
});
