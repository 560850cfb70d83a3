import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Job } from 'kubernetes-models/batch/v1';
import { ConfigMap, PersistentVolumeClaim } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../suites/hosts/bundle.ts';
import { parseShard } from '../suites/plan/shard.ts';

type Manifest = { kind: string; metadata: { name: string }; data?: { [name: string]: string }; spec?: JobSpec };
type Container = { image: string; args: string[]; resources: { requests: object; limits: object } };
type JobSpec = {
  completions?: number;
  parallelism?: number;
  activeDeadlineSeconds?: number;
  template: { spec: { containers: Container[]; volumes: object[] } };
};

const text = readFileSync(join(ROOT, '.github', 'kubernetes', 'shards.yaml'), 'utf8');
const documents = parseAllDocuments(text, { merge: true });
const manifests = documents.map((one) => one.toJS() as Manifest);

/** The classes that hold the schema of each kind, and the types of its fields. */
const KINDS = {
  ConfigMap: { of: ConfigMap, from: 'kubernetes-models/v1' },
  PersistentVolumeClaim: { of: PersistentVolumeClaim, from: 'kubernetes-models/v1' },
  Job: { of: Job, from: 'kubernetes-models/batch/v1' },
} as const;

/** What Kubernetes' schema finds in a manifest, or nothing. It lets unknown fields pass. */
function faults(manifest: Manifest): string {
  try {
    new KINDS[manifest.kind as keyof typeof KINDS].of(manifest as never).validate();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** What TypeScript finds in manifests as literals of Kubernetes' types: fields that do not exist. */
async function unknownFields(all: readonly Manifest[]): Promise<string> {
  // In the project, so that its packages are found; git ignores it.
  const parent = join(ROOT, 'reports', 'out');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'kubernetes-'));
  const lines = all.map((one, i) => {
    const { from } = KINDS[one.kind as keyof typeof KINDS];
    return `const _${i}: import('${from}').I${one.kind} = ${JSON.stringify(one)};`;
  });
  writeFileSync(join(folder, 'manifests.mts'), `${lines.join('\n')}\nexport {};\n`);
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--ignoreConfig',
    '--module',
    'nodenext',
    '--target',
    'es2023',
  ];
  try {
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await promisify(execFile)(process.execPath, [tsc, ...flags, join(folder, 'manifests.mts')]);
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const job = (name: string) => manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.name === name)?.spec;
const containerOf = (name: string) => job(name)?.template.spec.containers[0];
const withSpec = (spec: object): Manifest[] =>
  manifests.map((one) => (one.kind === 'Job' ? ({ ...one, spec: { ...one.spec, ...spec } } as Manifest) : one));

describe('the Kubernetes manifest', () => {
  it('is YAML of these kinds', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(manifests.map(({ kind }) => kind)).toEqual(['ConfigMap', 'PersistentVolumeClaim', 'Job', 'Job']);
  });

  it('fits Kubernetes’ schemas, which refuse what does not', () => {
    expect(manifests.map(faults)).toEqual(['', '', '', '']);
    expect(withSpec({ completions: 'four' }).map(faults)).toContain('data/spec/completions must be integer');
    const nameless = withSpec({ template: { spec: { containers: [{ image: 'x' }] } } }).map(faults);
    expect(nameless).toContain('data/spec/template/spec/containers/0 must have required property name');
  });

  it('has no field that Kubernetes does not know', { timeout: 60_000 }, async () => {
    expect(await unknownFields(manifests)).toBe('');
    expect(await unknownFields(withSpec({ completionz: 4 }))).toContain(
      `'"completionz"' does not exist in type 'IJobSpec'`,
    );
  });

  it('runs as many shards as it has indices, and as the merge waits for', () => {
    const shards = Number(manifests[0]?.data?.SHARDS);
    expect(job('resnet-bench')).toMatchObject({ completions: shards, parallelism: shards, completionMode: 'Indexed' });
    const [script = ''] = containerOf('resnet-bench')?.args ?? [];
    expect(script).toContain('npm run bench -- --shard "$((index + 1))/$SHARDS"');
    for (let index = 0; index < shards; index++) expect(parseShard(`${index + 1}/${shards}`).index).toBe(index + 1);
    expect(job('resnet-bench-merge')?.activeDeadlineSeconds).toBeGreaterThan(
      job('resnet-bench')?.activeDeadlineSeconds ?? 0,
    );
  });

  it('has the image of the Playwright that is installed, whose browsers fit', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: { playwright: string };
    };
    for (const name of ['resnet-bench', 'resnet-bench-merge'])
      expect(containerOf(name)?.image).toBe(`mcr.microsoft.com/playwright:v${dependencies.playwright}-noble`);
  });

  it.skipIf(process.platform === 'win32').each(['resnet-bench', 'resnet-bench-merge'])(
    'has a script that bash reads: %s',
    async (name) => {
      const [script = ''] = containerOf(name)?.args ?? [];
      expect(script).not.toBe('');
      await promisify(execFile)('bash', ['-n', '-c', script]);
      await expect(promisify(execFile)('bash', ['-n', '-c', `${script}\nif`])).rejects.toThrow();
    },
  );
});
