import { type PrecisionForm, precisionText } from '../reference/precisions/notation.ts';
import { printableJson } from '../reference/text.ts';

const isPrecisionForm = (value: unknown): value is PrecisionForm =>
  typeof value === 'object' && value !== null && 'precision' in value && 'form' in value;

/** A precision with its form as one text, as case ids have it: what readers of this JSON find under `precision`. */
function spelled(_key: string, value: unknown): unknown {
  if (!isPrecisionForm(value)) return value;
  const { form: _, ...rest } = value;
  return { ...rest, precision: precisionText(value) };
}

/** Figures of a report as JSON that is safe for a terminal. */
export const renderJson = (figures: unknown): string => printableJson(figures, spelled);
