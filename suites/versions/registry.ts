import { z } from 'zod';
import { runCommand } from '../hosts/node/command.ts';
import { compareVersions, isVersion } from './semver.ts';
import { type Spec, specText } from './spec.ts';

/** Seconds for the registry to answer. */
const LIMIT_S = 60;

/** npm prints one version as a text, and several as a list. */
const listSchema = z.union([z.string(), z.array(z.string())]);
const errorSchema = z.object({ error: z.object({ code: z.string().optional(), summary: z.string().optional() }) });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The versions that `npm view PACKAGE versions --json` printed, the oldest first. Throws where it printed others. */
export function parseVersions(name: string, text: string): string[] {
  const read = listSchema.safeParse(parsed(text));
  const versions = read.success ? [read.data].flat().filter(isVersion) : [];
  if (versions.length === 0) throw new Error(`npm names no version of ${name}`);
  return versions.sort(compareVersions);
}

/** What went wrong where npm failed, in one line that says what to do. */
export function npmFault(
  what: string,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): string {
  const told = errorSchema.safeParse(parsed(stdout));
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (?:ERR!|error) ?/, '').trim());
  const code =
    (told.success ? told.data.error.code : undefined) ??
    lines.find((line) => line.startsWith('code '))?.slice('code '.length) ??
    '';
  if (code === 'E404') return `${what}: the registry that npm is configured with does not have it`;
  if (code === 'ETARGET') return `${what}: the registry that npm is configured with does not have that version`;
  if (/^(ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|FETCH_ERROR)/.test(code))
    return `${what}: npm cannot reach its registry (${code}): check the network, and the registry with 'npm config get registry'`;
  if (code === 'ENOSPC') return `${what}: the disk is full: free some space, or set RESNET_CACHE to another folder`;
  if (/gave up after/.test(stderr)) return `${what}: npm does not answer: check the network, and run it again`;
  const summary = told.success ? told.data.error.summary : undefined;
  const [reason = 'it says nothing'] = [summary, ...lines].flatMap((line) => (line ? [line.split('\n')[0]] : []));
  return `${what}: npm failed: ${reason}`;
}

/** How to run npm: by the one that started this process where there is one, since Windows has no plain program. */
export const npm = (words: readonly string[], seconds: number) => {
  const own = process.env.npm_execpath;
  const env = { npm_config_update_notifier: 'false', npm_config_fetch_retries: '1' };
  return own?.endsWith('.js')
    ? runCommand(process.execPath, [own, ...words], seconds, env)
    : runCommand('npm', words, seconds, env);
};

/**
 * Every published version of a package, the oldest first, from the registry that npm is configured with. Throws one line
 * where the registry has none, or cannot be reached.
 */
export async function publishedVersions(name: string): Promise<string[]> {
  const ran = await npm(['view', name, 'versions', '--json'], LIMIT_S);
  if (!ran.ok) throw new Error(npmFault(name, ran));
  return parseVersions(name, ran.stdout);
}

/** Throws one line, with the published versions next to it, where a version is not among the published ones. */
export function mustBePublished(spec: Spec, published: readonly string[]): void {
  if (published.includes(spec.version)) return;
  const below = published.findLast((version) => compareVersions(version, spec.version) < 0);
  const above = published.find((version) => compareVersions(version, spec.version) > 0);
  const nearest = [below, above].flatMap((version) => (version === undefined ? [] : [specText({ ...spec, version })]));
  throw new Error(`unknown version '${specText(spec)}': the nearest published are ${nearest.join(' and ')}`);
}
