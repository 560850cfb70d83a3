/** Shown where nothing was measured. */
export const NONE = '–';

const grouped = (value: number) => Math.round(value).toLocaleString('en-US');

/** Three significant digits without an exponent: `0.0123`, `12.3`, `1,230`. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 99.95) return grouped(value);
  return value.toFixed(Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size) + 1e-9))));
}

/** Mebibytes as a number: `1,234`. */
export const mebibytes = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? NONE : number(bytes / 2 ** 20);

/** Kibibytes as a number, small ones with a decimal: `−1.5`, `1,035`. */
export function kibibytes(bytes: number): string {
  const value = bytes / 2 ** 10;
  return (Math.abs(value) < 9.95 ? value.toFixed(1) : grouped(value)).replace('-', '−');
}

/** `1.2e-6`, or `0`. */
export const scientific = (value: number): string =>
  Number.isFinite(value) ? (value === 0 ? '0' : value.toExponential(1)) : NONE;

/** A ratio around one: `0.031`, `1.4`, `250`, `2.0e-5`; above 1e9 `> 1e9`. */
export function ratio(value: number): string {
  if (value > 0 && value < 1e-9) return '< 1e-9';
  if (value !== 0 && Math.abs(value) < 1e-3) return scientific(value);
  if (value >= 1e9) return '> 1e9';
  if (value >= 1e5) return scientific(value);
  if (value === 0 || value >= 99.5) return number(value);
  return value.toPrecision(2);
}

/** The margin of a tolerance: `32×`, or `exact` where the error is 0. */
export const margin = (value: number): string => (value === Infinity ? 'exact' : `${ratio(value)}×`);

/** A share in per cent: `91.73`. */
export const percent = (share: number): string => (Number.isFinite(share) ? (100 * share).toFixed(2) : NONE);

/** A share in per cent, without zeros that say nothing: `5`, `2.5`. */
export const perCent = (share: number): string => `${Number((100 * share).toPrecision(3))}`;

/** `3 cells`, `1 cell`. */
export const count = (n: number, noun: string, many = `${noun}s`): string => `${grouped(n)} ${n === 1 ? noun : many}`;

/** The rounds that a run planned, as text. */
export const roundsText = ({ rounds, within }: { readonly rounds: number; readonly within: number | null }): string =>
  within === null ? count(rounds, 'round') : `at most ${count(rounds, 'round')} until ±${perCent(within)} %`;

/** `2026-11-24 13:26 UTC` */
export const when = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
