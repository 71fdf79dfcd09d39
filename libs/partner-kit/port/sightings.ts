/** On the clock that orders are stamped with. */
export interface Span {
  readonly first: Date;
  readonly last: Date;
}

/** What an adapter has to know of its partner's ways beyond its own process: seen by any of them, kept for all. */
export interface Sightings {
  /** It has just been seen, perhaps once more. @throws NotReached where it cannot be kept */
  saw(what: string): Promise<void>;
  /** Null: not once since it was forgotten. @throws NotReached where that cannot be told */
  spanOf(what: string): Promise<Span | null>;
  /** What was seen until now says nothing any more. @throws NotReached where that cannot be kept */
  forget(what: string): Promise<void>;
}
