import fc from 'fast-check';

/**
 * The properties throw other dice in every run, so that each run looks where none has looked. Where a run decides over
 * a change (`.ci/run`), it sets `PROPERTY_SEED` to a number of the commit: the same commit gets the same answer.
 */
const seed = process.env.PROPERTY_SEED;
if (seed !== undefined && seed !== '') fc.configureGlobal({ seed: Number(seed) });
