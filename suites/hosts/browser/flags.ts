/** A browser to drive, and the flags that it is started with. */
export type DrivenBrowser = { readonly path: string; readonly flags: readonly string[] };

/** Features of Chromium that every launch enables. They share one flag: of two, Chromium reads the last. */
const FEATURES = ['WebMachineLearningNeuralNetwork'];

/**
 * What headless Chromium on Linux needs to use a GPU for WebGPU: without these flags it takes SwiftShader. As it has no
 * surface to show, drawing of the page falls back to the CPU, and takes all WebGL contexts and WebGPU devices with it
 * unless it does so from the start. Where Vulkan does not work, TF.js has no WebGL with them.
 */
const VULKAN = {
  features: ['Vulkan'],
  flags: ['--use-angle=vulkan', '--disable-vulkan-surface', '--disable-gpu-compositing'],
};

/** Browser flags of a launch, with or without those for Vulkan. The report lists them. */
export function browserFlags(vulkan: boolean): string[] {
  const features = [...FEATURES, ...(vulkan ? VULKAN.features : [])];
  return [
    // The only flag that gives a WebGPU adapter on headless Linux.
    '--enable-unsafe-webgpu',
    `--enable-features=${features.join(',')}`,
    ...(vulkan ? VULKAN.flags : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    // Otherwise a hidden page's timers and renderer are throttled.
    '--disable-renderer-backgrounding',
    // Chromium's sandbox does not work as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}
