import { FORMS, formOf, PLAIN_FORM } from '../passes/forms.ts';
import type { Pass } from '../passes/pass.ts';
import { PRECISIONS, precisionOf } from './precisions.ts';

/** The precision and the form in which a network runs: ids from their tables. */
export type PrecisionForm = { readonly precision: string; readonly form: string };

/** `precision[-form]`: `fp32`, or `fp32-bn` where the form is not the default one. */
export const precisionText = ({ precision, form }: PrecisionForm): string =>
  form === PLAIN_FORM ? precision : `${precision}-${form}`;

/**
 * Parses `precision[-form]`. Only the grammar is checked, so that ids of other versions can be read. Undefined where it
 * is invalid, or where the default form is written out, since a cell has only one id.
 */
export function parsePrecision(text: string): PrecisionForm | undefined {
  const [, precision, form = PLAIN_FORM] = text.match(/^([^-]+)(?:-(.+))?$/s) ?? [];
  const read = precision === undefined ? undefined : { precision, form };
  return read && precisionText(read) === text ? read : undefined;
}

/** Every combination of these precisions and forms, as in cell ids. */
export const precisionTexts = (precisions: readonly string[], forms: readonly string[]): string[] =>
  precisions.flatMap((precision) => forms.map((form) => precisionText({ precision, form })));

/** Every precision in every form. */
export const KNOWN_PRECISIONS: readonly string[] = precisionTexts(
  PRECISIONS.map(({ id }) => id),
  FORMS.map(({ id }) => id),
);

/** The passes, in order, that convert a network as read to a precision and form. Throws where there is no such row. */
export const passesOf = ({ precision, form }: PrecisionForm): Pass[] =>
  [formOf(form).pass, precisionOf(precision).pass].flatMap((pass) => pass ?? []);
