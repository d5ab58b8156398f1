import type { EvaluationRule } from '../domain/evaluation.ts';
import { OUTCOMES } from '../domain/task.ts';
import { choice, type Kind, listOf, refuse, text, word } from './kinds.ts';
import { fieldOf, fieldsOf } from './structured.ts';

const score: Kind<number> = word('a number, such as 0.8 or 1', (given) =>
  /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*$/.test(given) ? Number(given) : undefined,
);
const outcome = choice(OUTCOMES);

const rule: Kind<EvaluationRule> = {
  wanted: 'a rule {name, outcome} with label, min_score or below_score where they matter',
  structured: true,
  read(given, complain, from) {
    const known = ['name', 'label', 'min_score', 'below_score', 'outcome'];
    const fields = fieldsOf(given, known, rule.wanted, complain);
    if (fields === undefined) return undefined;
    if (!fields.has('name') || !fields.has('outcome'))
      return refuse(complain, `${given.name} is incomplete, but should be ${rule.wanted}`);
    const readers = { complain, from, fields };
    const read = {
      ...fieldOf('name', text, 'name', readers),
      ...fieldOf('label', text, 'label', readers),
      ...fieldOf('minScore', score, 'min_score', readers),
      ...fieldOf('belowScore', score, 'below_score', readers),
      ...fieldOf('outcome', outcome, 'outcome', readers),
    };
    // What could not be read was complained of.
    return Object.keys(read).length === fields.size ? (read as EvaluationRule) : undefined;
  },
};

export const evaluations = listOf(rule, {
  wanted: 'a list of rules, first match wins',
  min: 0,
  max: 1000,
});
