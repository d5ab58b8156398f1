import { helpText } from '../settings/docs.ts';
import type { CommandContext } from './context.ts';

const USAGE = `solvent: what every solved task of your AI agents costs

  solvent serve [--config FILE]          take OTLP spans, keep the ledger, answer API, pages and /metrics
  solvent demo [--tasks N] [--exit]      serve, and let two agents send real OTLP; prints their cost per solved task
  solvent report [--url URL] [--window 24h] [--group-by agent_type,model] [--json | --csv]
                                         the table of a running service
  solvent reprice [--dry-run] [--from TIME] [--to TIME] [--model M] [--only-unpriced]
                  [--table HASH | --as-of TIME | --today] [--continue N] [--by NAME] [--json | --csv]
                  [--url URL | --data-dir DIR [--config FILE]]
                                         charges priced anew, by a running service or where one is stopped: old, new, difference
  solvent export [--from TIME] [--to TIME] [--format csv|json|ndjson|parquet] [--output FILE]
                 [--agent-type A] [--task-type T] [--model M] [--url URL]
                                         every charge of a running service, for spreadsheets and audits
  solvent verify [--url URL | --data-dir DIR | --database] [--day DAY | --from DAY --to DAY] [--json]
                                         is everything kept as it follows from the rest? or checksums of days
  solvent prices [PROVIDER/MODEL] [--at TIME] [--service-tier T] [--region R] [--json]
                                         where prices are from, and what a model costs
  solvent prices lint FILE               name every mistake of a price file
  solvent prices import --published DAY  newer list prices, from an installed @pydantic/genai-prices
  solvent backup [--to DIR] [--url URL] [--data-dir DIR]
                                         ledger, journal and price tables, while the service runs or not
  solvent restore BACKUP [--data-dir DIR]
                                         into an empty data directory
  solvent check-config [--config FILE]   read settings and prices, name every mistake
  solvent help                           this text
`;

/** `solvent help`: the commands, then every setting. */
export async function helpCommand(context: CommandContext): Promise<number> {
  context.write(`${USAGE}\n${helpText()}`);
  return 0;
}
