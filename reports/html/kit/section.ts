import type { Comparison } from '../../compare/compare.ts';
import type { Content } from './markup.ts';
import type { Page } from './parts.ts';

/** A part of the page: its anchor, its title, and what it shows; `''` where it has nothing to say of this page. */
export type Section = {
  readonly id: string;
  readonly title: string;
  render(page: Page, comparison: Comparison | undefined): Content;
};
