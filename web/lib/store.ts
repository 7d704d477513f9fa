import { useSyncExternalStore } from 'react';

/** A value that lives outside of React and tells who uses it when it changes. */
export interface Store<Value> {
  get: () => Value;
  set: (value: Value) => void;
  subscribe: (listener: () => void) => () => void;
}

/** A store with its first value. */
export function makeStore<Value>(first: Value): Store<Value> {
  const held = { value: first };
  const listeners = new Set<() => void>();
  return {
    get: () => held.value,
    set(value) {
      if (Object.is(value, held.value)) return;
      held.value = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The present value of a store. */
export const useStore = <Value>(store: Store<Value>): Value =>
  useSyncExternalStore(store.subscribe, store.get);
