import type { Scene } from './scene.ts';
import { lattice, type Texture } from './textures.ts';

/** Samples a side of a pixel. */
const SAMPLES = 3;
/** Cells of noise a side of the square: pixels of the smallest picture. */
const GRAIN = 32;

const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

/** What a scene shows at a point, before light and noise. */
function textureAt({ background, things }: Scene, x: number, y: number): Texture {
  for (let k = things.length - 1; k >= 0; k--) {
    const thing = things[k] as (typeof things)[number];
    const [cosine, sine] = thing.turn;
    const [dx, dy] = [x - thing.x, y - thing.y];
    const [u, v] = [cosine * dx + sine * dy, cosine * dy - sine * dx];
    if (thing.inside(u / thing.half[0], v / thing.half[1])) return thing.texture;
  }
  return background;
}

/** A scene's noise by colour at a point. Samples of one cell follow each other, so the last cell's is kept. */
function noiseOf({ noise, noiseSeed }: Scene): (x: number, y: number) => Float64Array {
  const grain = new Float64Array(3);
  let [i, j] = [Number.NaN, Number.NaN];
  return (x, y) => {
    const [column, row] = [Math.floor((x + 0.5) * GRAIN), Math.floor((y + 0.5) * GRAIN)];
    if (column !== i || row !== j)
      for (let c = 0; c < 3; c++) grain[c] = (2 * lattice(noiseSeed + c, column, row) - 1) * noise;
    [i, j] = [column, row];
    return grain;
  };
}

/**
 * A scene as uint8 [3, height, width] (planar RGB). The square that every picture shows fills the shorter side, in the
 * middle; a longer side shows more of the background. A picture of more pixels is the same picture, finer. Uses
 * additions, multiplications, divisions, `sqrt` and `floor` only, which IEEE 754 defines to the last bit.
 */
export function render(scene: Scene, width: number, height: number): Uint8Array {
  const pixels = width * height;
  const picture = new Uint8Array(3 * pixels);
  const side = Math.min(width, height);
  const sums = new Float64Array(3);
  const grainAt = noiseOf(scene);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      sums.fill(0);
      for (let k = 0; k < SAMPLES * SAMPLES; k++) {
        const x = (column + ((k % SAMPLES) + 0.5) / SAMPLES - width / 2) / side;
        const y = (row + (Math.floor(k / SAMPLES) + 0.5) / SAMPLES - height / 2) / side;
        const { colours, pattern } = textureAt(scene, x, y);
        const share = pattern(x, y);
        const light = 1 + scene.light[0] * x + scene.light[1] * y;
        const grain = grainAt(x, y);
        for (let c = 0; c < 3; c++) {
          const [a, b] = [colours[0][c] as number, colours[1][c] as number];
          sums[c] = (sums[c] as number) + clamp((a + (b - a) * share) * light + (grain[c] as number));
        }
      }
      for (let c = 0; c < 3; c++) {
        const mean = (sums[c] as number) / (SAMPLES * SAMPLES);
        picture[c * pixels + row * width + column] = Math.floor(mean * 255 + 0.5);
      }
    }
  return picture;
}
