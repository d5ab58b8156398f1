import { COMPONENTS, type Component } from '../domain/charge.ts';
import type { Judge } from '../domain/evaluation.ts';
import type { Meaning } from '../domain/fact.ts';
import type { SpanView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { firstDecimal, firstUsd } from './amounts.ts';
import { type Doubts, firstText } from './first.ts';
import { FLAG } from './flags.ts';
import { type Naming, REPORTED_AMOUNT, REPORTED_COSTS } from './naming.ts';
import { openOutcome } from './outcome.ts';
import type { TopicBits, Topics } from './topics.ts';

/** What a span claims of its task in Solvent's own words: outcome, value and money spent. */
export type Claims = {
  readonly [Field in 'outcome' | 'valueUsd' | 'remediation' | 'stated' | 'reportedUsd']:
    | Meaning[Field]
    | undefined;
};

/** Minutes are kept to the millionth. */
const MINUTE_SCALE = 6;

interface ClaimParts {
  readonly naming: Naming;
  readonly key: (name: string) => KeyId;
  readonly topics: Topics;
  readonly judge: Judge | undefined;
}

/** Reads the claims of a span; undefined where it makes none, which is the common case. */
export function openClaims({ naming, key, topics, judge }: ClaimParts) {
  const outcome = openOutcome(naming.outcome, key, judge);
  const value = naming.value.map(key);
  const remediationCost = naming.remediationCost.map(key);
  const remediationMinutes = naming.remediationMinutes.map(key);
  const statedCost = naming.statedCost.map(key);
  const statedComponent = naming.statedComponent.map(key);
  const reported = REPORTED_COSTS.map(key);
  const amount = [key(REPORTED_AMOUNT.amount)];
  const currency = [key(REPORTED_AMOUNT.currency)];
  const claims = topics.about(
    [outcome.keys, value, remediationCost, remediationMinutes, statedCost, reported, amount].flat(),
  );

  function remediationOf(span: SpanView, doubts: Doubts): Meaning['remediation'] {
    const costUsd = firstUsd(span, remediationCost, doubts);
    const minutes = firstDecimal(span, remediationMinutes, MINUTE_SCALE, doubts, FLAG.bad_amount);
    if (costUsd === undefined && minutes === undefined) return undefined;
    return { ...(costUsd !== undefined && { costUsd }), ...(minutes !== undefined && { minutes }) };
  }

  function statedOf(span: SpanView, doubts: Doubts): Meaning['stated'] {
    const usd = firstUsd(span, statedCost, doubts);
    if (usd === undefined) return undefined;
    const component = firstText(span, statedComponent, doubts)?.trim().toLowerCase() ?? 'tooling';
    if (isComponent(component)) return { usd, component };
    doubts.flags |= FLAG.bad_component;
    return { usd, component: 'tooling' };
  }

  function reportedOf(span: SpanView, doubts: Doubts): string | undefined {
    const usd = firstUsd(span, reported, doubts);
    if (usd !== undefined || !span.has(amount[0]!)) return usd;
    const named = firstText(span, currency, doubts)?.trim().toUpperCase();
    if (named === undefined || named === 'USD') return firstUsd(span, amount, doubts);
    doubts.flags |= FLAG.foreign_currency;
    return undefined;
  }

  return (span: SpanView, touched: TopicBits, doubts: Doubts): Claims | undefined => {
    if (span.events.length === 0 && (touched & claims) === 0) return undefined;
    return {
      outcome: outcome.read(span, doubts),
      valueUsd: firstUsd(span, value, doubts),
      remediation: remediationOf(span, doubts),
      stated: statedOf(span, doubts),
      reportedUsd: reportedOf(span, doubts),
    };
  };
}

const isComponent = (text: string): text is Component => (COMPONENTS as readonly string[]).includes(text);
