import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Machine } from './machine.ts';

const LINUX_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
const MAC_NAMES = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PATHS = ['Google/Chrome', 'Chromium', 'Microsoft/Edge'].map(
  (folder) => `${folder}/Application/${folder === 'Microsoft/Edge' ? 'msedge' : 'chrome'}.exe`,
);

/** Where an installed Chrome, Chromium or Edge would be, the preferred one first. */
export function installedPaths({ platform, env, home }: Pick<Machine, 'platform' | 'env' | 'home'>): string[] {
  if (platform === 'darwin')
    return MAC_NAMES.flatMap((name) =>
      ['/Applications', `${home}/Applications`].map((root) => `${root}/${name}.app/Contents/MacOS/${name}`),
    );
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return WINDOWS_PATHS.flatMap((path) => roots.map((root) => win32.join(root, path)));
  }
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}

/** Whether the path is a file that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
