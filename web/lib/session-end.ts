/** Who wants to know that the session has ended; the application says so at its start. */
const held: { listener: () => void } = { listener: () => {} };

export const onSessionEnd = (listener: () => void): void => {
  held.listener = listener;
};

/** The API no longer knows who calls. */
export const endSession = (): void => held.listener();
