import { describe, expect, it } from 'vitest';
import { parseLabels } from '../../reference/datasets/labels.ts';
import { parsePack } from '../../reference/datasets/pack.ts';
import { parseJson } from '../../reference/json.ts';
import { parsePreprocessing } from '../../suites/plan/preprocess.ts';

describe('JSON that somebody else wrote', () => {
  it.each([
    ['a preprocessing', parsePreprocessing],
    ['labels', parseLabels],
    ["a pack's description", parsePack],
    ['anything', parseJson],
  ])('is refused in one short line without marks where it is none: %s', (_, parse) => {
    const text = `{"a\n\u202e${'x'.repeat(900)}": 1,`;
    let message = '';
    try {
      parse(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^it is not JSON: [ -~]+…?$/);
    expect(message.length).toBeLessThan(150);
  });

  it('is refused where a word is another type, or has marks', () => {
    const refused = (more: string) => () => parsePreprocessing(`{"resize": 32, "crop": 32, ${more}}`);
    expect(refused('"interpolation": {"toString": 1}')).toThrow(/^interpolation must be one of bilinear, bicubic, /);
    expect(refused('"fit": [[]]')).toThrow('fit must be one of crop, squash');
    expect(refused(`"${'y\\u202e'.repeat(500)}": 1`)).toThrow(/^unknown key '[ -~…]{1,80}'/);
  });
});
