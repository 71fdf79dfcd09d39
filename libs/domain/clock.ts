/** Where time comes from: injected everywhere, so that a test can move it. */
export interface Clock {
  now(): Date;
}
