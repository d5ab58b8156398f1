/** What was opened, to be closed in reverse: by `close`, or by a start that failed half-way. */
export interface Closers {
  /** `close` runs before everything that was added earlier. */
  add(close: () => Promise<void> | void): void;
  /** Runs each once, in reverse; one that fails does not keep the others open. Throws the first failure at the end. */
  close(): Promise<void>;
}

export function openClosers(): Closers {
  const closers: (() => Promise<void> | void)[] = [];
  return {
    add: (close) => void closers.push(close),
    async close() {
      const failures: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
