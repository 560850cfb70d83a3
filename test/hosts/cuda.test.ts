import { expect, it } from 'vitest';
import { parseCudaMemory } from '../../suites/hosts/instruments/cuda.ts';

const MIB = 2 ** 20;

it('adds up what a process holds on all devices, and knows none of another', () => {
  const text = '812, 300\n4711, 1024\n4711, 6\n';
  expect(parseCudaMemory(text, 4711)).toBe(1030 * MIB);
  expect(parseCudaMemory(text, 812)).toBe(300 * MIB);
  expect(parseCudaMemory(text, 7)).toBeNull();
  expect(parseCudaMemory('', 7)).toBeNull();
});

it('makes no figure of what the driver does not tell', () => {
  expect(parseCudaMemory('4711, [N/A]\n', 4711)).toBeNull();
  expect(parseCudaMemory('No running processes found\n', 4711)).toBeNull();
});
