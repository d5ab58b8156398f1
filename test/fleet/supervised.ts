import type { ServiceProcess } from '../crash/process.ts';

/** Replicas as a supervisor runs them: one that ends by itself is started again, one that was killed is not. */
export interface Supervised {
  /** Those that are there now. */
  readonly alive: ReadonlyMap<string, ServiceProcess>;
  start(name: string): Promise<void>;
  /** SIGKILL; it stays away until it is started again. */
  kill(name: string): Promise<void>;
  /** How often one was started again since it had ended by itself. */
  restarts(): number;
  /** Resolves once nobody is about to start. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** One that lost its lease, as on a machine that is too busy, ends; whoever sends to it goes to another one meanwhile. */
export function supervise(begin: (name: string) => Promise<ServiceProcess>): Supervised {
  const alive = new Map<string, ServiceProcess>();
  const wanted = new Set<string>();
  const starting = new Set<Promise<void>>();
  let restarts = 0;

  function startWanted(name: string): Promise<void> {
    const mine = begin(name).then((service) => {
      if (!wanted.has(name)) return service.kill();
      alive.set(name, service);
      void service.dead.then(() => {
        if (!wanted.has(name) || alive.get(name) !== service) return;
        alive.delete(name);
        restarts += 1;
        startWanted(name).catch(() => {});
      });
    });
    starting.add(mine);
    // One that could not be started stays, and is told of by `settled`.
    mine.then(() => starting.delete(mine)).catch(() => {});
    return mine;
  }

  async function settled(): Promise<void> {
    while (starting.size > 0) await Promise.all(starting);
  }

  return {
    alive,
    restarts: () => restarts,
    start(name) {
      wanted.add(name);
      return startWanted(name);
    },
    settled,
    async kill(name) {
      wanted.delete(name);
      const killed = alive.get(name);
      alive.delete(name);
      await killed?.kill();
    },
    async stop() {
      wanted.clear();
      await Promise.allSettled(starting);
      for (const service of alive.values()) await service.stop();
    },
  };
}
