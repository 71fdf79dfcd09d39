/** The request never reached the partner, so nothing can have happened there. */
export class NotReached extends Error {
  override readonly name: string = 'NotReached';
}

/** The partner has too much to do, and took nothing up: as good as not reached. */
export class PartnerBusy extends NotReached {
  override readonly name = 'PartnerBusy';
}

/** The request was, or may have been, written; no usable answer came. */
export class NoAnswer extends Error {
  override readonly name: string = 'NoAnswer';
}

/** The time for an answer was over. */
export class TooSlow extends NoAnswer {
  override readonly name = 'TooSlow';
}

/**
 * The partner knows nothing of the operation, which may still be on its way there. Of the money that says nothing, and
 * nothing against the partner: it is no reason to ask less about others.
 */
export class NotThereYet extends Error {
  override readonly name = 'NotThereYet';
}

/** The partner answered with something that no table of the adapter knows. Raises an alert. */
export class UnmappedAnswer extends Error {
  override readonly name = 'UnmappedAnswer';
}

/** The adapter itself failed while it moved money; what the partner did is not known. Raises an alert. */
export class AdapterFault extends Error {
  override readonly name = 'AdapterFault';
}

/** An answer that is not of the form that it should have; says which part, never its content. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/** A callback that cannot be read; says which part, never its content. */
export class UnreadableCallback extends Error {
  override readonly name = 'UnreadableCallback';
}

/** An order that this partner cannot carry out as it stands; found before anything is sent. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
  constructor(
    message: string,
    /** JSON pointer of the field at fault in the request body, for example "/amount/value". */
    readonly pointer: string,
  ) {
    super(message);
  }
}
