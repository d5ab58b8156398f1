import type { Fault, Verification, Verifier } from '../domain/audit.ts';
import type { LedgerReads } from '../domain/ledger-reads.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { FAULTS_MAX, NOTHING_COUNTED, verify } from './verify.ts';

export interface VerifierParts {
  readonly ledger: Pick<LedgerReads, 'snapshot'>;
  /** What is wrong beside the ledger, such as its place in the journal. */
  readonly beside: () => Promise<readonly Fault[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Verifies a ledger that goes on being written: as of the moment at which it began, and beside all else. */
export function openVerifier({ ledger, beside, clock, log }: VerifierParts): Verifier {
  let last: Verification | undefined;
  let running: Promise<void> | undefined;
  const abort = new AbortController();

  async function run(begun: Verification): Promise<void> {
    let now = begun;
    const end = (state: Verification['state'], more: Partial<Verification> = {}) => {
      last = { ...now, ...more, state, endedAt: clock.now() };
    };
    try {
      const outside = await beside();
      const snapshot = await ledger.snapshot();
      try {
        const { counts, faults } = await verify(
          snapshot,
          (progress, counted) => {
            now = { ...now, progress, counts: { ...counted } };
            last = now;
          },
          abort.signal,
        );
        const all = [...outside, ...faults].slice(0, FAULTS_MAX);
        end(all.length === 0 ? 'right' : 'wrong', { progress: 1, counts, faults: all });
        for (const fault of all) log.error({ ...fault }, 'the ledger does not keep what follows from it');
      } finally {
        await snapshot.close();
      }
    } catch (fault) {
      end('failed', { why: abort.signal.aborted ? 'the service is closing' : (fault as Error).message });
      if (!abort.signal.aborted) log.error({ err: fault }, 'the ledger could not be verified');
    } finally {
      running = undefined;
    }
  }

  return {
    start() {
      if (last?.state === 'running') return last;
      const begun: Verification = {
        state: 'running',
        startedAt: clock.now(),
        endedAt: undefined,
        progress: 0,
        counts: NOTHING_COUNTED,
        faults: [],
        why: '',
      };
      last = begun;
      running = run(begun);
      return begun;
    },
    last: () => last,
    async close() {
      abort.abort();
      await running;
    },
  };
}
