/** Messages of V8, WebAssembly, ONNX Runtime, C++ and WebGPU that mean that memory ran out. */
const MEMORY =
  /out of memory|\bOOM\b|heap limit|bad[_ ]alloc|alloc\w* (?:\w+ ){0,2}failed|(?:failed|unable|cannot|could not|couldn't) (?:to )?(?:allocate|reserve|create buffer)|memory allocation|invalid (?:typed )?array (?:buffer )?length/i;

const FIX = 'use a smaller batch or size, or give it more memory';

/** A fault's reason. Where memory is, or may be, the cause, with an explanation and what to do. */
export function faultReason(reason: string): string {
  const [line = ''] = reason.split('\n');
  if (MEMORY.test(reason)) return `out of memory: ${line}; ${FIX}`;
  if (/memory access out of bounds/.test(reason))
    return `${line}; some WebAssembly builds end like this when memory runs out: ${FIX}`;
  if (reason.includes('SIGKILL'))
    return `${reason}; if no person ended it, the system did, as it does when memory runs out: ${FIX}`;
  if (/crashed \(.*(?:SIGTRAP|SIGILL)/.test(reason))
    return `${reason}; Chrome ends a page like this when memory runs out: ${FIX}`;
  return reason;
}

/** The most useful line in a crashed runtime's log: the one about memory, otherwise the last. */
export function lastWords(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => MEMORY.test(line)) ?? lines.at(-1))?.trim().slice(0, 300);
}
