import { expect, it } from 'vitest';
import { terminalOf } from '../../scripts/terminal.ts';

const TTY = { isTTY: true, columns: 132 };
const color = (output: Parameters<typeof terminalOf>[0], env: Parameters<typeof terminalOf>[1]) =>
  terminalOf(output, env).color;

it('shows colours in a terminal only, unless the environment says otherwise', () => {
  expect([color(TTY, {}), color({}, {})]).toEqual([true, false]);
  expect([color(TTY, { NO_COLOR: '1' }), color(TTY, { NO_COLOR: '' }), color(TTY, { TERM: 'dumb' })]).toEqual([
    false,
    true,
    false,
  ]);
  const forced = ['', '1', '3', 'true', '0', 'false'].map((FORCE_COLOR) => color({}, { FORCE_COLOR, NO_COLOR: '1' }));
  expect(forced).toEqual([true, true, true, true, false, false]);
});

it('takes the width of a terminal, in a pipe that of COLUMNS, and else 100', () => {
  expect(terminalOf(TTY, { COLUMNS: '80' }).width).toBe(132);
  expect([{}, { COLUMNS: '80' }, { COLUMNS: 'x' }, { COLUMNS: '0' }].map((env) => terminalOf({}, env).width)).toEqual([
    100, 80, 100, 100,
  ]);
  expect(terminalOf({ isTTY: true, columns: 12 }, {}).width).toBe(40);
  expect(terminalOf({ isTTY: true }, {}).width).toBe(100);
});
