import { type Content, html, type Markup } from './markup.ts';

/** The anchor of a cell's own place: in the view of the cell, or its line in the table of all. */
export const cellAnchor = (id: string): string => `cell=${encodeURIComponent(id)}`;

/** A link to a cell's own place. */
export const cellLink = (id: string, content: Content): Markup => html`<a href="#${cellAnchor(id)}">${content}</a>`;
