/**
 * How and where a call was served, as far as its span says: what providers ask different prices for. Lower case.
 * No field where the span does not say; the standard tier is said by leaving it out.
 */
export interface Served {
  /** `batch`, `flex`, `priority`, `fast`, `provisioned`, ...: the tier that served before the one that was asked for. */
  readonly tier?: string;
  /** As the cloud names it: `eu-central-1`, `us-central1`, `westeurope`, `eu`. */
  readonly region?: string;
  /** `global`, `datazone` or `regional`. */
  readonly deployment?: string;
}
