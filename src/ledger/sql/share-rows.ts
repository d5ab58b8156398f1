import { type Charge, COMPONENTS } from '../../domain/charge.ts';
import type { TraceChange } from '../../domain/ledger.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { BigColumn, type Column, IntColumn } from './columns.ts';
import type { TextNumbering } from './dictionaries.ts';
import { fitting } from './range.ts';

type Shared = Pick<TraceChange, 'charges' | 'parts'>;

/** What one trace adds to one task under one model; what is no inference stands under the model ''. */
export interface Share<T = number> {
  readonly task: T;
  readonly model: string;
  readonly costs: bigint[];
  readonly tokens: number[];
  readonly calls: Set<string>;
  readonly unpriced: Set<string>;
}

/**
 * Shares on their way into `model_shares`: the charges of a trace, summed by task and model, so that the question
 * "by model" reads a row or two for each trace and not each of its charges.
 */
export class ShareRows {
  readonly #texts: TextNumbering;
  readonly #trace = new BigColumn();
  readonly #task = new BigColumn();
  readonly #model = new IntColumn();
  readonly #costs = COMPONENTS.map(() => new BigColumn());
  readonly #tokens = TOKEN_CLASSES.map(() => new BigColumn());
  readonly #calls = new BigColumn();
  readonly #unpriced = new BigColumn();

  constructor(texts: TextNumbering) {
    this.#texts = texts;
  }

  /** `seq` is the number of the trace, 0 for the charges of a task itself. */
  add(of: Shared, seq: number, taskNumber: (taskId: string) => number): void {
    for (const share of sharesOf(of, taskNumber)) {
      this.#trace.pushNumber(seq);
      this.#task.pushNumber(share.task);
      this.#model.push(this.#texts.idOf(share.model));
      for (const [index, cost] of share.costs.entries())
        this.#costs[index]!.push(fitting(cost, 'a sum of charges'));
      for (const [index, count] of share.tokens.entries()) this.#tokens[index]!.pushNumber(count);
      this.#calls.pushNumber(share.calls.size);
      this.#unpriced.pushNumber(share.unpriced.size);
    }
  }

  columns(): readonly Column[] {
    return [
      this.#trace,
      this.#task,
      this.#model,
      ...this.#costs,
      ...this.#tokens,
      this.#calls,
      this.#unpriced,
    ];
  }
}

/** `taskNumber` says what tells tasks apart. */
export function sharesOf<T>(of: Shared, taskNumber: (taskId: string) => T): readonly Share<T>[] {
  const shares: Share<T>[] = [];
  for (const charge of of.charges) addCharge(shares, charge, taskNumber(charge.taskId));
  for (const part of of.parts) {
    const task = taskNumber(part.taskId);
    for (const { model, tokens } of part.tokens) {
      const share = shareOf(shares, task, model);
      for (const [index, name] of TOKEN_CLASSES.entries()) share.tokens[index]! += tokens[name];
    }
  }
  return shares;
}

function addCharge<T>(shares: Share<T>[], charge: Charge, task: T): void {
  const share = shareOf(shares, task, charge.component === 'inference' ? charge.model : '');
  if (charge.amount !== null) share.costs[COMPONENTS.indexOf(charge.component)]! += charge.amount;
  // A charge of the task itself is no call of a model.
  if (charge.component === 'inference' && charge.traceId !== '') share.calls.add(charge.spanId);
  if (charge.reason !== null && charge.reason !== 'no_rate') share.unpriced.add(charge.spanId);
}

/** A trace has one or two shares, so looking along them is faster than any index. */
function shareOf<T>(shares: Share<T>[], task: T, model: string): Share<T> {
  for (const share of shares) if (share.task === task && share.model === model) return share;
  const share: Share<T> = {
    task,
    model,
    costs: COMPONENTS.map(() => 0n),
    tokens: TOKEN_CLASSES.map(() => 0),
    calls: new Set(),
    unpriced: new Set(),
  };
  shares.push(share);
  return share;
}
