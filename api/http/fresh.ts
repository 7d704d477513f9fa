/** Something that is read often and may be a moment old. */
export interface Fresh<Value> {
  /** The value; a promise only where it must be loaded first. Throws what loading throws. */
  get(): Value | Promise<Value>;
  /** Loads it anew the next time it is asked for. */
  forget(): void;
}

/**
 * Keeps a loaded value for `keepMs` at most. From half of that on it is loaded again beside the
 * answer, so that under steady use nobody waits.
 */
export function keepFresh<Value>(load: () => Promise<Value>, keepMs: number): Fresh<Value> {
  let kept: { value: Value; at: number } | null = null;
  let loading: Promise<Value> | null = null;
  // What was being loaded while it was forgotten may be what was meant to be forgotten.
  const forgotten = { times: 0 };

  const loadAnew = (): Promise<Value> => {
    const mine = take(performance.now()).finally(() => {
      if (loading === mine) loading = null;
    });
    loading = mine;
    return mine;
  };
  const take = async (at: number): Promise<Value> => {
    const { times } = forgotten;
    const value = await load();
    if (forgotten.times === times) kept = { value, at };
    return value;
  };
  return {
    get() {
      const age = kept ? performance.now() - kept.at : Infinity;
      if (!kept || age >= keepMs) return loading ?? loadAnew();
      if (age >= keepMs / 2 && !loading) loadAnew().catch(() => {});
      return kept.value;
    },
    forget() {
      forgotten.times += 1;
      kept = null;
      loading = null;
    },
  };
}
