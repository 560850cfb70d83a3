import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { random } from '../../random.ts';
import { decodeRgb } from '../decode.node.ts';
import { KINDS } from './outlines.ts';
import { render } from './render.ts';
import { sceneOf } from './set.ts';

/** Shorter and longer side of a file's picture, in pixels: never the network's own size, and never a multiple of it. */
const SMALLEST = 40;
const LARGEST = 130;

/** How a test scene is written as a file. */
export type FileForm = {
  readonly width: number;
  readonly height: number;
  readonly kind: 'jpeg' | 'png';
  /** Of JPEG: quality, resolution of colour, and whether it is progressive. */
  readonly quality: number;
  readonly chroma: '4:4:4' | '4:2:0';
  readonly progressive: boolean;
};

/** The form of a scene's file, which depends on its number alone. Two of three are JPEG. No picture is square. */
export function formOf(index: number): FileForm {
  const next = random(index + 2 ** 29);
  const side = () => SMALLEST + Math.floor(next() * (LARGEST - SMALLEST + 1));
  const [width, height] = [side(), side()];
  return {
    width,
    height: height === width ? width + 1 : height,
    kind: index % 3 === 2 ? 'png' : 'jpeg',
    quality: 85 + Math.floor(next() * 11),
    chroma: next() < 0.5 ? '4:4:4' : '4:2:0',
    progressive: next() < 0.25,
  };
}

/** Planar RGB as interleaved RGB. */
function interleaved(planar: Uint8Array): Uint8Array {
  const pixels = planar.length / 3;
  return Uint8Array.from(planar, (_, i) => planar[(i % 3) * pixels + Math.floor(i / 3)] as number);
}

async function encoded(pixels: Uint8Array, form: FileForm): Promise<Uint8Array> {
  const { width, height, kind, quality, chroma, progressive } = form;
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  return kind === 'png'
    ? image.png().toBuffer()
    : image.jpeg({ quality, chromaSubsampling: chroma, progressive }).toBuffer();
}

/** The folder of a class. The names sort as the labels do. */
export const folderOf = (label: number): string => `${label}-${KINDS[label]?.name}`;

/** The path of a test scene's file below the set's folder. */
const fileOf = (index: number): string =>
  join(folderOf(sceneOf('test', index).label), `${String(index).padStart(5, '0')}.${formOf(index).kind}`);

/**
 * SHA-256 of a set: of its files' bytes, which depend on the machine's zlib, and of their decoded pixels with names and
 * sizes, which do not.
 */
export type ShapeHashes = { readonly files: string; readonly pixels: string };

/** SHA-256 of the bytes of the first files in order. Throws where one cannot be read. */
export async function hashShapeFiles(folder: string, count: number): Promise<string> {
  const hash = createHash('sha256');
  for (let index = 0; index < count; index++) hash.update(await readFile(join(folder, fileOf(index))));
  return hash.digest('hex');
}

/**
 * Writes the first test scenes as JPEG and PNG files of odd sizes into `folder`, in a folder for each class:
 * `0-disc/00004.jpeg`. The shorter side shows what the image of 32×32 pixels does, so a resize of that side to 32 and a
 * crop of the middle give nearly that image. Throws as the file system does.
 */
export async function writeShapeFiles(folder: string, count: number): Promise<ShapeHashes> {
  for (let label = 0; label < KINDS.length; label++) await mkdir(join(folder, folderOf(label)), { recursive: true });
  const [files, pixels] = [createHash('sha256'), createHash('sha256')];
  for (let index = 0; index < count; index++) {
    const [scene, form] = [sceneOf('test', index), formOf(index)];
    const bytes = await encoded(interleaved(render(scene, form.width, form.height)), form);
    const { width, height, data } = await decodeRgb(bytes);
    files.update(bytes);
    pixels.update(`${folderOf(scene.label)}/${index}.${form.kind} ${width}×${height}\n`).update(data);
    await writeFile(join(folder, fileOf(index)), bytes);
  }
  return { files: files.digest('hex'), pixels: pixels.digest('hex') };
}
