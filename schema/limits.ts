/** Sizes that bound what one client, site or question may cost. One place, so that docs, tests and code agree. */
export const limits = {
  /** Bytes of a request body with one event. */
  body: 16 * 1024,
  /** Bytes of a request body with an array of events. */
  batchBody: 64 * 1024,
  /** Events in one array. */
  batch: 50,
  /** Characters of an event's name. */
  name: 120,
  /** Characters of a page's address. */
  url: 2_000,
  /** Characters kept of a referrer. */
  referrer: 2_000,
  /** Sites named by one event. */
  domains: 5,
  /** Properties kept of one event; the rest is left out. */
  props: 30,
  propKey: 300,
  propValue: 2_000,
  /** Distinct pages of one visitor and day that feed the differentially private export. */
  boundedPages: 10,
  /** Cells kept of a pair and day; the smallest beyond are folded when the day closes. */
  pairCells: 1_000,
  /** Days that a browser may keep its dates, and that they reach back: 13 months, not renewed. */
  browserDays: 395,
  /** Characters of any stored dimension value. */
  value: 500,
  /** Questions in one query request. */
  questions: 40,
  /** Rows in one page of an answer. */
  rows: 10_000,
  /** Values in one filter, and filters in one question. */
  filterValues: 100,
  filters: 20,
  /** Milliseconds of engagement that one signal may claim: nobody looks at one page longer than a day. */
  engagement: 24 * 60 * 60 * 1_000,
  /** Bytes that one page may claim to have transferred: more is a broken client. */
  bytes: 1_000_000_000,
  /** Revenue in minor units that one event may claim. */
  revenue: 1_000_000_000,
} as const;
