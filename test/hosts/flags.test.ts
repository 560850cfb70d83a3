import { expect, it } from 'vitest';
import { browserFlags } from '../../suites/hosts/browser/flags.ts';
import { type Machine, thisMachine } from '../../suites/hosts/provision/machine.ts';
import { provisionOn } from '../../suites/hosts/provision/provision.ts';

it.each([
  ['no GPU', false, 'draws', false],
  ['a GPU', true, 'draws', true],
  ['a GPU whose Vulkan does not work', true, 'does not draw', false],
  ['a GPU on which it ends', true, 'ends', false],
])('a browser has the flags for Vulkan where they are of use: with %s', async (_, gpu, vulkan, used) => {
  const started: boolean[] = [];
  const launch: Machine['launch'] = async (_, asked) => {
    started.push(asked);
    if (asked && vulkan === 'ends') throw new Error('ended');
    return { version: '2.0.0', vulkan: asked && vulkan === 'draws' };
  };
  const run: Machine['run'] = async () => ({ ok: true, stdout: 'Chromium 2.0.0', stderr: '' });
  const machine = { ...thisMachine(), gpu, launch, run };
  const browser = await provisionOn(machine, { path: process.execPath, log: () => {}, install: false });
  expect(browser).toMatchObject({ found: true, flags: browserFlags(used) });
  expect(started).toEqual(used ? [true] : gpu ? [true, false] : [false]);
});

it('enables all features with one flag: of two, Chromium reads the last', () => {
  for (const vulkan of [true, false])
    expect(browserFlags(vulkan).filter((flag) => flag.startsWith('--enable-features='))).toHaveLength(1);
});
