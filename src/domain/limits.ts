/** Every limit that is not a setting, once, with its unit last. Each is tested at the limit and one past it. */
export const LIMITS = {
  /** Bytes of one attribute value that are read as text; longer ones are cut and flagged. */
  textBytesMax: 1024,
  /** Bytes of an attribute value that holds JSON and is read as a whole; longer ones are not read. */
  longTextBytesMax: 262_144,
  /** Levels of nesting in an AnyValue, or in protobuf groups, before a body is refused. */
  nestingMax: 64,
  /** Levels of brackets in a JSON body before it is refused: one level of AnyValue takes four of them. */
  jsonNestingMax: 272,
  /** Attributes of one span, resource or event that are looked at. */
  attributesMax: 4096,
  /** Strings of one array attribute that are looked at. */
  textsMax: 256,
  /** Events of one span that are looked at. */
  eventsMax: 256,
  /** Bytes of an answer's message. */
  messageBytesMax: 1024,
  /** A span that ends later than this many milliseconds from now, or before 2000, is flagged `clock_skewed`. */
  futureMsMax: 3_600_000,
} as const;
