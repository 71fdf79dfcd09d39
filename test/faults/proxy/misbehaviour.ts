/** `there`: from who connects to who is connected to. */
export type Direction = 'there' | 'back';

/** What a proxy does to the connections that pass through it: those that are open, and new ones. */
export interface Misbehaviour {
  /** Default: both. */
  readonly direction?: Direction | 'both';
  /** Every piece comes so much later. */
  readonly latencyMs?: number;
  /** And up to so much more, drawn for each piece; the order is kept. */
  readonly jitterMs?: number;
  /** Nobody listens; with `probability` or `count`: accepted, and reset before a byte has passed. */
  readonly refuse?: boolean;
  /** Both ends are reset (RST) in place of the next piece in this direction. */
  readonly reset?: boolean;
  /** The reader gets an end (FIN) in place of the next piece in this direction; the other direction stays open. */
  readonly halfClose?: boolean;
  /** Both ends are reset once so many bytes have passed in this direction, counted from now. */
  readonly truncateAfterBytes?: number;
  /** Nothing passes in this direction after so many bytes, and nobody is told. */
  readonly blackHoleAfterBytes?: number;
  /** Share of connections that it strikes; default 1. */
  readonly probability?: number;
  /** So many connections are struck, then it is over. */
  readonly count?: number;
}

/** Since the proxy was opened. */
export interface ProxyCounters {
  readonly connections: number;
  readonly open: number;
  /** Of those that are open: where somebody waits for what has not passed. */
  readonly waiting: number;
  /** Connections that a misbehaviour has met, each misbehaviour counted. */
  readonly struck: number;
  readonly bytesThere: number;
  readonly bytesBack: number;
}
