import { globOf } from './policy.ts';
import type { Outcome } from './task.ts';

/** How the result of an evaluation (`gen_ai.evaluation.result`) tells how a task ended. */
export interface EvaluationRule {
  /** Glob of the evaluation's name, `*` any run of characters. */
  readonly name: string;
  /** The label that it gave, whatever its letters' case; undefined takes any, or none. */
  readonly label?: string;
  /** Its score is at least this. */
  readonly minScore?: number;
  /** Its score is less than this. */
  readonly belowScore?: number;
  readonly outcome: Outcome;
}

export interface Evaluation {
  readonly name: string;
  readonly label: string | undefined;
  readonly score: number | undefined;
}

/** The outcome that the first matching rule gives; undefined where none matches. */
export type Judge = (evaluation: Evaluation) => Outcome | undefined;

export function openJudge(rules: readonly EvaluationRule[]): Judge {
  const open = rules.map((rule) => ({
    ...rule,
    named: globOf(rule.name),
    label: rule.label?.toLowerCase(),
  }));
  return ({ name, label, score }) => {
    const said = label?.trim().toLowerCase();
    return open.find(
      (rule) =>
        rule.named(name) &&
        (rule.label === undefined || rule.label === said) &&
        // A score that is not there, or NaN, is on neither side of a bound.
        (rule.minScore === undefined || (score !== undefined && score >= rule.minScore)) &&
        (rule.belowScore === undefined || (score !== undefined && score < rule.belowScore)),
    )?.outcome;
  };
}
