/** What must be undone when a piece of work ends, whatever ends it. */
export type Lifetime = {
  /**
   * Has `undo` called when the lifetime ends, the last one first; at once where it has ended already. Returns what calls
   * it earlier, and once.
   */
  defer(undo: () => void | Promise<void>): () => Promise<void>;
  /** Ends it: resolves when all is undone. What fails meanwhile is passed over. */
  end(): Promise<void>;
  hasEnded(): boolean;
};

export function lifetime(): Lifetime {
  const undos: (() => Promise<void>)[] = [];
  let ended: Promise<void> | undefined;
  const all = async () => {
    for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await undo().catch(() => {});
  };
  return {
    defer(undo) {
      let done: Promise<void> | undefined;
      const once = () => {
        done ??= (async () => undo())();
        return done;
      };
      if (ended !== undefined) once().catch(() => {});
      else undos.push(once);
      return () => {
        const at = undos.indexOf(once);
        if (at >= 0) undos.splice(at, 1);
        return once();
      };
    },
    end() {
      ended ??= all();
      return ended;
    },
    hasEnded: () => ended !== undefined,
  };
}
