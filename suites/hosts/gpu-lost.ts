import { wrap } from './wrap.ts';

/** Phases in which no session is closed: a device that is destroyed in one is lost, and its runtime may wait forever. */
const RUNNING: readonly string[] = ['opened', 'first', 'second', 'warm-up', 'latency', 'steady'];

/** What became of the GPU: what was lost so far, and a promise of the first loss that no visit survives. */
export type Losses = { readonly seen: readonly string[]; readonly fatal: Promise<string> };

type Canvas = { addEventListener(type: string, listener: (event: Event) => void): void };

/**
 * Notices from now on when a WebGPU device or a WebGL context that a library uses is lost, by wrapping what makes them.
 * A WebGPU device that a library destroys itself as it closes is no loss (WebGPU 22.1; WebGL 1.0, 5.15.2).
 */
export function watchLosses(phase: () => string): Losses {
  const seen: string[] = [];
  let end = (_: string) => {};
  const fatal = new Promise<string>((resolve) => {
    end = resolve;
  });
  const lose = (what: string, survives: boolean) => {
    seen.push(what);
    if (!survives) end(what);
  };
  wrap('GPUAdapter', 'requestDevice', (_, __, made) => {
    const lost = (made as Promise<GPUDevice>).then((device) => device.lost);
    const tell = ({ reason, message }: GPUDeviceLostInfo) =>
      lose(
        `the WebGPU device was lost (${reason}): ${message || 'no message'}`,
        reason === 'destroyed' && !RUNNING.includes(phase()),
      );
    // A request that fails is the library's to tell.
    lost.then(tell, () => {});
  });
  const watched = new WeakSet<object>();
  for (const name of ['HTMLCanvasElement', 'OffscreenCanvas'])
    wrap(name, 'getContext', (self, [kind], made) => {
      if (made === null || !`${kind}`.includes('webgl') || watched.has(self)) return;
      watched.add(self);
      (self as Canvas).addEventListener('webglcontextlost', (event) => {
        const { statusMessage = '' } = event as Event & { statusMessage?: string };
        lose(`the WebGL context was lost: ${statusMessage || 'no message'}`, false);
      });
    });
  return { seen, fatal };
}
