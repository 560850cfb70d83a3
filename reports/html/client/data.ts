import { DATA } from '../data.ts';

/** The data that the page holds. Throws where the browser cannot decompress it. */
export async function readData<T>(): Promise<T> {
  const packed = atob(document.getElementById(DATA)?.textContent ?? '');
  const bytes = Uint8Array.from(packed, (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}
