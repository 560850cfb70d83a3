/** A scope for cleaning up: everything deferred is undone when it ends, however it ends. */
export type Lifetime = {
  /**
   * Calls `undo` when the lifetime ends, in reverse order; immediately where it has ended already. Returns a function
   * that calls it earlier; it is called only once.
   */
  defer(undo: () => void | Promise<void>): () => Promise<void>;
  /** Ends it. Resolves when everything is undone. Failures are ignored. */
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
