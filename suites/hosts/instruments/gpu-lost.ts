import { global, wrap } from './wrap.ts';

type Canvas = { addEventListener(type: string, listener: (event: Event) => void): void };

/**
 * Resolves once a WebGPU device or a WebGL context of a library is lost, with the browser's message; never where none
 * is lost. It wraps the functions that create them, from now on. `running` says whether no device is being released on
 * purpose: a device that is destroyed as a session closes is not lost, nor is a context that goes away then or before
 * the model is open (reading the adapter's name creates and releases one).
 */
export function watchLoss(running: () => boolean): Promise<string> {
  let lose = (_: string) => {};
  const loss = new Promise<string>((resolve) => {
    lose = resolve;
  });
  wrap(global.GPUAdapter, 'requestDevice', (_, __, made) => {
    const lost = (made as Promise<GPUDevice>).then((device) => device.lost);
    const tell = ({ reason, message }: GPUDeviceLostInfo) => {
      if (reason !== 'destroyed' || running())
        lose(`the WebGPU device was lost (${reason}): ${message || 'no message'}`);
    };
    // The library reports a failed request itself.
    lost.then(tell, () => {});
  });
  const watched = new WeakSet<object>();
  for (const name of ['HTMLCanvasElement', 'OffscreenCanvas'])
    wrap(global[name], 'getContext', (self, [kind], made) => {
      if (made === null || !`${kind}`.includes('webgl') || watched.has(self)) return;
      watched.add(self);
      (self as Canvas).addEventListener('webglcontextlost', (event) => {
        const { statusMessage = '' } = event as Event & { statusMessage?: string };
        if (running()) lose(`the WebGL context was lost: ${statusMessage || 'no message'}`);
      });
    });
  return loss;
}
