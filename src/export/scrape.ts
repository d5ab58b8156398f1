import { openPages } from './page.ts';
import { resourceOf, type Source } from './source.ts';

export interface MetricsPage {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Text format 0.0.4 whatever was asked for: every Prometheus reads it, and it goes by the content type. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The page as the ledger stands when it is asked for; never rejects. */
export function openScrape(source: Source): () => Promise<MetricsPage> {
  const pageOf = openPages(resourceOf(source));
  return async () => {
    try {
      return { status: 200, contentType: CONTENT_TYPE, body: pageOf(await source.read()) };
    } catch (reason) {
      return refusal(reason);
    }
  };
}

const refusal = (reason: unknown): MetricsPage => ({
  status: 500,
  contentType: 'text/plain; charset=utf-8',
  body: `metrics could not be collected: ${reason instanceof Error ? reason.message : String(reason)}\n`,
});
