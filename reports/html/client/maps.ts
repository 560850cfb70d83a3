import { reachable, ready } from './sort-tables.ts';

/** The bytes of an element of the page. */
function bytesOf(id: string): Uint8Array {
  return Uint8Array.from(atob(document.getElementById(id)?.textContent ?? ''), (one) => one.charCodeAt(0));
}

const known = new Map<string, Uint8Array>();
function bytesIn(id: string): Uint8Array {
  const bytes = known.get(id) ?? bytesOf(id);
  known.set(id, bytes);
  return bytes;
}

/** Draws a canvas from its levels, each a colour of its palette. */
function draw(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext('2d');
  const { levels = '', palette = '', from } = canvas.dataset;
  if (context === null) return;
  const image = context.createImageData(canvas.width, canvas.height);
  const [values, colors] = [bytesIn(levels), bytesIn(`palette-${palette}`)];
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const level = values[Number(from) + i] ?? 0;
    image.data.set(colors.subarray(3 * level, 3 * level + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas[data-levels]')) draw(canvas);
addEventListener('resize', reachable);
addEventListener('toggle', reachable, true);
ready(document);
document.body.dataset.ready = '';
