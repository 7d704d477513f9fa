import { makeStore } from './store.ts';

/** A call that waits until somebody has proved again who they are; null while none waits. */
export const pendingProof = makeStore<{ settle: (proved: boolean) => void } | null>(null);

/** The proof that all calls wait for: one dialog, however many calls were refused. */
let asked: Promise<boolean> | null = null;

/** Asks the person at the screen for a fresh proof. False where they would rather not. */
export function askForProof(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    pendingProof.set({
      settle(proved) {
        asked = null;
        pendingProof.set(null);
        resolve(proved);
      },
    });
  });
  return asked;
}
