/** Something that the person at the terminal can put right: shown as its sentence, without a stack. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
