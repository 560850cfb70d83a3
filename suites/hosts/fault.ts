/** Text that says that memory could not be had, as V8, WebAssembly, ONNX Runtime, C++ and WebGPU put it. */
const MEMORY =
  /out of memory|\bOOM\b|heap limit|bad[_ ]alloc|alloc\w* (?:\w+ ){0,2}failed|(?:failed|unable|cannot|could not|couldn't) (?:to )?(?:allocate|reserve|create buffer)|memory allocation|invalid (?:typed )?array (?:buffer )?length/i;

const FIX = 'use a smaller batch or size, or give it more memory';

/** A fault's reason with what it means, where memory is, or may be, its cause. */
export function faultReason(reason: string): string {
  const [line = ''] = reason.split('\n');
  if (MEMORY.test(reason)) return `out of memory: ${line}; ${FIX}`;
  if (/memory access out of bounds/.test(reason))
    return `${line}; so some WebAssembly builds end where they find no memory: ${FIX}`;
  if (reason.includes('SIGKILL'))
    return `${reason}; if no person ended it, the system did, as it does where memory runs out: ${FIX}`;
  if (/crashed \(.*(?:SIGTRAP|SIGILL)/.test(reason))
    return `${reason}; so Chrome ends a page whose memory runs out: ${FIX}`;
  return reason;
}

/** The line of a dying runtime's log that says most: the one of memory, or else the last. */
export function lastWords(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => MEMORY.test(line)) ?? lines.at(-1))?.trim().slice(0, 300);
}
