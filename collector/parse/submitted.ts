/** One event as the client sent it, one spelling of each field, sizes bounded. Nothing in it is trusted or scrubbed yet. */
export interface Submitted {
  /** `pageview`, `engagement`, or a custom event's name. */
  readonly name: string;
  readonly url: URL;
  /** Sites the event is meant for, as named or from the host of `url`, without `www.`; one to five. */
  readonly domains: readonly string[];
  readonly referrer: string | null;
  readonly hashMode: boolean;
  /** At most 30, in the order sent. */
  readonly props: readonly (readonly [key: string, value: string])[];
  /** Whole minor units of the currency. */
  readonly revenue: { readonly currency: string; readonly minor: number } | null;
  /** Of an `engagement`: ms visible, deepest scroll 0–100. */
  readonly engaged: number;
  readonly scroll: number;
  readonly interactive: boolean;
  /** The visitor's own flag on this device. */
  readonly optedOut: boolean;
  /** Window width in CSS pixels, minutes east of UTC, HTTP status, transfer size. */
  readonly width: number | null;
  readonly utcMinutes: number | null;
  readonly status: number | null;
  readonly bytes: number;
  /** What a browser that keeps two dates says of itself: whole numbers, not looked at yet. Null where any is none. */
  readonly dates: BrowserDates | null;
}

/** Days since 1970, but `lastVisit`: days ago. */
export interface BrowserDates {
  readonly today: number;
  readonly lastVisit: number | null;
  readonly firstWeek: number | null;
}

/** What the connection and its headers say about the client. Only *gate* reads it; it is never kept. */
export interface Client {
  /** Address of the peer on the socket, as Node gives it. */
  readonly peer: string;
  readonly header: (name: string) => string | undefined;
}
