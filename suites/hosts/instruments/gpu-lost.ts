import { global, wrap } from './wrap.ts';

type Canvas = { addEventListener(type: string, listener: (event: Event) => void): void };

/**
 * Resolves once a WebGPU device or a WebGL context that a library uses is lost, with the browser's own words; never where
 * none is. It wraps what makes them, from now on; `running` says whether no one gives one back on purpose. A device that is destroyed as a session closes is no loss, nor is a
 * context that goes then or before the model is open, since who asks for an adapter's name gives its context back.
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
    // A request that fails is the library's to tell.
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
