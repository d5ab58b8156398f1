/** What each line is made of; see schema.ts. */
export const CHARGE_COLUMNS = `
  span INT8 NOT NULL, line INT4 NOT NULL, task INT8 NOT NULL, ts INT8 NOT NULL,
  kind INT4 NOT NULL, quantity INT8 NOT NULL, amount INT8`;
