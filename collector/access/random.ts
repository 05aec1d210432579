/** A source of that many unpredictable bytes; `crypto.randomBytes` outside of tests. */
export type Random = (size: number) => Uint8Array;
