/** From each state, the states it may be left for. The one shape of all state tables of `domain/`. */
export type TransitionTable<State extends string> = Readonly<Record<State, readonly State[]>>;

/** True where the table allows the step; staying in a state is not a step. */
export const canTransition = <State extends string>(
  table: TransitionTable<State>,
  from: State,
  to: State,
): boolean => table[from].includes(to);

/** True where `path` is a walk through the table, each state to the next. */
export const isLegalPath = <State extends string>(
  table: TransitionTable<State>,
  path: readonly State[],
): boolean =>
  path.every((state, index) => {
    const previous = path[index - 1];
    return previous === undefined || canTransition(table, previous, state);
  });
