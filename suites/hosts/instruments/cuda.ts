import { execFileSync } from 'node:child_process';

/**
 * Bytes of CUDA devices that a process holds, from the lines `pid, MiB` of `nvidia-smi
 * --query-compute-apps=pid,used_memory --format=csv,noheader,nounits`: a process has a line for each device. Null where
 * it has none, or where the driver does not report it (`[N/A]`, as on Windows and in containers that hide pids).
 */
export function parseCudaMemory(text: string, pid: number): number | null {
  const own = text
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter(([id]) => id === `${pid}`)
    .map(([, mebibytes]) => Number(mebibytes) * 2 ** 20);
  return own.length === 0 || own.some(Number.isNaN) ? null : own.reduce((sum, bytes) => sum + bytes, 0);
}

const QUERY = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];

/** CUDA memory of a process in bytes, from `nvidia-smi`; null where that program is missing. */
export function readCudaMemory(pid: number): number | null {
  try {
    return parseCudaMemory(
      execFileSync('nvidia-smi', QUERY, { encoding: 'utf8', stdio: 'pipe', timeout: 10_000 }),
      pid,
    );
  } catch {
    return null;
  }
}
