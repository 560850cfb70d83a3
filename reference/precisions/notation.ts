import { FORMS, formOf, PLAIN_FORM } from '../passes/forms.ts';
import type { Pass } from '../passes/pass.ts';
import { PRECISIONS, precisionOf } from './precisions.ts';

/** In which precision a network is run, and in which form: ids of their tables. */
export type PrecisionForm = { readonly precision: string; readonly form: string };

/** `precision[-form]`: `fp32`, or `fp32-bn` where the form is not the plain one. */
export const precisionText = ({ precision, form }: PrecisionForm): string =>
  form === PLAIN_FORM ? precision : `${precision}-${form}`;

/**
 * Reads `precision[-form]`. Only the grammar is checked, so that the ids of other versions can be read: undefined where it
 * is broken, or where the plain form is spelled out, since no case has two ids.
 */
export function parsePrecision(text: string): PrecisionForm | undefined {
  const [, precision, form = PLAIN_FORM] = text.match(/^([^-]+)(?:-(.+))?$/s) ?? [];
  const read = precision === undefined ? undefined : { precision, form };
  return read && precisionText(read) === text ? read : undefined;
}

/** All that there is of precisions in forms, as case ids write them. */
export const precisionTexts = (precisions: readonly string[], forms: readonly string[]): string[] =>
  precisions.flatMap((precision) => forms.map((form) => precisionText({ precision, form })));

/** Every precision in every form. */
export const KNOWN_PRECISIONS: readonly string[] = precisionTexts(
  PRECISIONS.map(({ id }) => id),
  FORMS.map(({ id }) => id),
);

/** What makes a network of a precision and form of one as it is read, in order. Throws where there is no such row. */
export const passesOf = ({ precision, form }: PrecisionForm): Pass[] =>
  [formOf(form).pass, precisionOf(precision).pass].flatMap((pass) => pass ?? []);
