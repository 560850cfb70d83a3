import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chosenDrivers } from '../../record/software.ts';

/**
 * The path of Chromium's software Vulkan driver, beside the browser or where distributions keep it; undefined where
 * there is none.
 */
export function findSwiftShader(browserPath: string | undefined): string | undefined {
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
  if (browserPath !== undefined) folders.unshift(dirname(realpathSync(browserPath)));
  return folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find((path) => existsSync(path));
}

/** Whether Linux reports a GPU that a Vulkan driver could use. */
export function hasGpu(): boolean {
  const renders = existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
  return renders || existsSync('/dev/nvidia0');
}

/**
 * Environment variables for onnxruntime-node's WebGPU where Linux has no GPU: they select SwiftShader, a software
 * adapter, which reports then name. Empty where there is a GPU, where the user has chosen a driver, or where there is
 * no SwiftShader.
 */
export function softwareVulkan(browserPath: string | undefined): { [name: string]: string } {
  if (process.platform !== 'linux' || hasGpu() || chosenDrivers(process.env) !== undefined) return {};
  const icd = findSwiftShader(browserPath);
  if (icd === undefined) return {};
  // Chromium also includes Vulkan's loader, which a machine without a GPU rarely has.
  const libraries = [process.env.LD_LIBRARY_PATH, dirname(icd)].filter((path) => path).join(':');
  return { VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: libraries, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp' };
}
