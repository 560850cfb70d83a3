import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { int, text } from '../../../reference/formats/onnx/protobuf-write.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { joinBytes } from '../../../reference/join.ts';
import { external, graph, messageOf, node, some } from './onnxfile.ts';

const CLASSIC = readFileSync(join(import.meta.dirname, '../fixtures/classic-resnet.onnx'));

describe('a file that is no ONNX model says so', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'not an ONNX model: it has no graph'],
    ['a text', new TextEncoder().encode('<html>not found</html>'), 'no protocol buffer: byte 0 begins no field'],
    ['a zip file', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0), 'no protocol buffer: byte 2 begins no field'],
    ['another protocol buffer', joinBytes([...int(1, 3), ...text(2, 'x')]), 'not an ONNX model: it has no graph'],
    [
      'a length beyond the file',
      Uint8Array.of(58, 255, 255, 255, 255, 15),
      'field 7 claims 4294967295 bytes of the 0 that follow',
    ],
    [
      'a length beyond any file',
      Uint8Array.of(58, 255, 255, 255, 255, 255, 255, 255, 127),
      'claims 72057594037927940 bytes',
    ],
    ['a negative length', Uint8Array.of(58, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1), 'field 7 claims -1 bytes'],
    ['an integer without end', new Uint8Array(20).fill(0xff), 'an integer of the protocol buffer has no end'],
  ])('%s', (_, bytes, expected) => expect(messageOf(bytes)).toContain(expected));

  it('a file that is cut off anywhere', () => {
    for (let length = 0; length < CLASSIC.length; length += length < 2000 ? 1 : 97)
      expect(messageOf(CLASSIC.subarray(0, length), new Map(), 1, 32), `${length} bytes`).toMatch(
        /cut short|not an ONNX model|no protocol buffer/,
      );
  });

  it('a file with a wrong byte anywhere: it is read, or refused in words', { timeout: 60_000 }, () => {
    const spoilt = new Uint8Array(CLASSIC);
    for (let at = 0; at < spoilt.length; at += at < 12_000 ? 7 : 211) {
      const before = spoilt[at] as number;
      spoilt[at] = before ^ (1 << (at % 8));
      expect(messageOf(spoilt, new Map(), 1, 32) ?? '', `byte ${at}`).not.toMatch(/^not meant|undefined|NaN\b(?! or)/);
      spoilt[at] = before;
    }
  });
});

describe('tensors in another file', () => {
  const place = (fields: { [key: string]: string }) => graph(external('w', [3, 2, 1, 1], fields), node('Conv x,w > y'));
  const parts = new Map([['w.bin', new Uint8Array(some(8).buffer)]]);

  it('are read from their place in it', () => {
    const bytes = place({ location: 'w.bin', offset: '8', length: '24' });
    expect(openOnnx('test', bytes, parts).at(1, 4).weights.get('y.weight')).toEqual(some(8).subarray(2));
  });

  it.each<[string, { [key: string]: string }, string]>([
    [
      'beyond its end',
      { location: 'w.bin', offset: '16', length: '24' },
      "tensor 'w': it lies at 16 to 40 of 'w.bin', which has 32 bytes",
    ],
    ['from beyond its end', { location: 'w.bin', offset: '99' }, "it lies at 99 to 32 of 'w.bin', which has 32 bytes"],
    [
      'at a place of astronomical size',
      { location: 'w.bin', offset: '999999999999999', length: '24' },
      'which has 32 bytes',
    ],
    ['at a negative place', { location: 'w.bin', offset: '-8' }, "its external offset '-8' is no natural number"],
    [
      'at a place that is none',
      { location: 'w.bin', offset: '0x10' },
      "its external offset '0x10' is no natural number",
    ],
    ['of another length', { location: 'w.bin', length: '20' }, 'its shape [3,2,1,1] needs 24 bytes, but it has 20'],
    ['without a file', { offset: '0' }, 'it is external, but has no location'],
    ['in a file that was not read', { location: 'v.bin' }, "its external file 'v.bin' was not read"],
  ])('are refused %s', (_, fields, expected) => expect(messageOf(place(fields), parts)).toContain(expected));
});
