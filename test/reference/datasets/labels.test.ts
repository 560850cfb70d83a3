import { describe, expect, it } from 'vitest';
import { classesOf } from '../../../reference/datasets/class-names.ts';
import { parseLabels } from '../../../reference/datasets/labels.ts';
import { SYNSETS } from '../../../reference/datasets/synsets.ts';

const read = (text: string) => {
  const { by, labels } = parseLabels(text);
  if (by === 'order') throw new Error('it has no names');
  return [...labels].map(([name, given]) => [name, ...('words' in given ? given.words : ['twice', ...given.twice])]);
};

describe('a labels file', () => {
  it.each([
    ['lines', 'a b.jpg 3\nsub/ü.png\t0\n\n# comment\n'],
    ['CSV with a heading', 'image,label\n"a b.jpg",3\nsub/ü.png,0\r\n'],
    ['CSV without a heading', 'a b.jpg,3\nsub/ü.png,0'],
    ['CSV after a byte order mark', '\uFEFFfile,label\na b.jpg,3\nsub/ü.png,0'],
    ['JSON', '{"a b.jpg": 3, "sub/ü.png": "0"}'],
  ])('of %s is read', (_, text) => {
    expect(read(text)).toEqual([
      ['a b.jpg', '3'],
      ['sub/ü.png', '0'],
    ]);
  });

  it("of Kaggle's solutions has the label before the boxes, and quotes may hold commas", () => {
    const text =
      'ImageId,PredictionString\nILSVRC2012_val_00048981,n03995372 85 1 499 272 \n"a, ""b"".jpg",n01440764\n';
    expect(read(text)).toEqual([
      ['ILSVRC2012_val_00048981', 'n03995372'],
      ['a, "b".jpg', 'n01440764'],
    ]);
  });

  it('keeps both labels of a name that has two, and one of a line that is repeated', () => {
    expect(read('a.jpg 1\na.jpg 2\nb.jpg 1\nb.jpg 1')).toEqual([
      ['a.jpg', 'twice', '1', '2'],
      ['b.jpg', '1'],
    ]);
  });

  it('in JSON may have several right labels, by name or in the order of names', () => {
    expect(read('{"a.jpg": [3, "0"], "b.jpg": []}')).toEqual([['a.jpg', '3', '0'], ['b.jpg']]);
    expect(parseLabels('[[], [1, 1], [2, 3]]')).toEqual({
      by: 'order',
      labels: [{ words: [] }, { words: ['1'] }, { words: ['2', '3'] }],
    });
  });

  it.each([
    ['490\n361\n', "line 1, '490', is not a name and its label"],
    ['a.jpg 1\nb.jpg,\n', "line 2, 'b.jpg,', is not a name and its label"],
    ['{"a.jpg": [{}]}', "the label of 'a.jpg' is neither text nor number nor a list of them"],
    ['[[1], null]', 'the label of image 1 is neither text nor number nor a list of them'],
    ['[]', 'it has no labels'],
    ['{"a.jpg"', 'JSON'],
    ['', 'it has no labels'],
    ['{}', 'it has no labels'],
  ])('%j is refused', (text, message) => {
    expect(() => parseLabels(text)).toThrow(message);
  });
});

describe("ImageNet's synset ids", () => {
  it('are a thousand in ascending order, with the ten of Imagenette', () => {
    expect([SYNSETS.length, SYNSETS[0], SYNSETS[999]]).toEqual([1000, 'n01440764', 'n15075141']);
    expect([...SYNSETS].sort()).toEqual(SYNSETS);
    expect(new Set(SYNSETS).size).toBe(1000);
    expect(SYNSETS.every((id) => /^n\d{8}$/.test(id))).toBe(true);
    // Places in timm's `imagenet_synsets.txt`.
    const places = { n01440764: 0, n02102040: 217, n02979186: 482, n03000684: 491, n03028079: 497 };
    const others = { n03394916: 566, n03417042: 569, n03425413: 571, n03445777: 574, n03888257: 701 };
    for (const [id, place] of Object.entries({ ...places, ...others })) expect(SYNSETS[place]).toBe(id);
  });
});

describe('what class a label means', () => {
  const own = (classes: number) => ({ model: 'net.user', classes, names: undefined });

  it('is its number, its synset, its name, or its place, as torchvision counts', () => {
    const numbers = classesOf(['0', '10', '9'], own(1000));
    expect([numbers('9'), numbers('10')]).toEqual([9, 10]);
    const synsets = classesOf(['n01443537', 'n15075141'], own(1000));
    expect([synsets('n01443537'), synsets('n15075141')]).toEqual([1, 999]);
    const sorted = classesOf(['cat', 'dog', 'ox'], own(3));
    expect([sorted('cat'), sorted('ox')]).toEqual([0, 2]);
    // A network that was trained anew on the ten synsets has ten classes.
    expect(classesOf(['n01443537', 'n15075141'], own(2))('n15075141')).toBe(1);
    const known = classesOf(['dog', 'mouse'], { model: 'net', classes: 3, names: ['dog', 'ant', 'cat'] });
    expect([known('dog'), known('mouse')]).toEqual([0, { reason: "'mouse' is not a class of net" }]);
  });

  it('is unknown out of range', () => {
    expect(classesOf(['0', '10', '1000'], own(1000))('1000')).toEqual({
      reason: "label '1000' is out of range: the classes of net.user are 0 to 999",
    });
  });

  it('is refused where labels do not fit the network', () => {
    expect(() => classesOf(['cat', 'dog'], own(3))).toThrow('net.user has 3 classes, and there are 2 labels');
    expect(() => classesOf(['1', '2', '3'], own(3))).toThrow('labels are numbered from 1 to 3');
    expect(() => classesOf(['cat', 'dog'], { model: 'net', classes: 1000, names: SYNSETS })).toThrow(
      "no label (such as 'cat') is a class of net: write its classes' names, such as 'n01440764'",
    );
  });
});
