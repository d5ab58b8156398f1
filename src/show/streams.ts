import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { send } from './bind.ts';
import { problem } from './problem.ts';
import type { Stream } from './route.ts';

/** Answers of any length that are under way. */
export interface Streams {
  send(request: FastifyRequest, reply: FastifyReply, stream: Stream): Promise<FastifyReply>;
  /** Cuts them all: a service that closes waits for no download. */
  cut(): void;
}

/** Each holds a moment of the ledger and memory to sort in. */
const AT_ONCE_MAX = 3;

/** A client that takes nothing for so long is gone: it must not hold old rows of the ledger for ever. */
const STALLED_MS = 60_000;

export function openStreams(stalledMs = STALLED_MS): Streams {
  const running = new Set<() => void>();
  return {
    async send(request, reply, stream) {
      if (request.method === 'HEAD') return reply.type(stream.type).send('');
      if (running.size >= AT_ONCE_MAX)
        return send(
          reply,
          problem(503, `${running.size} exports are under way, which is all there may be at once`),
        );
      const abort = new AbortController();
      const cut = () => {
        abort.abort();
        reply.raw.destroy();
      };
      running.add(cut);
      const bytes = stream.bytes(abort.signal);
      const over = () => {
        running.delete(cut);
        abort.abort();
      };
      reply.raw.once('close', () => {
        over();
        // Of one that is under way only its own next step hears; one between two steps ends here.
        void bytes.return(undefined).catch(() => {});
      });
      // What fails before the first byte is still answered as a problem.
      const first = await bytes.next().catch((fault: unknown) => {
        over();
        throw fault;
      });
      reply.raw.setTimeout(stalledMs, cut);
      if (stream.file !== undefined)
        reply.header('content-disposition', `attachment; filename="${stream.file}"`);
      return reply.type(stream.type).send(Readable.from(following(first, bytes), { objectMode: false }));
    },
    cut() {
      for (const one of [...running]) one();
    },
  };
}

async function* following(
  first: IteratorResult<Uint8Array, unknown>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
