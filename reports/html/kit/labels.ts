/** A dot that has a label, in pixels from the top left. */
export type Dot = { readonly x: number; readonly y: number; readonly text: string };

/** Where a label stands from its dot, in pixels; `anchor` is the end of the text that is there. */
export type Offset = { readonly dx: number; readonly dy: number; readonly anchor: 'start' | 'end' };

/** A rectangle, in pixels from the top left. */
type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

/** Pixels: of a letter, of a line, of half a dot, and between a dot and its label. */
const [LETTER, LINE, DOT, GAP] = [6.1, 12, 5, 9];

/** How far up or down a label may stand, nearest first. */
const RISES = [0, 1, -1, 2, -2, 3, -3, 4, 5, 6].map((lines) => lines * LINE);

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function boxOf({ x, y, text }: Dot, { dx, dy, anchor }: Offset): Box {
  const width = text.length * LETTER;
  const left = anchor === 'start' ? x + dx : x + dx - width;
  return { left, right: left + width, top: y + dy - LINE / 2, bottom: y + dy + LINE / 2 };
}

/**
 * Where labels of dots stand so that none covers another or a dot, within an area: right of its dot where it can, else
 * left of it, else a little higher or lower. Where there is no room at all, it stands right of its dot.
 */
export function labelOffsets(dots: readonly Dot[], area: Box): Offset[] {
  const taken: Box[] = dots.map(({ x, y }) => ({ left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT }));
  const offsets = RISES.flatMap((dy): Offset[] => [
    { dx: GAP, dy, anchor: 'start' },
    { dx: -GAP, dy, anchor: 'end' },
  ]);
  const order = dots.map((_, i) => i).sort((a, b) => (dots[a]?.y ?? 0) - (dots[b]?.y ?? 0));
  const chosen: Offset[] = [];
  for (const i of order) {
    const dot = dots[i] as Dot;
    const fits = (offset: Offset) => {
      const box = boxOf(dot, offset);
      const isInside =
        box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
      return isInside && !taken.some((one) => meet(one, box));
    };
    const offset = offsets.find(fits) ?? (offsets[0] as Offset);
    taken.push(boxOf(dot, offset));
    chosen[i] = offset;
  }
  return chosen;
}
