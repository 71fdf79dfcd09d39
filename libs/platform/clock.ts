import { type Clock } from '#domain';
import { Injectable } from '@nestjs/common';

/** The time that all processes share. This machine's own until it was told better. */
@Injectable()
export class SystemClock implements Clock {
  private told: { readonly ms: number; readonly heardAt: number } | undefined;

  now(): Date {
    const { told } = this;
    return new Date(told ? told.ms + performance.now() - told.heardAt : Date.now());
  }

  /**
   * Goes by this time from now on, whatever becomes of the machine's.
   * @param ms since 1970
   * @param heardAt when it was that time, on the clock of `performance.now()`
   */
  set(ms: number, heardAt: number): void {
    this.told = { ms, heardAt };
  }
}
