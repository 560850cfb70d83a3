import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { ROOT } from '../suites/hosts/bundle.ts';
import { telling } from '../suites/hosts/provision/version.ts';

/** A package whose own installer fetches native parts, which `.npmrc` keeps from running at install time. */
type Native = {
  readonly name: string;
  /** The installer and its arguments, relative to the package, as its package.json has them. */
  readonly installer: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** `platform/arch` pairs that the installer serves. */
  readonly platforms: readonly string[];
  /** The file that is there once it has worked, relative to the package. */
  readonly proof: string;
  readonly needs: string;
};

const TF_BINDING = `lib/napi-v${Math.min(Number(process.versions.napi), 8)}/tfjs_binding.node`;

const NATIVES: readonly Native[] = [
  {
    name: 'onnxruntime-node',
    installer: ['script/install.js'],
    // Forced, since without a flag the installer takes `npm run` for a build of its own and does nothing. Its downloads
    // go through a proxy only where this variable names one.
    env: {
      ONNXRUNTIME_NODE_INSTALL: 'true',
      ...(process.env.HTTPS_PROXY === undefined ? {} : { GLOBAL_AGENT_HTTPS_PROXY: process.env.HTTPS_PROXY }),
    },
    platforms: ['linux/x64'],
    proof: 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so',
    needs: 'CUDA 12 and cuDNN 9 on the library path',
  },
  {
    name: '@tensorflow/tfjs-node-gpu',
    installer: ['scripts/install.js', 'gpu', 'download'],
    env: {},
    platforms: ['linux/x64', 'win32/x64'],
    proof: TF_BINDING,
    needs: 'CUDA 11.2 and cuDNN 8.1 on the library path',
  },
  {
    name: '@tensorflow/tfjs-node',
    // `download`, unlike in its package.json: what an interrupted download left would be taken for the library.
    installer: ['scripts/install.js', 'cpu', 'download'],
    env: {},
    platforms: ['linux/x64', 'linux/arm64', 'darwin/x64', 'darwin/arm64', 'win32/x64'],
    proof: TF_BINDING,
    needs: 'no GPU: this is the CPU library',
  },
];

const LIMIT_MINUTES = 20;

/** Runs the installer in its package's folder, all output to the log. Resolves with how it ended. */
function runInstaller(native: Native, folder: string, log: string): Promise<string> {
  const file = openSync(log, 'w');
  const child = spawn(process.execPath, [...native.installer], {
    cwd: folder,
    // tfjs calls node-pre-gyp by name, as npm's own install would let it.
    env: {
      ...process.env,
      ...native.env,
      PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
    },
    stdio: ['ignore', file, file],
    timeout: LIMIT_MINUTES * 60_000,
  });
  closeSync(file);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      if (code === 0) resolve('');
      else resolve(signal === null ? `exit code ${code}` : `stopped after ${LIMIT_MINUTES} minutes`);
    });
  });
}

/** Why Node cannot load the package, in one line, or undefined. In a child, since a native part may end the process. */
function loadFailure(name: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(name)})`], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status === 0) return undefined;
  return stderr.match(/^\w*Error: .*/m)?.[0] ?? telling(stderr, -1);
}

/** The cause that an installer's log tells: its first error. */
function rootCause(text: string): string {
  const line = text.match(/^.*(?:\b\w*Error: |ERR! (?:install response|stack)|error: ).*$/m)?.[0];
  return (line ?? telling(text, -1)).trim().slice(0, 200);
}

/** What the user can do about a failure. */
function fixFor(failed: string, fetched: boolean, { needs }: Native): string {
  if (fetched) return `it needs ${needs}`;
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|stopped after/.test(failed))
    return 'run again with access to the internet (HTTPS_PROXY is used where set)';
  return 'read the log, then run again';
}

/** Whether the installer has something to do here, and how it went: one line for the user. */
type Installed = { readonly status: 'ok' | 'failed' | 'unsupported'; readonly line: string };

/** Runs one package's installer, unless its native part is there already. Never throws. */
async function install(native: Native, platform: string): Promise<Installed> {
  const { name } = native;
  if (!native.platforms.includes(platform))
    return {
      status: 'unsupported',
      line: `${name}: unsupported on ${platform}: it is made for ${native.platforms.join(', ')}`,
    };
  const folder = join(ROOT, 'node_modules', name);
  if (!existsSync(folder)) return { status: 'failed', line: `${name}: not installed; fix: npm ci` };
  const proof = join(folder, native.proof);
  if (existsSync(proof) && loadFailure(name) === undefined)
    return { status: 'ok', line: `${name}: its native part is there already (needs ${native.needs})` };
  const log = join(ROOT, 'reports', 'out', `setup-${name.replace(/\W+/g, '-').replace(/^-/, '')}.log`);
  const shown = relative(process.cwd(), log);
  console.log(`${name}: fetching its native part (log: ${shown})`);
  // tfjs's installer rewrites its package.json and leaves it so when it fails.
  const manifest = join(folder, 'package.json');
  const before = readFileSync(manifest);
  const ended = await runInstaller(native, folder, log);
  writeFileSync(manifest, before);
  const fetched = ended === '' && existsSync(proof);
  const failed = fetched ? loadFailure(name) : `${rootCause(readFileSync(log, 'utf8'))} (${ended || 'it did nothing'})`;
  if (failed === undefined) return { status: 'ok', line: `${name}: installed (needs ${native.needs})` };
  return {
    status: 'failed',
    line: `${name}: failed: ${failed}; log: ${shown}; fix: ${fixFor(failed, fetched, native)}`,
  };
}

mkdirSync(join(ROOT, 'reports', 'out'), { recursive: true });
for (const native of NATIVES) {
  const { status, line } = await install(native, `${process.platform}/${process.arch}`);
  console.log(line);
  if (status === 'failed') process.exitCode = 1;
}
